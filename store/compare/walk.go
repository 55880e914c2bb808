package compare

import (
	"bytes"
	"context"
)

// walk goes over keys in ascending order.
type walk interface {
	At() []byte // nil behind the last
	Next() error
}

// sideBySide calls a function for each key that one of two walks comes to or both
// do, in order, and says which. The key is valid until the function returns.
func sideBySide(ctx context.Context, x, y walk, f func(key []byte, inX, inY bool) error) error {
	for n := 0; x.At() != nil || y.At() != nil; n++ {
		if n%256 == 0 && ctx.Err() != nil {
			return ctx.Err()
		}
		order, key := compareKeys(x.At(), y.At()), x.At()
		if order > 0 {
			key = y.At()
		}
		if err := f(key, order <= 0, order >= 0); err != nil {
			return err
		}
		if order <= 0 {
			if err := x.Next(); err != nil {
				return err
			}
		}
		if order >= 0 {
			if err := y.Next(); err != nil {
				return err
			}
		}
	}
	return nil
}

// compareKeys says which of two walks is to go on: that with the lower key, both where
// they are equal. Nil stands behind the last key.
func compareKeys(x, y []byte) int {
	switch {
	case y == nil:
		return -1
	case x == nil:
		return 1
	default:
		return bytes.Compare(x, y)
	}
}
