package release

import (
	"math"

	"alphanode/store"
)

// numberRange is met by the posts whose value lies between low and high, both
// within.
func (e *engine) numberRange(tx *Tx, f store.Field, low, high int64) (*interval, error) {
	x, err := e.orders.orderBy(tx, f)
	if err != nil {
		return nil, err
	}
	if low > high {
		return e.interval(tx, x, 0, 0), nil
	}
	first, end := x.values.search64(low), x.starts.len32()-1
	if high < math.MaxInt64 {
		end = x.values.search64(high + 1)
	}
	return e.interval(tx, x, int(x.starts.uint32(first)), int(x.starts.uint32(end))), nil
}

func (e *engine) interval(tx *Tx, x *orderIndex, low, high int) *interval {
	v := &interval{orderIndex: x, tx: tx, view: tx.view, size: tx.size(), low: low, high: max(low, high)}
	v.seen = v.total()
	return v
}
