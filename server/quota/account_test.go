package quota_test

import (
	"fmt"
	"math/rand/v2"
	"net/netip"
	"testing"
	"testing/synctest"
	"time"

	"alphanode/server/quota"
)

// bucket is the plain form of what an account must be: tokens that come back evenly.
type bucket struct {
	tokens float64
	quota  int
	at     time.Time
}

func (b *bucket) spend(units int) {
	now := time.Now()
	b.tokens = min(float64(b.quota), b.tokens+now.Sub(b.at).Seconds()*float64(b.quota)/quota.Window.Seconds())
	b.at = now
	b.tokens -= float64(units)
}

// TestAccountIsABucket spends at random, of several readers, and holds what is left
// against a token bucket.
func TestAccountIsABucket(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		rnd := rand.New(rand.NewPCG(1, 2))
		accounts := quota.New(1000)
		readers := map[quota.Reader]*bucket{}
		for i := range 5 {
			readers[quota.OfKey(fmt.Sprint(i))] = &bucket{quota: []int{1, 7, 1000, 3_000_000, 1_000_000_000}[i], at: time.Now()}
		}
		for _, b := range readers {
			b.tokens = float64(b.quota)
		}
		for range 2000 {
			time.Sleep(time.Duration(rnd.Int64N(int64(5 * time.Second))))
			for reader, b := range readers {
				units := rnd.IntN(max(2, b.quota/5))
				b.spend(units)
				left := accounts.Of(reader, b.quota).Spend(units)
				if off := float64(left.Units) - b.tokens; off > 0.01 || off < -1.01 {
					t.Fatalf("of %d: found %d, expected %f", b.quota, left.Units, b.tokens)
				}
				if left.Exhausted() != (left.Units < 1) {
					t.Errorf("%d left, exhausted: %t", left.Units, left.Exhausted())
				}
			}
		}
		for reader, b := range readers { // what is told to wait is true, and not a second too long
			account := accounts.Of(reader, b.quota)
			account.Spend(b.quota * 3)
			left := account.Left()
			time.Sleep(time.Duration(left.Seconds()) * time.Second)
			if account.Left().Exhausted() {
				t.Errorf("of %d: nothing after %d seconds", b.quota, left.Seconds())
			}
			account.Spend(b.quota * 3)
			left = account.Left()
			time.Sleep(left.Wait() - time.Millisecond - 60*time.Second/time.Duration(b.quota))
			if !account.Left().Exhausted() {
				t.Errorf("of %d: something before %v", b.quota, left.Wait())
			}
		}
	})
}

func ofAddr(addr netip.Addr) quota.Reader {
	return quota.OfNetwork(netip.PrefixFrom(addr, addr.BitLen()))
}

func TestNoBound(t *testing.T) {
	t.Parallel()
	accounts := quota.New(10)
	account := accounts.Of(quota.OfKey("k"), 0)
	if left := account.Spend(1 << 40); left.Exhausted() || account.Bounded() || accounts.Readers() != 0 {
		t.Errorf("found %+v", left)
	}
}

func TestFields(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		account := quota.New(10).Of(quota.OfKey("k"), 600)
		for _, tt := range []struct {
			spent int
			want  string
		}{{0, `"cost";r=600;t=1`}, {100, `"cost";r=500;t=1`}, {500, `"cost";r=0;t=1`}, {1195, `"cost";r=0;t=120`}} {
			if got := account.Spend(tt.spent).Field(); got != tt.want {
				t.Errorf("found %s, expected %s", got, tt.want)
			}
		}
		if got := account.Policy(); got != `"cost";q=600;w=60` {
			t.Errorf("found %s", got)
		}
	})
}

// TestDebtsAreNotPushedOut: many readers who spend little make nobody's debt forgotten,
// and no more are remembered than may be.
func TestDebtsAreNotPushedOut(t *testing.T) {
	t.Parallel()
	const most = 64 * 100
	accounts := quota.New(most)
	debtor := func(i int) quota.Account { return accounts.Of(quota.OfKey(fmt.Sprint(i)), 1000) }
	for i := range 100 {
		debtor(i).Spend(2000 + i)
	}
	for i := range 20 * most {
		addr := netip.AddrFrom4([4]byte{10, byte(i >> 16), byte(i >> 8), byte(i)})
		accounts.Of(ofAddr(addr), 1000).Spend(1 + i%900)
	}
	forgiven := 0
	for i := range 100 {
		if !debtor(i).Left().Exhausted() {
			forgiven++
		}
	}
	if forgiven > 0 || accounts.Readers() > most {
		t.Errorf("found %d debts forgotten and %d readers", forgiven, accounts.Readers())
	}
}

// TestWholeAccountsAreForgotten: who spent nothing for long takes no room.
func TestWholeAccountsAreForgotten(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		accounts := quota.New(1 << 20)
		for i := range 200_000 {
			if i%1000 == 0 {
				time.Sleep(time.Second)
			}
			addr := netip.AddrFrom4([4]byte{10, byte(i >> 16), byte(i >> 8), byte(i)})
			accounts.Of(ofAddr(addr), 1000).Spend(20)
		}
		if found := accounts.Readers(); found > 20_000 {
			t.Errorf("found %d readers, of whom 1,200 or so have not been paid back", found)
		}
	})
}

func BenchmarkSpend(b *testing.B) {
	accounts := quota.New(1 << 18)
	var readers [1 << 16]quota.Reader
	for i := range readers {
		readers[i] = ofAddr(netip.AddrFrom4([4]byte{10, 0, byte(i >> 8), byte(i)}))
	}
	b.ReportAllocs()
	b.RunParallel(func(pb *testing.PB) {
		for i := 0; pb.Next(); i++ {
			account := accounts.Of(readers[i&(len(readers)-1)], 1<<20)
			if account.Left().Exhausted() {
				continue
			}
			account.Spend(20)
		}
	})
}
