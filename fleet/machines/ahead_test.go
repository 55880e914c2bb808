//go:build linux

package machines_test

import (
	"bytes"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// buildAhead builds an alphanode whose clock is an hour ahead: with a package time of which one
// line is another. So nothing of that is in the one that people run.
func (g *ground) buildAhead() {
	t := g.t
	t.Helper()
	if _, err := os.Stat(g.binary + "-ahead"); err == nil {
		return
	}
	root, err := exec.Command("go", "env", "GOROOT").Output()
	must(t, err)
	path := filepath.Join(strings.TrimSpace(string(root)), "src/time/time.go")
	source, err := os.ReadFile(path)
	must(t, err)
	reads := []byte("sec, nsec, mono := runtimeNow()\n")
	if bytes.Count(source, reads) != 1 {
		t.Fatalf("%s: found the line that reads the clock %d times, expected once", path, bytes.Count(source, reads))
	}
	shifted := filepath.Join(g.dir, "time.go")
	must(t, os.WriteFile(shifted, bytes.Replace(source, reads, append(reads, "\tsec += 3600\n"...), 1), 0o600))
	overlay, err := json.Marshal(map[string]map[string]string{"Replace": {path: shifted}})
	must(t, err)
	must(t, os.WriteFile(filepath.Join(g.dir, "overlay.json"), overlay, 0o600))
	build := exec.Command("go", "build", "-overlay", filepath.Join(g.dir, "overlay.json"), "-o", g.binary+"-ahead", "alphanode")
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("build alphanode with a clock that is ahead: %v: %s", err, out)
	}
}
