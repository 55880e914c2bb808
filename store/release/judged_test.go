package release_test

import (
	"bufio"
	"flag"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"slices"
	"sort"
	"strings"
	"testing"

	"github.com/blevesearch/snowballstem"
	"github.com/blevesearch/snowballstem/porter"

	"alphanode/content"
	"alphanode/store"
	"alphanode/store/release"
	"alphanode/store/storetest"
	"alphanode/text"
)

var judgedDir = flag.String("judged", "", "a folder with a collection of judged questions, for TestJudged")

// TestJudged holds what a search finds against what people judged to be right, in a
// collection in the form of Cranfield's (cran.all.1400, cran.qry, cranqrel), and against
// a plain sum of BM25 over the stems of all words, as SQLite's FTS5 makes it with
// tokenize=porter and three times the weight for titles:
//
//	go test ./store/release -run Judged -v -args -judged DIR
//
// A number is the mean over all questions that have judgements: nDCG@10 with a gain of
// 2^grade − 1, where the codes 1 to 4 are the grades 4 to 1, and the average precision
// of the first 100 (Järvelin and Kekäläinen, 2002). Of long questions the words count that a search takes. Without a folder a small collection
// that was made for it shows that the measuring itself is right.
func TestJudged(t *testing.T) {
	t.Parallel()
	dir := *judgedDir
	if dir == "" {
		dir = filepath.Join("testdata", "judged")
	}
	c := readCollection(t, dir)
	r := storetest.Release(t, c.posts...)
	plain := plainIndex(c.posts)
	print := func(what string, find func(question string) []string) rating {
		m := c.measure(find)
		t.Logf("%-32s nDCG@10 %.4f  average precision %.4f", what, m.ndcg, m.precision)
		return m
	}
	reference := print("plain BM25, any of the words", plain.find)
	for _, match := range store.Matches {
		found := print("search, match="+string(match), func(question string) []string { return searched(t, r, question, match) })
		if match == store.MatchMost {
			t.Logf("%.3f × and %.3f × plain BM25", found.ndcg/reference.ndcg, found.precision/reference.precision)
		}
		if *judgedDir == "" && match != store.MatchAll && found.ndcg < 0.9 {
			t.Errorf("match=%s: found nDCG@10 %.3f in a collection where each question has one post that says it", match, found.ndcg)
		}
	}
}

// searched gives the slugs of the first 100 posts that a search finds.
func searched(t *testing.T, r *release.Release, question string, match store.Match) (slugs []string) {
	reader := r.Reader(store.Public)
	page, err := reader.Search(t.Context(), store.SearchQuery{Search: store.Search{Text: question, Match: match}, First: 100})
	if err != nil {
		t.Fatalf("%q: %v", question, err)
	}
	for _, hit := range page.Hits {
		posts, err := reader.Posts(t.Context(), []store.Ref{hit.Ref}, store.Card)
		if err != nil {
			t.Fatal(err)
		}
		slugs = append(slugs, posts[0].Slug)
	}
	return slugs
}

// collection is posts and questions with judged answers.
type collection struct {
	posts     []*content.Post
	questions []string
	grades    []map[string]int // of each question: slug → grade, above 0
}

func readCollection(t *testing.T, dir string) *collection {
	c := &collection{}
	for number, fields := range readFields(t, one(t, dir, "*.all*")) {
		id := fields[".I"]
		title := strings.Join(strings.Fields(fields[".T"]), " ")
		if title == "" {
			title = fmt.Sprint("document ", number+1)
		}
		p := &content.Post{Slug: id, Title: title}
		if body := strings.Join(strings.Fields(fields[".W"]), " "); body != "" {
			p.Body = []content.Block{content.Paragraph{Text: body}}
		}
		c.posts = append(c.posts, p)
	}
	for _, fields := range readFields(t, one(t, dir, "*.qry*")) {
		c.questions = append(c.questions, searchable(strings.Fields(fields[".W"])))
		c.grades = append(c.grades, map[string]int{})
	}
	for line := range linesOf(t, one(t, dir, "*qrel*")) {
		var question, code int
		var slug string
		if n, _ := fmt.Sscan(line, &question, &slug, &code); n < 3 || question < 1 || question > len(c.grades) {
			continue
		}
		if 1 <= code && code <= 4 {
			c.grades[question-1][slug] = 5 - code
		}
	}
	return c
}

// searchable is as many words as a search takes.
func searchable(words []string) string {
	for {
		question := strings.Join(words, " ")
		if _, err := text.Parse(question); err == nil && len(question) <= store.MaxSearch || len(words) == 0 {
			return question
		}
		words = words[:len(words)-1]
	}
}

