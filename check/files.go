package check

import (
	"context"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"alphanode/server/settings"
	"alphanode/terminal"
)

// Who of others may do something, in the bits of a mode.
const (
	othersRead  = 0o004
	othersWrite = 0o002
	othersEnter = 0o001
	groupRead   = 0o040
	groupWrite  = 0o020
)

// mostFiles bounds how many files are told of one kind of fault.
const mostFiles = 10

func checkDirectory(_ context.Context, d *Data) []Finding {
	info, err := os.Stat(d.Dir)
	switch {
	case err != nil:
		return []Finding{fault(err.Error(), "a folder that can be looked at", "").about(d.Dir)}
	case !info.IsDir():
		return []Finding{fault("it is no folder", "a folder", "").about(d.Dir)}
	case info.Mode()&othersWrite != 0:
		return []Finding{fault("everyone may write into it: "+info.Mode().String(), "its owner's alone, or its group's too", "chmod o-rwx "+terminal.ShellWord(d.Dir)).about(d.Dir)}
	case info.Mode()&(othersRead|othersEnter) != 0:
		return []Finding{warning("everyone may look into it: "+info.Mode().String(), "its owner's alone, or its group's too", "chmod o-rwx "+terminal.ShellWord(d.Dir)).about(d.Dir)}
	}
	return []Finding{right("%s", info.Mode()).about(d.Dir)}
}

// checkFiles looks at each file and folder inside: they hold drafts, hashes of keys and
// reasons of takedowns.
func checkFiles(_ context.Context, d *Data) (all []Finding) {
	root, err := os.Stat(d.Dir)
	if err != nil {
		return []Finding{skipped("the folder cannot be looked at")}
	}
	folder, err := filepath.EvalSymlinks(d.Dir) // which is not followed below
	if err != nil {
		return []Finding{skipped("the folder cannot be looked at")}
	}
	n := 0
	var links []string
	look := func(path string, entry fs.DirEntry, err error) error {
		if path == folder && err == nil {
			return nil
		}
		name, _ := filepath.Rel(folder, path)
		if err != nil {
			all = append(all, fault("it cannot be looked at: "+err.Error(), "what is in a data directory can be read by who checks it", "").about(name))
			return nil
		}
		info, err := entry.Info()
		if err != nil { // gone meanwhile
			return nil
		}
		if entry.Type()&fs.ModeSymlink != 0 {
			links = append(links, path)
			return nil
		}
		n++
		if problem := tooOpen(info.Mode(), root.Mode()); problem != "" {
			all = append(all, fault(problem+": "+info.Mode().String(), "what is in a data directory is its owner's, and its group's where the folder is", "chmod o-rwx "+terminal.ShellWord(path)).about(name))
		}
		return nil
	}
	_ = filepath.WalkDir(folder, look)
	inside := folder + string(filepath.Separator)
	for _, link := range slices.Clone(links) { // not those behind them, which may lead in a circle
		if leads, err := filepath.EvalSymlinks(link); err == nil && !strings.HasPrefix(leads+string(filepath.Separator), inside) {
			_ = filepath.WalkDir(leads, look)
		}
	}
	if len(all) > mostFiles {
		rest := len(all) - mostFiles
		all = append(all[:mostFiles], fault(fmt.Sprintf("%d more are open like these", rest), "", "find "+terminal.ShellWord(d.Dir)+" -exec chmod o-rwx {} +"))
	}
	if len(all) == 0 {
		all = append(all, right("%d files and folders, none open to everyone", n))
	}
	return all
}

// tooOpen says who may do too much with a file. A folder that nobody else may enter
// protects what is in it, but not for ever: files are copied as they are.
func tooOpen(mode, root fs.FileMode) string {
	switch {
	case mode&othersWrite != 0:
		return "everyone may write it"
	case mode&othersRead != 0:
		return "everyone may read it"
	case mode&groupWrite != 0 && root&groupWrite == 0:
		return "its group may write it, and not the folder"
	case mode&groupRead != 0 && root&groupRead == 0:
		return "its group may read it, and not the folder"
	}
	return ""
}

func checkSettingsRead(_ context.Context, d *Data) []Finding {
	if d.SettingsErr != nil {
		return []Finding{fault(d.SettingsErr.Error(), "settings with which a server starts", "alphanode serve --print-config says what is in force")}
	}
	return []Finding{right("the environment and the file of settings are right")}
}

// checkSecrets looks where settings that are secret come from.
func checkSecrets(_ context.Context, d *Data) (all []Finding) {
	if d.Settings == nil {
		return []Finding{skipped("the settings cannot be read")}
	}
	for _, v := range d.Settings.Values {
		if !v.Secret() {
			continue
		}
		switch v.From.Kind {
		case settings.FromEnvironment:
			all = append(all, warning("a secret is in the environment, which every process of this user can read", "a file that its owner alone may read", "move it into the file that --config names").about(v.Name))
		case settings.FromFlag:
			all = append(all, fault("a secret is in the command line, which everyone on the machine can read", "a file that its owner alone may read", "move it into the file that --config names").about(v.Name))
		}
	}
	if d.ConfigFile != "" && len(all) == 0 {
		return []Finding{right("no secret is in the environment")}
	}
	if len(all) == 0 {
		return []Finding{right("no secret is in the environment, and there is no file of settings")}
	}
	return all
}

// checkNamedFiles looks at the files outside of the data directory that the server is
// told to read.
func checkNamedFiles(_ context.Context, d *Data) (all []Finding) {
	look := func(what, path string, secret bool) {
		if path == "" {
			return
		}
		info, err := os.Stat(path)
		switch {
		case err != nil:
			all = append(all, fault(err.Error(), what+" that can be read", "").about(path))
		case info.Mode()&othersWrite != 0:
			all = append(all, fault("everyone may write "+what+": "+info.Mode().String(), "its owner's to write alone", "chmod o-w "+terminal.ShellWord(path)).about(path))
		case secret && info.Mode()&othersRead != 0:
			all = append(all, fault("everyone may read "+what+", which holds secrets: "+info.Mode().String(), "its owner's to read, or its group's", "chmod o-rwx "+terminal.ShellWord(path)+", and change the secrets").about(path))
		default:
			all = append(all, right("%s: %s", what, info.Mode()).about(path))
		}
	}
	holds := d.Settings != nil && slices.ContainsFunc(d.Settings.Values, func(v settings.Value) bool { return v.From.Kind == settings.FromFile && v.Secret() })
	look("the file of settings", d.ConfigFile, holds)
	if d.Settings != nil {
		for _, v := range d.Settings.Values {
			switch v.Name {
			case "webhooks":
				look("the file of webhooks", v.Text, true)
			case "fleet-credentials":
				look("the file by which the fleet knows this machine", v.Text, true)
			case "fleet-key":
				look("the key of the fleet's certificate", v.Text, true)
			case "tls-key":
				look("the key of the certificate", v.Text, true)
			case "tls-cert", "fleet-cert":
				look("the certificate", v.Text, false)
				if v.Text != "" {
					all = append(all, certificateFile(v.Text, d.Now).about(v.Text))
				}
			}
		}
	}
	if len(all) == 0 {
		return []Finding{skipped("the settings name no file (with --config, or in the environment)")}
	}
	return all
}
