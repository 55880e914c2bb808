package quota

import (
	"hash/maphash"
	"math"
	"net/netip"
	"sync"
	"time"
)

// Window is the time in which a quota comes back.
const Window = time.Minute

// Reader is who spends: the holder of a key, or else the network that asks.
type Reader struct {
	key     string // the id; "" where there is none
	network netip.Prefix
}

// OfKey is the holder of a key, wherever they ask from.
func OfKey(id string) Reader { return Reader{key: id} }

// OfNetwork is who asks from a network without a key.
func OfNetwork(network netip.Prefix) Reader { return Reader{network: network} }

// Account is that of one reader, with a quota in units; the zero Account has no bound.
type Account struct {
	all    *Accounts
	reader Reader
	quota  int
}

// Of gives a reader's account; 0 units are no bound.
func (a *Accounts) Of(reader Reader, quota int) Account {
	if quota <= 0 {
		return Account{}
	}
	return Account{a, reader, quota}
}

// Bounded reports whether there is a bound at all.
func (a Account) Bounded() bool { return a.quota > 0 }

// Quota is how many units a window has; 0 where there is no bound.
func (a Account) Quota() int { return a.quota }

// Left is what there is to spend.
func (a Account) Left() Left { return a.Spend(0) }

// Spend notes that units were spent, whether there were as many or not, and gives what
// is left. It may be called by many goroutines.
func (a Account) Spend(units int) Left {
	if !a.Bounded() {
		return Left{}
	}
	owed := a.all.spend(a.reader, time.Duration(float64(units)*a.perUnit()))
	return Left{Units: a.quota - int(math.Ceil(float64(owed)/a.perUnit())), perUnit: a.perUnit(), owed: owed}
}

// perUnit is in how many nanoseconds one unit comes back.
func (a Account) perUnit() float64 { return float64(Window) / float64(a.quota) }

// Left is what of a quota is left.
type Left struct {
	Units   int // below 0 where more was spent than there was
	perUnit float64
	owed    time.Duration
}

// Exhausted reports whether nothing is left.
func (l Left) Exhausted() bool { return l.perUnit > 0 && l.Units <= 0 }

// Wait is how long it takes until there is something to spend, or more than there is.
func (l Left) Wait() time.Duration {
	more := time.Duration(float64(l.owed) - float64(Window) + float64(max(0, l.Units)+1)*l.perUnit)
	return max(0, more)
}

// Accounts remembers what readers spent, of so many at a time. An account that is whole
// again is as good as one that nobody ever spent of, so it is forgotten without loss.
// Where there are more that are not, of some picked at random the one that least was
// spent of is forgotten: who wants their own debt forgotten must have many others spend
// more than they did.
//
// As in the generic cell rate algorithm (ITU-T I.371) an account is one time: when it will be whole.
type Accounts struct {
	seed   maphash.Seed
	began  time.Time
	shards [shards]shard
}

const shards = 64

type shard struct {
	mu    sync.Mutex
	most  int
	whole map[Reader]time.Duration // since the beginning
}

// New remembers so many readers at most. Each takes some 80 bytes.
func New(most int) *Accounts {
	a := &Accounts{seed: maphash.MakeSeed(), began: time.Now()}
	for i := range a.shards {
		a.shards[i] = shard{most: max(1, most/shards), whole: map[Reader]time.Duration{}}
	}
	return a
}

// spend notes that so much time was spent, and gives how long it takes until the
// account is whole.
func (a *Accounts) spend(reader Reader, spent time.Duration) (owed time.Duration) {
	s := &a.shards[maphash.Comparable(a.seed, reader)%shards]
	s.mu.Lock()
	defer s.mu.Unlock()
	now := time.Since(a.began)
	whole, known := s.whole[reader]
	if whole = max(whole, now) + spent; spent > 0 {
		if !known {
			s.makeRoom(now)
		}
		s.whole[reader] = whole
	}
	return whole - now
}

// looked is how many accounts are looked at to find one that can be forgotten.
const looked = 8

// makeRoom forgets some accounts that are whole, of those that come first in the random
// order of a map, and another where there are as many as there may be.
func (s *shard) makeRoom(now time.Duration) {
	n, least, soonest := 0, Reader{}, time.Duration(math.MaxInt64)
	for reader, whole := range s.whole {
		if whole <= now {
			delete(s.whole, reader)
		} else if whole < soonest {
			least, soonest = reader, whole
		}
		if n++; n == looked {
			break
		}
	}
	if len(s.whole) >= s.most {
		delete(s.whole, least)
	}
}

// Readers is how many are remembered.
func (a *Accounts) Readers() (n int) {
	for i := range a.shards {
		s := &a.shards[i]
		s.mu.Lock()
		n += len(s.whole)
		s.mu.Unlock()
	}
	return n
}
