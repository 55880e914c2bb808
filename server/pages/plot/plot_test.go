package plot_test

import (
	"bytes"
	"encoding/xml"
	"errors"
	"flag"
	"fmt"
	"html/template"
	"io"
	"math"
	"math/rand/v2"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"alphanode/content"
	"alphanode/server/pages/plot"
	"alphanode/store"
	"alphanode/store/storetest"
)

var (
	update  = flag.Bool("update", false, "write the golden files anew")
	seed    = flag.Uint64("seed", 1, "of the archives made by chance")
	partial = template.Must(template.New("").Parse(plot.Source))
)

func render(t testing.TB, name string, data any) string {
	t.Helper()
	var page bytes.Buffer
	if err := partial.ExecuteTemplate(&page, name, data); err != nil {
		t.Fatal(err)
	}
	return page.String()
}

// links lead to a search page with the conditions as they are.
func links(json string) plot.Links {
	return plot.Links{Filter: func(v url.Values) string { return "/?" + v.Encode() }, JSON: json}
}

// sums are the statistics of as many posts as have each score.
func sums(unscored int, scores ...int) *store.ScoreStats {
	posts := make([]*content.Post, unscored)
	for i := range posts {
		posts[i] = &content.Post{}
	}
	for _, n := range scores {
		other := 100 - n
		posts = append(posts, &content.Post{Meta: content.Meta{Score: &content.Score{Quality: &n, Freshness: &other, Depth: &n}}})
	}
	stats := storetest.Scores(posts)
	return &stats
}

func years(missing int, from int, counts ...int) *store.RangeFacet {
	f := &store.RangeFacet{Field: store.FieldUpdated, Missing: missing}
	for i, n := range counts {
		f.Buckets = append(f.Buckets, yearly(from+i, 1, n))
		f.Count += n
	}
	return f
}

func yearly(from, long, n int) store.RangeBucket {
	start, end := store.DayBound(store.FirstOf(from, 1)), store.DayBound(store.FirstOf(from+long, 1))
	return store.RangeBucket{From: start.Writable(), To: (&end).Writable(), Count: n}
}

func facet(kind store.Kind, names string, counts ...int) *store.Facet {
	f := &store.Facet{Kind: kind}
	for i, name := range strings.Split(names, ",") {
		f.Buckets = append(f.Buckets, store.Bucket{Value: name, Slug: content.Slugify(name), Count: counts[i]})
	}
	f.Distinct = len(f.Buckets)
	return f
}

func terms(counts ...int) (all []*store.Term) {
	for _, n := range counts {
		all = append(all, &store.Term{PostCount: n})
	}
	return all
}

