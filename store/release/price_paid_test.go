package release_test

import (
	"context"
	"errors"
	"strings"
	"testing"

	"alphanode/content"
	"alphanode/store"
	"alphanode/store/catalogue"
	"alphanode/store/release"
	"alphanode/store/storetest"
	"alphanode/synth"
)

// TestPricesAreKnown: the same question costs the same again, whatever is remembered
// by then, and with less than it costs it is refused. What then was read of lists was
// paid for before.
func TestPricesAreKnown(t *testing.T) {
	t.Parallel()
	rnd := random(t)
	c := syntheticCatalogue(t, 1500)
	r, err := c.Open("r1")
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	questions := newPricedQuestions(t, rnd, r.Reader(store.Public))
	for range storetest.Times(250) {
		q := questions.next()
		ask := func(of *release.Release, units int) (*store.Budget, error) {
			budget := store.NewBudget(units, nil)
			return budget, q.ask(t.Context(), of.Reader(store.Public).WithBudget(budget))
		}
		first, err := ask(r, 1<<40)
		if errors.As(err, new(*store.ArgumentError)) {
			continue
		}
		if err != nil {
			t.Fatalf("%s %s: %v", q.kind, q.what, err)
		}
		price := first.Spent()
		if price <= 0 {
			t.Errorf("%s costs nothing: %s", q.kind, q.what)
		}
		if again, err := ask(r, price); again.Spent() != price || err != nil {
			t.Errorf("%s costs %d, and %d again: %v: %s", q.kind, price, again.Spent(), err, q.what)
		}
		if _, err := ask(r, price-1); !errors.Is(err, store.ErrTooComplex) {
			t.Errorf("%s costs %d, and with less: found %v: %s", q.kind, price, err, q.what)
		}
	}
}

// TestRefusedSearchReadsNothing but what says how long its lists are.
func TestRefusedSearchReadsNothing(t *testing.T) {
	t.Parallel()
	rnd := random(t)
	c := syntheticCatalogue(t, 3000)
	r, err := c.Open("r1")
	if err != nil {
		t.Fatal(err)
	}
	questions := newPricedQuestions(t, rnd, r.Reader(store.Preview))
	defer r.Close()
	read := 0
	for range storetest.Times(40) {
		search := store.SearchQuery{Search: store.Search{Text: questions.text()}, First: 10}
		filter := &store.Filter{Search: &search.Text}
		for of, ask := range map[string]func(r *release.Reader) error{
			"search": func(r *release.Reader) error { _, err := r.Search(t.Context(), search); return err },
			"filter": func(r *release.Reader) error {
				_, err := r.Facets(t.Context(), store.FacetQuery{Filter: filter, By: store.Kinds, First: 10})
				return err
			},
		} {
			most := store.NewBudget(1<<40, nil)
			if err := ask(r.Reader(store.Preview).WithBudget(most)); err != nil {
				continue // no words, or too many
			}
			fresh, err := c.Open("r1")
			if err != nil {
				t.Fatal(err)
			}
			// Some is paid as it is read, where posts are longer than they are on average.
			err = ask(fresh.Reader(store.Preview).WithBudget(store.NewBudget(most.Spent()/2, nil)))
			if !errors.Is(err, store.ErrTooComplex) {
				t.Errorf("%s of %q with half of what it costs: found %v", of, search.Text, err)
			}
			if early := fresh.ListsRead(); early > 0 {
				t.Errorf("%s of %q: %d blocks of lists were read before it was refused", of, search.Text, early)
			}
			err = ask(fresh.Reader(store.Preview).WithBudget(store.NewBudget(most.Spent()-1, nil)))
			if !errors.Is(err, store.ErrTooComplex) {
				t.Errorf("%s of %q with less than it costs: found %v", of, search.Text, err)
			}
			if err := ask(fresh.Reader(store.Preview)); err != nil {
				t.Error(err)
			}
			read += fresh.ListsRead()
			_ = fresh.Close()
		}
	}
	if read == 0 && !testing.Short() {
		t.Error("no question read lists")
	}
}

