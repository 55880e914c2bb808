package sets

import "slices"

// Sorted are few members, in order.
type Sorted []uint32

// At counts the members before a place, which is the index of the first from there on.
func (s Sorted) At(place int) int {
	i, _ := slices.BinarySearch(s, uint32(place))
	return i
}

// First gives the first member from low to just before high, or -1.
func (s Sorted) First(low, high int) int {
	if i := s.At(low); i < len(s) && int(s[i]) < high {
		return int(s[i])
	}
	return -1
}

// Last gives the last member from low to just before high, or -1.
func (s Sorted) Last(low, high int) int {
	if i := s.At(high); i > 0 && int(s[i-1]) >= low {
		return int(s[i-1])
	}
	return -1
}

// Count counts the members from low to just before high.
func (s Sorted) Count(low, high int) int { return max(0, s.At(high)-s.At(low)) }
