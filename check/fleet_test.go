package check_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"alphanode/check"
	"alphanode/fleet"
)

// wellFleet is a fleet of two replicas with which all is well.
func wellFleet() (*check.Fleet, *fleet.Audit) {
	replica := func(name string) fleet.Standing {
		return fleet.Standing{Done: true, Report: fleet.Report{
			Name: name, Version: "1", Format: 7, Act: 5, Serves: 5, Release: "r2", Free: 10e9, Address: "10.0.0.1:443", TLS: true,
		}}
	}
	a := &fleet.Audit{
		Roll: &fleet.Roll{Act: 5, Current: "r2", Last: "anna published r2", Replicas: []fleet.Standing{replica("a"), replica("b")}, Needed: 2},
		Size: 1e9, Formats: []int{7}, Looked: 9,
	}
	return &check.Fleet{
		URL: "tls://10.0.0.9:4222", Credentials: "none",
		Audit: func(context.Context) (*fleet.Audit, error) { return a, nil },
		Command: func(command string, about []string, flags ...string) string {
			return strings.Join(append(append([]string{"alphanode", command}, about...), flags...), " ")
		},
	}, a
}

// TestBrokenFleets breaks one thing after the other in a fleet with which all is well, and
// wants that, and nothing else, to be found.
func TestBrokenFleets(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name     string
		breaks   func(*check.Fleet, *fleet.Audit)
		id       string
		severity check.Severity
		words    string
	}{
		{"nothing", func(*check.Fleet, *fleet.Audit) {}, "", "", ""},
		{"nothing, several addresses of this machine without TLS", func(f *check.Fleet, _ *fleet.Audit) {
			f.URL, f.Credentials = "nats://localhost:4222,nats://127.0.0.1:4223,nats://[::1]:4224", ""
		}, "", "", ""},
		{"nothing, with an authority of its own", func(f *check.Fleet, _ *fleet.Audit) { f.URL, f.TLS = "nats://10.0.0.9:4222", true }, "", "", ""},
		{"one address without TLS", func(f *check.Fleet, _ *fleet.Audit) { f.URL += ",nats://10.0.0.8:4222" }, "fleet.transport", check.Fault, "nats://10.0.0.8:4222\nNATS is asked without TLS"},
		{"no credentials", func(f *check.Fleet, _ *fleet.Audit) { f.Credentials = "" }, "fleet.transport", check.Fault, "without credentials"},
		{"it does not answer", func(f *check.Fleet, _ *fleet.Audit) {
			f.Audit = func(context.Context) (*fleet.Audit, error) { return nil, errors.New("nobody is there") }
		}, "fleet.answers", check.Fault, "nobody is there"},
		{"no replica", func(_ *check.Fleet, a *fleet.Audit) { a.Roll.Replicas = nil }, "fleet.replicas", check.Warning, "no replica is known"},
		{"one replica", func(_ *check.Fleet, a *fleet.Audit) { a.Roll.Replicas = a.Roll.Replicas[:1] }, "fleet.replicas", check.Warning, "two at least"},
		{"one does not answer", func(_ *check.Fleet, a *fleet.Audit) {
			a.Roll.Replicas[1].Silent, a.Roll.Replicas[1].Done, a.Roll.Replicas[1].Version = true, false, "0"
		}, "fleet.replicas", check.Fault, "alphanode fleet forget b"},
		{"another release", func(_ *check.Fleet, a *fleet.Audit) {
			a.Roll.Replicas[1].Done, a.Roll.Replicas[1].Why = false, "it is fetching r2"
		}, "fleet.release", check.Fault, "b\nit is fetching r2"},
		{"it does not know a takedown", func(_ *check.Fleet, a *fleet.Audit) { a.Roll.Replicas[0].Serves = 4 }, "fleet.takedowns", check.Fault, "act 4 of 5"},
		{"a takedown was broken off", func(_ *check.Fleet, a *fleet.Audit) { a.Unfinished = []string{"gone"} }, "fleet.takedowns", check.Fault, "alphanode takedown gone"},
		{"two versions", func(_ *check.Fleet, a *fleet.Audit) { a.Roll.Replicas[0].Version = "2" }, "fleet.versions", check.Warning, "1, 2"},
		{"two forms", func(_ *check.Fleet, a *fleet.Audit) { a.Formats = []int{7, 8} }, "", "", ""},
		{"a form that nobody reads", func(_ *check.Fleet, a *fleet.Audit) {
			a.Formats, a.Roll.Replicas[0].Format = []int{8}, 8
		}, "fleet.versions", check.Fault, "b\nalphanode 1 answers from format 7, and the current release has format 8"},
		{"it was not upgraded", func(_ *check.Fleet, a *fleet.Audit) {
			a.Formats, a.Roll.Replicas[0].Format = []int{6, 7}, 8
		}, "fleet.versions", check.Fault, "alphanode upgrade"},
		{"a clock is ahead", func(_ *check.Fleet, a *fleet.Audit) { a.Roll.Replicas[0].Ahead = time.Hour }, "fleet.clocks", check.Warning, "1h0m0s ahead of"},
		{"a clock is behind", func(_ *check.Fleet, a *fleet.Audit) { a.Roll.Replicas[0].Ahead = -3 * time.Second }, "fleet.clocks", check.Warning, "3s behind"},
		{"a clock is nearly right", func(_ *check.Fleet, a *fleet.Audit) { a.Roll.Replicas[0].Ahead = -2 * time.Second }, "", "", ""},
		{"a replica without TLS", func(_ *check.Fleet, a *fleet.Audit) { a.Roll.Replicas[1].TLS = false }, "fleet.tls", check.Warning, "10.0.0.1:443 without TLS"},
		{"a replica without TLS everywhere", func(_ *check.Fleet, a *fleet.Audit) {
			a.Roll.Replicas[1].TLS, a.Roll.Replicas[1].Address = false, "[::]:8080"
		}, "fleet.tls", check.Warning, "[::]:8080 without TLS"},
		{"a replica without TLS behind a proxy beside it", func(_ *check.Fleet, a *fleet.Audit) {
			a.Roll.Replicas[1].TLS, a.Roll.Replicas[1].Address = false, "127.0.0.1:8080"
		}, "", "", ""},
		{"a disk that is nearly full", func(_ *check.Fleet, a *fleet.Audit) { a.Roll.Replicas[1].Free = 2e9 - 1 }, "fleet.room", check.Warning, "1999 MB are free"},
		{"a disk of which nothing is known", func(_ *check.Fleet, a *fleet.Audit) { a.Roll.Replicas[1].Free = 0 }, "fleet.room", check.Warning, "not known"},
		{"a replica is drained", func(_ *check.Fleet, a *fleet.Audit) { a.Roll.Replicas[1].Draining = true }, "fleet.drained", check.Warning, "alphanode fleet drain b --off"},
		{"a file is missing", func(_ *check.Fleet, a *fleet.Audit) { a.Missing = []string{"blocks/abc is missing"} }, "fleet.files", check.Fault, "alphanode fleet mend"},
		{"files that nothing needs", func(_ *check.Fleet, a *fleet.Audit) { a.Unneeded = fleet.Cleared{Files: 300, Bytes: 1_200_000_000} }, "fleet.files", check.Warning, "alphanode fleet mend --clear"},
		{"a few files that nothing needs", func(_ *check.Fleet, a *fleet.Audit) { a.Unneeded = fleet.Cleared{Files: 3, Bytes: 12_000_000} }, "", "", ""},
		{"many files are missing", func(_ *check.Fleet, a *fleet.Audit) { a.Missing = make([]string, 12); fill(a.Missing) }, "fleet.files", check.Fault, "2 more are like these"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			f, a := wellFleet()
			test.breaks(f, a)
			expectAmong(t, f.Run(t.Context()), test.id, test.severity, test.words)
		})
	}
}