func TestGolden(t *testing.T) {
	t.Parallel()
	here, archive := sums(2, 45, 61, 64, 72, 72, 78, 80, 93, 100), sums(14, 12, 45, 61, 64, 72, 72, 78, 80, 93, 100, 55, 58, 66, 88)
	for name, f := range map[string]plot.Figure{
		"quality":       plot.Quality(here, archive, links("/v1/scores?tool=git")),
		"quality-alone": plot.Quality(archive, nil, links("")),
		"quality-few":   plot.Quality(sums(1, 70, 80), archive, links("")),
		"quality-none":  plot.Quality(sums(3), archive, links("")),
		"scores":        plot.Scores(here, archive, links("/v1/scores?tool=git")),
		"updated":       plot.Dates(years(1, 2019, 3, 0, 20, 1200), years(7, 2017, 40, 20, 30, 10, 80, 123456), links("/v1/ranges?by=updated")),
		"difficulty": plot.Difficulty(facet(store.KindDifficulty, "intermediate,advanced,beginner", 98, 55, 32),
			facet(store.KindDifficulty, "intermediate,beginner,advanced,<script>", 952, 636, 319, 1), plot.Totals{Here: 190, Archive: 1907}, links("/v1/facets?by=difficulty")),
		"tools": plot.Tools(facet(store.KindTool, "git,shellcheck,react testing library that goes on,شل", 481, 24, 30, 11), terms(1800, 26, 60, 12),
			plot.Totals{Here: 506, Archive: 1907}, links("/v1/facets?by=tool")),
		"tools-common": plot.Tools(facet(store.KindTool, "git,logs", 1800, 900), nil, plot.Totals{Here: 1907, Archive: 1907}, links("")),
	} {
		got := render(t, "plot", f)
		check(t, name, got)
		path := filepath.Join("testdata", name+".html")
		if *update {
			if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		want, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if got != string(want) {
			t.Errorf("%s is not as in %s; -args -update writes it anew. It is now:\n%s", name, path, got)
		}
	}
}

// TestPicturesOfAnyArchive draws posts by chance against the archive that they are of.
func TestPicturesOfAnyArchive(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(*seed, 0))
	for i := range 60 {
		posts := storetest.RandomPosts(r, r.IntN(60))
		model := storetest.NewModel(posts)
		all := model.Visible(store.Public)
		some := model.Find(store.Public, storetest.RandomFilter(r, 1), store.DefaultOrder)
		name := fmt.Sprintf("seed %d, archive %d", *seed, i)
		here, archive := storetest.Scores(some), storetest.Scores(all)
		n := plot.Totals{Here: len(some), Archive: len(all)}

		quality := plot.Quality(&here, &archive, links("/x"))
		addsUp(t, name+": quality", quality.Table, len(some), len(all))
		proportional(t, name+": quality", quality)
		check(t, name+": quality", render(t, "plot", quality))

		scores := plot.Scores(&here, &archive, links("/x"))
		check(t, name+": scores", render(t, "plot", scores))

		for _, field := range []store.Field{store.FieldUpdated, store.FieldPublishedAt, store.FieldLastReviewed} {
			some, _ := storetest.Ranges(some, store.RangeBy{Field: field})
			all, _ := storetest.Ranges(all, store.RangeBy{Field: field})
			dates := plot.Dates(&some, &all, links("/x"))
			addsUp(t, name+": dates", dates.Table, n.Here, n.Archive)
			proportional(t, name+": dates", dates)
			check(t, name+": dates", render(t, "plot", dates))
		}

		difficulty := plot.Difficulty(ofKind(model, some, store.KindDifficulty), ofKind(model, all, store.KindDifficulty), n, links("/x"))
		addsUp(t, name+": difficulty", difficulty.Table, n.Here, n.Archive)
		check(t, name+": difficulty", render(t, "plot", difficulty))

		tools := ofKind(model, some, store.KindTool)
		var counts []*store.Term
		for _, b := range tools.Buckets {
			counts = append(counts, &store.Term{PostCount: len(model.Having(store.Public, all, store.KindTool, b.Slug))})
		}
		check(t, name+": tools", render(t, "plot", plot.Tools(tools, counts, n, links("/x"))))
		check(t, name+": common tools", render(t, "plot", plot.Tools(tools, nil, n, links("/x"))))

		for _, f := range []plot.Figure{quality, scores, difficulty} {
			if len(some) < 5 && f.Marks != nil {
				t.Errorf("%s: %s of %d posts is drawn", name, f.Title, len(some))
			}
		}
	}
}

func ofKind(m *storetest.Model, posts []*content.Post, kind store.Kind) *store.Facet {
	buckets := m.Facet(store.Public, posts, kind)
	return &store.Facet{Kind: kind, Buckets: buckets, Distinct: len(buckets)}
}

// TestPicturesOfOddCounts draws what no archive of a test has: millions, single posts among
// them, a thousand years, and sides that do not fit each other.
func TestPicturesOfOddCounts(t *testing.T) {
	t.Parallel()
	big := sums(0, 1, 50, 60, 70, 70, 99)
	for i := range big.Quality.Histogram {
		big.Quality.Histogram[i].Count *= math.MaxInt32
	}
	big.Quality.Count, big.Count = 6*math.MaxInt32, 6*math.MaxInt32
	empty := sums(0)
	for name, f := range map[string]plot.Figure{
		"big against small":    plot.Quality(big, sums(0, 1, 2, 3), links("")),
		"small against big":    plot.Quality(sums(0, 1, 2, 3, 4, 100), big, links("")),
		"against none":         plot.Quality(big, empty, links("")),
		"none against big":     plot.Quality(empty, big, links("")),
		"scores against none":  plot.Scores(big, empty, links("")),
		"scores of none":       plot.Scores(empty, empty, plot.Links{}),
		"one hundred":          plot.Scores(sums(0, 100, 100, 100, 100, 100, 0), nil, plot.Links{}),
		"other years":          plot.Dates(years(0, 2020, 5, 6), years(0, 1990, 7), links("")),
		"no years":             plot.Dates(&store.RangeFacet{Field: store.FieldUpdated}, &store.RangeFacet{Field: store.FieldUpdated}, links("")),
		"one year":             plot.Dates(years(0, 2020, 50), years(0, 2020, 70), links("")),
		"the last year":        plot.Dates(years(0, 9998, 5, 6), nil, links("")),
		"years within decades": plot.Dates(years(0, 2019, 5, 6), decades(100, 0), links("")),
		"no difficulty":        plot.Difficulty(&store.Facet{}, &store.Facet{}, plot.Totals{}, links("")),
		"any difficulty":       plot.Difficulty(facet(store.KindDifficulty, "a,b,c,d,e,f,g,h,i", 9e8, 8, 7, 6, 5, 4, 3, 2, 1), nil, plot.Totals{Here: 9e8 + 36}, links("")),
		"no tools":             plot.Tools(&store.Facet{}, []*store.Term{}, plot.Totals{}, links("")),
		"tools that are gone":  plot.Tools(facet(store.KindTool, "a,b", 7, 6), []*store.Term{nil}, plot.Totals{Here: 10, Archive: 20}, links("")),
	} {
		check(t, name, render(t, "plot", f))
	}
	rows := make([]int, 960)
	for i := range rows {
		rows[i] = i % 3
	}
	long := plot.Dates(years(0, 1066, rows...), nil, links(""))
	addsUp(t, "a thousand years", long.Table, 960)
	if n := len(long.Table.Rows); n > 60 {
		t.Errorf("a thousand years make %d rows, expected at most 60", n)
	}
	if first := long.Table.Rows[0]; first.Name != "2020–2039" || first.Address != "/?updated.gte=2020-01-01&updated.lte=2039-12-31" {
		t.Errorf("the latest of a thousand years is %q, which leads to %s", first.Name, first.Address)
	}
	check(t, "a thousand years", render(t, "plot", long))
}

