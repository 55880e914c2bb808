package command_test

import "testing"

func TestPruneAsksHowMany(t *testing.T) {
	t.Parallel()
	for _, args := range [][]string{{"prune"}, {"prune", "--keep", "0"}, {"prune", "--keep", "-1"}, {"prune", "--keep", "x"}, {"prune", "3"}} {
		if code, _, errs := run(t, nil, append(args, "--data", t.TempDir())...); code != 2 {
			t.Errorf("%q: exit code %d: %s", args, code, errs)
		}
	}
}
