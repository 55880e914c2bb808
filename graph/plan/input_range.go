package plan

import (
	"github.com/go-faster/jx"

	"alphanode/graph/model"
	"alphanode/store"
)

func readRangeBy(d *jx.Decoder, by *store.RangeBy) error {
	divided := false
	err := eachMember(d, func(name []byte) error {
		switch string(name) {
		case "field":
			divided = true
			return readName(d, model.RangeFields, &by.Field)
		case "bounds":
			return listOf(d, &by.Bounds, readBound)
		case "interval":
			return given(d, &by.Interval, nameIn(model.DateIntervals))
		}
		return errUnusual
	})
	if err == nil && !divided {
		err = errUnusual
	}
	return err
}

// readBound reads an integer of 64 bits, or a day.
func readBound(d *jx.Decoder, into *store.Bound) error {
	if d.Next() == jx.Number {
		var n int64
		err := readLong(d, &n)
		*into = store.NumberBound(n)
		return err
	}
	var day store.Day
	err := readDay(d, &day)
	*into = store.DayBound(day)
	return err
}
