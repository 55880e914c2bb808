package release_test

import (
	"bufio"
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"slices"
	"strconv"
	"syscall"
	"testing"
	"time"

	"alphanode/store/catalogue"
	"alphanode/store/keys"
)

var kills = flag.Int("kills", 25, "how many processes TestKilled kills")

const (
	// actToDo names an act for a test binary that is to do it, in the data
	// directory that it is given, and nothing else.
	actToDo = "TEST_ACT"
	// largestFile bounds the files that it can write, in bytes.
	largestFile = "TEST_LARGEST_FILE"
)

func TestMain(m *testing.M) {
	if name := os.Getenv(actToDo); name != "" {
		if err := doAct(name, os.Args[1]); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		os.Exit(0)
	}
	os.Exit(m.Run())
}

// doAct says when it begins, so that it can be killed in its midst, and when it is
// done.
func doAct(name, dir string) error {
	c, err := catalogue.Open(dir)
	if err != nil {
		return err
	}
	i := slices.IndexFunc(acts, func(a act) bool { return a.name == name })
	fmt.Println("begun")
	if limit, err := strconv.ParseUint(os.Getenv(largestFile), 10, 64); err == nil {
		if err := syscall.Setrlimit(syscall.RLIMIT_FSIZE, &syscall.Rlimit{Cur: limit, Max: limit}); err != nil {
			return err
		}
	}
	err = acts[i].do(context.Background(), c, keys.In(c.Dir()))
	fmt.Println("done")
	return err
}

// process gives a process that does the act.
func (a act) process(t *testing.T, c *catalogue.Catalogue) *exec.Cmd {
	t.Helper()
	child := exec.CommandContext(t.Context(), os.Args[0], c.Dir())
	child.Env = append(os.Environ(), actToDo+"="+a.name)
	return child
}

// TestKilled kills processes that change a data directory, at any instant. What
// was current before or after the act is then there in full, and the next acts
// work.
func TestKilled(t *testing.T) {
	t.Parallel()
	rnd := random(t)
	before, holds := stage(t)
	killed := map[string]int{}
	lasts := map[string]time.Duration{}
	for _, a := range acts {
		for range 3 {
			c := copied(t, before)
			lasted, err := a.inProcess(t, c, 0)
			if err != nil {
				t.Fatal(err)
			}
			a.check(t, c, holds, nil)
			if known := lasts[a.name]; known == 0 || lasted < known {
				lasts[a.name] = lasted
			}
		}
	}
	for n := range *kills {
		a := acts[n%len(acts)]
		after := time.Duration(1 + rnd.Int64N(int64(lasts[a.name])))
		c := copied(t, before)
		_, err := a.inProcess(t, c, after)
		if err != nil {
			killed[a.name]++
		}
		a.recovers(t, c, holds, err)
		if t.Failed() {
			t.Fatalf("%s killed after %v", a.name, after)
		}
		if err := os.RemoveAll(c.Dir()); err != nil {
			t.Fatal(err)
		}
	}
	t.Logf("killed before the end: %v of %d", killed, *kills)
	if len(killed) == 0 {
		t.Error("every process came to its end")
	}
}

var errKilled = errors.New("killed")

// inProcess does the act in a process of its own, which is killed some time after
// it began; 0 for never. It gives errKilled where the process did not get to its
// end, else how long the act lasted.
func (a act) inProcess(t *testing.T, c *catalogue.Catalogue, after time.Duration) (lasted time.Duration, err error) {
	t.Helper()
	child := a.process(t, c)
	child.Stderr = os.Stderr
	out, err := child.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := child.Start(); err != nil {
		t.Fatal(err)
	}
	said := bufio.NewReader(out)
	if line, err := said.ReadString('\n'); err != nil {
		t.Fatalf("the process said %q: %v", line, err)
	}
	began := time.Now()
	if after > 0 {
		time.Sleep(after)
		if err := child.Process.Kill(); err != nil && !errors.Is(err, os.ErrProcessDone) {
			t.Fatal(err)
		}
	}
	_, _ = said.ReadString('\n') // which ends too early where it was killed
	lasted = time.Since(began)
	if err := child.Wait(); err != nil && !child.ProcessState.Exited() {
		return 0, errKilled
	} else if err != nil {
		t.Fatalf("%s: %v", a.name, err)
	}
	return lasted, nil
}
