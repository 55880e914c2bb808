package content

import (
	"iter"
	"maps"
	"slices"
	"strings"
)

// Losses count what sanitising took away, by kind: `element marquee`, `attribute onclick`,
// `address javascript:`. The nil map holds none.
type Losses map[string]int

// maxLosses bounds how many kinds are told apart; names of elements and attributes are whatever
// a source says.
const maxLosses = 64

// otherLosses is the kind of what came when there were too many.
const otherLosses = "other"

// Add counts n more of a kind.
func (l *Losses) Add(kind string, n int) {
	if n <= 0 {
		return
	}
	if *l == nil {
		*l = Losses{}
	}
	if _, known := (*l)[kind]; !known && len(*l) >= maxLosses-1 {
		kind = otherLosses
	}
	(*l)[kind] += n
}

// Merge counts what others counted.
func (l *Losses) Merge(others Losses) {
	for kind, n := range others.All() {
		l.Add(kind, n)
	}
}

// All gives the kinds in order, by bytes.
func (l Losses) All() iter.Seq2[string, int] {
	return func(yield func(string, int) bool) {
		for _, kind := range slices.Sorted(maps.Keys(l)) {
			if !yield(kind, l[kind]) {
				return
			}
		}
	}
}

// lossOf names a kind. A name that no element or attribute has (`<me@a.example>` is read as
// one) is left out of it, for it is part of what somebody wrote.
func lossOf(what, name string) string {
	switch {
	case strings.HasPrefix(name, "data-"):
		name = "data-*"
	case len(name) > 32 || strings.Trim(name, "abcdefghijklmnopqrstuvwxyz0123456789-:_") != "":
		name = "without a proper name"
	}
	return what + " " + name
}
