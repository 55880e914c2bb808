package command_test

import (
	"encoding/json"
	"errors"
	"io/fs"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"alphanode/fleet"
)

// TestFleetActs: what commands do with a fleet is seen by readers of every replica when they
// return.
func TestFleetActs(t *testing.T) {
	t.Parallel()
	s := newShared(t)
	a, b := s.replica("a"), s.replica("b")
	both := func(expected int, path string, headers ...string) {
		t.Helper()
		a.wants(expected, path, headers...)
		b.wants(expected, path, headers...)
	}
	both(200, "/v1/posts/good")
	out := s.done(`{"slug":"more","title":"More"}`, "import", "-", "--publish", "--wait", "2")
	if !strings.Contains(out, "r2 is current, r1 was before\nto go back: alphanode rollback --to r1 --fleet "+s.url+" --data "+s.writer+"\nserved by 2 of 2 replicas: a, b\n") {
		t.Errorf("found %s", out)
	}
	both(200, "/v1/posts/more")
	s.done("", "rollback")
	both(404, "/v1/posts/more")
	s.done("", "publish", "r2", "--force")
	both(200, "/v1/posts/more")
	if out := s.done("", "takedown", "more", "--reason", "asked for"); !strings.Contains(out, "more is gone from r2\n") || !strings.HasSuffix(out, "served by 2 of 2 replicas: a, b\n") {
		t.Errorf("found %s", out)
	}
	both(404, "/v1/posts/more")
	out = s.done("", "key", "add", "--scope", "admin", "--name", "desk", "--json")
	var key struct {
		ID, Secret, Key string
		Fleet           fleet.Roll
	}
	if err := json.Unmarshal([]byte(out), &key); err != nil || key.Fleet.Serving() != 2 {
		t.Fatalf("found %s, %v", out, err)
	}
	secret := key.Secret + key.Key
	both(200, "/settings", "Authorization: Bearer "+secret)
	s.done("", "key", "revoke", key.ID)
	both(401, "/v1/posts/good", "Authorization: Bearer "+secret)
	s.done(`{"slug":"last","title":"Last"}`, "import", "-", "--publish")
	s.done("", "prune", "--keep", "1")
	if dropped, err := filepath.Glob(filepath.Join(s.writer, "releases", "r*")); err != nil || len(dropped) != 2 {
		t.Errorf("found %v, expected what is current and what was before", dropped)
	}
	both(200, "/v1/posts/last")
	until(t, "all is on every replica", func() bool { r := s.status(); return r.Serving() == 2 && r.Current == "r3" })
	journals := map[string]bool{}
	for _, name := range []string{"writer", "a", "b"} {
		text, err := os.ReadFile(filepath.Join(filepath.Dir(s.writer), name, "journal.ndjson"))
		if err != nil {
			t.Fatal(err)
		}
		journals[string(text)] = true
	}
	if len(journals) != 1 {
		t.Errorf("found %d histories, expected one", len(journals))
	}
}

// TestFleetStatus: as JSON and as a table, with one that is drained and one that is gone.
func TestFleetStatus(t *testing.T) {
	t.Parallel()
	s := newShared(t)
	if out := s.done("", "fleet", "status"); !strings.Contains(out, "r1 is current\nno replica is known yet: ") {
		t.Errorf("found %s", out)
	}
	a, b := s.replica("a"), s.replica("b")
	until(t, "both serve", func() bool { r := s.status(); return len(r.Replicas) == 2 && r.Serving() == 2 })
	roll := s.status()
	if one := roll.Replicas[0]; one.Name != "a" || one.Release != "r1" || one.Act != roll.Act || one.Serves != roll.Act || one.Address != a.addr || one.Free == 0 || one.Silent || !one.Done {
		t.Errorf("found %+v", one)
	}
	if out := s.done("", "fleet", "drain", "a"); !strings.HasPrefix(out, "a is drained\nto end that: alphanode fleet drain a --off --fleet ") {
		t.Errorf("found %s", out)
	}
	until(t, "a sends readers away", func() bool { status, _ := a.get("/ready"); return status == 503 })
	a.wants(200, "/v1/posts/good")
	b.wants(200, "/ready")
	b.end()
	out := s.done("", "fleet", "status")
	if lines := strings.Split(out, "\n"); len(lines) != 5 || !strings.HasSuffix(lines[2], "  drained") || !strings.Contains(lines[3], "  silent, last heard 20") {
		t.Errorf("found %s", out)
	}
	a.end()
	again := s.start("a")
	until(t, "a serves", func() bool { status, _ := again.get("/v1/posts/good"); return status == 200 })
	until(t, "a knows that it is drained", func() bool { _, body := again.get("/ready"); return strings.Contains(body, "drained") })
	s.done("", "fleet", "drain", "a", "--off")
	until(t, "a takes readers", func() bool { status, _ := again.get("/ready"); return status == 200 })
	s.done("", "fleet", "forget", "b")
	if roll := s.status(); len(roll.Replicas) != 1 || roll.Replicas[0].Name != "a" {
		t.Errorf("found %+v, expected a alone", roll.Replicas)
	}
	s.fails(1, "found no such replica", "", "fleet", "drain", "b")
	s.fails(1, "found no such replica", "", "fleet", "forget", "nobody")
}

