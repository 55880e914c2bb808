package plot

import "alphanode/server/readable"

// sides are counts by the same buckets, here and in the archive.
type sides struct{ here, archive []int } // archive is nil where there is nothing to compare with

// cells are the counts of a bucket.
func (s sides) cells(i int) []int {
	if s.archive == nil {
		return s.here[i : i+1]
	}
	return []int{s.here[i], s.archive[i]}
}

// draw stands the buckets beside each other on a base line: what is here as solid bars,
// and the archive as a dashed outline that has the same area. The highest reaches up to 4.
func (s sides) draw(base float64) (marks []Mark) {
	const top, gap = 4, 2
	step := float64(Width) / float64(len(s.here))
	scale, highest := s.scale(), 0.0
	for i := range s.here {
		highest = max(highest, float64(s.here[i]))
		if scale > 0 {
			highest = max(highest, scale*float64(s.archive[i]))
		}
	}
	height := func(n float64) float64 {
		if n <= 0 || highest <= 0 {
			return 0
		}
		return max((base-top)*n/highest, least)
	}
	between := min(gap, step/4)
	for i, n := range s.here {
		if h := height(float64(n)); n > 0 {
			marks = append(marks, bar(float64(i)*step+between/2, base-h, step-between, h))
		}
	}
	if scale > 0 {
		line := new(outline).to('M', 0, base)
		for i, n := range s.archive {
			line.to('V', base-height(scale*float64(n))).to('H', float64(i+1)*step)
		}
		marks = append(marks, path(dashed, line.to('V', base)))
	}
	return append(marks, path(axis, new(outline).to('M', 0, base+0.5).to('h', Width)))
}

// least is how high or long one post is drawn among a million: to be seen.
const least = 0.5

// scale is what the archive is drawn by to have the same area; 0 where it is not drawn.
func (s sides) scale() float64 {
	if all := sum(s.archive); all > 0 {
		return float64(sum(s.here)) / float64(all)
	}
	return 0
}

func sum(counts []int) (all int) {
	for _, n := range counts {
		all += n
	}
	return all
}

// add adds a row of counts, but none that is empty.
func (t *Table) add(name, address string, counts ...int) {
	if sum(counts) == 0 {
		return
	}
	cells := make([]string, len(counts))
	for i, n := range counts {
		cells[i] = readable.Number(n)
	}
	t.Rows = append(t.Rows, Row{name, address, cells})
}
