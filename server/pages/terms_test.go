package pages_test

import (
	"flag"
	"fmt"
	"math/rand/v2"
	"net/http/httptest"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"alphanode/content"
	"alphanode/server/pages"
	"alphanode/server/pages/frame"
	"alphanode/server/pages/plot"
	"alphanode/server/readable"
	"alphanode/server/route"
	"alphanode/store"
	"alphanode/store/release"
	"alphanode/store/storetest"
)

var seed = flag.Uint64("seed", 1, "of the archives made by chance")

// site serves the pages of one release, without a server around them.
type site struct {
	testing.TB
	routes []*route.Route
	of     *release.Release
	view   store.View
}

func siteOf(t testing.TB, posts ...*content.Post) *site {
	return &site{t, pages.New(frame.New(nil), pages.Archive{}).Routes, storetest.Release(t, posts...), store.Public}
}

// ask gives the answer of a page, and how often that reads the store.
func (s *site) ask(target string) (a *route.Answer, calls int, err error) {
	s.Helper()
	r := httptest.NewRequest("GET", target, nil)
	rt, captured, _ := route.Find(s.routes, "GET", r.URL)
	if rt == nil {
		s.Fatalf("there is no page at %s", target)
	}
	q, err := route.ReadQuery(rt, r.URL, captured)
	if err != nil {
		return nil, 0, err
	}
	reader := s.of.Reader(s.view)
	a, err = rt.Handle(&route.Request{Query: q, Ctx: s.Context(), Reader: reader, HTTP: r, Site: route.Site{Origin: "https://archive.example", Prefix: "/a"}})
	calls, _ = reader.Stats()
	return a, calls, err
}

func (s *site) page(target string) *part {
	s.Helper()
	a, _, err := s.ask(target)
	if err != nil {
		s.Fatalf("%s: %v", target, err)
	}
	root, err := html.Parse(strings.NewReader(string(a.Body)))
	if err != nil {
		s.Fatal(err)
	}
	return &part{root}
}

// part is a part of a page.
type part struct{ *html.Node }

// all are the elements inside that a test holds for.
func (p *part) all(is func(*part) bool) (found []*part) {
	for n := range p.Descendants() {
		if e := (&part{n}); n.Type == html.ElementNode && is(e) {
			found = append(found, e)
		}
	}
	return found
}

func (p *part) tags(name string) []*part { return p.all(func(e *part) bool { return e.Data == name }) }

func (p *part) class(name string) []*part {
	return p.all(func(e *part) bool { return slices.Contains(strings.Fields(e.attr("class")), name) })
}

// by is the one that is labelled by another.
func (p *part) by(id string) *part {
	for _, e := range p.all(func(e *part) bool { return e.attr("aria-labelledby") == id }) {
		return e
	}
	return &part{&html.Node{}}
}

func (p *part) attr(name string) string {
	for _, a := range p.Attr {
		if a.Key == name {
			return a.Val
		}
	}
	return ""
}

// text is what is read, its spaces as one.
func (p *part) text() string {
	var w strings.Builder
	for n := range p.Descendants() {
		if n.Type == html.TextNode {
			w.WriteString(n.Data)
		}
	}
	return strings.Join(strings.Fields(strings.ReplaceAll(w.String(), "\u00a0", " ")), " ")
}

// rows are the cells of a table as texts, without its head.
func (p *part) rows() (rows [][]string) {
	for _, body := range p.tags("tbody") {
		for _, tr := range body.tags("tr") {
			var row []string
			for _, cell := range tr.all(func(e *part) bool { return e.Data == "th" || e.Data == "td" }) {
				row = append(row, cell.text())
			}
			rows = append(rows, row)
		}
	}
	return rows
}

func (s *site) same(what string, found, expected any) {
	s.Helper()
	if f, e := fmt.Sprintf("%q", found), fmt.Sprintf("%q", expected); f != e {
		s.Errorf("%s:\nfound    %s\nexpected %s", what, f, e)
	}
}

