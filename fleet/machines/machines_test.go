//go:build linux

package machines_test

import (
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
)

var (
	machines = flag.Bool("machines", false, "run the fleet of machines: needs root")
	long     = flag.Duration("long", 0, "for how long faults happen at random, after 100,000 posts have been measured; 0 for the short form")
	seed     = flag.Uint64("seed", 1, "of what happens at random")
	only     = flag.String("faults", "", "only those faults whose names have this expression")
	keep     = flag.Bool("keep", false, "keep the folder with the data and the logs of all processes")
)

// What a process of this test is started as, but for the first.
const (
	insideVariable = "MACHINES_FOLDER" // the test itself, in its namespaces: the folder
	brokerVariable = "MACHINES_BROKER" // a broker: its options
)

func TestMain(m *testing.M) {
	if options := os.Getenv(brokerVariable); options != "" {
		os.Exit(runBroker(options))
	}
	flag.Parse()
	inside := os.Getenv(insideVariable) != ""
	if *machines && os.Geteuid() == 0 && !inside {
		os.Exit(enter())
	}
	os.Exit(m.Run())
}

// folderPrefix and the number of a process begin the name of the folder of a run.
const folderPrefix = "alphanode-machines-"

// enter runs the test again in namespaces of its own, where it is the first process: whatever
// it has started, mounted and named is gone when it ends.
func enter() int {
	sweep()
	dir, err := os.MkdirTemp("", folderPrefix+strconv.Itoa(os.Getpid())+"-")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	if *keep {
		fmt.Println("what the machines have is in", dir)
	} else {
		defer os.RemoveAll(dir)
	}
	build := exec.Command("go", "build", "-o", filepath.Join(dir, "alphanode"), "alphanode")
	build.Stderr = os.Stderr
	if err := build.Run(); err != nil {
		fmt.Fprintln(os.Stderr, "build alphanode:", err)
		return 1
	}
	runtime.LockOSThread() // whose end ends the other
	self := exec.Command("/proc/self/exe", os.Args[1:]...)
	self.Stdout, self.Stderr = os.Stdout, os.Stderr
	self.Env = append(os.Environ(), insideVariable+"="+dir)
	self.SysProcAttr = &syscall.SysProcAttr{
		Cloneflags: syscall.CLONE_NEWNS | syscall.CLONE_NEWNET | syscall.CLONE_NEWPID,
		Pdeathsig:  syscall.SIGKILL,
	}
	if err := self.Run(); err != nil {
		if self.ProcessState == nil {
			fmt.Fprintln(os.Stderr, "run the test in namespaces of its own:", err)
		}
		return 1
	}
	return 0
}

// sweep removes folders of runs that were killed.
func sweep() {
	folders, _ := filepath.Glob(filepath.Join(os.TempDir(), folderPrefix+"*"))
	for _, folder := range folders {
		number, _, _ := strings.Cut(strings.TrimPrefix(filepath.Base(folder), folderPrefix), "-")
		if pid, err := strconv.Atoi(number); err == nil && syscall.Kill(pid, 0) == syscall.ESRCH {
			_ = os.RemoveAll(folder)
		}
	}
}

// TestMachines is the test of a whole fleet.
func TestMachines(t *testing.T) {
	if !*machines {
		t.Skip("a fleet of machines is tested by: go test ./fleet/machines -v -args -machines (as root)")
	}
	dir := os.Getenv(insideVariable)
	if dir == "" {
		t.Fatal("-machines makes network namespaces: it needs root")
	}
	start := time.Now()
	t.Logf("seed %d", *seed)
	posts := 3000
	if *long > 0 {
		posts = 100_000
	}
	g := newGround(t, dir)
	t.Run("Figures", func(t *testing.T) {
		f := newFleet(t, g, "figures", posts)
		f.figures(posts)
	})
	t.Run("Faults", func(t *testing.T) {
		f := newFleet(t, g, "faults", 3000)
		f.faults()
	})
	t.Logf("all of it took %v", time.Since(start).Round(time.Second))
}
