package check

import (
	"context"
	"fmt"
	"net"
	"net/netip"
	"net/url"
	"os"
	"slices"
	"strings"
	"time"

	"alphanode/fleet"
	"alphanode/terminal"
)

// Fleet is a fleet to check.
type Fleet struct {
	URL         string // where it is
	Credentials string // the file by which it knows this machine; "" for none
	TLS         bool   // it is asked over TLS, whatever the address says
	Audit       func(context.Context) (*fleet.Audit, error)
	Command     func(command string, about []string, flags ...string) string // writes a command of this fleet

	audit *fleet.Audit
}

// clockTolerance is by how much the clock of a replica may differ.
const clockTolerance = 2 * time.Second

// fleetChecks are all that is asked of a fleet that answers. Each gives at least one finding.
var fleetChecks = []struct {
	id  string
	run func(*Fleet) []Finding
}{
	{"fleet.replicas", checkReplicas},
	{"fleet.release", checkOneRelease},
	{"fleet.takedowns", checkTakenDown},
	{"fleet.versions", checkVersions},
	{"fleet.clocks", checkClocks},
	{"fleet.tls", checkReplicaTLS},
	{"fleet.room", checkReplicaRoom},
	{"fleet.drained", checkDrained},
	{"fleet.files", checkFleetFiles},
}

// Run asks all, in their order.
func (f *Fleet) Run(ctx context.Context) (all []Finding) {
	add := func(id string, found ...Finding) {
		for _, one := range found {
			one.ID = id
			all = append(all, one)
		}
	}
	add("fleet.transport", checkTransport(f)...)
	var err error
	if f.audit, err = f.Audit(ctx); err != nil {
		add("fleet.answers", fault(err.Error(), "a fleet that answers, and has a state", "see that it can be reached from here, and what alphanode fleet init says").about(f.URL))
		for _, c := range fleetChecks {
			add(c.id, skipped("the fleet does not answer"))
		}
		return all
	}
	add("fleet.answers", right("act %d: %s", f.audit.Roll.Act, f.audit.Roll.Last).about(f.URL))
	for _, c := range fleetChecks {
		add(c.id, c.run(f)...)
	}
	return all
}

// checkTransport looks at how the fleet is reached: who can write there can publish.
func checkTransport(f *Fleet) (all []Finding) {
	for one := range strings.SplitSeq(f.URL, ",") {
		u, err := url.Parse(one)
		switch {
		case err != nil: // which the flags are told
		case u.Scheme == "file":
			return []Finding{sharedFolder(u.Path)}
		case onLoopback(u.Host):
		case u.Scheme != "tls" && !f.TLS:
			all = append(all, fault("NATS is asked without TLS, from another machine: who is between sees every draft, and can publish", "tls://, or --fleet-ca", "give NATS a certificate, and name it with tls://").about(one))
		case f.Credentials == "":
			all = append(all, fault("NATS is asked without credentials: whoever reaches it can publish", "a user of NATS for the fleet alone", "--fleet-credentials FILE").about(one))
		}
	}
	if f.Credentials != "" {
		info, err := os.Stat(f.Credentials)
		if err == nil && info.Mode()&(othersRead|othersWrite) != 0 {
			all = append(all, fault("everyone may read or write it: "+info.Mode().String(), "its owner's alone", "chmod o-rwx "+terminal.ShellWord(f.Credentials)+", and change what is in it").about(f.Credentials))
		}
	}
	if len(all) == 0 {
		return []Finding{right("nobody between can read or write what the fleet has").about(f.URL)}
	}
	return all
}

func sharedFolder(path string) Finding {
	info, err := os.Stat(path)
	if err != nil {
		return fault(err.Error(), "a folder that can be looked at", "").about(path)
	}
	if info.Mode()&(othersRead|othersWrite|othersEnter) != 0 {
		return fault("everyone may look or write into the fleet's folder: "+info.Mode().String(), "its owner's alone, or its group's too", "chmod o-rwx "+terminal.ShellWord(path)).about(path)
	}
	return right("a folder: %s", info.Mode()).about(path)
}

