package text_test

import (
	"html"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"alphanode/text"
)

func marker(t testing.TB, typed string) *text.Marker {
	t.Helper()
	q, err := parse(typed, text.English)
	if err != nil {
		t.Fatal(err)
	}
	return text.NewMarker(q, text.English)
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

// TestMarkFor: words are marked by the language of the text, in any of their forms, and
// characters where the whole phrase stands.
func TestMarkFor(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		a              text.Analysis
		typed, s, want string
	}{
		{text.French, "harmonies ", "L’harmonie, l'Harmonie d’ici", "<mark>L’harmonie</mark>, <mark>l&#39;Harmonie</mark> d’ici"},
		{text.French, "l'été", "cet été, d'étés", "cet <mark>été</mark>, <mark>d&#39;étés</mark>"},
		{text.English, "oreilly reilly ", "O'Reilly", "<mark>O&#39;Reilly</mark>"},
		{text.German, "ueber häuser ", "Über Haus", "<mark>Über</mark> <mark>Haus</mark>"},
		{text.Plain, "lodz ", "Łódź", "<mark>Łódź</mark>"},
		{text.Irish, "bád ", "an mbád", "an <mark>mbád</mark>"},
		{text.Plain, "サーバー", "ウェブサーバーとバーサー", "ウェブ<mark>サーバー</mark>とバーサー"},
		{text.Plain, "서버 설정", "서버의 설정을 서서", "<mark>서버</mark>의 <mark>설정</mark>을 서서"},
		{text.Plain, "設定を変更", "設定は変更、設と定", "<mark>設定</mark>は<mark>変更</mark>、設と定"},
		{text.Plain, "の redis", "のredisの", "<mark>のredisの</mark>"},
		{text.Plain, "ครับ ", "สวัสดีครับ", "สวัสดี<mark>ครับ</mark>"},
	} {
		q, err := text.Parse(c.typed)
		if err != nil {
			t.Fatal(err)
		}
		if found, ok := text.NewMarker(q, c.a).Mark(c.s); !ok || found != c.want {
			t.Errorf("%q in %q: found %q, expected %q", c.typed, c.s, found, c.want)
		}
	}
	q, _ := text.Parse("設定")
	long := strings.Repeat("変更する", 50)
	found, ok := text.NewMarker(q, text.Plain).Snippet(long+"設定"+long, 60)
	if !ok || !strings.Contains(found, "変更する<mark>設定</mark>変更する") || len(found) > 100 || !utf8.ValidString(found) {
		t.Errorf("found %q", found)
	}
}

// wanted gives the words of a text that a query of single words finds, by looking at each.
func wanted(q text.Query, a text.Analysis, s string) (found []string) {
	matches := func(form string) bool {
		for _, c := range q.Clauses {
			for _, p := range c.Any {
				word := p.Words[0]
				if !c.Not && (form == word || !p.Quoted && a.Stem(form) == a.Stem(word) || p.Prefix && strings.HasPrefix(form, word) && !a.Common(form)) {
					return true
				}
			}
		}
		return false
	}
	text.Each(s, func(word string, _ int) {
		if slices.ContainsFunc(text.Forms(word), matches) {
			found = append(found, word)
		}
	})
	return found
}

// marks gives what is marked in a text.
func marks(markup string) (found []string) {
	for _, part := range strings.Split(markup, "<mark>")[1:] {
		word, _, _ := strings.Cut(part, "</mark>")
		found = append(found, html.UnescapeString(word))
	}
	return found
}

// TestMarkEveryForm: no word is passed over, however a stemmer changes it.
func TestMarkEveryForm(t *testing.T) {
	t.Parallel()
	const letters = "aaeeiioouuyybcdfghjklmnpqrstvwxz"
	endings := strings.Fields(`ing ed s es ies ied ly ness ation ement er en em n ern ung heit lich isch keit ite ites issement euse mente cion ciones ando
		aba are arla ilor ului uri ov y us um ande arna het els erne ssa sta lla ksi tta lar ler leri da den miz ki ban hoz nak kat tok ul heden igheid baar ivity`)
	odd := strings.Fields("die dies dying lie lying tie ties tying sky skies ski skis idle idly ugly only News aes es oes ois Über ueber uber Öl oel d'eau l'eau Ed's 3rd c c++ C C# x y bád mbád fear bhfear ep ebum kka ka roes ra")
	for range 10_000 {
		word := ""
		for range 1 + rand.IntN(4) {
			word += letters[rand.IntN(len(letters)):][:1]
		}
		words := slices.Clone(odd)
		for range 12 {
			words = append(words, word+endings[rand.IntN(len(endings))])
		}
		rand.Shuffle(len(words), func(i, j int) { words[i], words[j] = words[j], words[i] })
		typed, s, a := words[0]+[]string{"", " "}[rand.IntN(2)], strings.Join(words, " "), text.Analysis(rand.IntN(text.Analyses))
		q, err := text.Parse(typed)
		if err != nil {
			t.Fatal(err)
		}
		found, _ := text.NewMarker(q, a).Mark(s)
		if diff := cmp.Diff(wanted(q, a, s), marks(found)); diff != "" {
			t.Fatalf("%q, %s: %s", typed, a, diff)
		}
	}
}

// FuzzMark: what is shown is the text and nothing but marks beside it.
func FuzzMark(f *testing.F) {
	f.Add("deploy", "Deploying <mark>it</mark> & so on", 10)
	f.Add("a", "a\xff <script>a</script> 缓存 café", 0)
	f.Add("サーバー l'été", "ウェブサーバー de l’été", 3)
	f.Fuzz(func(t *testing.T, typed, s string, length int) {
		length = max(0, length%1000)
		q, err := text.Parse(typed)
		if err != nil {
			return
		}
		m := text.NewMarker(q, text.Analysis(length%text.Analyses))
		found, ok := m.Mark(s)
		if !ok {
			found = html.EscapeString(s)
		}
		if plain := html.UnescapeString(strings.NewReplacer("<mark>", "", "</mark>", "").Replace(found)); plain != html.UnescapeString(html.EscapeString(s)) {
			t.Fatalf("%q became %q", s, found)
		}
		if strings.Count(found, "<") != 2*strings.Count(found, "<mark>") {
			t.Fatalf("found mark-up in %q", found)
		}
		m.Snippet(s, length)
	})
}
