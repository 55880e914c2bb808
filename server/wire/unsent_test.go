package wire

import (
	"math/rand/v2"
	"testing"
)

// TestUnsentTellsSteps lets what waits grow and shrink at random, and holds what is
// counted and told against a plain sum.
func TestUnsentTellsSteps(t *testing.T) {
	const most = 256 << 20
	u := NewUnsent(most)
	told := int64(0)
	u.notice = func(bytes int64) { told = bytes }
	r := rand.New(rand.NewPCG(1, 2))
	held := make([]Outgoing, 40)
	counted := make([]int64, len(held))
	for range 10_000 {
		i := r.IntN(len(held))
		if r.IntN(3) == 0 {
			u.Free(&held[i])
			counted[i] = 0
		} else if n := r.IntN(20 << 20); u.Hold(&held[i], n) {
			counted[i] = int64(n)
		}
		sum := int64(0)
		for _, n := range counted {
			sum += n
		}
		if u.bytes.Load() != sum || sum > most || told != sum/noticeStep*noticeStep {
			t.Fatalf("found %d bytes, told %d, expected %d of at most %d", u.bytes.Load(), told, sum, most)
		}
	}
	// One that is longer than all the room can be sent where nothing else waits.
	for i := range held {
		u.Free(&held[i])
	}
	if !u.Hold(&held[0], 2*most) {
		t.Error("there is no room for it")
	}
}
