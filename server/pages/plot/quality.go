package plot

import (
	"strconv"

	"alphanode/server/readable"
	"alphanode/store"
)

// Quality draws the scores for quality in ten bins, with those of the archive to the same
// area where it is given.
func Quality(here, archive *store.ScoreStats, links Links) Figure {
	f := Figure{
		Title: "Quality", JSON: links.JSON,
		Table: Table{Caption: "Posts by quality", Head: heads("from–to", archive != nil)},
	}
	own := here.Quality
	sides := sides{here: make([]int, len(own.Histogram))}
	if archive != nil {
		sides.archive = make([]int, len(own.Histogram))
	}
	for i, bin := range own.Histogram {
		sides.here[i] = bin.Count
		if i < len(sides.archive) {
			sides.archive[i] = archive.Quality.Histogram[i].Count
		}
		last := i == len(own.Histogram)-1
		conditions := []string{"quality.gte", strconv.Itoa(bin.From)}
		if !last { // which has the highest score too
			conditions = append(conditions, "quality.lt", strconv.Itoa(bin.To))
		}
		f.Table.add(strconv.Itoa(bin.From)+"–"+strconv.Itoa(bin.To), links.to(conditions...), sides.cells(i)...)
	}
	unscored := []int{here.Count - own.Count}
	if archive != nil {
		unscored = append(unscored, archive.Count-archive.Quality.Count)
	}
	f.Table.add("no score", "", unscored...)
	if own.Count == 0 {
		f.Finding = "None of these posts has a score."
		return f
	}
	f.Finding = "Half of these posts have " + strconv.Itoa(*own.P50) + " or more"
	if archive != nil && archive.Quality.Count > 0 {
		f.Finding += "; in the archive " + strconv.Itoa(*archive.Quality.P50)
		f.Legend = "Dashed: the archive, to the same area."
	}
	f.Finding += "."
	if own.Count < fewest {
		f.Legend = ""
		return f
	}
	f.Label = "quality of " + readable.Number(own.Count) + " posts in ten bins, p50 " + strconv.Itoa(*own.P50) + ", p90 " + strconv.Itoa(*own.P90)
	f.Height = 96
	const base = 68
	f.Marks = sides.draw(base)
	f.Marks = append(f.Marks, medianOf(*own.P50, base)...)
	return f
}

// medianOf points at the median below the base line, and names the ends of the scale where
// the two are apart.
func medianOf(p50 int, base float64) (marks []Mark) {
	const half = 4 // of the arrow
	at, text := scoreAt(p50, 0, Width), "p50 "+strconv.Itoa(p50)
	tip := min(max(at, half), Width-half)
	marks = append(marks, path(strong, new(outline).to('M', tip, base+2).to('l', -half, 7).to('h', 2*half).to('z')))
	if at > width("0")+half {
		marks = append(marks, word("", 0, base+12, "", "0"))
	}
	if at < Width-width("100")-half {
		marks = append(marks, word("", Width, base+12, "end", "100"))
	}
	room := width(text) / 2
	return append(marks, word(strong, min(max(at, room), Width-room), base+22, "middle", text))
}

// scoreAt is where a score lies on a scale that goes from 0 to 100.
func scoreAt(score int, from, to float64) float64 { return from + (to-from)*float64(score)/100 }

func heads(first string, archive bool) []string {
	if !archive {
		return []string{first, "posts"}
	}
	return []string{first, "here", "archive"}
}
