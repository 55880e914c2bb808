package order

import (
	"alphanode/store"
	"alphanode/store/file"
)

// Days gives the UTC days of posts. They are read off the orders by date, so that what
// is shown is what filters and orders go by.
type Days struct{ published, reviewed *Index }

// Days gives the days of the posts of a release. It reads none yet.
func (o *Orders) Days(tx *file.Tx) (d Days, err error) {
	if d.published, err = o.By(tx, store.FieldPublishedAt); err != nil {
		return d, err
	}
	d.reviewed, err = o.By(tx, store.FieldLastReviewed)
	return d, err
}

// Of gives the days of a post.
func (d Days) Of(post store.Ref) store.Days {
	return store.DaysOf(d.published.dayOf(post), d.reviewed.dayOf(post))
}

// dayOf gives the day of a post in an order by date.
func (x *Index) dayOf(post store.Ref) store.Day {
	place := int(x.Place.Uint32(int(post)))
	if place >= x.Valued {
		return store.NoDay
	}
	return store.DayOf(x.ValueAt(place))
}
