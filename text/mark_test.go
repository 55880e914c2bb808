package text_test

import (
	"html"
	"strings"
	"testing"

	"alphanode/text"
)

func marker(t testing.TB, typed string) *text.Marker {
	t.Helper()
	q, err := text.ParseQuery(typed, text.EnglishStemming)
	if err != nil {
		t.Fatal(err)
	}
	return text.NewMarker(q, text.EnglishStemming)
}

func TestMark(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ typed, s, want string }{
		{"deploy ", "Deploying <b>safely</b> & deploys", "<mark>Deploying</mark> &lt;b&gt;safely&lt;/b&gt; &amp; <mark>deploys</mark>"},
		{"cafe ", "the CAFÉ", "the <mark>CAFÉ</mark>"},
		{"roll", "a rollback, rolled, scroll", "a <mark>rollback</mark>, <mark>rolled</mark>, scroll"},
		{`"keep a" -ready `, "keep a ready one", "<mark>keep</mark> <mark>a</mark> ready one"},
		{"c++ ", "c++ and c", "<mark>c++</mark> and c"},
	} {
		if found, ok := marker(t, c.typed).Mark(c.s); !ok || found != c.want {
			t.Errorf("%q in %q: found %q", c.typed, c.s, found)
		}
	}
	if found, ok := marker(t, "nothing ").Mark("of the kind"); ok {
		t.Errorf("found %q", found)
	}
}

func TestSnippet(t *testing.T) {
	t.Parallel()
	filler := strings.Repeat("lorem ipsum ", 40)
	s := filler + "one rollback here " + filler + "a rollback command there " + filler
	found, ok := marker(t, "rollback command ").Snippet(s, 60)
	if !ok || !strings.Contains(found, "a <mark>rollback</mark> <mark>command</mark> there") ||
		!strings.HasPrefix(found, "… ") || !strings.HasSuffix(found, " …") || len(found) > 120 {
		t.Errorf("found %q", found)
	}
	long := strings.Repeat("x", 500) + "rollback" // no space to cut at
	if found, ok := marker(t, "xxx").Snippet(long+" "+long, 60); !ok || len(found) > 600 {
		t.Errorf("found %d bytes", len(found))
	}
	if stems, words := marker(t, "rollback command ").Count(s); stems != 2 || words != 3 {
		t.Errorf("found %d words, %d different", words, stems)
	}
}

// FuzzMark: what is shown is the text and nothing but marks beside it.
func FuzzMark(f *testing.F) {
	f.Add("deploy", "Deploying <mark>it</mark> & so on", 10)
	f.Add("a", "a\xff <script>a</script> 缓存 café", 0)
	f.Fuzz(func(t *testing.T, typed, s string, length int) {
		q, err := text.ParseQuery(typed, text.EnglishStemming)
		if err != nil {
			return
		}
		m := text.NewMarker(q, text.EnglishStemming)
		found, _ := m.Mark(s)
		if plain := html.UnescapeString(strings.NewReplacer("<mark>", "", "</mark>", "").Replace(found)); plain != html.UnescapeString(html.EscapeString(s)) {
			t.Fatalf("%q became %q", s, found)
		}
		if strings.Count(found, "<") != 2*strings.Count(found, "<mark>") {
			t.Fatalf("found mark-up in %q", found)
		}
		m.Snippet(s, max(0, length%1000))
	})
}
