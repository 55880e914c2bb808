package plot

import (
	"strconv"

	"alphanode/server/readable"
	"alphanode/store"
)

// Scores draws the four scores below each other: all of them as a line, those between the
// median and the best tenth as a bar, the median of the archive as a ring.
func Scores(here, archive *store.ScoreStats, links Links) Figure {
	f := Figure{
		Title: "Four scores", JSON: links.JSON, Legend: "Line: all. Bar: p50 to p90.",
		Table: Table{Caption: "Scores of these posts", Head: []string{"score", "posts", "min", "mean", "p50", "p90", "p99", "max"}, Wide: true},
	}
	if archive != nil {
		f.Legend = "Line: all. Bar: p50 to p90. Ring: p50 of the archive."
		f.Table.Head = append(f.Table.Head, "p50 of the archive")
	}
	rows := scoreRows(here, archive)
	drawn := false
	for _, row := range rows {
		drawn = drawn || row.own.Count >= fewest
		f.Table.Rows = append(f.Table.Rows, Row{Name: row.name, Cells: row.cells(archive != nil)})
	}
	f.Finding = scoresFinding(rows)
	if !drawn {
		f.Legend = ""
		return f
	}
	const left, right, step = 70, 190, 22
	for i, row := range rows {
		y := float64(12 + i*step)
		f.Marks = append(f.Marks, word(strong, 0, y+4, "", row.name))
		f.Marks = append(f.Marks, Mark{Class: faint, X: px(left), Y: px(y - 0.5), W: px(right - left), H: "1"})
		if row.own.Count == 0 {
			f.Marks = append(f.Marks, word("", Width, y+4, "end", "no score"))
		} else {
			at := func(score int) float64 { return scoreAt(score, left, right) }
			p50, p90 := at(*row.own.P50), at(*row.own.P90)
			f.Marks = append(f.Marks,
				path(axis, new(outline).to('M', at(*row.own.Min), y).to('H', at(*row.own.Max))),
				bar(p50, y-4, max(p90-p50, least), 8))
			if row.archive != nil && row.archive.Count > 0 {
				f.Marks = append(f.Marks, circle(at(*row.archive.P50), y, 3))
			}
			f.Marks = append(f.Marks, word("", Width, y+4, "end", row.percentiles(" · ")))
		}
		if i > 0 {
			f.Label += "; "
		}
		f.Label += row.sentence()
	}
	ground := float64(step*len(rows) + 12)
	f.Marks = append(f.Marks, word("", left, ground, "middle", "0"), word("", right, ground, "end", "100"),
		word("", Width, ground, "end", "p50·p90·p99"))
	f.Height = step*len(rows) + 16
	return f
}

// scoreRow is one score, here and in the archive, where there is one to compare with.
type scoreRow struct {
	name         string
	own, archive *store.ScoreSummary
}

func scoreRows(here, archive *store.ScoreStats) []scoreRow {
	rows := []scoreRow{
		{name: "quality", own: &here.Quality}, {name: "freshness", own: &here.Freshness},
		{name: "depth", own: &here.Depth}, {name: "clarity", own: &here.Clarity},
	}
	if archive != nil {
		rows[0].archive, rows[1].archive = &archive.Quality, &archive.Freshness
		rows[2].archive, rows[3].archive = &archive.Depth, &archive.Clarity
	}
	return rows
}

func (r scoreRow) percentiles(between string) string {
	return strconv.Itoa(*r.own.P50) + between + strconv.Itoa(*r.own.P90) + between + strconv.Itoa(*r.own.P99)
}

// sentence says what the row shows.
func (r scoreRow) sentence() string {
	if r.own.Count == 0 {
		return r.name + ": no score"
	}
	s := r.name + ": p50 " + strconv.Itoa(*r.own.P50) + ", p90 " + strconv.Itoa(*r.own.P90) + ", p99 " + strconv.Itoa(*r.own.P99)
	if r.archive != nil && r.archive.Count > 0 {
		s += ", archive p50 " + strconv.Itoa(*r.archive.P50)
	}
	return s
}

func (r scoreRow) cells(archive bool) []string {
	whole := func(n *int) string {
		if n == nil {
			return "–"
		}
		return strconv.Itoa(*n)
	}
	mean := "–"
	if r.own.Mean != nil {
		mean = strconv.FormatFloat(*r.own.Mean, 'f', 1, 64)
	}
	cells := []string{readable.Number(r.own.Count), whole(r.own.Min), mean, whole(r.own.P50), whole(r.own.P90), whole(r.own.P99), whole(r.own.Max)}
	if archive {
		cells = append(cells, whole(r.archive.P50))
	}
	return cells
}

// scoresFinding says which score is farthest from the archive, or the highest where there
// is nothing to compare with.
func scoresFinding(rows []scoreRow) string {
	var found *scoreRow
	most, compared := 0, false
	for i, r := range rows {
		if r.own.Count == 0 {
			continue
		}
		if r.archive == nil {
			if found == nil || *r.own.P50 > most {
				found, most = &rows[i], *r.own.P50
			}
			continue
		}
		compared = true
		if r.archive.Count == 0 {
			continue
		}
		if far := abs(*r.own.P50 - *r.archive.P50); far > most {
			found, most = &rows[i], far
		}
	}
	switch {
	case found == nil && compared:
		return "All have the same p50 as in the archive."
	case found == nil:
		return "None of these posts has a score."
	case !compared:
		return "The highest p50 is that of " + found.name + ": " + strconv.Itoa(most) + "."
	default:
		return "Farthest from the archive: " + found.name + ", p50 " + strconv.Itoa(*found.own.P50) + " against " + strconv.Itoa(*found.archive.P50) + "."
	}
}

func abs(n int) int { return max(n, -n) }
