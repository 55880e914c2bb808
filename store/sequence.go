package store

// sequence is one order of all posts of a release, in one direction: it gives
// the post at each position and the position of each post.
//
// A release stores the ascending order alone. Posts with the value stand
// first, by value and then by slug; posts without it stand last, by slug. The
// descending order turns the groups of equal values around but not the posts
// inside a group, nor the posts without a value.
type sequence struct {
	order  *column // place → ordinal
	place  *column // ordinal → place
	starts *column // group → its first place; nil where every group is one post
	hidden *column // the places of posts the public does not see, in order
	n      int     // posts in the release
	valued int     // posts that have the value
	desc   bool
	view   View

	index     int // of the group that was looked at last
	low, high int // its places
}

func (tx *readTx) sequence(o Order) (*sequence, error) {
	s := &sequence{n: tx.release.info.Posts, desc: o.Desc, view: tx.view}
	var err error
	if s.order, err = tx.column(orderColumn(o.Field)); err != nil {
		return nil, err
	}
	if s.place, err = tx.column(placeColumn(o.Field)); err != nil {
		return nil, err
	}
	if s.hidden, err = tx.column(hiddenColumn(o.Field)); err != nil {
		return nil, err
	}
	if o.Field == FieldSlug {
		s.valued = s.n
		return s, nil
	}
	if s.starts, err = tx.column(startsColumn(o.Field)); err != nil {
		return nil, err
	}
	s.valued = int(s.starts.uint32(s.starts.len32() - 1)) // the last start is the end
	return s, nil
}

// group finds the places of the posts that have the same value as the one at a
// place below valued.
func (s *sequence) group(place int) (low, high int) {
	if s.low <= place && place < s.high {
		return s.low, s.high
	}
	if s.starts == nil {
		s.low, s.high = place, place+1
		return s.low, s.high
	}
	switch { // who walks comes to the group beside it
	case s.high > 0 && place == s.low-1:
		s.index--
	case s.high > 0 && place == s.high:
		s.index++
	default:
		s.index = s.starts.search32(0, s.starts.len32(), uint32(place)+1) - 1
	}
	s.low, s.high = int(s.starts.uint32(s.index)), int(s.starts.uint32(s.index+1))
	return s.low, s.high
}

// stretch gives the place of a position, and for how many positions from there
// on the places ascend with them.
func (s *sequence) stretch(position int) (place, length int) {
	if !s.desc || position >= s.valued {
		return position, s.n - position
	}
	low, high := s.group(s.valued - 1 - position)
	offset := position - (s.valued - high)
	return low + offset, high - low - offset
}

// positionOf gives the position of a place.
func (s *sequence) positionOf(place int) int {
	if !s.desc || place >= s.valued {
		return place
	}
	low, high := s.group(place)
	return s.valued - high + place - low
}

// at gives the post at a position from 0 to n-1.
func (s *sequence) at(position int) uint32 {
	if !s.desc || position >= s.valued {
		return s.order.uint32(position)
	}
	low, high := s.group(s.valued - 1 - position)
	return s.order.uint32(low + position - (s.valued - high))
}

// hiddenBefore counts the posts before a position that the view does not see.
func (s *sequence) hiddenBefore(position int) int {
	if s.view == Preview {
		return 0
	}
	below := func(place int) int { return s.hidden.search32(0, s.hidden.len32(), uint32(place)) }
	if !s.desc || position >= s.valued {
		return below(position)
	}
	// Before it stand the groups of higher values, and a part of its own.
	low, high := s.group(s.valued - 1 - position)
	inGroup := position - (s.valued - high)
	return below(s.valued) - below(high) + below(low+inGroup) - below(low)
}

// nth gives the position of the post number k, counted from 0, of those the
// view sees; n where there are fewer.
func (s *sequence) nth(k int) int {
	low, high := k, s.n
	for low < high {
		mid := int(uint(low+high) / 2)
		if mid+1-s.hiddenBefore(mid+1) <= k {
			low = mid + 1
		} else {
			high = mid
		}
	}
	return low
}
