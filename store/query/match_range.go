package query

import (
	"alphanode/store"
	"alphanode/store/file"
	"alphanode/store/index/order"
)

// numberRange is met by the posts whose value lies between low and high, both
// within.
func (e *Engine) numberRange(tx *file.Tx, f store.Field, low, high int64) (*interval, error) {
	x, err := e.orders.By(tx, f)
	if err != nil {
		return nil, err
	}
	if low > high {
		return e.interval(tx, x, 0, 0), nil
	}
	first, end := x.Groups(low, high)
	return e.interval(tx, x, int(x.Starts.Uint32(first)), int(x.Starts.Uint32(end))), nil
}

func (e *Engine) interval(tx *file.Tx, x *order.Index, low, high int) *interval {
	v := &interval{Index: x, tx: tx, view: tx.View, size: tx.Size(), low: low, high: max(low, high)}
	v.seen = v.total()
	return v
}
