package release_test

import (
	"errors"
	"strings"
	"testing"

	"alphanode/store"
	"alphanode/store/storetest"
	"alphanode/text"
)

// TestCompletionsEqualScan types titles and names, and parts of them, in scripts with
// accents, capitals, quotation marks and kana, and holds what fits against a look at every
// title and name.
func TestCompletionsEqualScan(t *testing.T) {
	t.Parallel()
	rnd := random(t)
	posts := namedPosts(rnd, storetest.Times(250))
	model, release := storetest.NewModel(posts), storetest.Release(t, posts...)
	typed := []string{"a", "É", "ecl", "E\u0301CLAIR", "“r", "r", "roll", "quo", "“quo", "L‘É", "l'ete", "ёл", "ЕЛК", "ガ", "か", "カナ", "漢", "서", "straß", "STRASS", "lodz", "Łó",
		"ﬁ", "ｆ", "…", "!", "1", "node.", ".js", "c+", "a  b", " caching  ", "zoë", "‘z", "none such"}
	for range storetest.Times(30) {
		p := posts[rnd.IntN(len(posts))]
		typed = append(typed, partOf(rnd, p.Title), string([]rune(p.Title)[:1+rnd.IntN(3)]))
		if n := len(p.Meta.Tools); n > 0 {
			typed = append(typed, partOf(rnd, p.Meta.Tools[rnd.IntN(n)]))
		}
	}
	for _, view := range []store.View{store.Public, store.Preview} {
		kinds := map[store.CompletionKind]int{}
		for _, typed := range typed {
			q := store.CompletionQuery{Typed: typed, First: []int{0, 1, 2, 7, 10, 100}[rnd.IntN(6)]}
			found, err := release.Reader(view).Complete(t.Context(), q)
			if text.Unaccented(strings.TrimSpace(typed)) == "" {
				continue // refused, as below
			}
			if err != nil {
				t.Fatalf("%q: %v", typed, err)
			}
			if got, want := asJSON(t, append([]store.Completion{}, found...)), asJSON(t, model.Complete(view, q)); got != want {
				t.Fatalf("view %d, %+v:\nfound    %s\nexpected %s", view, q, got, want)
			}
			for _, c := range found {
				kinds[c.Kind]++
			}
		}
		for _, kind := range store.CompletionKinds {
			if kinds[kind] == 0 {
				t.Errorf("view %d: no %s was found", view, kind)
			}
		}
	}
}

// TestCompletionsRefuse: what cannot be answered says which argument is at fault.
func TestCompletionsRefuse(t *testing.T) {
	t.Parallel()
	r := storetest.Release(t, post("a")).Reader(store.Public)
	for _, tt := range []struct {
		q    store.CompletionQuery
		name string
	}{
		{store.CompletionQuery{First: 1}, "query"}, {store.CompletionQuery{Typed: " \t ", First: 1}, "query"}, {store.CompletionQuery{Typed: "\u0301", First: 1}, "query"},
		{store.CompletionQuery{Typed: strings.Repeat("a", store.MaxSearch+1), First: 1}, "query"},
		{store.CompletionQuery{Typed: "a", First: store.MaxLimit + 1}, "first"}, {store.CompletionQuery{Typed: "a", First: -1}, "first"},
	} {
		var bad *store.ArgumentError
		if _, err := r.Complete(t.Context(), tt.q); !errors.As(err, &bad) || bad.Name != tt.name {
			t.Errorf("%.40q, %d: found %v", tt.q.Typed, tt.q.First, err)
		}
	}
	if found, err := r.Complete(t.Context(), store.CompletionQuery{Typed: strings.Repeat("漢", store.MaxSearch/3), First: 10}); err != nil || len(found) > 0 {
		t.Errorf("found %v %v", found, err)
	}
}

// BenchmarkComplete types ever more of a title, the commonest beginning first, in archives
// of two sizes.
func BenchmarkComplete(b *testing.B) {
	for _, posts := range []int{2_000, 20_000} {
		r := synthetic(b, posts).Reader(store.Public)
		for _, typed := range []string{"a", "ho", "how", "re", "redis", "a practical g", "none such"} {
			b.Run(typed+"/"+map[int]string{2_000: "2000", 20_000: "20000"}[posts], func(b *testing.B) {
				b.ReportAllocs()
				defer reportCPU(b)()
				for b.Loop() {
					if _, err := r.Complete(b.Context(), store.CompletionQuery{Typed: typed, First: store.DefaultCompletions}); err != nil {
						b.Fatal(err)
					}
				}
			})
		}
	}
}
