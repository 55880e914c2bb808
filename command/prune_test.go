package command_test

import (
	"encoding/json"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"alphanode/store"
)

// TestKilledPrune kills the process of a prune, again and again, and looks at
// what is left.
func TestKilledPrune(t *testing.T) {
	t.Parallel()
	s := newShell(t)
	data := filepath.Join(s.dir, "data")
	for i := range 12 {
		done(t, fmt.Sprintf(`{"slug":"p%d","title":"P"}`, i), "import", "-", "--publish", "--data", data)
	}
	for i := range 8 {
		s.run(fmt.Sprintf("alphanode prune --keep %d & sleep 0.%03d; kill -9 $!; wait", 10-i, i*8))
		c := verifyAll(t, data)
		if current, err := c.Current(); err != nil || current != "r12" {
			t.Errorf("found %q current, %v", current, err)
		}
		if target, err := c.RollbackTarget(); err != nil || target != "r11" {
			t.Errorf("found the target %q, %v", target, err)
		}
	}
	var pruned store.Pruned
	if err := json.Unmarshal([]byte(done(t, "", "prune", "--keep", "3", "--json", "--data", data)), &pruned); err != nil {
		t.Fatal(err)
	}
	if want := []string{"r10", "r11", "r12"}; !slices.Equal(pruned.Kept, want) {
		t.Errorf("found %+v", pruned)
	}
	if remains, err := filepath.Glob(filepath.Join(data, "releases", ".*")); err != nil || len(remains) > 0 {
		t.Errorf("found %q, %v", remains, err)
	}
	if out := done(t, `{"slug":"after","title":"After"}`, "import", "-", "--publish", "--data", data); !strings.Contains(out, "built r13") {
		t.Errorf("found %s", out)
	}
}

func TestPruneAsksHowMany(t *testing.T) {
	t.Parallel()
	for _, args := range [][]string{{"prune"}, {"prune", "--keep", "0"}, {"prune", "--keep", "-1"}, {"prune", "--keep", "x"}, {"prune", "3"}} {
		if code, _, errs := run(t, nil, append(args, "--data", t.TempDir())...); code != 2 {
			t.Errorf("%q: exit code %d: %s", args, code, errs)
		}
	}
}