// onLoopback reports whether an address leads to this machine alone. Of names only localhost
// counts; where there is no host, every machine is meant.
func onLoopback(address string) bool {
	host, _, err := net.SplitHostPort(address)
	if err != nil {
		host = address
	}
	ip, err := netip.ParseAddr(host)
	return host == "localhost" || err == nil && ip.IsLoopback()
}

func checkReplicas(f *Fleet) (all []Finding) {
	const expected = "replicas that answer"
	for _, r := range f.audit.Roll.Replicas {
		if r.Silent {
			all = append(all, fault("it does not answer; it was heard last at "+r.Until+", by its clock", expected,
				"start it, or, where it is gone for good, "+f.Command("fleet forget", []string{r.Name})).about(r.Name))
		}
	}
	switch n := len(f.audit.Roll.Replicas); {
	case n == 0:
		return []Finding{warning("no replica is known", expected, "alphanode serve --fleet "+terminal.ShellWord(f.URL))}
	case n == 1 && len(all) == 0:
		return []Finding{warning("there is one replica: nobody answers when its machine is down", "two at least, on two machines", "").about(f.audit.Roll.Replicas[0].Name)}
	case len(all) == 0:
		return []Finding{right("%d replicas answer", n)}
	}
	return all
}

// each looks at every replica that answers. What is right of all is told once.
func (f *Fleet) each(look func(fleet.Standing) (Finding, bool), well string) (all []Finding) {
	answers := 0
	for _, r := range f.audit.Roll.Replicas {
		if r.Silent {
			continue // which is told of apart
		}
		answers++
		if found, wrong := look(r); wrong {
			all = append(all, found.about(r.Name))
		}
	}
	switch {
	case answers == 0:
		return []Finding{skipped("no replica answers")}
	case len(all) == 0:
		return []Finding{right("%s", well)}
	}
	return all
}

// checkOneRelease wants every replica to show its readers what was agreed on last.
func checkOneRelease(f *Fleet) []Finding {
	roll := f.audit.Roll
	current := roll.Current
	if current == "" {
		return []Finding{warning("no release is published", "one that every replica serves", f.Command("publish", []string{"RELEASE"}))}
	}
	return f.each(func(r fleet.Standing) (Finding, bool) {
		return fault(r.Why, fmt.Sprintf("%s, as of act %d", current, roll.Act), "its log and /ready say more; wait where it is fetching"), !r.Done
	}, fmt.Sprintf("all that answer serve %s, as of act %d", current, roll.Act))
}

// checkTakenDown wants what is taken down to be gone everywhere. What a replica that is behind
// does not know yet may be a takedown.
func checkTakenDown(f *Fleet) (all []Finding) {
	for _, slug := range f.audit.Unfinished {
		all = append(all, fault("its takedown was broken off: a release may have it still", "every release without it", f.Command("takedown", []string{slug})).about(slug))
	}
	for _, r := range f.audit.Roll.Replicas {
		if r.Serves < f.audit.Roll.Act {
			all = append(all, fault(fmt.Sprintf("its readers see what was so at act %d of %d: a post that was taken down since may be shown", r.Serves, f.audit.Roll.Act), "every takedown on every replica",
				"see what keeps it; a replica that starts learns it before it serves").about(r.Name))
		}
	}
	if len(all) == 0 {
		return []Finding{right("every replica knows every takedown, and none was broken off")}
	}
	return all
}

func checkVersions(f *Fleet) []Finding {
	versions := map[string]bool{}
	for _, r := range f.audit.Roll.Replicas {
		if !r.Silent {
			versions[r.Version] = true
		}
	}
	found := f.each(func(r fleet.Standing) (Finding, bool) {
		do := "put the newer alphanode in its place"
		if len(f.audit.Formats) > 0 && slices.Max(f.audit.Formats) < r.Format {
			do = f.Command("upgrade", nil) + ", with the newer alphanode"
		}
		return fault(fmt.Sprintf("alphanode %s answers from format %d, and the current release has %s", r.Version, r.Format, formats(f.audit.Formats)), "the current release in the format of every replica", do),
			len(f.audit.Formats) > 0 && !slices.Contains(f.audit.Formats, r.Format)
	}, "the current release is there in the format of every replica")
	if len(versions) > 1 {
		all := make([]string, 0, len(versions))
		for v := range versions {
			all = append(all, v)
		}
		slices.Sort(all)
		found = append(found, warning("there are several versions of alphanode: "+strings.Join(all, ", "), "one, but while they are upgraded one after the other", "go on with the upgrade"))
	}
	return found
}