// TestFleetWaits: a command says who does not serve what it did, and does not wait for longer
// than it is told to.
func TestFleetWaits(t *testing.T) {
	t.Parallel()
	s := newShared(t)
	s.replica("a")
	b := s.replica("b")
	until(t, "both serve", func() bool { return s.status().Serving() == 2 })
	b.end()
	more := `{"slug":"more","title":"More"}`
	out := s.fails(1, "1 of 2 replicas serve it, expected 2", more, "import", "-", "--publish", "--timeout", "1s")
	if !strings.Contains(out, "r2 is current") || !strings.Contains(out, "served by 1 of 2 replicas: a\nnot by b: ") {
		t.Errorf("found %s", out)
	}
	s.done("", "rollback", "--wait", "1")
	s.fails(1, "1 of 2 replicas serve it, expected 2", "", "publish", "r2", "--force", "--wait", "quorum", "--timeout", "1s")
	out = s.fails(1, "expected 2", "", "rollback", "--json", "--timeout", "1s")
	var told struct {
		Release string
		Fleet   fleet.Roll
	}
	if err := json.Unmarshal([]byte(out), &told); err != nil || told.Release != "r1" || told.Fleet.Needed != 2 || told.Fleet.Serving() != 1 {
		t.Errorf("found %s, %v", out, err)
	}
	b = s.replica("b")
	b.wants(404, "/v1/posts/more") // it has learned of all that before it serves
	s.done("", "publish", "r2", "--force")
	b.wants(200, "/v1/posts/more")
}

// TestFleetMends: what is missing in the fleet is told of, and put anew by who has it.
func TestFleetMends(t *testing.T) {
	t.Parallel()
	s := newShared(t)
	s.done("", "takedown", "none", "--reason", "before it came") // whose file is there too
	blocks, err := filepath.Glob(filepath.Join(s.dir, "files", "blocks_*"))
	if err != nil || len(blocks) != 1 {
		t.Fatalf("found %v, %v, expected one block", blocks, err)
	}
	broken := func() {
		t.Helper()
		if err := os.Remove(blocks[0]); err != nil {
			t.Fatal(err)
		}
	}
	broken()
	s.fails(1, "blocks/"+strings.TrimPrefix(filepath.Base(blocks[0]), "blocks_")+" is missing", "", "check")
	code, out, errs := run(t, nil, "fleet", "mend", "--fleet", s.url, "--data", filepath.Join(t.TempDir(), "empty"))
	if code != 1 || !strings.Contains(out, "1 are lost") || !strings.Contains(errs, "run it on a machine that has the release") {
		t.Errorf("found %d %s %s", code, out, errs)
	}
	if out := s.done("", "fleet", "mend"); !strings.Contains(out, "1 were put anew, 0 are lost") {
		t.Errorf("found %s", out)
	}
	if out := s.done("", "fleet", "mend", "--json"); !strings.Contains(out, `"mended": []`) {
		t.Errorf("found %s", out)
	}
	if err := os.WriteFile(blocks[0], []byte("damaged"), 0o600); err != nil {
		t.Fatal(err)
	}
	s.fails(1, "has 7 bytes, expected", "", "check")
	s.done("", "fleet", "mend")
	s.replica("a").wants(200, "/v1/posts/good")
}

// TestFleetsCheck: nothing is wrong with a fleet with which all is well.
func TestFleetsCheck(t *testing.T) {
	t.Parallel()
	s := newShared(t)
	s.replica("a")
	s.replica("b")
	s.done(`{"slug":"more","title":"More"}`, "import", "-", "--publish")
	s.done("", "takedown", "more", "--reason", "asked for")
	out := s.done("", "check")
	for _, id := range []string{"transport", "answers", "replicas", "release", "takedowns", "versions", "clocks", "tls", "room", "drained", "files"} {
		if !strings.Contains(out, "\nok       fleet."+id+" ") {
			t.Errorf("found no ok of fleet.%s in %s", id, out)
		}
	}
}

