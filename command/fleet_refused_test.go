package command_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestFleetInit(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	at, data := filepath.Join(dir, "shared"), filepath.Join(dir, "data")
	for _, args := range [][]string{{"status"}, {"init"}, {"mend"}, {"drain", "a"}, {"forget", "a"}} {
		code, _, errs := run(t, nil, append(append([]string{"fleet"}, args...), "--data", data)...)
		if code != 2 || !strings.Contains(errs, "--fleet: found nothing, expected where the fleet is") {
			t.Errorf("%v: found %d %s", args, code, errs)
		}
	}
	code, _, errs := run(t, nil, "fleet", "status", "--fleet", "file://"+at)
	if code != 1 || !strings.Contains(errs, "alphanode fleet init makes it") {
		t.Errorf("found %d %s", code, errs)
	}
	if out := done(t, "", "fleet", "init", "--print", "--fleet", "file://"+at); out != "mkdir -p "+at+"\n" {
		t.Errorf("found %s", out)
	}
	if out := done(t, "", "fleet", "init", "--print", "--fleet", "nats://127.0.0.1:1"); !strings.Contains(out, "nats object add alphanode-files ") || !strings.Contains(out, "nats kv add alphanode-values ") {
		t.Errorf("found %s", out)
	}
	if _, err := os.Stat(at); err == nil {
		t.Error("--print has made the folder")
	}
	done(t, goodLine, "import", "-", "--publish", "--data", data)
	var founded struct {
		Fleet, Current string
		Releases       []string
	}
	out := done(t, "", "fleet", "init", "--json", "--fleet", "file://"+at, "--data", data)
	if err := json.Unmarshal([]byte(out), &founded); err != nil || founded.Fleet == "" || founded.Current != "r1" || len(founded.Releases) != 1 {
		t.Errorf("found %s, %v", out, err)
	}
	for _, other := range []string{data, filepath.Join(dir, "other")} {
		code, _, errs = run(t, nil, "fleet", "init", "--fleet", "file://"+at, "--data", other)
		if code != 1 || !strings.Contains(errs, "serve and act with --fleet") {
			t.Errorf("found %d %s, expected that a fleet that is well is left alone", code, errs)
		}
	}
	own := filepath.Join(dir, "own")
	done(t, goodLine, "import", "-", "--publish", "--data", own)
	code, _, errs = run(t, strings.NewReader(goodLine), "import", "-", "--fleet", "file://"+at, "--data", own)
	if code != 1 || !strings.Contains(errs, "found releases of its own") {
		t.Errorf("found %d %s, expected that two histories are not mixed", code, errs)
	}
}

// TestFleetWithoutAState: a fleet that has lost what it knew gets it back from a member.
func TestFleetWithoutAState(t *testing.T) {
	t.Parallel()
	s := newShared(t)
	if err := os.RemoveAll(s.dir); err != nil {
		t.Fatal(err)
	}
	s.fails(1, "alphanode fleet init", goodLine, "import", "-")
	s.done("", "fleet", "init")
	s.done(`{"slug":"more","title":"More"}`, "import", "-", "--publish")
	if roll := s.status(); roll.Current != "r2" {
		t.Errorf("found %+v", roll)
	}
}

// TestActsAlone: in a directory that others share nothing is done without them.
func TestActsAlone(t *testing.T) {
	t.Parallel()
	s := newShared(t)
	s.done(`{"slug":"more","title":"More"}`, "import", "-", "--publish")
	before := readAll(t, s.writer)
	for _, args := range [][]string{
		{"import", "-"}, {"publish", "r1", "--force"}, {"rollback"}, {"takedown", "good", "--reason", "x"}, {"prune", "--keep", "1"},
		{"upgrade"}, {"key", "add", "--name", "x", "--scope", "read"}, {"key", "revoke", "x"},
	} {
		code, out, errs := run(t, strings.NewReader(`{"slug":"alone","title":"Alone"}`), append(args, "--data", s.writer)...)
		if code != 1 || !strings.Contains(errs, "name the fleet with --fleet") {
			t.Errorf("%v: found %d %s %s", args, code, out, errs)
		}
	}
	if after := readAll(t, s.writer); after != before {
		t.Errorf("found\n%s, expected\n%s", after, before)
	}
	done(t, "", "releases", "--data", s.writer) // to look is no act
	done(t, "", "export", "--data", s.writer)
}

// readAll is what a data directory says of itself.
func readAll(t *testing.T, data string) string {
	t.Helper()
	var all strings.Builder
	for _, name := range []string{"CURRENT", "journal.ndjson", "fleet.json", "takedowns.json", "keys.json"} {
		text, err := os.ReadFile(filepath.Join(data, name))
		if err != nil && !os.IsNotExist(err) {
			t.Fatal(err)
		}
		all.WriteString(name + ": " + string(text) + "\n")
	}
	return all.String()
}

func TestWrongFleetCommands(t *testing.T) {
	t.Parallel()
	data := filepath.Join(t.TempDir(), "data")
	for _, args := range []string{
		"fleet nothing", "fleet status more --fleet file:///x", "fleet drain --fleet file:///x", "fleet forget a b --fleet file:///x",
		"fleet status --fleet http://localhost", "fleet status --fleet nats://anna:s3cret@localhost:4222", "fleet status --fleet file://relative",
		"publish r1 --fleet file:///x --wait none", "publish r1 --fleet file:///x --wait 0", "rollback --fleet file:///x --timeout long",
		"check --fleet http://localhost", "serve --fleet http://localhost", "serve --fleet-embedded --fleet file:///x", "serve --fleet file:///x --fleet-name Anna",
		"serve --max-lag 1m", "serve --fleet-cluster 127.0.0.1:6222",
	} {
		code, _, errs := run(t, strings.NewReader(""), append(strings.Fields(args), "--data", data)...)
		if code != 2 || errs == "" || strings.Contains(errs, "s3cret") {
			t.Errorf("%s: found %d %s, expected 2", args, code, errs)
		}
	}
	if _, err := os.Stat(data); err == nil {
		t.Error("a command that was not run has made a data directory")
	}
}

// TestFleetInTheEnvironment: the variable does what the flag does, and what is printed to be
// typed has no flag then.
func TestFleetInTheEnvironment(t *testing.T) {
	s := newShared(t)
	t.Setenv("ALPHANODE_FLEET", s.url)
	out := done(t, `{"slug":"more","title":"More"}`, "import", "-", "--publish", "--data", s.writer)
	if !strings.Contains(out, "to go back: alphanode rollback --to r1 --data "+s.writer+"\nthe fleet knows of no replica yet\n") {
		t.Errorf("found %s", out)
	}
	if out := done(t, "", "fleet", "status"); !strings.Contains(out, "published r2; r2 is current\n") {
		t.Errorf("found %s", out)
	}
}
