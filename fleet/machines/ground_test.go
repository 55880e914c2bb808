//go:build linux

package machines_test

import (
	"fmt"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"testing"
	"unsafe"
)

// ground is what the machines stand on: the namespaces, and the bridge between them.
type ground struct {
	t        *testing.T
	dir      string
	binary   string // alphanode
	machines map[string]*machine
}

// network is that of the bridge. It is nobody's but the test's: outside it is not seen.
const network = "10.77.0."

// newGround makes it, and a machine of each name.
func newGround(t *testing.T, dir string) *ground {
	t.Helper()
	g := &ground{t, dir, dir + "/alphanode", map[string]*machine{}}
	check := func(what string, err error) {
		if err != nil {
			t.Fatalf("%s: %v", what, err)
		}
	}
	check("part the mounts from those outside", syscall.Mount("", "/", "", syscall.MS_REC|syscall.MS_PRIVATE, ""))
	check("mount the processes", syscall.Mount("proc", "/proc", "proc", 0, ""))
	check("make a place for names of namespaces", os.MkdirAll("/run/netns", 0o755))
	check("hide names of namespaces", syscall.Mount("tmpfs", "/run/netns", "tmpfs", 0, ""))
	g.ip("link set lo up")
	g.ip("link add hub type bridge")
	g.ip("addr add " + network + "1/24 dev hub")
	g.ip("link set hub up")
	for i, name := range brokers {
		g.add(name, 11+i)
	}
	for i, name := range replicas {
		g.add(name, 21+i)
	}
	for i, name := range writers {
		g.add(name, 31+i)
	}
	return g
}

// ip runs the command ip.
func (g *ground) ip(arguments string) {
	g.t.Helper()
	if out, err := exec.Command("ip", strings.Fields(arguments)...).CombinedOutput(); err != nil {
		g.t.Fatalf("ip %s: %v: %s", arguments, err, out)
	}
}

// machine is a namespace with one link to the bridge.
type machine struct {
	g       *ground
	name    string
	address string
	port    string // the end of its link at the bridge
	slow    *slowLink
}

func (g *ground) add(name string, number int) {
	m := &machine{g: g, name: name, address: fmt.Sprint(network, number), port: "p-" + name}
	g.machines[name] = m
	g.ip("netns add " + name)
	far := "q-" + name
	g.ip("link add " + m.port + " type veth peer name " + far)
	for _, end := range []string{m.port, far} {
		if err := plain(end); err != nil {
			g.t.Fatalf("have %s send plain frames: %v", end, err)
		}
	}
	g.ip("link set " + far + " netns " + name)
	g.ip("-n " + name + " link set " + far + " name eth0")
	g.ip("-n " + name + " addr add " + m.address + "/24 dev eth0")
	g.ip("-n " + name + " link set eth0 up")
	g.ip("-n " + name + " link set lo up")
	g.ip("link set " + m.port + " master hub up")
}

// cut pulls the plug; mend puts it back.
func (m *machine) cut()  { m.g.ip("link set " + m.port + " down") }
func (m *machine) mend() { m.g.ip("link set " + m.port + " up") }

// nowhere is an address of hardware that nobody has.
const nowhere = "02:00:00:00:00:01"

// part has what a machine sends to another get lost; join ends that.
func (m *machine) part(other *machine) {
	m.g.ip("-n " + m.name + " neigh replace " + other.address + " lladdr " + nowhere + " dev eth0 nud permanent")
}

func (m *machine) join(other *machine) {
	m.g.ip("-n " + m.name + " neigh del " + other.address + " dev eth0")
}

// command gives a command that runs on the machine.
func (m *machine) command(name string, arguments ...string) *exec.Cmd {
	return exec.Command("ip", append([]string{"netns", "exec", m.name, name}, arguments...)...)
}

// plain has an end of a link send frames as they travel on a cable: with their sums, and no
// longer than those. So a process can stand between two ends.
func plain(link string) error {
	const (
		request       = 0x8946 // SIOCETHTOOL
		setSums       = 0x17
		setLong       = 0x1f
		setLongOfAny  = 0x24
		longestOfName = 16
	)
	s, err := syscall.Socket(syscall.AF_INET, syscall.SOCK_DGRAM, 0)
	if err != nil {
		return err
	}
	defer syscall.Close(s)
	for _, set := range []uint32{setLong, setLongOfAny, setSums} {
		value := [2]uint32{set, 0}
		var asked struct {
			name [longestOfName]byte
			data unsafe.Pointer
			_    [16]byte
		}
		copy(asked.name[:longestOfName-1], link)
		asked.data = unsafe.Pointer(&value)
		if _, _, failed := syscall.Syscall(syscall.SYS_IOCTL, uintptr(s), request, uintptr(unsafe.Pointer(&asked))); failed != 0 {
			return failed
		}
	}
	return nil
}
