package storetest

import (
	"cmp"
	"maps"
	"math"
	"slices"
	"strings"

	"alphanode/content"
	"alphanode/store"
	"alphanode/text"
)

// Found is one post that a search finds.
type Found struct {
	Post  *content.Post
	Score float64 // as the store rounds it, to 9 decimals
	Exact float64 // without any rounding
	Words int     // how many words of the query count in it
}

// Search looks for the words of a query in every post that a view sees.
func (m *Model) Search(v store.View, query text.Query, f *store.Filter) []Found {
	a := m.wordByWord()
	var found []Found
	for _, p := range m.Find(v, f, store.Order{Field: store.FieldSlug}) {
		if s, ok := a.find(v, p, query); ok {
			found = append(found, s)
		}
	}
	slices.SortFunc(found, func(a, b Found) int {
		return cmp.Or(cmp.Compare(b.Score, a.Score),
			cmp.Compare(rankNumber(b.Post, store.FieldQuality), rankNumber(a.Post, store.FieldQuality)),
			cmp.Compare(rankNumber(b.Post, store.FieldFreshness), rankNumber(a.Post, store.FieldFreshness)),
			strings.Compare(a.Post.Slug, b.Post.Slug))
	})
	return found
}

// finds reports whether a search finds a post.
func (m *Model) finds(v store.View, p *content.Post, typed string) bool {
	query, err := text.ParseQuery(typed, m.Stemming)
	if err != nil {
		panic("a filter that is wrong: " + err.Error())
	}
	_, ok := m.wordByWord().find(v, p, query)
	return ok
}

func (m *Model) wordByWord() *analysed {
	if m.analysedAs == nil {
		m.analysedAs = m.analysed(m.Stemming)
	}
	return m.analysedAs
}

func (a *analysed) find(v store.View, p *content.Post, query text.Query) (s Found, ok bool) {
	s.Post = p
	for _, c := range query.Clauses {
		rounded, exact, words, ok := a.clause(v, a.posts[p], c)
		if ok == c.Not {
			return s, false
		}
		if !c.Not {
			s.Score, s.Exact, s.Words = s.Score+rounded, s.Exact+exact, s.Words+words
		}
	}
	s.Score = math.Round(s.Score*1e9) / 1e9
	return s, true
}

// analysed is an archive word by word.
type analysed struct {
	stemming text.Stemming
	posts    map[*content.Post]*analysedPost
	public   int
	have     map[string]int                // public posts with each stem
	averages map[string]float64            // length of each field
	words    [2]map[string]map[string]bool // by View: folded word → its stem
	known    map[[2]string][]string        // what begun found
}

type analysedPost struct {
	lengths map[string]int            // of each field, in words
	counts  map[string]map[string]int // of each field: stem → how often it stands there
	words   map[string]bool           // folded
	pieces  [][]string                // stems that stand one behind the other
	stems   map[string]bool
}

// The weights of fields, in the order in which the store adds them up: another
// order can round another way.
var (
	searchedFields = []string{"title", "summary", "intro", "entities", "tools", "body"}
	fieldWeights   = map[string]float64{"title": 6, "summary": 3, "intro": 2, "entities": 4, "tools": 4, "body": 1}
)

func (m *Model) analysed(stemming text.Stemming) *analysed {
	a := &analysed{stemming: stemming, posts: map[*content.Post]*analysedPost{}, have: map[string]int{}, averages: map[string]float64{}, known: map[[2]string][]string{}}
	a.words = [2]map[string]map[string]bool{{}, {}}
	words, posts := map[string]int{}, map[string]int{}
	for _, p := range m.posts {
		post := a.read(p)
		a.posts[p] = post
		for word := range post.words {
			a.see(store.Preview, word)
			if p.Public() {
				a.see(store.Public, word)
			}
		}
		if !p.Public() {
			continue
		}
		a.public++
		for stem := range post.stems {
			a.have[stem]++
		}
		for field, length := range post.lengths {
			words[field] += length
			posts[field]++
		}
	}
	for field := range fieldWeights {
		a.averages[field] = 1
		if posts[field] > 0 {
			a.averages[field] = math.Pow(2, math.Round(4*math.Log2(float64(words[field])/float64(posts[field])))/4)
		}
	}
	return a
}

func (a *analysed) see(v store.View, word string) {
	stem := a.stemming.Stem(word)
	if a.words[v][word] == nil {
		a.words[v][word] = map[string]bool{}
	}
	a.words[v][word][stem] = true
}

func (a *analysed) read(p *content.Post) *analysedPost {
	post := &analysedPost{lengths: map[string]int{}, counts: map[string]map[string]int{}, words: map[string]bool{}, stems: map[string]bool{}}
	piece := func(field, s string) {
		var stems []string
		text.Each(s, func(word string, _ int) {
			folded := text.Fold(word)
			stem := a.stemming.Stem(folded)
			post.lengths[field]++
			if post.counts[field] == nil {
				post.counts[field] = map[string]int{}
			}
			post.counts[field][stem]++
			post.words[folded] = true
			stems = append(stems, stem)
			post.stems[stem] = true
		})
		post.pieces = append(post.pieces, stems)
	}
	piece("title", p.Title)
	piece("intro", p.Intro)
	if p.Meta.Summary != p.Intro {
		piece("summary", p.Meta.Summary)
	}
	for _, e := range p.Meta.Entities {
		piece("entities", e.Name)
	}
	for _, name := range p.Meta.Tools {
		piece("tools", name)
	}
	for _, block := range p.Body {
		switch b := block.(type) {
		case content.Figure:
			piece("body", b.Caption)
		case content.List:
			for _, item := range b.Items {
				piece("body", item.Text)
			}
		default:
			piece("body", (&content.Post{Body: []content.Block{b}}).Text())
		}
	}
	return post
}

