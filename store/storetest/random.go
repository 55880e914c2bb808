package storetest

import (
	"fmt"
	"math/rand/v2"

	"golang.org/x/text/unicode/norm"

	"alphanode/content"
	"alphanode/store"
)

// RandomPosts makes an archive that is hard on indexes: many ties, absent
// values, drafts, names that share a slug, spellings of one name.
func RandomPosts(r *rand.Rand, n int) []*content.Post {
	posts := make([]*content.Post, n)
	for i := range posts {
		posts[i] = randomPost(r, i)
	}
	return posts
}

var (
	randomTools    = []string{"git", "Git", "c++", "cplusplus", "c#", "node.js", "fastapi", "logs", "Straße", "???", "!!!", "a  b", "a-b", "Éclair", "eclair", "ÉCLAIRS", "“quoted” tool", "ёлка", "カナ", "Łódź", "Git!", "gi\u200bt", "logs\ufeff", "C-plusplus"}
	randomEntities = []content.Entity{
		{Name: "python", Type: "stack"}, {Name: "Python", Type: "stack"}, {Name: "python", Type: "language"},
		{Name: "a-b", Type: "area"}, {Name: "a b", Type: "area"}, {Name: "x:y", Type: "area"}, {Name: "y", Type: "area:x"},
		{Name: "caching", Type: "problem"}, {Name: "Caching?", Type: "problem"}, {Name: "cach\u00ading", Type: "pro\u2060blem"},
		{Name: "Éclair", Type: "area"}, {Name: "éclair", Type: "stack"}, {Name: "eclair", Type: "area"}, {Name: "‘Zoë’", Type: "person"}, {Name: "ひらがな", Type: "area"},
	}
	randomWords = []string{"Caching", "caching", "rollback", "safer", "steps", "Üben", "a", "deploy"}
	// randomTitleWords are in several scripts, with accents, capitals and signs that do not count.
	randomTitleWords = append([]string{
		"Éclair", "eclair", "ÉCLAIR", "e\u0301clairs", "“Rollback”", "roll-back", "(steps)", "Łódź", "lodz", "straße", "STRASSE", "L’été", "l'ete",
		"ёлка", "елка", "Йод", "иод", "かな", "カナ", "ガナ", "漢字", "서버", "…", "!!!", "😀", "10", "9", "ﬁn", "ｆｉｎ", "æ", "ø", "ſteps",
	}, randomWords...)
	randomDates = []string{
		"", "2020-01-01", "2020-01-01T00:00:00Z", "2020-01-01T23:30:00-05:00", "2019-12-31T20:00:00-04:00", "2024-02-29",
		"1969-12-31T23:59:59Z", "1950-06-01",
	}
)

func pick[T any](r *rand.Rand, from []T) T { return from[r.IntN(len(from))] }

func some[T any](r *rand.Rand, from []T, most int) []T {
	var chosen []T
	for range r.IntN(most + 1) {
		chosen = append(chosen, pick(r, from))
	}
	return chosen
}

func maybe(r *rand.Rand, n int) *int {
	if r.IntN(5) == 0 {
		return nil
	}
	m := r.IntN(n)
	return &m
}

// RandomAddresses are where random posts stood: some of them one address spelled in
// several ways.
var RandomAddresses = []string{
	"/2014/09/15/caching/", "https://old.example/2014/09/15/caching", "/?p=7", "http://old.example/?p=7&utm_source=x", "/?p=70", "/caf%C3%A9", "/café/",
	"/archive/1", "/archive/2", "/archive/3/index.html", "/archive", "/archive/", "https://other.example/archive/2#top", "/",
}

