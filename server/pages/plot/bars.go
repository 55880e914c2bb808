package plot

import (
	"cmp"
	"slices"
	"strings"

	"alphanode/server/readable"
	"alphanode/store"
)

// Totals are how many posts there are, here and in the archive.
type Totals struct{ Here, Archive int }

// difficulties are the words for difficulty that have an order of their own.
var difficulties = []string{"beginner", "intermediate", "advanced", "expert"}

// mostBars is how many bars a picture has below each other.
const mostBars = 7

// Difficulty draws posts by difficulty, each beside what the archive would have among as
// many posts, where it is given.
func Difficulty(here, archive *store.Facet, n Totals, links Links) Figure {
	f := Figure{
		Title: "Difficulty", JSON: links.JSON,
		Table: Table{Caption: "Posts by difficulty", Head: heads("difficulty", archive != nil), Wide: true},
	}
	var all []level
	add := func(b store.Bucket) *level {
		for i := range all {
			if all[i].slug == b.Slug {
				return &all[i]
			}
		}
		all = append(all, level{name: b.Value, slug: b.Slug})
		return &all[len(all)-1]
	}
	for _, b := range here.Buckets {
		add(b).here = b.Count
	}
	if archive != nil {
		for _, b := range archive.Buckets {
			add(b).archive = b.Count
		}
	}
	slices.SortStableFunc(all, func(a, b level) int {
		return cmp.Or(cmp.Compare(a.rank(), b.rank()), cmp.Compare(b.here, a.here), cmp.Compare(b.archive, a.archive))
	})
	known, most := Totals{}, level{}
	for _, l := range all {
		known.Here, known.Archive = known.Here+l.here, known.Archive+l.archive
		if l.here > most.here {
			most = l
		}
		f.Table.add(l.name, links.to("difficulty", l.slug), l.cells(archive != nil)...)
	}
	rest := level{here: n.Here - known.Here, archive: n.Archive - known.Archive}
	f.Table.add("none or another", "", rest.cells(archive != nil)...)
	if known.Here == 0 {
		f.Finding = "None of these posts says how difficult it is."
		return f
	}
	f.Finding = Percent(most.here, n.Here) + " are " + most.name
	if archive != nil && n.Archive > 0 {
		f.Finding += "; in the archive " + Percent(most.archive, n.Archive)
	}
	f.Finding += "."
	if known.Here < fewest {
		return f
	}
	rows := make([]barRow, 0, mostBars)
	for _, l := range all {
		row := barRow{name: l.name, value: float64(l.here), label: readable.Number(l.here)}
		if archive != nil && n.Archive > 0 {
			row.expected = float64(n.Here) * float64(l.archive) / float64(n.Archive)
			f.Legend = "Dashed: what the archive would have among as many posts."
		}
		if row.value == 0 && row.expected < 0.5 || len(rows) == mostBars {
			continue // there is nothing to see
		}
		rows = append(rows, row)
		f.Label += ", " + l.name + " " + readable.Number(l.here)
	}
	f.Label = strings.TrimPrefix(f.Label, ", ")
	f.Marks, f.Height = drawRows(rows)
	return f
}

// level is one difficulty.
type level struct {
	name, slug    string
	here, archive int
}

func (l level) rank() int {
	if i := slices.Index(difficulties, strings.ToLower(l.name)); i >= 0 {
		return i
	}
	return len(difficulties)
}

func (l level) cells(archive bool) []int {
	if !archive {
		return []int{l.here}
	}
	return []int{l.here, l.archive}
}

// barRow is one bar of several below each other.
type barRow struct {
	name     string
	value    float64
	expected float64 // the dashed line; 0 for none
	label    string  // at the right
}

// drawRows draws bars below each other, each behind its name and before its label.
func drawRows(rows []barRow) (marks []Mark, height int) {
	const step, high, gap = 22, 11, 8
	left, right, longest := 0.0, 0.0, 0.0
	for _, r := range rows {
		left, right = max(left, width(r.name)), max(right, width(r.label))
		longest = max(longest, r.value, r.expected)
	}
	left = min(left, Width/2-gap)
	from, to := left+gap, Width-right-gap
	at := func(n float64) float64 {
		if longest <= 0 {
			return 0
		}
		return (to - from) * n / longest
	}
	for i, r := range rows {
		y := float64(6 + i*step)
		marks = append(marks, word(strong, 0, y+9, "", shortened(r.name, left)))
		if r.value > 0 {
			marks = append(marks, bar(from, y, max(at(r.value), least), high))
		}
		if r.expected > 0 {
			marks = append(marks, path(dashed, new(outline).to('M', from+at(r.expected), y-3).to('v', high+6)))
		}
		marks = append(marks, word("", Width, y+9, "end", r.label))
	}
	height = 6 + len(rows)*step
	return append(marks, path(axis, new(outline).to('M', from-0.5, 2).to('V', float64(height-4)))), height
}
