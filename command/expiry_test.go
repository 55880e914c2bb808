package command_test

import (
	"encoding/json"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

func TestKeysThatAreLimited(t *testing.T) {
	t.Parallel()
	data := filepath.Join(t.TempDir(), "data")
	for _, expires := range []string{"2999-01-31", "2999-01-31T09:00:00+02:00", "90d", "12h30m"} {
		code, _, errs := run(t, nil, "key", "add", "--scope=read", "--name=x", "--expires", expires, "--budget=5000", "--data", data)
		if code != 0 || !strings.Contains(errs, ", until 2") || !strings.Contains(errs, ", with 5000 units a minute;") {
			t.Errorf("%s: found %d, %s", expires, code, errs)
		}
	}
	for _, wrong := range [][]string{
		{"--expires", "2020-01-01"}, {"--expires", "-1h"}, {"--expires", "0d"}, {"--expires", "soon"}, {"--expires", ""}, {"--expires", "99999999d"},
		{"--budget", "0"}, {"--budget", "-5"}, {"--budget", "1000000001"}, {"--budget", "many"},
	} {
		code, out, errs := run(t, nil, append([]string{"key", "add", "--scope=read", "--name=x", "--data", data}, wrong...)...)
		if code != 2 || out != "" || !strings.Contains(errs, wrong[0]) {
			t.Errorf("%q: found %d, %q, %s", wrong, code, out, errs)
		}
	}
	done(t, "", "key", "add", "--scope=read", "--name=plain", "--data", data)
	var listed []struct {
		Expires *time.Time
		Budget  *int
	}
	if err := json.Unmarshal([]byte(done(t, "", "key", "list", "--json", "--data", data)), &listed); err != nil {
		t.Fatal(err)
	}
	if len(listed) != 5 || !listed[1].Expires.Equal(time.Date(2999, 1, 31, 7, 0, 0, 0, time.UTC)) || *listed[0].Budget != 5000 || listed[4].Expires != nil || listed[4].Budget != nil {
		t.Errorf("found %+v", listed)
	}
	if in := time.Until(*listed[2].Expires); in < 89*24*time.Hour || in > 91*24*time.Hour {
		t.Errorf("90d: found %v", in)
	}
	if table := done(t, "", "key", "list", "--data", data); !strings.Contains(table, "2999-01-31 00:00:00  5000") {
		t.Errorf("found %s", table)
	}
}