// clause gives what a clause adds to the score of a post, and whether the post
// meets it.
func (a *analysed) clause(v store.View, p *analysedPost, c text.Clause) (rounded, exact float64, words int, ok bool) {
	take := func(r, e float64, n int) {
		ok = true
		if r > rounded || r == rounded && e > exact {
			rounded, exact, words = r, e, n
		}
	}
	for _, phrase := range c.Any {
		last := len(phrase.Words) - 1
		stems := make([]string, len(phrase.Words))
		for i, word := range phrase.Words {
			stems[i] = a.stemming.Stem(word)
		}
		// What the words but the last add.
		var r, e float64
		for _, stem := range stems[:last] {
			rw, ew := a.weight(stem)
			ri, ei := a.impact(p, stem)
			r, e = r+rw*ri, e+ew*ei
		}
		if a.has(p, stems) {
			rw, ew := a.weight(stems[last])
			ri, ei := a.impact(p, stems[last])
			take(r+rw*ri, e+ew*ei, len(stems))
		}
		if !phrase.Prefix {
			continue
		}
		begun := a.begun(v, phrase.Words[last])
		if last > 0 {
			begun = begun[:min(8, len(begun))]
		}
		least, leastExact := math.Inf(1), math.Inf(1)
		for _, stem := range begun {
			r, e := a.weight(stem)
			least, leastExact = min(least, r), min(leastExact, e)
		}
		for _, stem := range begun {
			if stem != stems[last] && a.has(p, append(slices.Clone(stems[:last]), stem)) {
				ri, ei := a.impact(p, stem)
				take(r+least/2*ri, e+leastExact/2*ei, len(stems))
			}
		}
	}
	return rounded, exact, words, ok
}

// has reports whether stems stand one behind the other.
func (a *analysed) has(p *analysedPost, stems []string) bool {
	if !p.stems[stems[0]] {
		return false
	}
	for _, piece := range p.pieces {
		for i := 0; i+len(stems) <= len(piece); i++ {
			if slices.Equal(piece[i:i+len(stems)], stems) {
				return true
			}
		}
	}
	return false
}

// weight of a stem, rounded and not.
func (a *analysed) weight(stem string) (rounded, exact float64) {
	n := float64(a.have[stem])
	exact = math.Log(1 + (float64(a.public)-n+0.5)/(n+0.5))
	return max(1, math.Round(exact*16)) / 16, exact
}

// impact of a stem in a post, rounded and not.
func (a *analysed) impact(p *analysedPost, stem string) (rounded, exact float64) {
	var sum float64
	for _, field := range searchedFields {
		b := 0.5
		if field == "body" {
			b = 0.75
		}
		sum += fieldWeights[field] * float64(p.counts[field][stem]) / (1 - b + b*float64(p.lengths[field])/a.averages[field])
	}
	return max(1, math.Round(255*sum/(1.2+sum))) / 255, sum / (1.2 + sum)
}

// begun gives the stems of the words that begin with a text: at most 32, those
// of most public posts.
func (a *analysed) begun(v store.View, prefix string) (begun []string) {
	key := [2]string{string(rune(v)), prefix}
	if known, ok := a.known[key]; ok {
		return known
	}
	defer func() { a.known[key] = begun }()
	for word, stems := range a.words[v] {
		if !strings.HasPrefix(word, prefix) || a.stemming.Common(word) {
			continue
		}
		for stem := range stems {
			if !slices.Contains(begun, stem) {
				begun = append(begun, stem)
			}
		}
	}
	slices.SortFunc(begun, func(x, y string) int { return cmp.Or(cmp.Compare(a.have[y], a.have[x]), strings.Compare(x, y)) })
	return begun[:min(32, len(begun))]
}

// NearestWords gives the words nearest to one that no post of a view has, by
// looking at every word that begins with the same letter; of each stem one.
func (m *Model) NearestWords(v store.View, folded string) []string {
	a := m.wordByWord()
	letters := []rune(folded)
	if len(letters) < 2 {
		return []string{}
	}
	type near struct {
		word, stem   string
		edits, posts int
	}
	order := func(x, y near) int {
		return cmp.Or(cmp.Compare(x.edits, y.edits), cmp.Compare(y.posts, x.posts), strings.Compare(x.word, y.word))
	}
	best := map[string]near{}
	for word, stems := range a.words[v] {
		edits := editsBetween(letters, []rune(word))
		if []rune(word)[0] != letters[0] || edits > min(max(1, len(letters)/3), 4) && !strings.Contains(word, folded) {
			continue
		}
		for stem := range stems {
			found := near{word, stem, edits, a.have[stem]}
			if known, ok := best[stem]; !ok || order(found, known) < 0 {
				best[stem] = found
			}
		}
	}
	words := []string{}
	for _, n := range slices.SortedFunc(maps.Values(best), order) {
		words = append(words, n.word)
	}
	return words[:min(5, len(words))]
}

// Knows reports whether a post of a view has a word in any of its forms.
func (m *Model) Knows(v store.View, folded string) bool {
	a := m.wordByWord()
	stem := a.stemming.Stem(folded)
	for word, stems := range a.words[v] {
		if stems[stem] || word == folded {
			return true
		}
	}
	return false
}
