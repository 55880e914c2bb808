package storetest

import (
	"cmp"
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
func (m *Model) Search(v store.View, typed store.Search, f *store.Filter) []Found {
	a := m.wordByWord()
	query := a.understood(v, typed)
	var found []Found
	for _, p := range m.Find(v, f, store.Order{Field: store.FieldSlug}) {
		if s, ok := query.find(p); ok {
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
func (m *Model) finds(v store.View, p *content.Post, typed store.Search) bool {
	_, ok := m.wordByWord().understood(v, typed).find(p)
	return ok
}

func (m *Model) wordByWord() *analysed {
	if m.analysedAs == nil {
		m.analysedAs = m.analysed()
	}
	return m.analysedAs
}

// analysed is an archive word by word.
type analysed struct {
	posts    map[*content.Post]*analysedPost
	public   int
	averages map[string]float64 // length of each field
	// words says in how many posts of an analysis each form stands, and in how many of
	// these that are public.
	words map[text.Analysis]map[string]*modelWord
	seen  [2]map[text.Analysis]bool // by View: the analyses of posts
	known map[[3]string][]string    // what begun found
	asked map[modelAsked]*understood
}

type modelAsked struct {
	view  store.View
	typed store.Search
}

type modelWord struct{ posts, public int }

type analysedPost struct {
	analysis text.Analysis
	lengths  map[string]int            // of each field, in words
	counts   map[string]map[string]int // of each field: form → how often it stands there
	forms    map[string]bool
	pieces   [][][]string // the forms of words that stand one behind the other
}

// The weights of fields, in the order in which the store adds them up: another
// order can round another way.
var (
	searchedFields = []string{"title", "summary", "intro", "entities", "tools", "body"}
	fieldWeights   = map[string]float64{"title": 3, "summary": 2, "intro": 1.5, "entities": 2, "tools": 2, "body": 1}
	fieldLengths   = map[string]float64{"title": 0.75, "summary": 0.75, "intro": 0.75, "entities": 0.5, "tools": 0.5, "body": 0.75}
)

func (m *Model) analysed() *analysed {
	a := &analysed{posts: map[*content.Post]*analysedPost{}, averages: map[string]float64{}, words: map[text.Analysis]map[string]*modelWord{},
		seen: [2]map[text.Analysis]bool{{}, {}}, known: map[[3]string][]string{}, asked: map[modelAsked]*understood{}}
	words, posts := map[string]int{}, map[string]int{}
	for _, p := range m.posts {
		post := readWords(p)
		post.analysis = m.Wording.Of(p.Meta.Language)
		a.posts[p] = post
		if a.words[post.analysis] == nil {
			a.words[post.analysis] = map[string]*modelWord{}
		}
		for form := range post.forms {
			w := a.words[post.analysis][form]
			if w == nil {
				w = &modelWord{}
				a.words[post.analysis][form] = w
			}
			if w.posts++; p.Public() {
				w.public++
			}
		}
		a.seen[store.Preview][post.analysis] = true
		if !p.Public() {
			continue
		}
		a.seen[store.Public][post.analysis] = true
		a.public++
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

func readWords(p *content.Post) *analysedPost {
	post := &analysedPost{lengths: map[string]int{}, counts: map[string]map[string]int{}, forms: map[string]bool{}}
	piece := func(field, s string) {
		var words [][]string
		text.Each(s, func(word string, _ int) {
			post.lengths[field]++
			if post.counts[field] == nil {
				post.counts[field] = map[string]int{}
			}
			forms := text.Forms(word)
			for _, form := range forms {
				post.counts[field][form]++
				post.forms[form] = true
			}
			words = append(words, forms)
		})
		post.pieces = append(post.pieces, words)
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

// understood is a query as posts of each analysis take it.
type understood struct {
	archive *analysed
	clauses map[text.Analysis][]text.Clause
	needed  map[text.Analysis]int
	forms   map[text.Analysis]map[modelTyped]map[string]int // form → its share, in sixteenths
	rarity  map[modelTyped][2]float64                       // rounded and not
}

type modelTyped struct {
	word           string
	prefix, quoted bool
	inPhrase       bool
}

// typedIn gives the words of a phrase as they are looked up.
func typedIn(p text.Phrase) (all []modelTyped) {
	for i, word := range p.Words {
		all = append(all, modelTyped{word, p.Prefix && i == len(p.Words)-1, p.Quoted, i > 0})
	}
	return all
}

func (a *analysed) understood(v store.View, typed store.Search) *understood {
	if u, ok := a.asked[modelAsked{v, typed}]; ok {
		return u
	}
	query, err := text.Parse(typed.Text)
	if err != nil {
		panic("a search that is wrong: " + err.Error())
	}
	mode := typed.Match
	switch {
	case mode == store.MatchUsual && query.Operators:
		mode = store.MatchAll
	case mode == store.MatchUsual:
		mode = store.MatchMost
	}
	if mode != store.MatchAll {
		query = query.Apart()
	}
	u := &understood{a, map[text.Analysis][]text.Clause{}, map[text.Analysis]int{}, map[text.Analysis]map[modelTyped]map[string]int{}, map[modelTyped][2]float64{}}
	public := map[modelTyped]int{}
	for analysis := range a.seen[v] {
		taken := analysis
		if typed.Language != "" {
			taken = text.AnalysisOf(typed.Language)
		}
		u.clauses[analysis] = query.For(taken).Clauses
		u.forms[analysis] = map[modelTyped]map[string]int{}
		wanted := 0
		for _, c := range u.clauses[analysis] {
			if !c.Not {
				wanted++
			}
			for _, p := range c.Any {
				for _, word := range typedIn(p) {
					if u.forms[analysis][word] == nil {
						forms := a.formsOf(v, word, analysis, taken)
						u.forms[analysis][word] = forms
						for form := range forms {
							public[word] += a.words[analysis][form].public
						}
					}
				}
			}
		}
		u.needed[analysis] = map[store.Match]int{store.MatchAll: wanted, store.MatchMost: min(wanted, 2), store.MatchAny: min(wanted, 1)}[mode]
	}
	for word, n := range public {
		n := float64(min(n, a.public))
		exact := math.Log(1 + (float64(a.public)-n+0.5)/(n+0.5))
		u.rarity[word] = [2]float64{max(1, math.Round(exact*16)) / 16, exact}
	}
	a.asked[modelAsked{v, typed}] = u
	return u
}

// formsOf gives the forms of a word that a view sees in posts of an analysis, where
// another takes the word, and how much each counts.
func (a *analysed) formsOf(v store.View, typed modelTyped, of, taken text.Analysis) map[string]int {
	forms := map[string]int{}
	for form, w := range a.words[of] {
		switch {
		case w.public == 0 && v == store.Public:
		case form == typed.word:
			forms[form] = 16
		case !typed.quoted && of == taken && of.Stem(form) == of.Stem(typed.word):
			forms[form] = 10
		}
	}
	if typed.prefix {
		most := 32
		if typed.inPhrase {
			most = 8
		}
		begun := a.begun(v, of, typed.word)
		for _, form := range begun[:min(most, len(begun))] {
			if forms[form] == 0 {
				forms[form] = 8
			}
		}
	}
	return forms
}

// begun gives the words that begin with a text: at most 32, those of most public posts.
func (a *analysed) begun(v store.View, of text.Analysis, prefix string) (begun []string) {
	key := [3]string{string(rune(v)), string(rune(of)), prefix}
	if known, ok := a.known[key]; ok {
		return known
	}
	defer func() { a.known[key] = begun }()
	for form, w := range a.words[of] {
		if strings.HasPrefix(form, prefix) && !of.Common(form) && (w.public > 0 || v == store.Preview) {
			begun = append(begun, form)
		}
	}
	slices.SortFunc(begun, func(x, y string) int {
		return cmp.Or(cmp.Compare(a.words[of][y].public, a.words[of][x].public), strings.Compare(x, y))
	})
	return begun[:min(32, len(begun))]
}

func (u *understood) find(p *content.Post) (s Found, ok bool) {
	s.Post = p
	post := u.archive.posts[p]
	met := 0
	for _, c := range u.clauses[post.analysis] {
		rounded, exact, words, ok := u.clause(post, c)
		switch {
		case ok && c.Not:
			return s, false
		case ok:
			met++
			times := float64(c.Again + 1)
			s.Score, s.Exact, s.Words = s.Score+times*rounded, s.Exact+times*exact, s.Words+words*(c.Again+1)
		}
	}
	s.Score = math.Round(s.Score*1e9) / 1e9
	return s, met > 0 && met >= u.needed[post.analysis]
}

// clause gives what a clause adds to the score of a post, and whether the post
// meets it.
func (u *understood) clause(p *analysedPost, c text.Clause) (rounded, exact float64, words int, ok bool) {
	for _, phrase := range c.Any {
		typed := typedIn(phrase)
		if !u.has(p, typed) {
			continue
		}
		var r, e float64
		for _, word := range typed {
			ri, ei := u.impact(p, word)
			r, e = r+u.rarity[word][0]*ri, e+u.rarity[word][1]*ei
		}
		ok = true
		if r > rounded || r == rounded && e > exact {
			rounded, exact, words = r, e, len(typed)
		}
	}
	return rounded, exact, words, ok
}

// has reports whether words stand one behind the other.
func (u *understood) has(p *analysedPost, typed []modelTyped) bool {
	stands := func(forms []string, word modelTyped) bool {
		return slices.ContainsFunc(forms, func(form string) bool { return u.forms[p.analysis][word][form] > 0 })
	}
	for _, piece := range p.pieces {
		for i := 0; i+len(typed) <= len(piece); i++ {
			all := true
			for j := 0; j < len(typed) && all; j++ {
				all = stands(piece[i+j], typed[j])
			}
			if all {
				return true
			}
		}
	}
	return false
}

// impact of a word in a post, rounded and not: what its forms add up to, or half of the
// best that only begins as it does.
func (u *understood) impact(p *analysedPost, word modelTyped) (rounded, exact float64) {
	sum, exactSum, best, exactBest := 0, 0.0, 0, 0.0
	for form, share := range u.forms[p.analysis][word] {
		if !p.forms[form] {
			continue
		}
		occurs := u.archive.occurs(p, form)
		one := int(min(max(1, math.Round(255*occurs/(2.5+occurs))), 254))
		if share == 8 {
			best, exactBest = max(best, (one+1)/2), max(exactBest, occurs/(2.5+occurs)/2)
			continue
		}
		unsaturated := (one*4096 + (255-one)/2) / (255 - one)
		sum += (unsaturated*share + 8) / 16
		exactSum += occurs * float64(share) / 16
	}
	together := (255*sum + (4096+sum)/2) / (4096 + sum)
	return float64(max(1, best, together)) / 255, max(exactBest, exactSum/(2.5+exactSum))
}

// occurs is how often a form stands in a post, by the fields and their lengths.
func (a *analysed) occurs(p *analysedPost, form string) (sum float64) {
	for _, field := range searchedFields {
		b := fieldLengths[field]
		if n := p.counts[field][form]; n > 0 {
			sum += fieldWeights[field] * float64(n) / (1 - b + b*float64(p.lengths[field])/a.averages[field])
		}
	}
	return sum
}
