package content

import (
	"iter"
	"maps"
	"slices"
	"strings"
)

// Losses counts what could not be kept of a post, by kind, such as `element marquee`,
// `attribute onclick`, `address javascript:` or `shortcode chart`. The nil map holds none.
type Losses map[string]int

// maxLossKinds bounds how many kinds one post counts apart: names of elements and attributes
// are whatever a source says.
const maxLossKinds = 64

// OtherLosses is the kind under which the losses of a post are counted that has too
// many kinds.
const OtherLosses = "others"

// Add counts n more of a kind.
func (l *Losses) Add(kind string, n int) {
	if n == 0 {
		return
	}
	if *l == nil {
		*l = Losses{}
	}
	if _, known := (*l)[kind]; !known && len(*l) >= maxLossKinds-1 {
		kind = OtherLosses
	}
	(*l)[kind] += n
}

// AddAll counts all of others too.
func (l *Losses) AddAll(others Losses) {
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
