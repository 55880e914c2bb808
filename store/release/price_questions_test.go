package release_test

import (
	"context"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"alphanode/store"
	"alphanode/store/release"
)

// priced is a question whose price is looked at.
type priced struct {
	kind string // of read
	what string // was asked
	ask  func(ctx context.Context, r *release.Reader) error
}

// pricedQuestions makes random questions in the words and terms of an archive.
type pricedQuestions struct {
	rnd       *rand.Rand
	sentences [][]string
	refs      []store.Ref
	slugs     []string
	terms     map[store.Kind][]*store.Term
}

func newPricedQuestions(t testing.TB, rnd *rand.Rand, r *release.Reader) *pricedQuestions {
	t.Helper()
	q := &pricedQuestions{rnd: rnd, terms: map[store.Kind][]*store.Term{}}
	all, err := r.Find(t.Context(), store.PostQuery{Order: store.DefaultOrder, Window: store.Window{First: ptr(0)}})
	if err != nil {
		t.Fatal(err)
	}
	for range 200 {
		page, err := r.Find(t.Context(), store.PostQuery{
			Order: store.Order{Field: store.FieldSlug}, Window: store.Window{First: ptr(1), Offset: ptr(rnd.IntN(all.Total))}})
		if err != nil {
			t.Fatal(err)
		}
		posts, err := r.Posts(t.Context(), page.Refs, store.Whole)
		if err != nil {
			t.Fatal(err)
		}
		q.refs, q.slugs = append(q.refs, page.Refs[0]), append(q.slugs, posts[0].Slug)
		for _, text := range []string{posts[0].Title, posts[0].Intro, posts[0].Text()} {
			for _, sentence := range strings.Split(text, ".") {
				if words := strings.Fields(sentence); len(words) > 1 {
					q.sentences = append(q.sentences, words)
				}
			}
		}
	}
	for _, kind := range store.Kinds {
		page, err := r.FindTerms(t.Context(), store.TermQuery{
			Kind: kind, Order: store.TermOrder{ByPostCount: true, Desc: true}, Window: store.Window{First: ptr(100)}})
		if err != nil {
			t.Fatal(err)
		}
		q.terms[kind] = page.Terms
	}
	return q
}

func oneOf[T any](rnd *rand.Rand, from []T) T { return from[rnd.IntN(len(from))] }

func (q *pricedQuestions) word() string { return oneOf(q.rnd, oneOf(q.rnd, q.sentences)) }

// phrase is words of one sentence, or words that seldom stand together.
func (q *pricedQuestions) phrase() string {
	n := 2 + q.rnd.IntN(15)
	s := oneOf(q.rnd, q.sentences)
	if q.rnd.IntN(3) > 0 {
		at := q.rnd.IntN(len(s))
		return `"` + strings.Join(s[at:min(at+n, len(s))], " ") + `"`
	}
	var words []string
	for range n {
		if q.rnd.IntN(2) == 0 {
			words = append(words, oneOf(q.rnd, []string{"the", "of", "a", "to", "in", "and", "is", "for"}))
		} else {
			words = append(words, q.word())
		}
	}
	return `"` + strings.Join(words, " ") + `"`
}

func (q *pricedQuestions) text() string {
	var parts []string
	words := 0
	for range 1 + q.rnd.IntN(4) {
		part := q.word()
		switch q.rnd.IntN(8) {
		case 0, 1:
			part = q.phrase()
		case 2:
			part = "-" + part
		case 3:
			part = q.word() + " OR " + part
		case 4:
			part = q.phrase() + " OR " + part
		case 5:
			part += "x"
		}
		if words += len(strings.Fields(part)); words > 28 {
			break
		}
		parts = append(parts, part)
	}
	text := strings.ToLower(strings.Trim(q.word(), "-") + " " + strings.Join(parts, " "))
	text = strings.ReplaceAll(text, " or ", " OR ")
	switch q.rnd.IntN(4) {
	case 0:
		text = strings.TrimSpace(text)
		return text[:len(text)-min(len(text)-1, q.rnd.IntN(4))] // unfinished
	case 1:
		return text + " " + string(rune('a'+q.rnd.IntN(26)))
	}
	return text + " "
}