func decades(n, from int) *store.RangeFacet {
	f := &store.RangeFacet{Field: store.FieldUpdated}
	for i := range 1 + 2030/10 {
		f.Buckets = append(f.Buckets, yearly(from+10*i, 10, n))
		f.Count += n
	}
	return f
}

func TestLifts(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(*seed, 1))
	for range 200 {
		related := make([]store.RelatedTerm, r.IntN(20))
		for i := range related {
			related[i] = store.RelatedTerm{Term: &store.Term{Name: "a", PostCount: 5}, Count: 1 + r.IntN(9), Lift: math.Exp(r.NormFloat64() * 8)}
		}
		lifts := plot.Related(related)
		head := `<svg viewBox="0 0 120 16">` + render(t, "picture", lifts.Scale) + `</svg>`
		check(t, "head", head)
		last := map[float64]float64{}
		for i, row := range lifts.Rows {
			check(t, row.Lift, `<svg viewBox="0 0 120 16">`+render(t, "picture", row.Marks)+`</svg>`)
			last[related[i].Lift] = circleAt(t, row)
		}
		for a, x := range last {
			for b, y := range last {
				if a < b && x > y {
					t.Errorf("lift %g is drawn at %g, and %g, which is more, at %g", a, x, b, y)
				}
			}
		}
	}
	for _, odd := range []float64{0, -1, math.NaN(), math.Inf(1), 1e300, 1e-300} {
		lifts := plot.Related([]store.RelatedTerm{{Term: &store.Term{}, Lift: odd}})
		check(t, fmt.Sprint(odd), `<svg viewBox="0 0 120 16">`+render(t, "picture", lifts.Rows[0].Marks)+render(t, "picture", lifts.Scale)+`</svg>`)
	}
}

func circleAt(t *testing.T, row plot.LiftRow) float64 {
	t.Helper()
	for _, m := range row.Marks {
		if m.R != "" {
			at, err := strconv.ParseFloat(m.X, 64)
			if err != nil {
				t.Fatal(err)
			}
			return at
		}
	}
	t.Fatal("no circle")
	return 0
}

func TestWords(t *testing.T) {
	t.Parallel()
	for n, want := range map[float64]string{
		1: "1.0", 10.28: "10.3", 0.5: "0.5", 0.04: "0.04", 0.0001: "<0.01", 0.094: "0.09", 0.0951: "0.1", 999.4: "999.4", 999.9: "1,000", 123456.7: "123,457",
		math.Inf(1): "–", 0: "0.00",
	} {
		if got := plot.Times(n); got != want {
			t.Errorf("%g is %q, expected %q", n, got, want)
		}
	}
	for _, c := range []struct {
		part, whole int
		want        string
	}{{185, 1907, "9.7 %"}, {0, 10, "0 %"}, {1, 1_000_000, "<0.1 %"}, {10, 10, "100 %"}, {999_999, 1_000_000, ">99.9 %"}, {997, 1000, "99.7 %"}, {1, 2, "50 %"}, {0, 0, "0 %"}} {
		if got := strings.ReplaceAll(plot.Percent(c.part, c.whole), "\u00a0", " "); got != c.want {
			t.Errorf("%d of %d is %q, expected %q", c.part, c.whole, got, c.want)
		}
	}
}

// addsUp holds the columns of a table against how many posts there are.
func addsUp(t *testing.T, name string, table plot.Table, totals ...int) {
	t.Helper()
	for column, want := range totals {
		got := 0
		for _, row := range table.Rows {
			got += number(t, row.Cells[column])
		}
		if got != want {
			t.Errorf("%s: column %s adds up to %d, expected %d: %v", name, table.Head[column+1], got, want, table.Rows)
		}
	}
}

