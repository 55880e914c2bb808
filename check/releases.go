package check

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"time"

	"alphanode/store"
	"alphanode/store/disk"
	"alphanode/store/release"
)

const published = "a release that is published, and whose bytes are as they were built"

func checkCurrent(_ context.Context, d *Data) []Finding {
	if d.catalogue == nil {
		return []Finding{skipped("the data directory cannot be read")}
	}
	if d.current == "" {
		return []Finding{fault("no release is published", published, "alphanode import PATH --publish")}
	}
	m, f := d.sound(d.current)
	if f.Severity == Fault {
		return []Finding{f}
	}
	if m.Time.After(d.Now.Add(time.Minute)) {
		return []Finding{warning("it was built at "+m.Time.UTC().Format(time.RFC3339)+", which is in the future", "a clock that is right", "look at the clock of this machine").about(d.current)}
	}
	return []Finding{right("%d posts, built %s ago; its bytes are as they were built", m.Posts, days(d.Now.Sub(m.Time))).about(d.current)}
}

// sound opens a release and holds its file against its manifest.
func (d *Data) sound(name string) (store.Manifest, Finding) {
	verify := d.Command("verify", []string{name})
	r, err := d.catalogue.Open(name)
	if err != nil {
		return store.Manifest{}, d.unopened(name, err)
	}
	defer r.Close()
	m := r.Manifest()
	found, err := disk.Digest(filepath.Join(d.catalogue.ReleaseDir(name), release.FileOf(m)))
	if err != nil {
		return m, fault(err.Error(), published, verify).about(name)
	}
	if found.Info.Size() != m.Size || !strings.EqualFold(found.Sha256, m.SHA256) {
		return m, fault("its file is not as it was built: damaged, or of another release", published, verify+" says what is damaged; then publish another, or put its file back from a backup").about(name)
	}
	return m, right("its bytes are as they were built").about(name)
}

// unopened says why a release cannot be opened, and what to do.
func (d *Data) unopened(name string, err error) Finding {
	switch format, old := errors.AsType[*store.FormatError](err); {
	case old && format.Upgradable():
		return fault(fmt.Sprintf("it has format %d", format.Found), fmt.Sprintf("format %d", store.FormatVersion), d.Command("upgrade", nil)).about(name)
	case old:
		return fault(fmt.Sprintf("it has format %d", format.Found), fmt.Sprintf("format %d", store.FormatVersion), "import its posts again").about(name)
	}
	if _, unfinished := errors.AsType[*store.UnfinishedTakedownError](err); unfinished {
		return fault("it holds a post that is taken down", "a takedown that is finished", d.Command("takedown", []string{"SLUG"})).about(name)
	}
	return fault("it cannot be opened: "+err.Error(), published, d.Command("verify", []string{name})).about(name)
}

// checkRollback wants the way back to be there before it is needed, and prints it.
func checkRollback(_ context.Context, d *Data) []Finding {
	if d.catalogue == nil || d.current == "" {
		return []Finding{skipped("no release is published")}
	}
	const expected = "an earlier release to go back to, whose bytes are as they were built"
	target, err := d.catalogue.RollbackTarget()
	switch {
	case err != nil:
		return []Finding{fault(err.Error(), expected, "")}
	case target == "":
		return []Finding{warning("there is none: "+d.current+" is the first that was published", expected, "keep earlier releases when you prune: alphanode prune --keep 5")}
	}
	_, f := d.sound(target)
	if f.Severity == Fault {
		f.Expected = expected
		return []Finding{f}
	}
	return []Finding{right("its bytes are as they were built; to go back: %s", d.Command("rollback", nil, "--to", target)).about(target)}
}

// checkOthers opens the releases that are neither current nor what a rollback leads to.
func checkOthers(_ context.Context, d *Data) (all []Finding) {
	if d.catalogue == nil {
		return []Finding{skipped("the data directory cannot be read")}
	}
	entries, err := d.catalogue.List()
	if err != nil {
		return []Finding{fault(err.Error(), "releases that can be listed", "")}
	}
	target, _ := d.catalogue.RollbackTarget() // an error is told of the rollback
	n := 0
	for _, e := range entries {
		if e.Name == d.current || e.Name == target {
			continue
		}
		n++
		r, err := d.catalogue.Open(e.Name)
		if err != nil {
			f := d.unopened(e.Name, err)
			f.Severity = Warning // nobody is served from it
			all = append(all, f)
			continue
		}
		r.Close()
	}
	if len(all) == 0 {
		return []Finding{right("%d other releases can be opened", n)}
	}
	return all
}

func checkStaged(_ context.Context, d *Data) (all []Finding) {
	if d.catalogue == nil {
		return []Finding{skipped("the data directory cannot be read")}
	}
	entries, err := d.catalogue.List()
	if err != nil {
		return []Finding{skipped("the releases cannot be listed")}
	}
	for _, e := range entries {
		if e.State == store.StateStaged && e.Problem == "" && d.current != "" && e.Parent == d.current {
			all = append(all, warning(fmt.Sprintf("it was built %s ago onto what is current, and is not published", days(d.Now.Sub(e.Time))), "what is built is published, or dropped",
				d.Command("publish", []string{e.Name})).about(e.Name))
		}
	}
	if len(all) == 0 {
		return []Finding{right("nothing waits to be published")}
	}
	return all
}

func checkTakedowns(_ context.Context, d *Data) (all []Finding) {
	if d.catalogue == nil {
		return []Finding{skipped("the data directory cannot be read")}
	}
	takedowns, err := d.catalogue.Takedowns()
	if err != nil {
		return []Finding{fault(err.Error(), "takedowns that can be read", "")}
	}
	for _, t := range takedowns {
		if t.FinishedAt == nil {
			all = append(all, fault("its takedown was broken off: a release on disk may have it still", "every release without it", d.Command("takedown", []string{t.Slug})).about(t.Slug))
		}
	}
	if len(all) == 0 {
		return []Finding{right("%d posts are taken down, out of every release", len(takedowns))}
	}
	return all
}

// checkRoom wants room for one more release: an import needs it for the sorted input and
// for the release.
func checkRoom(_ context.Context, d *Data) []Finding {
	if d.catalogue == nil {
		return []Finding{skipped("the data directory cannot be read")}
	}
	entries, err := d.catalogue.List()
	if err != nil {
		return []Finding{skipped("the releases cannot be listed")}
	}
	need := int64(0)
	for _, e := range entries {
		need = max(need, 2*e.Size)
	}
	free, known, err := freeRoom(d.Dir)
	switch {
	case err != nil:
		return []Finding{skipped("the disk cannot be asked: %v", err)}
	case !known:
		return []Finding{skipped("how much room there is cannot be asked on this system")}
	case free < need:
		return []Finding{fault(fmt.Sprintf("%d MB are free", free/1e6), fmt.Sprintf("%d MB, twice the largest release: an import needs that", need/1e6), d.Command("prune", nil, "--keep", "5"))}
	}
	return []Finding{right("%d MB are free, and the next release needs about %d MB", free/1e6, need/1e6)}
}

func checkBackup(context.Context, *Data) []Finding {
	return []Finding{skipped("where backups are is not known to alphanode: see that the newest is younger than the last import")}
}

// days tells a time in days, or hours where it is less.
func days(d time.Duration) string {
	if d < 48*time.Hour {
		return d.Round(time.Minute).String()
	}
	return fmt.Sprintf("%d days", int(d.Hours()/24))
}
