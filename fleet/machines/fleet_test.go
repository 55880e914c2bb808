//go:build linux

package machines_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"alphanode/fleet/broker"
)

// Who there is.
var (
	brokers  = []string{"n1", "n2", "n3"}
	replicas = []string{"a", "b", "c"}
	writers  = []string{"w1", "w2"}
)

// soon is how long a test waits for what must happen; it does not for long where all is well.
const soon = 3 * time.Minute

// fleet is a fleet on the machines.
type fleet struct {
	t         *testing.T
	g         *ground
	dir       string
	secrets   secrets
	processes map[string]*process
	truth     *truth
	readers   *crowd
	build     atomic.Int64    // the last one
	ahead     map[string]bool // whose clocks are an hour ahead
}

// newFleet starts a fleet whose first release has so many posts beside the probes, and waits
// until it is served everywhere.
func newFleet(t *testing.T, g *ground, name string, posts int) *fleet {
	t.Helper()
	f := &fleet{t: t, g: g, dir: filepath.Join(g.dir, name), processes: map[string]*process{}, ahead: map[string]bool{}}
	must(t, os.Mkdir(f.dir, 0o755))
	var addresses []string
	for _, name := range brokers {
		addresses = append(addresses, g.machines[name].address)
	}
	f.secrets = newSecrets(t, f.dir, addresses)
	t.Cleanup(f.end)
	for _, name := range brokers {
		f.add(name, func() *exec.Cmd { return f.brokerCommand(name) })
	}
	for _, name := range replicas {
		f.add(name, func() *exec.Cmd { return f.replicaCommand(name) })
		must(t, os.MkdirAll(f.data(name), 0o755))
		must(t, syscall.Mount("tmpfs", f.data(name), "tmpfs", 0, "mode=0700,size=2g"))
	}
	for _, name := range brokers {
		f.processes[name].start()
	}
	archive := filepath.Join(f.dir, "archive.ndjson")
	f.synthesize(archive, posts, 1)
	f.must("w1", "-local", "import", "--publish", archive, f.probes())
	f.must("w1", "fleet", "init")
	for _, name := range replicas {
		f.processes[name].start()
	}
	f.truth = newTruth(f)
	f.readers = newCrowd(f)
	f.settle()
	return f
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func (f *fleet) add(name string, command func() *exec.Cmd) {
	f.processes[name] = &process{t: f.t, name: name, log: filepath.Join(f.dir, name+".log"), make: command}
}

// end kills what runs.
func (f *fleet) end() {
	if f.readers != nil {
		f.readers.stop()
	}
	for _, p := range f.processes {
		p.kill()
		if f.t.Failed() {
			f.t.Logf("%s said last:\n%s", p.name, p.tail())
		}
	}
	for _, name := range replicas {
		_ = syscall.Unmount(f.data(name), syscall.MNT_DETACH)
	}
}

func (f *fleet) data(name string) string { return filepath.Join(f.dir, name) }

func (f *fleet) brokerCommand(name string) *exec.Cmd {
	address := f.g.machines[name].address
	o := broker.Options{
		Dir: f.data(name), Name: name, Listen: address + ":4222", Cluster: address + ":6222",
		Credentials: f.secrets.credentials, Cert: f.secrets.certificate, Key: f.secrets.key, CA: f.secrets.authority,
	}
	for _, peer := range brokers {
		o.Peers = append(o.Peers, f.g.machines[peer].address+":6222")
	}
	options, err := json.Marshal(o)
	must(f.t, err)
	self, err := os.Executable()
	must(f.t, err)
	cmd := f.g.machines[name].command(self)
	cmd.Env = append(os.Environ(), brokerVariable+"="+string(options))
	return cmd
}

// url is where the fleet is.
func (f *fleet) url() string {
	var all []string
	for _, name := range brokers {
		all = append(all, "nats://"+f.g.machines[name].address+":4222")
	}
	return strings.Join(all, ",")
}

func (f *fleet) replicaCommand(name string) *exec.Cmd {
	cmd := f.g.machines[name].command(f.binary(name), "serve", "--addr", f.address(name), "--ops-addr", "", "--empty",
		"--fleet-name", name, "--fleet-reserve", "1000000", "--address-budget", "0", "--data", f.data(name))
	cmd.Env = f.environment()
	return cmd
}

// binary is what a machine runs.
func (f *fleet) binary(name string) string {
	if f.ahead[name] {
		return f.g.binary + "-ahead"
	}
	return f.g.binary
}

// address is where a replica is asked.
func (f *fleet) address(replica string) string { return f.g.machines[replica].address + ":8080" }

func (f *fleet) environment() []string {
	return append(os.Environ(), "ALPHANODE_FLEET="+f.url(), "ALPHANODE_FLEET_CA="+f.secrets.authority, "ALPHANODE_FLEET_CREDENTIALS="+f.secrets.credentials)
}

// outcome is what became of a command.
type outcome struct {
	code   int
	output string
	errors string
	took   time.Duration
}

// command gives a command of alphanode on the machine of a writer. With -local before its
// name the fleet is not named.
func (f *fleet) command(writer string, arguments ...string) *exec.Cmd {
	env := f.environment()
	if arguments[0] == "-local" {
		arguments, env = arguments[1:], os.Environ()
	}
	cmd := f.g.machines[writer].command(f.binary(writer), append(arguments, "--data", f.data(writer))...)
	cmd.Env = env
	return cmd
}

// run runs it.
func (f *fleet) run(writer string, arguments ...string) outcome {
	var out, errs bytes.Buffer
	cmd := f.command(writer, arguments...)
	cmd.Stdout, cmd.Stderr = &out, &errs
	start := time.Now()
	_ = cmd.Run() // the code tells
	return outcome{cmd.ProcessState.ExitCode(), out.String(), errs.String(), time.Since(start)}
}

// must is run of what must be done.
func (f *fleet) must(writer string, arguments ...string) outcome {
	f.t.Helper()
	o := f.run(writer, arguments...)
	if o.code != 0 {
		f.t.Fatalf("%s: alphanode %s: code %d after %v: %s%s", writer, strings.Join(arguments, " "), o.code, o.took, o.output, o.errors)
	}
	return o
}

// refused is run of what must not be done.
func (f *fleet) refused(writer string, arguments ...string) outcome {
	f.t.Helper()
	o := f.run(writer, arguments...)
	if o.code == 0 {
		f.t.Errorf("%s: alphanode %s: it was done, expected that it is not: %s", writer, strings.Join(arguments, " "), o.output)
	}
	return o
}

// synthesize writes synthetic posts to a file.
func (f *fleet) synthesize(path string, posts int, seed int) {
	f.t.Helper()
	out, err := os.Create(path)
	must(f.t, err)
	cmd := exec.Command(f.g.binary, "synth", "--posts", fmt.Sprint(posts), "--seed", fmt.Sprint(seed))
	cmd.Stdout = out
	must(f.t, cmd.Run())
	must(f.t, out.Close())
}

// stage builds a release with the probes of another build, and gives its name.
func (f *fleet) stage(writer string, more ...string) string {
	f.t.Helper()
	o := f.must(writer, append([]string{"import", "--json", f.probes()}, more...)...)
	return f.released(o)
}

// released gives the name of the release that an import made.
func (f *fleet) released(o outcome) string {
	f.t.Helper()
	var done struct{ Release string }
	if err := json.Unmarshal([]byte(o.output), &done); err != nil || done.Release == "" {
		f.t.Fatalf("found no release in %s%s: %v", o.output, o.errors, err)
	}
	return done.Release
}

// publish stages a build and publishes it, waiting for so many replicas.
func (f *fleet) publish(writer, wait string) string {
	f.t.Helper()
	name := f.stage(writer)
	f.truth.learn(writer)
	f.must(writer, "publish", name, "--wait", wait)
	return name
}

// roll is what a command tells of the replicas.
type roll struct {
	Act      uint64
	Current  string
	Replicas []struct {
		Name    string
		Release string
		Fetched int64
		Done    bool
		Why     string
	}
}

// status asks how the fleet is.
func (f *fleet) status() (r roll) {
	f.t.Helper()
	o := f.must("w1", "fleet", "status", "--json")
	must(f.t, json.Unmarshal([]byte(o.output), &r))
	return r
}

// settle waits until every machine has one history and serves what is current by it, and
// holds what readers were told against it.
func (f *fleet) settle() {
	f.t.Helper()
	start := time.Now()
	for {
		problem := f.unsettled()
		if problem == "" {
			break
		}
		for _, p := range f.processes {
			if p.gone() {
				f.t.Fatalf("%s has ended by itself:\n%s", p.name, p.tail())
			}
		}
		if time.Since(start) > soon {
			f.t.Fatalf("the fleet did not settle: %s", problem)
		}
		time.Sleep(50 * time.Millisecond)
	}
	f.readers.well()
	f.truth.learn(writers...)
	f.readers.judge(f.journal("a"))
}

// unsettled says what is not as it is to be; "" where all is.
func (f *fleet) unsettled() string {
	want := f.journal("w1")
	if other := f.journal("w2"); len(other) > len(want) {
		want = other
	}
	for _, name := range replicas {
		if have := f.journal(name); !bytes.HasPrefix(have, want) || len(have) == 0 {
			return fmt.Sprintf("%s has another journal of %d bytes, expected %d", name, len(have), len(want))
		}
		if have := f.journal(name); !bytes.Equal(have, f.journal(replicas[0])) {
			return fmt.Sprintf("%s has another journal than %s", name, replicas[0])
		}
		current := strings.TrimSpace(string(f.read(replicas[0], "CURRENT")))
		if serves := f.serves(name); serves != current {
			return fmt.Sprintf("%s serves %q, expected %s", name, serves, current)
		}
	}
	return ""
}

func (f *fleet) read(name, file string) []byte {
	data, _ := os.ReadFile(filepath.Join(f.data(name), file)) // nothing where there is none
	return data
}

func (f *fleet) journal(name string) []byte { return f.read(name, "journal.ndjson") }

// serves asks a replica what it serves; it gives a problem where it serves nothing.
func (f *fleet) serves(replica string) string {
	client := http.Client{Timeout: 5 * time.Second}
	r, err := client.Get("http://" + f.address(replica) + "/ready")
	if err != nil {
		return err.Error()
	}
	defer r.Body.Close()
	body, err := io.ReadAll(r.Body)
	var ready struct{ Release string }
	if err != nil || json.Unmarshal(body, &ready) != nil || r.StatusCode != http.StatusOK {
		return fmt.Sprint(r.Status, string(body))
	}
	return ready.Release
}