func fill(all []string) {
	for i := range all {
		all[i] = "blocks/abc is missing"
	}
}

// expectAmong is expect, where one check can find several things.
func expectAmong(t *testing.T, all []check.Finding, id string, severity check.Severity, words string) {
	t.Helper()
	var others, found []check.Finding
	met := false
	for _, f := range all {
		if f.ID != id || f.Severity != severity {
			others = append(others, f)
			continue
		}
		found = append(found, f)
		met = met || strings.Contains(strings.Join([]string{f.About, f.Found, f.Expected, f.Do}, "\n"), words)
	}
	if id != "" && !met {
		t.Errorf("found %+v, expected %s", found, words)
	}
	expect(t, others, "", "", "")
}

func TestFleetInAFolder(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "shared")
	if err := os.Mkdir(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	f, _ := wellFleet()
	f.URL, f.Credentials = "file://"+dir, ""
	expect(t, f.Run(t.Context()), "", "", "")
	if err := os.Chmod(dir, 0o703); err != nil {
		t.Fatal(err)
	}
	expect(t, f.Run(t.Context()), "fleet.transport", check.Fault, "chmod o-rwx")
}

func TestFleetsCredentialsThatEveryoneMayRead(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "credentials")
	if err := os.WriteFile(path, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	f, _ := wellFleet()
	f.Credentials = path
	expect(t, f.Run(t.Context()), "", "", "")
	if err := os.Chmod(path, 0o604); err != nil {
		t.Fatal(err)
	}
	expect(t, f.Run(t.Context()), "fleet.transport", check.Fault, "everyone may read or write it")
}