// TestManyPhrasesAreRefused: 70 searches of phrases of common words, which took three
// seconds of a processor, are refused with what one operation may cost.
func TestManyPhrasesAreRefused(t *testing.T) {
	t.Parallel()
	r := synthetic(t, 20_000)
	const most = 100_000
	for _, tt := range []struct {
		phrases  int
		argument string // that the error names
		answered int    // at most so many
	}{{16, "query", 0}, {2, "cost", 20}} {
		budget := store.NewBudget(most, nil)
		answered := 0
		var err error
		for i := 0; i < 70 && err == nil; i++ {
			var phrases []string
			for j := range tt.phrases {
				phrases = append(phrases, []string{`"to the"`, `"of the"`, `"in the"`, `"and the"`}[(i+j)%4])
			}
			_, err = r.Reader(store.Public).WithBudget(budget).Search(t.Context(), store.SearchQuery{Search: store.Search{Text: strings.Join(phrases, " OR ")}, First: 1})
			if err == nil {
				answered++
			}
		}
		wrong := (*store.ArgumentError)(nil)
		if !errors.Is(err, store.ErrTooComplex) || !errors.As(err, &wrong) || wrong.Name != tt.argument || answered > tt.answered {
			t.Errorf("%d phrases: after %d answers found %v", tt.phrases, answered, err)
		}
		t.Logf("%d phrases: %d of 70 answered, then %v", tt.phrases, answered, err)
	}
}

// TestWhatOrdinaryQuestionsCost is far below what an operation may.
func TestWhatOrdinaryQuestionsCost(t *testing.T) {
	t.Parallel()
	r := synthetic(t, 5000)
	refs := []store.Ref{}
	for i := range 20 {
		refs = append(refs, store.Ref(i*100))
	}
	for name, ask := range map[string]func(ctx context.Context, r *release.Reader) error{
		"search": func(ctx context.Context, r *release.Reader) error {
			_, err := r.Search(ctx, store.SearchQuery{Search: store.Search{Text: "redis cache "}, First: 20})
			return err
		},
		"highlights": func(ctx context.Context, r *release.Reader) error {
			_, err := r.Highlights(ctx, store.Search{Text: "redis cache "}, refs)
			return err
		},
		"six facets": func(ctx context.Context, r *release.Reader) error {
			_, err := r.Facets(ctx, store.FacetQuery{By: store.Kinds[:6], First: 20, Filter: &store.Filter{Quality: &store.NumberFilter{Gte: ptr(int64(74))}}})
			return err
		},
		"similar": func(ctx context.Context, r *release.Reader) error {
			_, err := r.Similar(ctx, 7, store.SimilarQuery{First: 20})
			return err
		},
		"list": func(ctx context.Context, r *release.Reader) error {
			_, err := r.Find(ctx, store.PostQuery{Order: store.DefaultOrder, Window: store.Window{First: ptr(20)}, Filter: &store.Filter{Tool: &store.TermFilter{Eq: ptr("redis-cli")}}})
			return err
		},
	} {
		budget := store.NewBudget(20_000, nil)
		if err := ask(t.Context(), r.Reader(store.Public).WithBudget(budget)); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		t.Logf("%s costs %d", name, budget.Spent())
	}
}

