package highlight_test

import (
	"context"
	"html"
	"regexp"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"

	"alphanode/server/pages/highlight"
)

// patient waits as long as it takes.
func patient() *highlight.Marker { return highlight.Waiting(time.Minute, time.Minute) }

func TestMark(t *testing.T) {
	t.Parallel()
	m := patient()
	for _, test := range []struct{ language, source, want string }{
		{"python", "from fastapi import FastAPI\napp = \"a<b\" # ok\nreturn 404", "<span class=\"k\">from</span> fastapi <span class=\"k\">import</span> FastAPI\napp = <span class=\"s\">&#34;a&lt;b&#34;</span> <span class=\"c\"># ok</span>\n<span class=\"k\">return</span> <span class=\"m\">404</span>"},
		{"python", "if slug not in ARTICLES: pass", `<span class="k">if</span> slug <span class="k">not</span> <span class="k">in</span> ARTICLES: <span class="k">pass</span>`},
		{"go", "// one\nreturn 'a' + \"b\"\n", "<span class=\"c\">// one</span>\n<span class=\"k\">return</span> <span class=\"s\">&#39;a&#39;</span> + <span class=\"s\">&#34;b&#34;</span>\n"},
		{"cplusplus", "int n = 0x1F;", `<span class="k">int</span> n = <span class="m">0x1F</span>;`},
		{"cpp", "return 0; // ok", `<span class="k">return</span> <span class="m">0</span>; <span class="c">// ok</span>`},
		{"go", "x\n", "x\n"},
		{"go", "\n", "\n"},
		{"sql", "select 1 -- all", `<span class="k">select</span> <span class="m">1</span> <span class="c">-- all</span>`},
		{"html", "<b>x</b>", `&lt;<span class="k">b</span>&gt;x&lt;/<span class="k">b</span>&gt;`},
		{"diff", "+in\n-out\n", "<span class=\"s\">+in\n</span><span class=\"m\">-out\n</span>"},
		{"js", "\r\nlet a = `x`\r\n", "\r\n<span class=\"k\">let</span> a = <span class=\"s\">`x`</span>\r\n"},
		{"unheard-of", "<script>", "&lt;script&gt;"},
		{"", "a & b", "a &amp; b"},
		{"go", "", ""},
	} {
		marked, _ := m.Mark(t.Context(), []highlight.Sample{{Language: test.language, Source: test.source}})
		if got := string(marked[0]); got != test.want {
			t.Errorf("%s: %q\n gives %q\nwanted %q", test.language, test.source, got, test.want)
		}
	}
}

func TestLanguage(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]string{
		"python": "python", "PY": "python", "c++": "c++", "cpp": "c++", "cplusplus": "c++", "C#": "c#", "csharp": "c#", "fsharp": "f#", "js": "javascript",
		"sh": "bash", "yml": "yaml", "rs": "rust", "golang": "go", "dockerfile": "docker", "hcl": "hcl", "vb.net": "vb.net", "plaintext": "plain text", "tsx": "typescript",
		"Some Dialect": "Some Dialect", "": "", "../../etc": "../../etc",
	} {
		if got := highlight.Language(name); got != want {
			t.Errorf("%q is %q, wanted %q", name, got, want)
		}
	}
}

// slow are samples whose lexers look at nearly all of them again for each byte.
var slow = []highlight.Sample{
	{Language: "java", Source: strings.Repeat("a ", 4000)},
	{Language: "yaml", Source: strings.Repeat("'", 8000)},
}

func TestSlowSamplesStayPlain(t *testing.T) {
	t.Parallel()
	defer goleak.VerifyNone(t, goleak.IgnoreCurrent(),
		goleak.IgnoreAnyFunction("github.com/dlclark/regexp2/v2.runClock")) // ends a second after the last expression
	m := highlight.Waiting(50*time.Millisecond, time.Second)
	small := highlight.Sample{Language: "go", Source: "return 1"}
	samples := append(slow, small)
	marked, settled := m.Mark(t.Context(), samples)
	if settled {
		t.Fatal("samples that are slow are settled at once")
	}
	for i, s := range samples {
		if got := string(marked[i]); got != html.EscapeString(s.Source) {
			t.Errorf("sample %d is %.80q", i, got)
		}
	}
	m.Wait()
	marked, settled = m.Mark(t.Context(), samples)
	if !settled {
		t.Error("samples that are slow are not settled the second time")
	}
	for i, s := range slow {
		if got := string(marked[i]); got != html.EscapeString(s.Source) {
			t.Errorf("sample %d is %.80q the second time", i, got)
		}
	}
	if got, want := string(marked[len(slow)]), `<span class="k">return</span> <span class="m">1</span>`; got != want {
		t.Errorf("a sample beside slow ones is %q", got)
	}
}

