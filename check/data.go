package check

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"time"

	"alphanode/server/settings"
	"alphanode/store/catalogue"
)

// Data is a data directory to check, and the settings that its server would have.
type Data struct {
	Dir         string
	Settings    *settings.Settings // nil where they are wrong, which SettingsErr says
	SettingsErr error
	ConfigFile  string // the file of settings; "" for none
	Now         time.Time
	Command     func(command string, about []string, flags ...string) string // writes a command of this data directory

	catalogue *catalogue.Catalogue
	current   string // the release that is current; "" for none
}

// dataChecks are all that is asked of a data directory. Each gives at least one finding.
var dataChecks = []struct {
	id  string
	run func(context.Context, *Data) []Finding
}{
	{"data.directory", checkDirectory},
	{"data.files", checkFiles},
	{"settings.read", checkSettingsRead},
	{"settings.secrets", checkSecrets},
	{"settings.files", checkNamedFiles},
	{"keys.read", checkKeysRead},
	{"keys.expiry", checkKeyExpiry},
	{"keys.admin", checkAdminKeys},
	{"release.current", checkCurrent},
	{"release.rollback", checkRollback},
	{"release.others", checkOthers},
	{"release.staged", checkStaged},
	{"takedowns", checkTakedowns},
	{"disk.room", checkRoom},
	{"backup.age", checkBackup},
}

// Run asks all, in their order.
func (d *Data) Run(ctx context.Context) (all []Finding) {
	if _, err := os.Stat(d.Dir); errors.Is(err, fs.ErrNotExist) {
		return []Finding{{ID: "data.directory", Severity: Fault, About: d.Dir, Found: "there is no data directory",
			Expected: "one that has a release", Do: "name it with --data"}}
	}
	var err error
	if d.catalogue, err = catalogue.Open(d.Dir); err == nil {
		d.current, err = d.catalogue.Current()
	}
	for _, c := range dataChecks {
		if ctx.Err() != nil {
			all = append(all, Finding{ID: c.id, Severity: Skipped, Found: "the check was stopped"})
			continue
		}
		for _, f := range c.run(ctx, d) {
			f.ID = c.id
			all = append(all, f)
		}
	}
	if err != nil {
		all = append(all, Finding{ID: "data.read", Severity: Fault, About: d.Dir, Found: err.Error(), Expected: "a data directory that can be read"})
	}
	return all
}
