package brokertest

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"
	"sync"
	"testing"

	"alphanode/fleet/broker"
)

// Broker is a process that is a server, and nothing else.
type Broker struct {
	URL string // where machines connect

	cmd    *exec.Cmd
	stdin  io.Closer // whose end is the server's, so that none outlives its test
	says   *bufio.Scanner
	errors bytes.Buffer // to be read when it has ended
	close  sync.Once
}

// Start starts a broker, and returns when machines can connect. It ends with the test, or when it
// is closed.
func Start(t *testing.T, o broker.Options) *Broker {
	t.Helper()
	text, err := json.Marshal(o)
	if err != nil {
		t.Fatal(err)
	}
	return begin(t, ours, string(text))
}

// StartForeign starts a server that somebody else runs, with JetStream on a free port and what a
// configuration says in the language of NATS.
func StartForeign(t *testing.T, configuration string) *Broker {
	t.Helper()
	return begin(t, foreign, fmt.Sprintf("listen: \"127.0.0.1:-1\"\njetstream: {store_dir: %q}\n%s", t.TempDir(), configuration))
}

// begin starts the test's own binary once more: see [Main].
func begin(t *testing.T, what, with string) *Broker {
	t.Helper()
	b := &Broker{cmd: exec.Command(os.Args[0])}
	b.cmd.Env = append(os.Environ(), what+"="+with)
	b.cmd.Stderr = &b.errors
	stdin, err := b.cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	stdout, err := b.cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	b.stdin, b.says = stdin, bufio.NewScanner(stdout)
	if err := b.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(b.Close)
	if !b.says.Scan() {
		b.Close()
		t.Fatalf("the broker does not start: %s", b.errors.String())
	}
	b.URL = b.says.Text()
	return b
}

// Ready waits until the broker answers, as [broker.Broker.Ready] does. It may be asked once.
func (b *Broker) Ready(t *testing.T) {
	t.Helper()
	if !b.says.Scan() || b.says.Text() != ready {
		b.Close()
		t.Fatalf("the broker is not ready: %s", strings.TrimSpace(b.errors.String()))
	}
}

// Close ends the broker as a stop of its service does, and returns when it has ended.
func (b *Broker) Close() {
	b.close.Do(func() {
		_ = b.stdin.Close()
		_ = b.cmd.Wait() // what it says of races in the server is nobody's
	})
}