// one gives the file of a folder that a pattern names.
func one(t *testing.T, dir, pattern string) string {
	found, err := filepath.Glob(filepath.Join(dir, pattern))
	if err != nil || len(found) != 1 {
		t.Fatalf("%s: found %d files %s, expected one (%v)", dir, len(found), pattern, err)
	}
	return found[0]
}

func linesOf(t *testing.T, path string) func(yield func(string) bool) {
	return func(yield func(string) bool) {
		f, err := os.Open(path)
		if err != nil {
			t.Fatal(err)
		}
		defer f.Close()
		lines := bufio.NewScanner(f)
		lines.Buffer(nil, 1<<20)
		for lines.Scan() && yield(lines.Text()) {
		}
		if err := lines.Err(); err != nil {
			t.Fatal(err)
		}
	}
}

// readFields reads records whose fields each begin with a line of their name, as .W is;
// that of .I is behind it.
func readFields(t *testing.T, path string) (records []map[string]string) {
	field := ""
	for line := range linesOf(t, path) {
		switch {
		case strings.HasPrefix(line, ".I "):
			records = append(records, map[string]string{".I": strings.TrimSpace(line[3:])})
		case len(line) >= 2 && line[0] == '.' && 'A' <= line[1] && line[1] <= 'Z' && strings.TrimSpace(line[2:]) == "":
			field = line[:2]
		case len(records) > 0:
			records[len(records)-1][field] += line + "\n"
		}
	}
	return records
}

type rating struct{ ndcg, precision float64 }

// measure is the mean over the questions.
func (c *collection) measure(find func(question string) []string) (mean rating) {
	n := 0.0
	for i, question := range c.questions {
		grades := c.grades[i]
		if len(grades) == 0 {
			continue
		}
		n++
		gain := func(slug string) float64 { return math.Exp2(float64(grades[slug])) - 1 }
		var gains []float64
		for slug := range grades {
			gains = append(gains, gain(slug))
		}
		sort.Sort(sort.Reverse(sort.Float64Slice(gains)))
		ideal, got, right, precision := 0.0, 0.0, 0.0, 0.0
		for place, g := range gains[:min(10, len(gains))] {
			ideal += g / math.Log2(float64(place)+2)
		}
		for place, slug := range find(question) {
			if place < 10 {
				got += gain(slug) / math.Log2(float64(place)+2)
			}
			if grades[slug] > 0 {
				right++
				precision += right / float64(place+1)
			}
		}
		mean.ndcg += got / ideal
		mean.precision += precision / float64(len(grades))
	}
	return rating{mean.ndcg / n, mean.precision / n}
}

// plainArchive is what a plain sum of BM25 needs.
type plainArchive struct {
	posts  []*content.Post
	counts []map[string]float64 // of each post: how often it has a stem, three times in its title
	length []float64
	have   map[string]float64
	mean   float64
}

func plainIndex(posts []*content.Post) *plainArchive {
	a := &plainArchive{posts: posts, have: map[string]float64{}}
	for _, p := range posts {
		counts, length := map[string]float64{}, 0.0
		for weight, s := range map[float64]string{3: p.Title, 1: p.Text()} {
			eachPorter(s, func(stem string) {
				counts[stem] += weight
				length++
			})
		}
		for stem := range counts {
			a.have[stem]++
		}
		a.counts, a.length, a.mean = append(a.counts, counts), append(a.length, length), a.mean+length/float64(len(posts))
	}
	return a
}

func eachPorter(s string, f func(stem string)) {
	text.Each(s, func(word string, _ int) {
		env := snowballstem.NewEnv(strings.ToLower(word))
		porter.Stem(env)
		f(env.Current())
	})
}

func (a *plainArchive) find(question string) (slugs []string) {
	scores := make([]float64, len(a.posts))
	eachPorter(question, func(stem string) {
		n := float64(len(a.posts))
		rarity := max(1e-6, math.Log((n-a.have[stem]+0.5)/(a.have[stem]+0.5)))
		for i, counts := range a.counts {
			if c := counts[stem]; c > 0 {
				scores[i] += rarity * c * 2.2 / (c + 1.2*(0.25+0.75*a.length[i]/a.mean))
			}
		}
	})
	order := make([]int, 0, len(scores))
	for i, score := range scores {
		if score > 0 {
			order = append(order, i)
		}
	}
	slices.SortStableFunc(order, func(x, y int) int {
		if scores[x] > scores[y] {
			return -1
		}
		if scores[x] < scores[y] {
			return 1
		}
		return 0
	})
	for _, i := range order[:min(100, len(order))] {
		slugs = append(slugs, a.posts[i].Slug)
	}
	return slugs
}