func (q *pricedQuestions) name(kind store.Kind) string {
	if len(q.terms[kind]) == 0 || q.rnd.IntN(12) == 0 {
		return "none such"
	}
	t := oneOf(q.rnd, q.terms[kind])
	if kind == store.KindEntity && q.rnd.IntN(4) == 0 {
		return t.Type + ":" + t.Name
	}
	return t.Name
}

func (q *pricedQuestions) termFilter(kind store.Kind) *store.TermFilter {
	names := func(n int) []string {
		all := []string{}
		for range 1 + q.rnd.IntN(n) {
			all = append(all, q.name(kind))
		}
		return all
	}
	switch q.rnd.IntN(4) {
	case 0:
		return &store.TermFilter{In: names(20)}
	case 1:
		return &store.TermFilter{None: names(4)}
	case 2:
		return &store.TermFilter{All: names(2)}
	default:
		return &store.TermFilter{Eq: ptr(q.name(kind))}
	}
}

func (q *pricedQuestions) filter(depth int) *store.Filter {
	f := &store.Filter{}
	for range 1 + q.rnd.IntN(2) {
		number := func() *store.NumberFilter {
			low := q.rnd.Int64N(100)
			return &store.NumberFilter{Gte: &low, Lte: ptr(low + q.rnd.Int64N(40))}
		}
		from, err := store.ParseDay(fmt.Sprintf("20%02d-%02d-01", 15+q.rnd.IntN(12), 1+q.rnd.IntN(12)))
		if err != nil {
			panic(err)
		}
		day := &store.DateFilter{Gte: &from}
		if q.rnd.IntN(2) == 0 {
			day = &store.DateFilter{Lt: &from}
		}
		part := oneOf(q.rnd, []string{"a", "e", "re", q.word(), strings.ToLower(q.word()), "zzz"})
		switch q.rnd.IntN(18) {
		case 0:
			f.Tool = q.termFilter(store.KindTool)
		case 1:
			f.Entity = q.termFilter(store.KindEntity)
		case 2:
			f.Stack = q.termFilter(store.KindStack)
		case 3:
			f.Difficulty = q.termFilter(store.KindDifficulty)
		case 4:
			f.Quality = number()
		case 5:
			f.Freshness, f.Clarity = number(), number()
		case 6:
			f.ViewCount = &store.NumberFilter{Gt: ptr(q.rnd.Int64N(100_000))}
		case 7:
			f.PublishedAt = day
		case 8:
			f.Updated = day
		case 9:
			f.LastReviewed = day
		case 10:
			f.Title = &store.TextFilter{Contains: &part}
		case 11:
			f.Title = &store.TextFilter{Prefix: &part}
		case 12:
			f.Topic = &store.TopicFilter{Contains: &part}
		case 13:
			f.Reference = &store.TextFilter{Contains: &part}
		case 14:
			f.Slug = &store.SlugFilter{Prefix: ptr(oneOf(q.rnd, q.slugs)[:1+q.rnd.IntN(3)])}
		case 15:
			f.HasImages = ptr(q.rnd.IntN(2) == 0)
		case 16:
			f.Search = ptr(q.text())
		case 17:
			f.CodeLanguage = q.termFilter(store.KindCodeLanguage)
		}
	}
	if depth > 1 {
		switch q.rnd.IntN(4) {
		case 0:
			f.Not = q.filter(depth - 1)
		case 1:
			for range 1 + q.rnd.IntN(6) {
				f.Or = append(f.Or, *q.filter(depth - 1))
			}
		case 2:
			for range 1 + q.rnd.IntN(3) {
				f.And = append(f.And, *q.filter(depth - 1))
			}
		}
	}
	return f
}

