package sets

import "slices"

// Sorted are few members, in order.
type Sorted []uint32

func (s Sorted) At(place int) int {
	i, _ := slices.BinarySearch(s, uint32(place))
	return i
}

func (s Sorted) First(low, high int) int {
	if i := s.At(low); i < len(s) && int(s[i]) < high {
		return int(s[i])
	}
	return -1
}

func (s Sorted) Last(low, high int) int {
	if i := s.At(high); i > 0 && int(s[i-1]) >= low {
		return int(s[i-1])
	}
	return -1
}

func (s Sorted) Count(low, high int) int { return max(0, s.At(high)-s.At(low)) }
