package store

import "slices"

// sortedPlaces are few members, in order.
type sortedPlaces []uint32

func (s sortedPlaces) at(place int) int {
	i, _ := slices.BinarySearch(s, uint32(place))
	return i
}

func (s sortedPlaces) first(low, high int) int {
	if i := s.at(low); i < len(s) && int(s[i]) < high {
		return int(s[i])
	}
	return -1
}

func (s sortedPlaces) last(low, high int) int {
	if i := s.at(high); i > 0 && int(s[i-1]) >= low {
		return int(s[i-1])
	}
	return -1
}

func (s sortedPlaces) count(low, high int) int { return max(0, s.at(high)-s.at(low)) }
