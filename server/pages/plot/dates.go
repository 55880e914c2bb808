package plot

import (
	"slices"
	"strconv"
	"time"

	"alphanode/server/readable"
	"alphanode/store"
)

// mostSpans is how many spans of time a picture has side by side.
const mostSpans = 60

// Dates draws posts by the years of a date, as RangeBy divides them where nothing else is
// asked for, with the archive to the same area where it is given.
func Dates(here, archive *store.RangeFacet, links Links) Figure {
	words := wordsOfDates(here.Field)
	f := Figure{
		Title: words.title, JSON: links.JSON,
		Table: Table{Caption: words.caption, Head: heads("year", archive != nil)},
	}
	var spans []span
	if archive == nil {
		spans = spansOf(here.Buckets, nil)
	} else if spans = spansOf(archive.Buckets, here.Buckets); spans == nil {
		spans, archive = spansOf(here.Buckets, nil), nil // it is the archive of other posts
		f.Table.Head = heads("year", false)
	}
	spans = joined(spans)
	counts := sides{here: make([]int, len(spans))}
	if archive != nil {
		counts.archive = make([]int, len(spans))
	}
	most := 0
	for i, s := range spans {
		counts.here[i] = s.here
		if archive != nil {
			counts.archive[i] = s.archive
		}
		if s.here >= spans[most].here { // the latest of several
			most = i
		}
	}
	for i, s := range slices.Backward(spans) {
		f.Table.add(s.name(), links.to(s.conditions(here.Field)...), counts.cells(i)...)
	}
	undated := []int{here.Missing}
	if archive != nil {
		undated = append(undated, archive.Missing)
	}
	f.Table.add(words.none, "", undated...)
	if here.Count == 0 {
		f.Finding = "None of these posts has such a date."
		return f
	}
	f.Finding = "Most in " + spans[most].name() + ": " + readable.Number(spans[most].here) + " of " + readable.Number(here.Count) + "."
	if here.Count < fewest {
		return f
	}
	if archive != nil {
		f.Legend = "Dashed: the archive, to the same area."
	}
	first, last := spans[0], spans[len(spans)-1]
	f.Label = "posts by year of " + words.of + ", " + first.begins() + " to " + last.ends() + "; most in " + spans[most].name()
	const base = 64
	f.Height = 82
	f.Marks = counts.draw(base)
	step := float64(Width) / float64(len(spans))
	if len(spans) == 1 {
		f.Marks = append(f.Marks, word("", Width/2, base+14, "middle", first.name()))
		return f
	}
	f.Marks = append(f.Marks, word("", 0, base+14, "", first.begins()), word("", Width, base+14, "end", last.ends()))
	if middle := len(spans) / 2; len(spans) > 4 {
		f.Marks = append(f.Marks, word("", (float64(middle)+0.5)*step, base+14, "middle", spans[middle].name()))
	}
	return f
}

// dateWords are the words for a date.
type dateWords struct{ title, caption, of, none string }

func wordsOfDates(field store.Field) dateWords {
	switch field {
	case store.FieldPublishedAt:
		return dateWords{"Published", "Posts by year of publication", "publication", "never published"}
	case store.FieldLastReviewed:
		return dateWords{"Last reviewed", "Posts by year of the last review", "the last review", "never reviewed"}
	default:
		return dateWords{"Last updated", "Posts by year of the last update", "update", "no date"}
	}
}

// span is some years: those from one to just below another.
type span struct {
	from, to      int
	here, archive int
}

// spansOf are the spans that buckets of one side make, with the counts of the other put
// where they belong: those of the other are as long, or shorter. It gives none where the
// other has some that lie outside.
func spansOf(buckets, within []store.RangeBucket) []span {
	spans := make([]span, len(buckets))
	for i, b := range buckets {
		from, to := years(b)
		spans[i] = span{from: from, to: to, here: b.Count}
		if within != nil {
			spans[i].here, spans[i].archive = 0, b.Count
		}
	}
	for _, b := range within {
		from, _ := years(b)
		i := slices.IndexFunc(spans, func(s span) bool { return s.from <= from && from < s.to })
		if i < 0 {
			return nil
		}
		spans[i].here += b.Count
	}
	return spans
}

// years are those that a bucket begins and ends with. What has an end that cannot be written
// ends with the last year that can.
func years(b store.RangeBucket) (from, to int) {
	const none = 10_000
	from, to = 0, none
	if b.From != nil {
		from = yearOf(b.From)
	}
	if b.To != nil {
		to = yearOf(b.To)
	}
	return from, to
}

func yearOf(b *store.Bound) int {
	year, _ := strconv.Atoi(b.String()[:len("2006")])
	return year
}

// joined puts spans together until a picture has room for them: to 2, 5, 10, 20, 50 and so
// on years.
func joined(spans []span) []span {
	for ten := 1; ; ten *= 10 {
		for _, step := range []int{ten, 2 * ten, 5 * ten} {
			if together := joinedBy(spans, step); len(together) <= mostSpans {
				return together
			}
		}
	}
}

func joinedBy(spans []span, step int) (together []span) {
	for _, s := range spans {
		from := s.from / step * step
		to := max(from+step, s.to)
		if n := len(together); n > 0 && from < together[n-1].to {
			together[n-1].here += s.here
			together[n-1].archive += s.archive
			continue
		}
		together = append(together, span{from, to, s.here, s.archive})
	}
	return together
}

func (s span) begins() string { return yearName(s.from) }
func (s span) ends() string   { return yearName(s.to - 1) }

func (s span) name() string {
	if s.to-s.from == 1 {
		return s.begins()
	}
	return s.begins() + "–" + s.ends()
}

func yearName(year int) string {
	return time.Date(year, time.January, 1, 0, 0, 0, 0, time.UTC).Format("2006")
}

// conditions ask for the posts of the span.
func (s span) conditions(field store.Field) []string {
	return []string{string(field) + ".gte", yearName(s.from) + "-01-01", string(field) + ".lte", yearName(s.to-1) + "-12-31"}
}