func TestLongSamplesStayPlain(t *testing.T) {
	t.Parallel()
	long := highlight.Sample{Language: "go", Source: "return 1 // " + strings.Repeat("a", 9000)}
	half := highlight.Sample{Language: "go", Source: "return 1 // " + strings.Repeat("a", 5000)}
	small := highlight.Sample{Language: "go", Source: "return 1"}
	marked, settled := patient().Mark(t.Context(), []highlight.Sample{long, half, half, half, small})
	if !settled {
		t.Error("nothing is settled")
	}
	for i, want := range []bool{false, true, true, false, true} {
		if got := strings.Contains(string(marked[i]), "<span"); got != want {
			t.Errorf("sample %d is marked: %v, wanted %v", i, got, want)
		}
	}
}

func TestNobodyWaits(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	m := highlight.New()
	defer m.Wait()
	marked, settled := m.Mark(ctx, []highlight.Sample{{Language: "go", Source: "<a>"}})
	if settled || string(marked[0]) != "&lt;a&gt;" && !strings.Contains(string(marked[0]), "<span") {
		t.Errorf("gives %q, settled: %v", marked[0], settled)
	}
}

// TestFailingLexers holds lexers against samples for which they fail, go round in circles or
// leave something out.
func TestFailingLexers(t *testing.T) {
	t.Parallel()
	for _, s := range []highlight.Sample{
		{Language: "yang", Source: "/* a"},
		{Language: "jungle", Source: ":'''ions = bar\n\nround.rb--0,.ound.resourcePath"},
		{Language: "squidconf", Source: "~?>`&    \\^*.e\\}_9/*xb%>}}:)?>{{#{eE-.{{@<%\n"},
		{Language: "jsonata", Source: "#{%>$x / $y;\n  $muastName),\n    \"s"},
	} {
		holds(t, s)
	}
}

var spans = regexp.MustCompile(`<span class="([kscm])">([^<>]*)</span>|<[^>]*>`)

// holds says what is true of every sample: its text is there, in elements of the four
// classes and no others, of which no two of a class follow each other.
func holds(t *testing.T, s highlight.Sample) {
	t.Helper()
	marked, settled := patient().Mark(t.Context(), []highlight.Sample{s})
	if !settled {
		t.Fatalf("%s: %q is not settled", s.Language, s.Source)
	}
	got := string(marked[0])
	last, end := "", -1
	for _, at := range spans.FindAllStringSubmatchIndex(got, -1) {
		if at[2] < 0 {
			t.Fatalf("%s: %q has another element: %q", s.Language, s.Source, got)
		}
		class := got[at[2]:at[3]]
		if class == last && at[0] == end {
			t.Errorf("%s: %q has two elements for one: %q", s.Language, s.Source, got)
		}
		last, end = class, at[1]
	}
	plain := spans.ReplaceAllString(got, "$2")
	if want := strings.ReplaceAll(s.Source, "\x00", "\uFFFD"); html.UnescapeString(plain) != want {
		t.Errorf("%s: %q has the text %q", s.Language, s.Source, html.UnescapeString(plain))
	}
}

func FuzzMark(f *testing.F) {
	f.Add("python", "def a():\n\treturn 'x' # é\n")
	f.Add("c++", "/* a */ #include <x>\nint main() { return 0; }")
	f.Add("yang", "/* a")
	f.Add("php", "<?php echo \"$a\"; ?>\r\n<b>")
	f.Add("html", "<!-- --><script>alert(1)</script><style>a{}</style>")
	f.Add("yaml", "a: 'b\n- |\n  c")
	f.Fuzz(func(t *testing.T, language, source string) {
		source = strings.ToValidUTF8(source, "\uFFFD")
		if strings.ContainsRune(language, '\x00') || len(source) > 2000 {
			t.Skip()
		}
		highlight.Language(language)
		holds(t, highlight.Sample{Language: language, Source: source})
	})
}

func BenchmarkMark(b *testing.B) {
	source := "from fastapi import FastAPI\napp = FastAPI()\n\n@app.get('/health')\ndef health():\n    return {'ok': True}\n"
	m := highlight.New()
	for b.Loop() {
		m.Mark(b.Context(), []highlight.Sample{{Language: "python", Source: source}})
	}
}
