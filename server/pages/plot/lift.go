package plot

import (
	"math"

	"alphanode/server/readable"
	"alphanode/store"
)

// Lifts are related terms with their lift on one logarithmic scale.
type Lifts struct {
	Finding string
	Scale   []Mark // the head of the column of pictures
	Rows    []LiftRow
}

// LiftRow is one related term.
type LiftRow struct {
	*store.Term
	Count string // posts that have both
	Lift  string
	Marks []Mark
}

// The size of the pictures of lifts.
const (
	LiftWidth  = 120
	LiftHeight = 16
)

// Related draws the lift of terms: to the right of the line what stands together more often
// than by chance, to the left what stands together less often. Each step of the scale is a
// power of two, the same for all rows.
func Related(terms []store.RelatedTerm) Lifts {
	scale := scaleOf(terms)
	lifts := Lifts{Scale: scale.head(), Rows: make([]LiftRow, len(terms))}
	most := -1
	for i, t := range terms {
		lifts.Rows[i] = LiftRow{t.Term, readable.Number(t.Count), Times(t.Lift), scale.draw(t.Lift)}
		if t.Count >= fewest && (most < 0 || t.Lift > terms[most].Lift) {
			most = i
		}
	}
	if most >= 0 && terms[most].Lift >= notable {
		lifts.Finding = terms[most].Name + " stands in these posts " + Times(terms[most].Lift) + " times as often as by chance."
	}
	return lifts
}

// liftScale goes from one power of two to another, and has 1 within.
type liftScale struct{ low, high, step int }

// The ends that a scale has at most: what is beyond lies on them.
const lowest, highest = -20, 40

func scaleOf(terms []store.RelatedTerm) liftScale {
	s := liftScale{-1, 2, 1}
	for _, t := range terms {
		power := powerOf(t.Lift)
		s.low, s.high = min(s.low, int(math.Floor(power))), max(s.high, int(math.Ceil(power)))
	}
	const room = 5 // for words of the scale
	s.step = max(1, (s.high-s.low+room-1)/room)
	return s
}

func powerOf(lift float64) float64 {
	if !(lift > 0) {
		return lowest
	}
	return min(max(math.Log2(lift), lowest), highest)
}

const margin = 10

func (s liftScale) at(power float64) float64 {
	return margin + (LiftWidth-2*margin)*(power-float64(s.low))/float64(s.high-s.low)
}

// ticks are the powers that are named: 0, and those that are some steps from it.
func (s liftScale) ticks() (powers []int) {
	for power := s.low; power <= s.high; power++ {
		if power%s.step == 0 {
			powers = append(powers, power)
		}
	}
	return powers
}

func (s liftScale) head() (marks []Mark) {
	for _, power := range s.ticks() {
		marks = append(marks, word("", s.at(float64(power)), 11, "middle", powerName(power)))
	}
	return marks
}

// powerName is how a power of two is written where there is little room.
func powerName(power int) string {
	switch {
	case power == -1:
		return "½"
	case power < 0:
		return "1/" + short(1<<-power)
	default:
		return short(1 << power)
	}
}

// short writes thousands as k, and millions as M.
func short(n int) string {
	switch {
	case n >= 1<<30:
		return readable.Number(n>>30) + "G"
	case n >= 1<<20:
		return readable.Number(n>>20) + "M"
	case n >= 1<<10:
		return readable.Number(n>>10) + "k"
	default:
		return readable.Number(n)
	}
}

func (s liftScale) draw(lift float64) (marks []Mark) {
	one, at := s.at(0), s.at(powerOf(lift))
	ground := new(outline)
	for _, power := range s.ticks() {
		if power != 0 {
			ground.to('M', s.at(float64(power))-0.5, 6).to('h', 1).to('v', 4).to('h', -1).to('z')
		}
	}
	return append(marks,
		path(faint, ground),
		path(axis, new(outline).to('M', one, 1).to('v', LiftHeight-2)),
		bar(min(one, at), 5, max(at, one)-min(at, one), 6),
		circle(at, LiftHeight/2, 3.5))
}