func formats(all []int) string {
	text := fmt.Sprint(all)
	return "format " + strings.ReplaceAll(strings.Trim(text, "[]"), " ", " and ")
}

func checkClocks(f *Fleet) []Finding {
	return f.each(func(r fleet.Standing) (Finding, bool) {
		is := "ahead of"
		if r.Ahead < 0 {
			is = "behind"
		}
		return warning(fmt.Sprintf("its clock is %s %s this machine's", r.Ahead.Abs().Round(100*time.Millisecond), is), fmt.Sprintf("clocks that differ by less than %s: keys expire by them", clockTolerance), "look at the clock of both machines"), r.Ahead.Abs() > clockTolerance
	}, fmt.Sprintf("all clocks are within %s of this machine's", clockTolerance))
}

func checkReplicaTLS(f *Fleet) []Finding {
	return f.each(func(r fleet.Standing) (Finding, bool) {
		return warning("it listens at "+r.Address+" without TLS", "TLS, or a network that only the load balancer reaches", "serve --tls-cert --tls-key, or keep others from that address"),
			r.Address != "" && !r.TLS && !onLoopback(r.Address)
	}, "every replica has TLS, or can be reached from its own machine alone")
}

func checkReplicaRoom(f *Fleet) []Finding {
	if f.audit.Size == 0 {
		return []Finding{skipped("no release is published")}
	}
	need := 2 * uint64(f.audit.Size)
	return f.each(func(r fleet.Standing) (Finding, bool) {
		if r.Free == 0 {
			return warning("how much room there is on its disk is not known, or there is none", "room for twice the current release", "look at its disk"), true
		}
		return warning(fmt.Sprintf("%d MB are free", r.Free/1e6), fmt.Sprintf("%d MB, twice the current release", need/1e6), "make room, or "+f.Command("prune", nil, "--keep", "3")), r.Free < need
	}, fmt.Sprintf("every replica has room for twice the current release, %d MB", need/1e6))
}

func checkDrained(f *Fleet) []Finding {
	return f.each(func(r fleet.Standing) (Finding, bool) {
		return warning("it is drained: load balancers send nobody there", "no replica is drained for long", f.Command("fleet drain", []string{r.Name}, "--off")), r.Draining
	}, "no replica is drained")
}

// maxUnneeded is how many bytes may lie there for nothing: those that somebody is sending count too.
const maxUnneeded = 1 << 30

// checkFleetFiles wants all files to be there that a replica with an empty disk would fetch.
func checkFleetFiles(f *Fleet) []Finding {
	missing, left := f.audit.Missing, f.audit.Unneeded
	switch {
	case len(missing) > 0:
	case left.Bytes > maxUnneeded:
		return []Finding{warning(fmt.Sprintf("%d blocks, %d MB, are there that nothing needs: they were sent for what was refused or broken off", left.Files, left.Bytes/1e6),
			"the files of the releases alone", f.Command("fleet mend", nil, "--clear")+", when nobody imports")}
	default:
		return []Finding{right("%d files are there, by their names and sizes; alphanode fleet mend reads them", f.audit.Looked)}
	}
	const expected = "every file that a replica with an empty disk must fetch"
	mend := f.Command("fleet mend", nil) + ", on a machine that has the releases"
	var all []Finding
	for _, file := range missing[:min(len(missing), mostFiles)] {
		all = append(all, fault(file, expected, mend))
	}
	if rest := len(missing) - len(all); rest > 0 {
		all = append(all, fault(fmt.Sprintf("%d more are like these", rest), expected, mend))
	}
	return all
}