// TestTermPagesEqualScan holds what the page of each tool and entity shows against a scan
// over all posts: totals, the tables of plots to the unit, related terms, posts in order.
func TestTermPagesEqualScan(t *testing.T) {
	t.Parallel()
	rnd := rand.New(rand.NewPCG(*seed, 20))
	posts := storetest.RandomPosts(rnd, 150)
	model := storetest.NewModel(posts)
	s := siteOf(t, posts...)
	for _, s.view = range []store.View{store.Public, store.Preview} {
		visible := model.Visible(s.view)
		for kind, plural := range map[store.Kind]string{store.KindTool: "tools", store.KindEntity: "entities"} {
			for _, b := range model.Facet(s.view, visible, kind) {
				having := model.Having(s.view, visible, kind, b.Slug)
				at := fmt.Sprintf("seed %d, view %d, %s %s", *seed, s.view, kind, b.Slug)
				page := s.page("/" + plural + "/" + url.PathEscape(b.Slug))
				s.same(at+": its name", page.tags("h1")[0].text(), strings.Join(strings.Fields(b.Value), " "))
				head := page.class("head")[0].text()
				if total := frame.Plural(len(having), "post", "posts"); !strings.Contains(head, total) {
					t.Errorf("%s: found %q, expected %s", at, head, total)
				}
				s.figures(at, page, model, having, visible)
				s.related(at, page, model.Related(s.view, kind, b.Slug))
				field, by := store.FieldQuality, ""
				if rnd.IntN(2) == 0 {
					field = store.SortFields[rnd.IntN(len(store.SortFields))]
					by = "?sort=-" + string(field)
					page = s.page("/" + plural + "/" + url.PathEscape(b.Slug) + by)
				}
				var titles []string
				for _, p := range model.Find(s.view, nil, store.Order{Field: field, Desc: true}) {
					if slices.Contains(having, p) && len(titles) < 20 {
						titles = append(titles, strings.Join(strings.Fields(p.Title), " "))
					}
				}
				var found []string
				for _, h3 := range page.class("cards")[0].tags("h3") {
					found = append(found, h3.text())
				}
				s.same(at+": posts "+by, found, titles)
			}
		}
	}
}

// figures holds the tables of the four plots against a scan.
func (s *site) figures(at string, page *part, model *storetest.Model, having, visible []*content.Post) {
	s.Helper()
	plots := page.class("plot")
	if len(plots) != 4 {
		s.Fatalf("%s: found %d plots", at, len(plots))
	}
	here, archive := storetest.Scores(having), storetest.Scores(visible)
	var want [][]string
	row := func(name string, counts ...int) {
		cells, all := []string{name}, 0
		for _, n := range counts {
			cells, all = append(cells, strconv.Itoa(n)), all+n
		}
		if all > 0 {
			want = append(want, cells)
		}
	}
	for i, bin := range here.Quality.Histogram {
		row(fmt.Sprintf("%d–%d", bin.From, bin.To), bin.Count, archive.Quality.Histogram[i].Count)
	}
	row("no score", here.Count-here.Quality.Count, archive.Count-archive.Quality.Count)
	s.same(at+": quality", plots[0].rows(), want)

	want = nil
	shown := func(n *int) string {
		if n == nil {
			return "–"
		}
		return strconv.Itoa(*n)
	}
	for _, score := range []struct {
		name     string
		own, all store.ScoreSummary
	}{{"quality", here.Quality, archive.Quality}, {"freshness", here.Freshness, archive.Freshness}, {"depth", here.Depth, archive.Depth}, {"clarity", here.Clarity, archive.Clarity}} {
		mean := "–"
		if score.own.Mean != nil {
			mean = strconv.FormatFloat(*score.own.Mean, 'f', 1, 64)
		}
		o := score.own
		want = append(want, []string{score.name, strconv.Itoa(o.Count), shown(o.Min), mean, shown(o.P50), shown(o.P90), shown(o.P99), shown(o.Max), shown(score.all.P50)})
	}
	s.same(at+": scores", plots[1].rows(), want)

	want = nil
	for i := 2100; i > 1900; i-- {
		in := func(posts []*content.Post) (n int) {
			for _, p := range posts {
				if strings.HasPrefix(storetest.Day(p.Updated()), strconv.Itoa(i)) {
					n++
				}
			}
			return n
		}
		row(strconv.Itoa(i), in(having), in(visible))
	}
	never := func(posts []*content.Post) (n int) {
		for _, p := range posts {
			if p.Updated() == "" {
				n++
			}
		}
		return n
	}
	if found := plots[2].rows(); len(found) > 0 && !strings.Contains(found[0][0], "–") { // else years are joined: the room of plots tests that
		row("no date", never(having), never(visible))
		s.same(at+": updated", found, want)
	}

	found, sums := plots[3].rows(), [2]int{}
	for _, b := range model.Facet(s.view, visible, store.KindDifficulty) {
		counts := [2]int{len(model.Having(s.view, having, store.KindDifficulty, b.Slug)), b.Count}
		cells := []string{b.Value, strconv.Itoa(counts[0]), strconv.Itoa(counts[1])}
		if !slices.ContainsFunc(found, func(row []string) bool { return slices.Equal(row, cells) }) {
			s.Errorf("%s: found %q, expected %q among the difficulties", at, found, cells)
		}
		sums[0], sums[1] = sums[0]+counts[0], sums[1]+counts[1]
	}
	if rest := []string{"none or another", strconv.Itoa(len(having) - sums[0]), strconv.Itoa(len(visible) - sums[1])}; len(visible) > sums[1] {
		s.same(at+": without difficulty", found[len(found)-1], rest)
	}
}

