package transporttest

import (
	"bytes"
	"hash/fnv"
	"maps"
	"math/rand/v2"
	"slices"
	"sync"
	"time"

	"alphanode/fleet/transport"
)

// Net lies between machines, in memory. It carries what they put and set, and fails as a
// test says. What chance decides follows from the seed and the name of a machine alone, as
// far as that machine makes its calls in one order.
type Net struct {
	seed uint64

	mu       sync.Mutex
	changed  chan struct{} // closed, and made anew, when anything below has changed
	files    map[string]file
	values   map[string]transport.Event
	revision uint64
	told     []transport.Event // every change of a value, in order
	life     int               // how often all was wiped
	missing  bool
	full     bool
	stale    int
	machines map[string]*machine
}

type file struct {
	data  []byte
	by    *machine
	asked map[*machine]int // how often others asked for it in vain
}

// NewNet makes a net to which no machine is joined yet.
func NewNet(seed uint64) *Net {
	return &Net{
		seed: seed, changed: make(chan struct{}), machines: map[string]*machine{},
		files: map[string]file{}, values: map[string]transport.Event{},
	}
}

// Join gives the net as a machine sees it. To join again under a name is to give the same
// machine another connection: faults are those of the machine.
func (n *Net) Join(name string) transport.Transport {
	n.mu.Lock()
	defer n.mu.Unlock()
	return &connection{machine: n.machine(name), closed: make(chan struct{})}
}

// machine gives the machine of a name. n.mu is held.
func (n *Net) machine(name string) *machine {
	m := n.machines[name]
	if m == nil {
		h := fnv.New64a()
		_, _ = h.Write([]byte(name))
		m = &machine{net: n, name: name, chance: rand.New(rand.NewPCG(n.seed, h.Sum64()))}
		n.machines[name] = m
	}
	return m
}

// change changes what a net holds or does, and wakes who waits for that.
func (n *Net) change(f func()) {
	n.mu.Lock()
	defer n.mu.Unlock()
	f()
	n.wake()
}

func (n *Net) wake() {
	close(n.changed)
	n.changed = make(chan struct{})
}

// Cut cuts a machine off: its calls get no answer until their context ends or it is healed,
// and its Watch ends. What was asked before may have been done.
func (n *Net) Cut(name string) { n.change(func() { n.machine(name).cut = true }) }

// Heal ends what Cut began.
func (n *Net) Heal(name string) { n.change(func() { n.machine(name).cut = false }) }

// CutAll cuts every machine that has joined off, as if nobody answered any more.
func (n *Net) CutAll() { n.all(func(m *machine) { m.cut = true }) }

// HealAll ends what Cut and CutAll began.
func (n *Net) HealAll() { n.all(func(m *machine) { m.cut = false }) }

// Delay makes each call and each event of a machine take this long, by chance.
func (n *Net) Delay(name string, least, most time.Duration) {
	n.change(func() { n.machine(name).least, n.machine(name).most = least, most })
}

// Lose loses the answers to a share of a machine's calls that change something: they are
// done, and end with ErrUnavailable.
func (n *Net) Lose(name string, share float64) {
	n.change(func() { n.machine(name).lose = share })
}

// Repeat tells a share of the events twice, some of the second times after newer ones, to
// all machines that have joined.
func (n *Net) Repeat(share float64) { n.all(func(m *machine) { m.repeat = share }) }

// Reorder tells a share of the events before those that came first, to all machines that
// have joined.
func (n *Net) Reorder(share float64) { n.all(func(m *machine) { m.reorder = share }) }

func (n *Net) all(f func(*machine)) {
	n.change(func() {
		for _, m := range n.machines {
			f(m)
		}
	})
}

// StaleOpen makes the first calls of Open by each machine say ErrNotFound, for each file that
// another machine has put or puts.
func (n *Net) StaleOpen(calls int) { n.change(func() { n.stale = calls }) }

// Full makes every Put end with ErrNoRoom.
func (n *Net) Full(full bool) { n.change(func() { n.full = full }) }

// Missing makes every call end with a [transport.MissingError]: what carries the fleet is
// there and was never prepared for it.
func (n *Net) Missing(missing bool) { n.change(func() { n.missing = missing }) }

// Wipe removes all files and values, and revisions begin anew, as when what carried them was
// started with an empty disk. Every Watch ends.
func (n *Net) Wipe() {
	n.change(func() {
		clear(n.files)
		clear(n.values)
		n.revision, n.told = 0, nil
		n.life++
	})
}

// Corrupt flips a byte in the middle of a file, and reports whether there is one.
func (n *Net) Corrupt(name string) (there bool) {
	n.change(func() {
		f := n.files[name]
		if there = len(f.data) > 0; there {
			f.data = bytes.Clone(f.data) // others are reading it
			f.data[len(f.data)/2] ^= 0x40
			n.files[name] = f
		}
	})
	return there
}

// Drop removes a file that nobody asked to be removed, and reports whether there was one.
func (n *Net) Drop(name string) (there bool) {
	n.change(func() {
		_, there = n.files[name]
		delete(n.files, name)
	})
	return there
}

// Files gives the names of all files, in order.
func (n *Net) Files() []string {
	n.mu.Lock()
	defer n.mu.Unlock()
	return slices.Sorted(maps.Keys(n.files))
}

// Values gives all values that are there, in the order of their keys.
func (n *Net) Values() []transport.Value {
	n.mu.Lock()
	defer n.mu.Unlock()
	var all []transport.Value
	for _, e := range n.there("") {
		all = append(all, e.Value)
	}
	return all
}

// there gives the values under a prefix, as events. n.mu is held.
func (n *Net) there(prefix string) []transport.Event {
	var events []transport.Event
	for _, key := range slices.Sorted(maps.Keys(n.values)) {
		if e := n.values[key]; !e.Removed && transport.Under(prefix, key) {
			events = append(events, e)
		}
	}
	return events
}

// tell notes a change of a value. n.mu is held.
func (n *Net) tell(e transport.Event) uint64 {
	n.revision++
	e.Revision = n.revision
	n.values[e.Key] = e
	n.told = append(n.told, e)
	n.wake()
	return e.Revision
}
