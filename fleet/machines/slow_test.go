//go:build linux

package machines_test

import (
	"fmt"
	"math/rand/v2"
	"net"
	"sync"
	"sync/atomic"
	"syscall"
	"time"
)

// slowness is how bad a link is. It is made by this process, as not every kernel has what
// makes links slow.
type slowness struct {
	rate  int           // bits a second
	delay time.Duration // on each of the two ways
	loss  float64       // of frames
}

// far is a link of 1 Mbit/s with 200 ms there and back, which loses 2 of 100 frames.
var far = slowness{1e6, 100 * time.Millisecond, 0.02}

// longestQueue is how many frames wait on a slow link; others are lost.
const longestQueue = 256

// slowLink stands between a machine and the bridge.
type slowLink struct {
	end     atomic.Bool
	running sync.WaitGroup
	sockets [2]int
}

// slowDown takes the machine's link from the bridge and carries its frames there.
func (m *machine) slowDown(how slowness, seed uint64) {
	near, hub := "s-"+m.name, "t-"+m.name
	m.g.ip("link add " + near + " type veth peer name " + hub)
	for _, end := range []string{near, hub} {
		if err := plain(end); err != nil {
			m.g.t.Fatal(err)
		}
	}
	m.g.ip("link set " + hub + " master hub up")
	m.g.ip("link set " + near + " up")
	m.g.ip("link set " + m.port + " nomaster")
	l := &slowLink{}
	for i, name := range []string{m.port, near} {
		s, err := tap(name)
		if err != nil {
			m.g.t.Fatalf("take frames of %s: %v", name, err)
		}
		l.sockets[i] = s
	}
	for i := range l.sockets {
		random := rand.New(rand.NewPCG(seed, uint64(i)))
		l.running.Go(func() { l.carry(l.sockets[i], l.sockets[1-i], how, random) })
	}
	m.slow = l
}

// speedUp ends that.
func (m *machine) speedUp() {
	m.slow.end.Store(true)
	m.slow.running.Wait()
	for _, s := range m.slow.sockets {
		_ = syscall.Close(s)
	}
	m.slow = nil
	m.g.ip("link del s-" + m.name)
	m.g.ip("link set " + m.port + " master hub")
}

// tap gives a socket that has what comes at a link, and sends there.
func tap(link string) (int, error) {
	const (
		all        = 3 // ETH_P_ALL
		packets    = 263
		ignoreSent = 23
	)
	there, err := net.InterfaceByName(link)
	if err != nil {
		return 0, err
	}
	protocol := uint16(all << 8)
	s, err := syscall.Socket(syscall.AF_PACKET, syscall.SOCK_RAW|syscall.SOCK_CLOEXEC, int(protocol))
	if err != nil {
		return 0, err
	}
	for _, step := range []func() error{
		func() error { return syscall.SetsockoptInt(s, packets, ignoreSent, 1) },
		func() error {
			return syscall.SetsockoptTimeval(s, syscall.SOL_SOCKET, syscall.SO_RCVTIMEO, &syscall.Timeval{Usec: 50_000})
		},
		func() error {
			return syscall.Bind(s, &syscall.SockaddrLinklayer{Protocol: protocol, Ifindex: there.Index})
		},
	} {
		if err := step(); err != nil {
			return 0, fmt.Errorf("%w", err)
		}
	}
	return s, nil
}

// frame is on its way.
type frame struct {
	data []byte
	at   time.Time
}

// carry carries frames one way.
func (l *slowLink) carry(from, to int, how slowness, random *rand.Rand) {
	queue := make(chan frame, longestQueue)
	var sending sync.WaitGroup
	sending.Go(func() {
		for f := range queue {
			time.Sleep(time.Until(f.at))
			_, _ = syscall.Write(to, f.data) // one that is not taken is lost, as others are
		}
	})
	defer sending.Wait()
	defer close(queue)
	var free time.Time // since when the link carries nothing
	buffer := make([]byte, 1<<16)
	for !l.end.Load() {
		n, _, err := syscall.Recvfrom(from, buffer, 0)
		if err != nil || random.Float64() < how.loss {
			continue
		}
		if now := time.Now(); free.Before(now) {
			free = now
		}
		sent := free.Add(time.Duration(n) * 8 * time.Second / time.Duration(how.rate))
		select {
		case queue <- frame{append([]byte(nil), buffer[:n]...), sent.Add(how.delay)}:
			free = sent
		default:
		}
	}
}