func randomPost(r *rand.Rand, i int) *content.Post {
	p := &content.Post{
		// The number is scrambled, so that slugs do not sort as posts arrive.
		Slug:        fmt.Sprintf("%s-%d", content.Slugify(pick(r, randomWords)), uint32(i)*2654435761%1_000_003),
		Title:       pick(r, randomWords) + " " + pick(r, randomTitleWords),
		Intro:       pick(r, randomWords),
		PublishedAt: pick(r, randomDates),
		Meta: content.Meta{
			Tools:        some(r, randomTools, 4),
			Entities:     some(r, randomEntities, 3),
			Stack:        some(r, randomWords, 2),
			CodeLanguage: pick(r, []string{"", "go", "Go", "c++"}),
			Language:     pick(r, []string{"", "en", "pt", "pt-BR", "zh-Hans"}),
			Difficulty:   pick(r, []string{"", "beginner", "Beginner", "advanced"}),
			Topic:        pick(r, []string{"", "caching / python", "safer steps", "Łódź, l’été"}),
			Flags: content.Flags{
				AIGeneratedStyle: r.IntN(3) == 0, HasImages: r.IntN(2) == 0, ImageHeavy: r.IntN(5) == 0,
				NeedsHumanReview: r.IntN(8) == 0,
			},
		},
	}
	if r.IntN(2) == 0 {
		p.Meta.Reference = fmt.Sprintf("ref-%05d", i)
	}
	if r.IntN(4) > 0 {
		p.Meta.Score = &content.Score{Quality: maybe(r, 4), Freshness: maybe(r, 101), Depth: maybe(r, 2), Clarity: maybe(r, 10)}
	}
	if r.IntN(4) > 0 {
		p.Meta.Revision = &content.Revision{
			Status:       pick(r, []string{"", "reviewed", "reviewed", "reviewed", "draft", "in-review", "archived"}),
			LastReviewed: pick(r, randomDates),
		}
	}
	if r.IntN(3) > 0 {
		views := int64(r.IntN(5)) << r.IntN(40)
		p.Meta.ViewCount = &views
		p.Meta.Payload = &content.Payload{Paragraphs: maybe(r, 6), Scenario: pick(r, []string{"", "at night", "By Day"})}
	}
	for range r.IntN(3) {
		p.Meta.URLs = append(p.Meta.URLs, pick(r, RandomAddresses))
	}
	p.Settle()
	return p
}

// RandomOrder picks any order of posts.
func RandomOrder(r *rand.Rand) store.Order {
	return store.Order{Field: pick(r, store.SortFields), Desc: r.IntN(2) == 0}
}

// RandomGroupOrder picks any order of groups of scores.
func RandomGroupOrder(r *rand.Rand) store.GroupOrder {
	return store.GroupOrder{Field: pick(r, store.GroupFields), Desc: r.IntN(2) == 0}
}

// RandomReadingList makes a list of slugs, some of posts, in any order: some again, some of
// no post, and some in another form of Unicode.
func RandomReadingList(r *rand.Rand, posts []*content.Post) []string {
	list := []string{}
	for range r.IntN(40) {
		switch n := r.IntN(10); {
		case n == 0 && len(list) > 0:
			list = append(list, pick(r, list))
		case n == 1 || len(posts) == 0:
			list = append(list, "none-"+pick(r, randomWords))
		case n == 2:
			list = append(list, norm.NFD.String(pick(r, posts).Slug)+"\u200b")
		default:
			list = append(list, pick(r, posts).Slug)
		}
	}
	return list
}