func (q *pricedQuestions) kinds() []store.Kind {
	by := append([]store.Kind{}, store.Kinds...)
	q.rnd.Shuffle(len(by), func(i, j int) { by[i], by[j] = by[j], by[i] })
	return by[:1+q.rnd.IntN(len(by))]
}

// next makes a question of any kind.
func (q *pricedQuestions) next() priced {
	var filter *store.Filter
	if q.rnd.IntN(3) > 0 {
		filter = q.filter(1 + q.rnd.IntN(4))
	}
	first := oneOf(q.rnd, []int{1, 20, 100})
	of := func(kind string, asked any, ask func(ctx context.Context, r *release.Reader) error) priced {
		text, err := json.Marshal(asked)
		if err != nil {
			panic(err)
		}
		return priced{kind, string(text), ask}
	}
	filtered := ""
	if filter != nil {
		filtered = ", filtered"
	}
	switch q.rnd.IntN(15) {
	case 0, 1:
		s := store.SearchQuery{Search: store.Search{Text: q.text()}, Filter: filter, First: first, Suggest: q.rnd.IntN(2) == 0, Cursors: store.LastCursor}
		return of("search"+filtered, s, func(ctx context.Context, r *release.Reader) error { _, err := r.Search(ctx, s); return err })
	case 2, 3:
		s := store.PostQuery{Filter: filter, Cursors: store.CursorNeed(q.rnd.IntN(4)), Window: store.Window{First: &first},
			Order: store.Order{Field: oneOf(q.rnd, store.SortFields), Desc: q.rnd.IntN(2) == 0}}
		switch q.rnd.IntN(3) {
		case 0:
			s.Window.Offset = ptr(q.rnd.IntN(5000))
		case 1:
			s.Window = store.Window{Last: &first}
		}
		return of("find"+filtered, s, func(ctx context.Context, r *release.Reader) error { _, err := r.Find(ctx, s); return err })
	case 4:
		s := store.FacetQuery{Filter: filter, By: q.kinds(), First: first}
		kind := "facets" + filtered
		if filter != nil && q.rnd.IntN(2) == 0 {
			s.WithoutOwn = true
			if q.rnd.IntN(2) == 0 {
				s.Filter.Tool, s.Filter.Difficulty = q.termFilter(store.KindTool), q.termFilter(store.KindDifficulty)
			}
			kind = "facets, without own"
		}
		return of(kind, s, func(ctx context.Context, r *release.Reader) error { _, err := r.Facets(ctx, s); return err })
	case 5:
		s := store.RangeQuery{Filter: filter}
		fields := append([]store.Field{}, store.RangeFields...)
		q.rnd.Shuffle(len(fields), func(i, j int) { fields[i], fields[j] = fields[j], fields[i] })
		for _, field := range fields[:1+q.rnd.IntN(len(fields))] {
			by := store.RangeBy{Field: field}
			if field.Dated() {
				by.Interval = oneOf(q.rnd, []store.DateInterval{"", store.DateIntervals[len(store.DateIntervals)-1], store.DateIntervals[len(store.DateIntervals)-2]})
			}
			s.By = append(s.By, by)
		}
		return of("ranges"+filtered, s, func(ctx context.Context, r *release.Reader) error { _, err := r.Ranges(ctx, s); return err })
	case 6:
		s := store.ScoreQuery{Filter: filter}
		return of("scores"+filtered, s, func(ctx context.Context, r *release.Reader) error { _, err := r.Scores(ctx, s); return err })
	case 7:
		s := store.ScoreGroupQuery{By: oneOf(q.rnd, store.Kinds), Filter: filter, Order: store.DefaultGroupOrder, Window: store.Window{First: &first}}
		kind := "score groups" + filtered
		if q.rnd.IntN(3) > 0 {
			s.Order, s.MinCount = store.GroupOrder{Field: oneOf(q.rnd, store.GroupFields), Desc: q.rnd.IntN(2) == 0}, q.rnd.IntN(5)
			kind = "score groups, ordered" + filtered
		}
		if q.rnd.IntN(4) == 0 {
			s.Window.Offset = ptr(q.rnd.IntN(200))
			kind = "score groups, ordered" + filtered
		}
		return of(kind, s, func(ctx context.Context, r *release.Reader) error { _, err := r.ScoreGroups(ctx, s); return err })
	case 8, 9:
		s := store.SimilarQuery{First: first, Filter: filter, Cursors: store.LastCursor}
		kind := "similar" + filtered
		switch q.rnd.IntN(3) {
		case 0:
			s.Diversity = q.rnd.Float64()
			kind = "similar, diverse" + filtered
		case 1:
			s.MinSimilarity = q.rnd.Float64() / 2
		}
		if q.rnd.IntN(3) == 0 {
			to := store.SimilarTerms{Entities: []string{q.name(store.KindEntity), "kubernets"}, Tools: []string{q.name(store.KindTool), "gti"}, Stack: []string{q.name(store.KindStack)}}
			s.Suggest = true
			return of(kind+", to terms", []any{to, s}, func(ctx context.Context, r *release.Reader) error { _, err := r.SimilarToTerms(ctx, to, s); return err })
		}
		ref := oneOf(q.rnd, q.refs)
		return of(kind, s, func(ctx context.Context, r *release.Reader) error { _, err := r.Similar(ctx, ref, s); return err })
	case 10:
		s := store.RelatedQuery{Term: oneOf(q.rnd, q.terms[oneOf(q.rnd, []store.Kind{store.KindEntity, store.KindTool})]).ID, First: first}
		return of("related", s, func(ctx context.Context, r *release.Reader) error { _, err := r.Related(ctx, s); return err })
	case 11:
		typed, refs := q.text(), []store.Ref{}
		for range first {
			refs = append(refs, oneOf(q.rnd, q.refs))
		}
		return of("highlights", typed, func(ctx context.Context, r *release.Reader) error {
			_, err := r.Highlights(ctx, store.Search{Text: typed}, refs)
			return err
		})
	case 12:
		if q.rnd.IntN(3) == 0 {
			s := store.CompletionQuery{Typed: oneOf(q.rnd, []string{"a", "ho", "how to", "re", "redis", "git", string(rune('a' + q.rnd.IntN(26)))}), First: first}
			return of("what is being typed", s, func(ctx context.Context, r *release.Reader) error { _, err := r.Complete(ctx, s); return err })
		}
		s := store.TermQuery{Kind: oneOf(q.rnd, store.Kinds), Order: store.TermOrder{ByPostCount: q.rnd.IntN(2) == 0}, Window: store.Window{First: &first}}
		if q.rnd.IntN(2) == 0 {
			s.Prefix = string(rune('a' + q.rnd.IntN(26)))
		}
		if q.rnd.IntN(4) == 0 {
			s.Type, s.Prefix = "databas", "kubernets"
			return of("terms that are nowhere", s, func(ctx context.Context, r *release.Reader) error { _, err := r.SuggestTerms(ctx, s); return err })
		}
		return of("terms", s, func(ctx context.Context, r *release.Reader) error { _, err := r.FindTerms(ctx, s); return err })
	case 13:
		asked := &store.Filter{Not: filter, Entity: &store.TermFilter{In: []string{q.name(store.KindEntity), "kubernets"}}, Tool: &store.TermFilter{All: []string{"gti"}}, Search: ptr(q.text())}
		return of("suggestions"+filtered, asked, func(ctx context.Context, r *release.Reader) error { _, err := r.Suggest(ctx, asked); return err })
	default:
		if q.rnd.IntN(2) == 0 {
			return of("selection"+filtered, filter, func(ctx context.Context, r *release.Reader) error { _, err := r.Select(ctx, filter); return err })
		}
		part, refs := store.Part(q.rnd.IntN(2)), []store.Ref{}
		for range first {
			refs = append(refs, oneOf(q.rnd, q.refs))
		}
		return of("posts", part, func(ctx context.Context, r *release.Reader) error {
			_, _, err := r.AppendTexts(ctx, nil, refs, part, store.Room{})
			return err
		})
	}
}