// TestFleetWithNATSInside: a server alone carries its fleet, and has it still when it is started
// anew.
func TestFleetWithNATSInside(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	at, err := net.Listen("tcp", "127.0.0.1:0") // for a port that is free
	if err != nil {
		t.Fatal(err)
	}
	address := at.Addr().String()
	if err := at.Close(); err != nil {
		t.Fatal(err)
	}
	s := &shared{t: t, url: "nats://" + address, writer: filepath.Join(dir, "writer")}
	inside := []string{"--fleet-embedded", "--fleet-listen", address}
	a := s.start("a", inside...)
	a.wants(503, "/ready")
	s.done("", "fleet", "init")
	if out := s.done(goodLine, "import", "-", "--publish", "--wait", "1"); !strings.HasSuffix(out, "served by 1 of 1 replicas: a\n") {
		t.Errorf("found %s", out)
	}
	a.wants(200, "/v1/posts/good")
	if kept, err := os.ReadDir(filepath.Join(dir, "a-fleet")); err != nil || len(kept) == 0 {
		t.Errorf("found %v, %v, expected what NATS keeps beside the data directory", kept, err)
	}
	a.end()
	a = s.start("a", inside...)
	until(t, "a serves", func() bool { status, _ := a.get("/ready"); return status == 200 })
	s.done(`{"slug":"more","title":"More"}`, "import", "-", "--publish", "--wait", "1")
	a.wants(200, "/v1/posts/more")
	s.fails(1, "found fleet ", "", "fleet", "init")
}

// TestFleetOverHTTP: what is published at one replica is so at every other.
func TestFleetOverHTTP(t *testing.T) {
	t.Parallel()
	s := newShared(t)
	a, b := s.replica("a"), s.replica("b")
	s.done(`{"slug":"more","title":"More"}`, "import", "-")
	var key struct{ Key string }
	if err := json.Unmarshal([]byte(s.done("", "key", "add", "--scope", "admin", "--name", "desk", "--json")), &key); err != nil || key.Key == "" {
		t.Fatalf("found no key, %v", err)
	}
	header := "Authorization: Bearer " + key.Key
	until(t, "a has r2", func() bool { status, _ := a.get("/v1/posts/more", header, "Release: r2"); return status == 200 })
	until(t, "r2 is published", func() bool { // which a is refused as long as it is busy with what came before
		status, body := a.ask("POST", "/v1/releases/r2/publish", header)
		if status != 200 && status != 503 {
			t.Fatalf("found %d %s", status, body)
		}
		return status == 200
	})
	until(t, "b follows", func() bool { status, _ := b.get("/v1/posts/more"); return status == 200 })
	a.wants(200, "/v1/posts/more")
	if roll := s.status(); roll.Current != "r2" || !strings.Contains(roll.Last, "published r2") {
		t.Errorf("found %+v", roll)
	}
}

// TestFleetUpgrade: releases of an older format are in the fleet in both, until no replica needs
// the older.
func TestFleetUpgrade(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	s := &shared{t: t, dir: filepath.Join(dir, "shared"), writer: olderData(t)}
	s.url = "file://" + s.dir
	s.done("", "fleet", "init")
	a := s.start("a")
	until(t, "a says what it lacks", func() bool { _, body := a.get("/ready"); return strings.Contains(body, "run alphanode upgrade") })
	s.fails(1, "finding  fleet.versions    a: ", "", "check")
	if out := s.done("", "upgrade"); !strings.Contains(out, "r1 is upgraded from format 4 to ") {
		t.Errorf("found %s", out)
	}
	until(t, "a serves", func() bool { status, _ := a.get("/ready"); return status == 200 })
	forms := func() int {
		t.Helper()
		blocks, err := filepath.Glob(filepath.Join(s.dir, "files", "blocks_*"))
		if err != nil {
			t.Fatal(err)
		}
		return len(blocks)
	}
	if n := forms(); n != 2 {
		t.Errorf("found %d forms, expected both", n)
	}
	s.done("", "prune", "--keep", "5")
	if n := forms(); n != 1 {
		t.Errorf("found %d forms, expected the newer", n)
	}
	left := filepath.Join(s.dir, "files", "blocks_"+strings.Repeat("0", 64))
	if err := os.WriteFile(left, make([]byte, 3e6), 0o600); err != nil {
		t.Fatal(err)
	}
	if out := s.done("", "fleet", "mend", "--clear"); !strings.Contains(out, "0 were put anew, 0 are lost\ndeleted 1 blocks, 3 MB, that nothing needed\n") {
		t.Errorf("found %s", out)
	}
	if _, err := os.Stat(left); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("found %v, expected that it is deleted", err)
	}
}
