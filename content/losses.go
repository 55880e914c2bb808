package content

// Losses counts what could not be kept of a post, by kind, such as `element marquee`,
// `attribute onclick` or `shortcode chart`. A nil map counts nothing and may be read.
type Losses map[string]int

// maxLossKinds bounds how many kinds one post counts apart.
const maxLossKinds = 64

// OtherLosses is the kind under which the losses of a post are counted that has too
// many kinds.
const OtherLosses = "others"

// Add counts n more of a kind.
func (l Losses) Add(kind string, n int) {
	if _, known := l[kind]; !known && len(l) >= maxLossKinds {
		kind = OtherLosses
	}
	l[kind] += n
}

// AddAll counts all of others too.
func (l Losses) AddAll(others Losses) {
	for kind, n := range others {
		l.Add(kind, n)
	}
}
