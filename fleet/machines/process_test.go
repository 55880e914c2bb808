//go:build linux

package machines_test

import (
	"bufio"
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"
)

// process is one that is meant to run until it is killed.
type process struct {
	t    *testing.T
	name string
	log  string // where it writes
	make func() *exec.Cmd
	cmd  *exec.Cmd // nil where it does not run
	done chan struct{}
}

// start starts it; it may have been killed before.
func (p *process) start() {
	p.t.Helper()
	out, err := os.OpenFile(p.log, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		p.t.Fatal(err)
	}
	defer out.Close()
	cmd := p.make()
	cmd.Stdout, cmd.Stderr = out, out
	if err := cmd.Start(); err != nil {
		p.t.Fatalf("start %s: %v", p.name, err)
	}
	p.cmd, p.done = cmd, make(chan struct{})
	go func() {
		_ = cmd.Wait() // what it says is in its log
		close(p.done)
	}()
}

// kill ends it as a power cut would, but for what the kernel has yet to write.
func (p *process) kill() {
	if p.cmd == nil {
		return
	}
	_ = p.cmd.Process.Kill() // who has ended is dead as well
	<-p.done
	p.cmd = nil
}

// gone reports whether it has ended though nobody has killed it.
func (p *process) gone() bool {
	if p.cmd == nil {
		return false
	}
	select {
	case <-p.done:
		return true
	default:
		return false
	}
}

// tail is the end of what it said, but for each request.
func (p *process) tail() string {
	data, _ := os.ReadFile(p.log)
	lines := bytes.Split(bytes.TrimSpace(data), []byte("\n"))
	lines = slices.DeleteFunc(lines, func(line []byte) bool { return bytes.Contains(line, []byte(`"msg":"request"`)) })
	if len(lines) > 15 {
		lines = lines[len(lines)-15:]
	}
	return string(bytes.Join(lines, []byte("\n")))
}

// memory is how many bytes it has that are not those of files.
func (p *process) memory() int64 {
	status, err := os.Open(fmt.Sprintf("/proc/%d/status", p.cmd.Process.Pid))
	if err != nil {
		return 0
	}
	defer status.Close()
	for lines := bufio.NewScanner(status); lines.Scan(); {
		if rest, ok := strings.CutPrefix(lines.Text(), "RssAnon:"); ok {
			kilobytes, _ := strconv.ParseInt(strings.TrimSuffix(strings.TrimSpace(rest), " kB"), 10, 64)
			return kilobytes << 10
		}
	}
	return 0
}

// peak notes the most memory that a process has until it is ended.
func (p *process) peak() (end func() int64) {
	stop, result := make(chan struct{}), make(chan int64)
	go func() {
		var most int64
		for {
			most = max(most, p.memory())
			select {
			case <-stop:
				result <- most
				return
			case <-time.After(10 * time.Millisecond):
			}
		}
	}()
	return func() int64 {
		close(stop)
		return <-result
	}
}