// RandomFilter makes a filter of at most depth levels.
func RandomFilter(r *rand.Rand, depth int) *store.Filter {
	f := &store.Filter{}
	text := func(from ...string) *string {
		s := pick(r, from)
		return &s
	}
	number := func(n int) *int64 {
		x := int64(r.IntN(n))
		return &x
	}
	day := func() *store.Day {
		d, err := store.ParseDay(pick(r, []string{"2020-01-01", "2020-01-02", "2019-12-31", "1969-12-31", "2030-01-01"}))
		if err != nil {
			panic(err)
		}
		return &d
	}
	truth := func() *bool {
		b := r.IntN(2) == 0
		return &b
	}
	terms := func(from ...string) *store.TermFilter {
		switch r.IntN(4) {
		case 0:
			return &store.TermFilter{Eq: text(from...)}
		case 1:
			return &store.TermFilter{In: append([]string{}, some(r, from, 3)...)}
		case 2:
			return &store.TermFilter{All: some(r, from, 2)}
		default:
			return &store.TermFilter{None: some(r, from, 2)}
		}
	}
	for range 1 + r.IntN(2) {
		switch r.IntN(26) {
		case 0:
			f.Tool = terms("git", "GIT", "cplusplus", "c++", "csharp", "cplusplus-"+"0", "none such", "node.js", "a b")
		case 1:
			f.Entity = terms("python", "stack:python", "stack-python", "area:x:y", "area-a-b", "Caching", "problem-caching")
		case 2:
			f.Stack = terms("caching", "rollback", "üben", "none such")
		case 3:
			f.Difficulty = terms("beginner", "advanced")
		case 4:
			f.Status = terms("draft", "reviewed", "archived")
		case 5:
			f.Scenario = terms("at night", "by-day", "by day")
		case 6:
			f.Topic = &store.TopicFilter{Contains: text("PYTHON", "steps", "lodz", "L'É", "nothing")}
		case 7:
			f.Quality = &store.NumberFilter{Gte: number(4)}
		case 8:
			f.Freshness = &store.NumberFilter{Gt: number(100), Lt: number(110)}
		case 9:
			f.ViewCount = &store.NumberFilter{Lte: number(1 << 20)}
		case 10:
			f.Depth = &store.NumberFilter{Eq: number(2)}
		case 11:
			f.PublishedAt = &store.DateFilter{Eq: day()}
		case 12:
			f.LastReviewed = &store.DateFilter{Gt: day()}
		case 13:
			f.Updated = &store.DateFilter{Lte: day(), Gte: day()}
		case 14:
			f.Title = &store.TextFilter{Prefix: text("caching", "CACHING r", "ü", "UB", "caching ecl", "steps l'é", "a “", "\u0301", "deploy елк", "zzz")}
		case 15:
			f.Title = &store.TextFilter{Contains: text("steps", "ING ", "Ecl", "l‘ÉTÉ", "”", "ИОД", "fin", "zzz"), Eq: nil}
		case 16:
			f.HasImages, f.NeedsHumanReview = truth(), truth()
		case 17:
			f.AIGeneratedStyle, f.ImageHeavy = truth(), truth()
		case 18:
			if f.CodeLanguage = terms("go", "GO", "cplusplus"); r.IntN(2) == 0 {
				f.CodeLanguage, f.Language = nil, terms("pt", "PT-br", "en", "zh", "zh-Hans")
			}
		case 19:
			f.Clarity = &store.NumberFilter{Lt: number(10)}
		case 20:
			f.ReadingTime, f.Paragraphs = &store.NumberFilter{Eq: number(3)}, &store.NumberFilter{Gte: number(6)}
		case 21:
			if f.Slug = (&store.SlugFilter{Eq: text("caching-0", "steps-435761", "none")}); r.IntN(2) == 0 {
				f.Slug = &store.SlugFilter{In: append([]string{}, some(r, []string{"caching-0", "steps-435761", "a-0", "deploy-435761", "none"}, 5)...)}
			}
		case 22:
			f.Reference = &store.TextFilter{Eq: text("ref-00001", "ref-00002", "REF-00001"), Prefix: text("ref-0", "ref-00001")}
		case 23:
			f.Title = &store.TextFilter{Eq: text("caching rollback", "SAFER  steps", "caching éclair", "Caching eclair", "none")}
		case 24:
			f.Search = text("caching ", "safer st", `"caching rollback" OR deploy `, "steps -deploying ", "c++ OR pyth", "nowhere ")
			if r.IntN(2) == 0 {
				f.SearchMatch = append([]store.Match{store.MatchUsual}, store.Matches...)[r.IntN(1+len(store.Matches))]
				f.SearchLanguage = []string{"", "en", "de", "tr", "pt-BR", "zh-Hant-TW"}[r.IntN(6)]
			}
		default:
			f.Slug = &store.SlugFilter{Prefix: text("ca", "rollback", "zzz")}
			f.Reference = &store.TextFilter{Contains: text("1", "ref-00", "none")}
		}
	}
	if depth > 1 {
		switch r.IntN(4) {
		case 0:
			f.Not = RandomFilter(r, depth-1)
		case 1:
			f.Or = []store.Filter{}
			for range r.IntN(3) {
				f.Or = append(f.Or, *RandomFilter(r, depth-1))
			}
		case 2:
			f.And = []store.Filter{*RandomFilter(r, depth-1), *RandomFilter(r, depth-1)}
		}
	}
	return f
}