// TestPricesTellNothingOfDrafts: what the public asks costs the same with drafts and
// without.
func TestPricesTellNothingOfDrafts(t *testing.T) {
	t.Parallel()
	rnd := random(t)
	var public, all []*content.Post
	for _, p := range storetest.RandomPosts(rnd, 600) {
		p.Meta.Revision = nil
		if public = append(public, p); rnd.IntN(2) > 0 {
			all = append(all, p)
			continue
		}
		hidden := *p
		hidden.Slug += "-draft"
		hidden.Meta.Reference = ""
		hidden.Title += " hushhush"
		hidden.Meta.Tools = append([]string{"secret tool " + p.Slug}, p.Meta.Tools...)
		draft(&hidden)
		all = append(all, p, &hidden)
	}
	without, with := storetest.Release(t, public...), storetest.Release(t, all...)
	for range storetest.Times(150) {
		filter := storetest.RandomFilter(rnd, 3)
		text := []string{"hushhush ", "caching hush", `"caching rollback"`, "steps OR hushhush ", "cachin", "a"}[rnd.IntN(6)]
		for name, ask := range map[string]func(r *release.Reader) error{
			"search": func(r *release.Reader) error {
				_, err := r.Search(t.Context(), store.SearchQuery{Search: store.Search{Text: text}, First: 5, Suggest: true, Filter: filter})
				return err
			},
			"facets": func(r *release.Reader) error {
				_, err := r.Facets(t.Context(), store.FacetQuery{Filter: filter, By: store.Kinds, First: 5})
				return err
			},
			"similar to terms": func(r *release.Reader) error {
				_, err := r.SimilarToTerms(t.Context(), store.SimilarTerms{Tools: []string{"git", "secret tol"}}, store.SimilarQuery{First: 5, Suggest: true, Filter: filter})
				return err
			},
			"suggestions": func(r *release.Reader) error {
				_, err := r.Suggest(t.Context(), &store.Filter{And: []store.Filter{*filter}, Tool: &store.TermFilter{In: []string{"secret tol"}}, Search: &text})
				return err
			},
			"suggestions of a list": func(r *release.Reader) error {
				_, err := r.SuggestTerms(t.Context(), store.TermQuery{Kind: store.KindEntity, Type: "secre", Prefix: "secret tol"})
				return err
			},
			"terms": func(r *release.Reader) error {
				_, err := r.FindTerms(t.Context(), store.TermQuery{Kind: store.KindTool, Prefix: "s", Order: store.TermOrder{ByPostCount: true}, Window: store.Window{First: ptr(5)}})
				return err
			},
		} {
			prices := [2]int{}
			for i, release := range []*release.Release{without, with} {
				budget := store.NewBudget(1<<40, nil)
				if err := ask(release.Reader(store.Public).WithBudget(budget)); err != nil && !errors.As(err, new(*store.ArgumentError)) {
					t.Fatal(name, err)
				}
				prices[i] = budget.Spent()
			}
			if prices[0] != prices[1] {
				t.Errorf("%s %q, filter %s: costs %d, and %d where there are drafts", name, text, asJSON(t, filter), prices[0], prices[1])
			}
		}
		if t.Failed() {
			return
		}
	}
}

func syntheticCatalogue(t testing.TB, n int) *catalogue.Catalogue {
	t.Helper()
	generator := synth.New(1)
	posts := make([]*content.Post, n)
	for i := range posts {
		posts[i] = generator.Post(int64(i) + 1)
	}
	return storetest.Catalogue(t, posts...)
}

// TestWhoLeavesEndsEveryRead: at whatever instant the reader leaves, the read ends
// with that or with its answer, and the next one is answered.
func TestWhoLeavesEndsEveryRead(t *testing.T) {
	t.Parallel()
	rnd := random(t)
	r := synthetic(t, 2000)
	questions := newPricedQuestions(t, rnd, r.Reader(store.Public))
	left := map[string]bool{}
	for range 400 {
		q := questions.next()
		if err := q.ask(t.Context(), r.Reader(store.Public)); err != nil {
			continue // a question that cannot be answered
		}
		r.ForgetFound()
		ctx := &impatient{Context: t.Context()}
		ctx.left.Store(1 + rnd.Int64N(20))
		switch err := q.ask(ctx, r.Reader(store.Public)); {
		case errors.Is(err, context.Canceled):
			left[strings.Fields(q.kind)[0]] = true
		case err != nil:
			t.Errorf("%s %s: found %v", q.kind, q.what, err)
		}
	}
	for _, kind := range []string{"search", "search,", "find,", "facets,", "ranges,", "scores,", "similar,"} {
		if !left[kind] {
			t.Errorf("no %s was left", kind)
		}
	}
}
