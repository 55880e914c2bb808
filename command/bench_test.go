package command_test

import (
	"encoding/json"
	"path/filepath"
	"regexp"
	"runtime"
	"strings"
	"testing"

	"alphanode/bench"
)

// TestBench measures tiny archives for moments: the tables, and that no answer
// was wrong. How long anything took is not its concern.
func TestBench(t *testing.T) {
	t.Parallel()
	if runtime.GOOS != "linux" {
		t.Skip("bench needs the processor time of another process, which it reads as Linux tells it")
	}
	s := newShell(t)
	const short = " --duration 40ms --rounds 1 --connections 4"
	t.Run("table", func(t *testing.T) {
		out := s.run("alphanode bench --posts 300,100 --ops post,page --burst 0" + short + " 2>log || cat log")
		for _, want := range []string{
			`(?m)^\S+: 2\d\d public posts, first answer after \d+ ms, at most \d+ MB of private memory$`,
			`(?m)^OPERATION +FACE +ARGS +CALLS/S +P50 +P99 +P99.9 +CPU +ALLOCS +STORE +BYTES +LIMIT CPU +OF LIMIT +OF RATE +ERRORS$`,
			`(?m)^post +REST +2\d\d( +\S+( [µm]s)?)+ +0$`,
			`(?m)^page +GraphQL +512( +\S+( [µm]s)?)+ +0$`,
			`(?m)^CPU at 2\d\d posts to that at \d\d$`,
			`(?m)^page +REST +\d+\.\d\d$`,
		} {
			if !regexp.MustCompile(want).MatchString(out) {
				t.Errorf("found this, expected %s:\n%s", want, out)
			}
		}
	})
	t.Run("json", func(t *testing.T) {
		s.run("alphanode synth --posts 2000 --seed 1 | alphanode import - --publish --data archive")
		out := s.run("alphanode bench --archive archive --ops deep,unchanged --burst 40 --json" + short + " 2>log || cat log")
		var report bench.Report
		if err := json.Unmarshal([]byte(out), &report); err != nil || len(report.Archives) != 1 {
			t.Fatalf("found %v, expected one archive: %s", err, out)
		}
		a := report.Archives[0]
		if a.Posts < 1800 || a.PeakBytes == 0 || a.StartMillis == 0 || len(a.Lines) != 3 || a.Burst == nil || a.Burst.Calls != 40 {
			t.Errorf("found %+v, expected figures of about 1,900 posts, 3 lines and a burst of 40", a)
		}
		for _, l := range append(a.Lines, a.Burst) {
			if l.Missing != "" || l.Arguments < 300 || l.Calls == 0 || l.Errors > 0 || l.StoreCalls < 1 || l.Server.P50Micros == 0 {
				t.Errorf("found %+v, expected some calls over some hundred arguments and no error", l)
			}
		}
	})
	t.Run("refused", func(t *testing.T) {
		for args, want := range map[string]string{
			"--ops lsit":       "expected some of post, list",
			"--posts 0":        "expected an integer of at least 1",
			"--rounds 0":       "expected more than 0",
			"--archive nobody": "nobody",
		} {
			if out := s.run("alphanode bench " + args); !strings.Contains(out, want) || !strings.Contains(out, "exit status") {
				t.Errorf("bench %s: found %s, expected to be refused with %q", args, out, want)
			}
		}
		if left, _ := filepath.Glob(filepath.Join(s.dir, "nobody")); left != nil {
			t.Error("a data directory that was not there was made")
		}
	})
}