func (s *site) related(at string, page *part, all []storetest.Related) {
	s.Helper()
	var want [][]string
	for _, r := range all[:min(len(all), 20)] {
		what := r.Type
		if r.Kind == store.KindTool {
			what = "tool"
		}
		want = append(want, []string{strings.Join(strings.Fields(r.Value+" "+what), " "), readable.Number(r.Count), "", plot.Times(r.Lift)})
	}
	s.same(at+": related", page.by("related-title").rows(), want)
}

// TestListsOfTermsEqualScan holds pages of lists of tools and entities against a scan.
func TestListsOfTermsEqualScan(t *testing.T) {
	t.Parallel()
	rnd := rand.New(rand.NewPCG(*seed, 21))
	posts := storetest.RandomPosts(rnd, 120)
	for i := range 180 { // more tools than a page has
		posts = append(posts, &content.Post{Slug: fmt.Sprintf("more-%03d", i), Title: "More", Meta: content.Meta{Tools: []string{fmt.Sprintf("tool %03d", i*7%180)}, Entities: []content.Entity{{Name: fmt.Sprintf("Pack %d", i%70), Type: "box"}}}})
	}
	model := storetest.NewModel(posts)
	s := siteOf(t, posts...)
	orders := map[string]store.TermOrder{"": {ByPostCount: true, Desc: true}, "-postCount": {ByPostCount: true, Desc: true}, "postCount": {ByPostCount: true}, "name": {}, "-name": {Desc: true}}
	for range 40 {
		s.view = store.View(rnd.IntN(2))
		kind, path := store.KindTool, "/tools"
		if rnd.IntN(2) == 0 {
			kind, path = store.KindEntity, "/entities"
		}
		q, number := store.TermQuery{Kind: kind}, 1+rnd.IntN(4)
		values := url.Values{"utm_source": {"x"}} // which nobody knows
		set := func(name, value string) string {
			if value != "" {
				values.Set(name, value)
			}
			return value
		}
		q.Prefix = set("q", []string{"", "", "g", "tool 0", "P", "none such", "00"}[rnd.IntN(7)])
		if kind == store.KindEntity {
			q.Type = set("type", []string{"", "", "box", "STACK", "none"}[rnd.IntN(5)])
		}
		q.Order = orders[set("sort", []string{"", "-postCount", "postCount", "name", "-name"}[rnd.IntN(5)])]
		if number > 1 {
			set("page", strconv.Itoa(number))
		}
		target := path + "?" + values.Encode()
		page, all := s.page(target), model.Terms(s.view, q)
		visible := model.Visible(s.view)
		var want [][]string
		for _, b := range all[min(len(all), (number-1)*50):min(len(all), number*50)] {
			row := []string{strings.Join(strings.Fields(b.Value), " ")}
			if kind == store.KindEntity {
				row = append(row, b.Type)
			}
			row = append(row, readable.Number(b.Count))
			if quality := storetest.Scores(model.Having(s.view, visible, kind, b.Slug)).Quality; quality.Count == 0 {
				row = append(row, "no score")
			} else {
				row = append(row, fmt.Sprintf("%d · %d", *quality.P50, *quality.P90))
			}
			want = append(want, row)
		}
		s.same(fmt.Sprintf("seed %d, view %d, %s", *seed, s.view, target), page.by("results-title").rows(), want)
		status := page.class("status")[0].text()
		total := readable.Number(len(all))
		if q.Prefix != "" || q.Type != "" {
			total += " of " + readable.Number(len(model.Terms(s.view, store.TermQuery{Kind: kind})))
		}
		if !strings.HasPrefix(status, total+" ") {
			t.Errorf("%s: found %q, expected %s", target, status, total)
		}
	}
}