func number(t *testing.T, cell string) int {
	t.Helper()
	n, err := strconv.Atoi(strings.ReplaceAll(cell, ",", ""))
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// proportional holds the heights of bars that stand beside each other against their counts.
func proportional(t *testing.T, name string, f plot.Figure) {
	t.Helper()
	var counts, heights []float64
	for _, row := range f.Table.Rows {
		if n := number(t, row.Cells[0]); n > 0 && row.Address != "" {
			counts = append(counts, float64(n))
		}
	}
	for _, m := range f.Marks {
		if m.H != "" {
			h, err := strconv.ParseFloat(m.H, 64)
			if err != nil {
				t.Fatal(err)
			}
			heights = append(heights, h)
		}
	}
	if f.Marks == nil {
		return
	}
	if len(counts) != len(heights) {
		t.Fatalf("%s: %d bars of %d counts", name, len(heights), len(counts))
	}
	if strings.HasPrefix(f.Table.Head[0], "year") { // whose table begins with the latest
		for i, j := 0, len(counts)-1; i < j; i, j = i+1, j-1 {
			counts[i], counts[j] = counts[j], counts[i]
		}
	}
	for i := range counts {
		if want := heights[0] * counts[i] / counts[0]; math.Abs(heights[i]-want) > 0.06*(1+counts[i]/counts[0]) {
			t.Errorf("%s: the bar of %g is %g high, expected %g as that of %g is %g", name, counts[i], heights[i], want, counts[0], heights[0])
		}
	}
}

var numbers = regexp.MustCompile(`-?[0-9.]+|[A-Za-z]`)

// check reads a figure as XML, and looks whether every coordinate is a number within the
// picture with one decimal at most, and nothing has a style of its own.
func check(t *testing.T, name, page string) {
	t.Helper()
	decoder := xml.NewDecoder(strings.NewReader(page))
	var right, bottom float64
	for {
		token, err := decoder.Token()
		if errors.Is(err, io.EOF) {
			return
		}
		if err != nil {
			t.Fatalf("%s: %v in %s", name, err, page)
		}
		element, ok := token.(xml.StartElement)
		if !ok {
			continue
		}
		attr := map[string]string{}
		for _, a := range element.Attr {
			attr[a.Name.Local] = a.Value
		}
		if attr["style"] != "" || element.Name.Local == "script" {
			t.Errorf("%s: found %v", name, element)
		}
		if box, ok := attr["viewBox"]; ok {
			if _, err := fmt.Sscanf(box, "0 0 %g %g", &right, &bottom); err != nil || right == 0 || bottom == 0 {
				t.Errorf("%s: the picture has the box %q", name, box)
			}
			if attr["role"] == "img" && strings.TrimSpace(attr["aria-label"]) == "" {
				t.Errorf("%s: the picture has no words", name)
			}
		}
		at := func(name string) float64 { return coordinate(t, page, attr[name]) }
		switch element.Name.Local {
		case "rect":
			within(t, name, page, right, bottom, at("x"), at("y"), at("x")+at("width"), at("y")+at("height"))
		case "circle":
			within(t, name, page, right, bottom, at("cx")-at("r"), at("cy")-at("r"), at("cx")+at("r"), at("cy")+at("r"))
		case "text":
			within(t, name, page, right, bottom, at("x"), at("y")-8, at("x"), at("y"))
		case "path":
			x, y, command := 0.0, 0.0, byte(0)
			words := numbers.FindAllString(attr["d"], -1)
			for i := 0; i < len(words); i++ {
				if words[i][0] >= 'A' {
					command = words[i][0]
					continue
				}
				n := coordinate(t, page, words[i])
				switch command {
				case 'M':
					x, y = n, coordinate(t, page, words[i+1])
					i++
				case 'l':
					x, y = x+n, y+coordinate(t, page, words[i+1])
					i++
				case 'H':
					x = n
				case 'h':
					x += n
				case 'V':
					y = n
				case 'v':
					y += n
				default:
					t.Fatalf("%s: the path %s", name, attr["d"])
				}
				within(t, name, page, right, bottom, x, y, x, y)
			}
		}
	}
}

var decimal = regexp.MustCompile(`^-?[0-9]+(\.[0-9])?$`)

func coordinate(t *testing.T, page, text string) float64 {
	t.Helper()
	n, err := strconv.ParseFloat(text, 64)
	if err != nil || !decimal.MatchString(text) {
		t.Fatalf("found the coordinate %q in %s", text, page)
	}
	return n
}

func within(t *testing.T, name, page string, right, bottom, left, top, x, y float64) {
	t.Helper()
	const edge = 0.11
	if left < -edge || top < -edge || x > right+edge || y > bottom+edge || x < left-edge || y < top-edge {
		t.Errorf("%s: %g %g to %g %g lies outside %g × %g: %s", name, left, top, x, y, right, bottom, page)
	}
}
