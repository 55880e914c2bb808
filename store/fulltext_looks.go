package store

import "fmt"

// A phrase is looked for in the positions of its words, post by post. What that
// costs is counted in looks: one for each byte of positions that may be read, and
// costOfLook for each word and post, about a nanosecond or two each.
const (
	costOfLook = 32
	// mostLooks bounds what all searches of one question cost together.
	mostLooks = 512 << 20
	// looksBetween is after how many looks the context is asked.
	looksBetween = 1 << 20
)

// afford refuses phrases that would cost more than there is left, by how many
// posts may have them and how long the positions of their words are.
func (s *textSearch) afford(c *weighedClause) error {
	posts := s.room.posts.count(0, s.size)
	cost := 0
	for _, phrase := range c.any {
		if len(phrase) == 1 {
			continue
		}
		having := posts
		for _, w := range phrase {
			having = min(having, w.count)
		}
		for _, w := range phrase {
			cost += having * (costOfLook + w.positionBytes()/max(w.count, 1))
		}
	}
	if cost > s.tx.looks {
		return s.tooCostly(fmt.Sprintf("phrases that cost %d in the %d posts that may have them", cost, posts))
	}
	return nil
}

func (s *textSearch) tooCostly(found string) error {
	return &costError{&ArgumentError{s.argument, found,
		fmt.Sprintf("phrases that cost at most %d: shorter ones, or rarer words beside them", mostLooks)}}
}

// look pays for one. Where posts are much longer than others, phrases can cost
// more than was thought; what is over the bound ends the search.
func (s *textSearch) look(positions int) {
	before := s.tx.looks
	s.tx.looks -= costOfLook + positions
	if s.tx.looks < -mostLooks { // twice the bound, as what was thought of can be a little less than it is
		panic(readFault{s.tooCostly("phrases in very long posts")})
	}
	if before/looksBetween != s.tx.looks/looksBetween && s.ctx.Err() != nil {
		panic(readFault{s.ctx.Err()})
	}
}

// positionBytes is how long all positions of a word are.
func (l *wordPosts) positionBytes() int { return len(l.data.data) - l.positions }