// TestCallsOfTermPages: how often a page reads the store does not grow with what it shows.
func TestCallsOfTermPages(t *testing.T) {
	t.Parallel()
	s := siteOf(t, storetest.RandomPosts(rand.New(rand.NewPCG(*seed, 22)), 400)...)
	for target, most := range map[string]int{
		"/tools": 2, "/tools?q=g&sort=name": 3, "/tools?q=nowhere": 3, "/entities": 3, "/entities?type=stack&page=1": 4, "/tools?page=9": 1,
		"/tools/git": 16, "/tools/GIT": 16, "/entities/stack-python": 16, "/entities/stack-python?sort=title&page=2": 16, "/tools/git?page=900": 14,
	} {
		if _, calls, err := s.ask(target); err != nil || calls > most {
			t.Errorf("%s: %d reads of the store, %v, expected at most %d", target, calls, err, most)
		}
	}
}

// oddPosts have names that are hard on pages.
func oddPosts() (posts []*content.Post) {
	for i, name := range []string{"<script>alert(1)</script>", "قاعدة البيانات", "🧯 rollback 🚀", "{{.}}", "a\"b'c", "-->", strings.Repeat("long", 60), "c++", "C#", "a/b"} {
		for j := range 6 {
			n := 50 + i + j
			posts = append(posts, &content.Post{Slug: fmt.Sprintf("odd-%d-%d", i, j), Title: "About " + name, PublishedAt: fmt.Sprintf("20%d-01-01", 10+j), Meta: content.Meta{
				Tools: []string{name, "git"}, Entities: []content.Entity{{Name: name, Type: "thing"}, {Name: "git", Type: "vcs"}, {Name: "Git", Type: "habit"}}, Difficulty: name, Score: &content.Score{Quality: &n}}})
		}
	}
	return posts
}

// TestOddNames: whatever a term is called, it is a text on its page, and every link to it
// leads to its page.
func TestOddNames(t *testing.T) {
	t.Parallel()
	s := siteOf(t, oddPosts()...)
	scripts := len(s.page("/tools").tags("script"))
	for _, list := range []string{"/tools", "/entities"} {
		for _, link := range s.page(list).by("results-title").tags("a") {
			target := strings.TrimPrefix(link.attr("href"), "/a")
			page := s.page(target)
			s.same(target+": its name", page.tags("h1")[0].text(), link.text())
			if found := len(page.tags("script")); found != scripts {
				t.Errorf("%s: found %d scripts, expected %d", target, found, scripts)
			}
			for _, e := range page.all(func(e *part) bool { return e.attr("style") != "" || e.attr("onclick") != "" }) {
				t.Errorf("%s: found %v", target, e.Attr)
			}
			for _, a := range page.tags("a") {
				at, err := url.Parse(a.attr("href"))
				if err != nil || at.Scheme != "" || at.Fragment == "" && !strings.HasPrefix(at.Path, "/a/") {
					t.Errorf("%s: found a link to %q, expected one below /a/", target, a.attr("href"))
				}
			}
		}
	}
}

