package store

import (
	"context"
	"strconv"
	"sync/atomic"
)

// Budget bounds what the answer to one request may cost. It is counted in units: one
// is about a microsecond of one processor, or one field of an answer. What costs
// much is spent before it is done, by how much there is to do in this release; so a
// question that is too dear is refused before it has cost anything.
//
// It is safe for many goroutines. A nil Budget has no bound.
type Budget struct {
	Limit  int
	notice func(ctx context.Context, spent int) error
	Used   atomic.Int64
	unpaid atomic.Int64 // of what was used
	Ended  atomic.Pointer[error]
}

// NewBudget makes a budget of so many units. Notice is told of all that was spent so
// far, before what costs it is done: it may wait, until there is room for dear work,
// and its error is that of the question. It may be nil. Who waits there keeps one of
// the places of those who read the release, of which there are readTxs.
func NewBudget(most int, notice func(ctx context.Context, spent int) error) *Budget {
	return &Budget{Limit: most, notice: notice}
}

// Spend takes units from the budget. The error is ErrTooComplex where it has fewer
// left; then nothing more can be had of it.
func (b *Budget) Spend(ctx context.Context, units int) error {
	if b == nil || units <= 0 {
		return nil
	}
	err := b.spend(ctx, units)
	if err != nil {
		b.unpaid.Add(int64(min(units, maxUnits)))
		b.Ended.CompareAndSwap(nil, &err)
	}
	return err
}

func (b *Budget) spend(ctx context.Context, units int) error {
	spent := b.Used.Add(int64(min(units, maxUnits)))
	if spent > int64(b.Limit) {
		return &CostError{&ArgumentError{"cost", strconv.FormatInt(spent, 10),
			"at most " + strconv.Itoa(b.Limit) + ": shorter lists, fewer fields, or rarer words"}}
	}
	if b.notice == nil {
		return nil
	}
	return b.notice(ctx, int(spent))
}

// maxUnits bounds what is spent at once, so that no sum of it runs over.
const maxUnits = 1 << 40

// Most is what the budget had in the beginning.
func (b *Budget) Most() int {
	if b == nil {
		return MostAlone
	}
	return b.Limit
}

// Err is the first error that Spend gave, nil where it gave none: whoever gets an
// error of a question learns by it whether the whole request has ended.
func (b *Budget) Err() error {
	if b == nil {
		return nil
	}
	if err := b.Ended.Load(); err != nil {
		return *err
	}
	return nil
}

// Spent is how much was spent so far, what was refused included.
func (b *Budget) Spent() int {
	if b == nil {
		return 0
	}
	return int(b.Used.Load())
}

// Paid is how much was spent on what was then done: what was refused is not.
func (b *Budget) Paid() int {
	if b == nil {
		return 0
	}
	return int(b.Used.Load() - b.unpaid.Load())
}

// MostAlone bounds each read of a reader that has no budget, in units: some
// seconds, in which the largest batch of a stream can be read.
const MostAlone = 4_000_000