// TestStatesOfTermPages: what pages say that find nothing, or too much.
func TestStatesOfTermPages(t *testing.T) {
	t.Parallel()
	s := siteOf(t, oddPosts()...)
	for target, want := range map[string]string{
		"/tools?q=gti":               "Did you mean git?",
		"/entities?type=thnig":       "Did you mean thing?",
		"/entities?type=vcs&q=zzzzz": "All 12 entities",
		"/tools?page=7":              "There is no page 7. The list has 11 tools: its last page.",
		"/tools/git?page=9":          "There is no page 9 of these posts: their last page.",
		"/tools/git":                 "2 entities have this name",
		"/tools/C++":                 "also an entity in 6 posts",
		"/entities/vcs-git":          "also a tool in 60 posts",
		"/entities/vcs:GIT":          "100 % of the archive",
	} {
		if found := s.page(target).tags("main")[0].text(); !strings.Contains(found, want) {
			t.Errorf("%s: found %q, expected %q", target, found, want)
		}
	}
	empty := siteOf(t, &content.Post{Slug: "a", Title: "A"})
	for _, target := range []string{"/tools", "/entities"} {
		if found := empty.page(target).by("results-title").text(); !strings.Contains(found, "Nothing is found. No post names") {
			t.Errorf("%s of no terms: found %q", target, found)
		}
	}
	for target, want := range map[string]string{
		"/tools/gitt":      "There is no tool with the slug or the name \"gitt\"",
		"/entities/git":    "2 entities have the name \"git\"",
		"/entities/%20git": "There is no entity with the slug or the name \" git\"",
	} {
		_, _, err := s.ask(target)
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: found %v, expected %q", target, err, want)
		}
	}
	for target, name := range map[string]string{"/tools?sort=posts": "query.sort", "/entities?page=0": "query.page", "/tools/git?sort=x": "query.sort"} {
		if _, _, err := s.ask(target); err == nil || !strings.Contains(err.Error(), name) {
			t.Errorf("%s: found %v, expected what names %s", target, err, name)
		}
	}
}

// TestAddressesOfTermPages: which pages are for search engines, where each belongs, and that a pin holds.
func TestAddressesOfTermPages(t *testing.T) {
	t.Parallel()
	s := siteOf(t, oddPosts()...)
	for _, tt := range []struct {
		target, canonical, elsewhere, keys string
		indexed                            bool
	}{
		{"/tools", "/tools", "", "posts tool:git", true},
		{"/tools?utm_source=x", "/tools", "", "posts tool:git", true},
		{"/tools?q=g", "/tools", "", "posts tool:git", false},
		{"/entities?sort=name", "/entities", "", "posts entity:habit-git", false},
		{"/entities?page=1", "/entities", "", "posts entity:habit-git", true},
		{"/tools?release=r1", "/tools", "", "posts tool:git", false},
		{"/tools/git", "/tools/git", "", "posts tool:git", true},
		{"/tools/GIT", "/tools/git", "/a/tools/git", "posts tool:git tool:GIT", true},
		{"/tools/git?sort=title", "/tools/git", "", "posts tool:git", false},
		{"/tools/git?page=2", "/tools/git", "", "posts tool:git", false},
		{"/entities/vcs:git?sort=-title", "/entities/vcs-git", "/a/entities/vcs-git?sort=-title", "posts entity:vcs-git entity:vcs:git", false},
	} {
		a, _, err := s.ask(tt.target)
		if err != nil {
			t.Fatal(err)
		}
		page := s.page(tt.target)
		robots := page.all(func(e *part) bool { return e.attr("name") == "robots" })
		if indexed := len(robots) == 0 && a.Header.Get("X-Robots-Tag") == ""; indexed != tt.indexed {
			t.Errorf("%s: found indexed %t, expected %t", tt.target, indexed, tt.indexed)
		}
		for _, link := range page.all(func(e *part) bool { return e.attr("rel") == "canonical" }) {
			s.same(tt.target+": canonical", link.attr("href"), "https://archive.example/a"+tt.canonical)
		}
		s.same(tt.target+": Content-Location", a.Header.Get("Content-Location"), tt.elsewhere)
		keys := strings.Fields(a.SurrogateKey())
		for _, key := range strings.Fields(tt.keys) {
			if !slices.Contains(keys, key) {
				t.Errorf("%s: found the keys %v, expected %s", tt.target, keys, key)
			}
		}
		asked, err := url.Parse(tt.target)
		if err != nil {
			t.Fatal(err)
		}
		pin := asked.Query().Get("release")
		for _, link := range page.tags("main")[0].tags("a") {
			at, err := url.Parse(link.attr("href"))
			if err != nil {
				t.Fatal(err)
			}
			other := strings.HasPrefix(at.Path, "/a/v1/") || strings.Contains(at.Path, "/feed.") || strings.HasPrefix(link.text(), "Go on")
			if !other && at.Query().Get("release") != pin {
				t.Errorf("%s: found a link to %s, expected one with the release %q", tt.target, at, pin)
			}
		}
	}
}
