package mapping_test

import (
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"alphanode/content"
	"alphanode/ingest/mapping"
	"alphanode/ingest/record"
)

// line shows an item on one line.
func line(i record.Item) string {
	switch {
	case len(i.Rejects) > 0:
		return i.Rejects[0].Error()
	case i.Post == nil:
		return "nothing"
	}
	words := []string{i.Post.Slug, i.Post.Title, i.Post.Text(), i.Post.PublishedAt}
	for _, e := range i.Post.Meta.Entities {
		words = append(words, e.Type+":"+e.Name)
	}
	for _, w := range i.Warnings {
		words = append(words, "["+w.Kind+"]")
	}
	return fmt.Sprint(i.Origin.Line) + " " + strings.Join(words, "|")
}

func TestTables(t *testing.T) {
	t.Parallel()
	m := parsed(t, "fields:\n  slug: s\n  title: t\n  body: b\n")
	utf16 := func(s string) string {
		w := []byte{0xff, 0xfe}
		for _, r := range s {
			w = append(w, byte(r), byte(r>>8))
		}
		return string(w)
	}
	for _, c := range []struct {
		name, in string
		want     []string
	}{
		{"commas", "s,t,b\na,A,x\n", []string{"2 a|A|x|"}},
		{"semicolons", "s;t;b\na;A, B;x\n", []string{"2 a|A, B|x|"}},
		{"tabs", "s\tt\tb\na\tA;B\tx\n", []string{"2 a|A;B|x|"}},
		{"bars", "s|t|b\na|A|x\n", []string{"2 a|A|x|"}},
		{"what parts them is declared", "sep=;\r\ns;t;b\r\na;A;x\r\n", []string{"3 a|A|x|"}},
		{"a byte order mark", "\ufeffs,t,b\na,A,x\n", []string{"2 a|A|x|"}},
		{"carriage returns alone", "s,t,b\ra,A,x\rb,B,\"y\rz\"\r", []string{"2 a|A|x|", "3 b|B|y z|"}},
		{"line breaks in quotes", "s,t,b\r\na,A,\"x\r\ny\"\r\nb,B,z\r\n", []string{"2 a|A|x y|", "4 b|B|z|"}},
		{"quotes in quotes, and outside", "s,t,b\na,\"A \"\"a\"\"\",x\nb,B \"b\" B,y\n", []string{`2 a|A "a"|x|`, `3 b|B "b" B|y|`}},
		{"empty rows", "s,t,b\n\n,,\na,A,x\n \n", []string{"4 a|A|x|"}},
		{"too few cells", "s,t,b\na,A\n", []string{"2 a|A|||[path at which no record has anything]"}},
		{"too many cells", "s,t,b\na,A,x,y\nb,B,z,,\n", []string{"f.csv:2: post: found 4 cells, expected at most 3, one for each name in the first row", "3 b|B|z|"}},
		{"windows-1252", "s,t,b\na,Caf\xe9 \x80,x\n", []string{"2 a|Café €|x||[text that is no UTF-8, read as windows-1252]"}},
		{"UTF-16", utf16("s;t;b\na;Café;x\n"), []string{"2 a|Café|x|"}},
		{"no rows", "s,t,b\n", nil},
		{"no line end", "s,t,b\na,A,x", []string{"2 a|A|x|"}},
		{"a quote that never ends", "s,t,b\na,A,x\nb,B,\"y\nc,C,z\n", []string{
			`f.csv:3: post: found a quote that is never closed, in "\"y", expected a quote at the end of the cell`, "2 a|A|x|", "4 c|C|z|",
		}},
		{"one that begins behind a cell of two lines", "s,t,b\r\na,\"A\r\nA\",\"x\r\nb,B,y\r\n", []string{
			`f.csv:3: post: found a quote that is never closed, in "\"x", expected a quote at the end of the cell`, "4 b|B|y|",
		}},
		{"quotes that end at the end", "s,t,b\na,A,\"x\"", []string{"2 a|A|x|"}},
		{"an empty one", "s,t,b\na,A,\"\"\r", []string{"2 a|A|||[path at which no record has anything]"}},
		{"a bare quote in a cell", "s,t,b\na,A 5\",x\nb,B,5\" y", []string{`2 a|A 5"|x|`, `3 b|B|5" y|`}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			items, err := read(t, m, "f.csv", strings.NewReader(c.in))
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, i := range items {
				got = append(got, line(i))
			}
			if diff := cmp.Diff(c.want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestPaths(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ name, fields, in, want string }{
		{"a name with dots", "title: dc.title", `{"dc.title":"A"}`, "1 a|A||"},
		{"the longer name counts", "title: a.b.c", `{"a":{"b":{"c":"No"}},"a.b":{"c":"A"}}`, "1 a|A||"},
		{"an entry of a list", "title: t.1.name", `{"t":[{"name":"No"},{"name":"A"}]}`, "1 a|A||"},
		{"the first that is there", "title: {from: [x, y.z, t]}", `{"x":"","y":{"z":null},"t":"A"}`, "1 a|A||"},
		{"a literal", "title: {value: A}", `{}`, "1 a|A||"},
		{"a default", "title: {from: x, default: A}", `{}`, "1 a|A|||[path at which no record has anything]"},
		{"words for words", "title: {from: x, values: {one: A, two: B}}", `{"x":"one"}`, "1 a|A||"},
		{"a part of a text", `slug: {from: u, match: 'id=(\w+)'}`, `{"u":"/x?id=abc&y","title":1}`, "1 abc|Abc|||[title made of a heading or the slug]"},
		{"names in objects and lists", "title: t\n  meta.entities: [{from: k.n, type: x}, {from: g, type: y, split: '|'}]", `{"t":"A","k":[{"n":"one"},{"n":["two","one"]}],"g":"three | four||"}`, "1 a|A|||x:one|x:two|y:three|y:four"},
		{"entities as a post has them", "title: t\n  meta.entities: k", `{"t":"A","k":[{"name":"n","type":"x"}]}`, "1 a|A|||x:n"},
		{"blocks as a post has them", "title: t\n  body: b", `{"t":"A","b":[{"type":"quote","text":"q"}]}`, "1 a|A|q|"},
		{"a body that looks like HTML", "title: t\n  body: b", `{"t":"A","b":"<p>x &amp; y</p>"}`, "1 a|A|x & y|"},
		{"a body that does not", "title: t\n  body: b", `{"t":"A","b":"x < y &amp; z"}`, "1 a|A|x < y &amp; z|"},
		{"a body of Markdown", "title: t\n  body: {from: b, as: markdown}", `{"t":"A","b":"x *y*"}`, "1 a|A|x y|"},
		{"seconds", "title: t\n  publishedAt: {from: d, unix}", `{"t":"A","d":1410775200}`, "1 a|A||2014-09-15T10:00:00Z"},
		{"milliseconds", "title: t\n  publishedAt: {from: d, layout: unixms}", `{"t":"A","d":"1410775200123"}`, "1 a|A||2014-09-15T10:00:00.123Z"},
		{"a time without an offset", "title: t\n  publishedAt: d", `{"t":"A","d":"2014-09-15 23:30:00"}`, "1 a|A||2014-09-15T23:30:00Z|[date without an offset, taken as UTC]"},
		{"the first date that can be read", "title: t\n  publishedAt: [d, {from: e, layout: 02.01.2006}]", `{"t":"A","d":"soon","e":"15.09.2014"}`, "1 a|A||2014-09-15|[date that cannot be read]"},
		{"a date that says there is none", "title: t\n  publishedAt: d", `{"t":"A","d":"0000-00-00 00:00:00"}`, "1 a|A||"},
		{"half of a pair of surrogates", "title: t", `{"t":"A\ud800"}`, "1 a|A\uFFFD||"},
	} {
		items, err := read(t, parsed(t, "fields:\n  "+c.fields+"\n"), "f.json", strings.NewReader(c.in))
		if err != nil || len(items) != 1 {
			t.Errorf("%s: found %d items and %v", c.name, len(items), err)
			continue
		}
		if got := line(items[0]); got != c.want {
			t.Errorf("%s: found %s, expected %s", c.name, got, c.want)
		}
	}
}

// TestStatuses: what nobody knows must not become public.
func TestStatuses(t *testing.T) {
	t.Parallel()
	m := parsed(t, "fields:\n  title: t\n  status: {from: s, values: {done: reviewed}}\n")
	for status, want := range map[string]string{
		`"done"`: "reviewed", `"published"`: "reviewed", `"Pending"`: "in-review", `"spiked"`: "draft", `true`: "reviewed", `0`: "draft", `{"a":1}`: "draft", `null`: "",
	} {
		items, err := read(t, m, "f.json", strings.NewReader(`{"t":"A","s":`+status+`}`))
		if err != nil || len(items) != 1 || items[0].Post == nil {
			t.Fatalf("%s: found %v and %v", status, items, err)
		}
		got := ""
		if r := items[0].Post.Meta.Revision; r != nil {
			got = r.Status
		}
		if got != want {
			t.Errorf("%s: found %q, expected %q", status, got, want)
		}
	}
}

// TestManyOpenQuotes: rows behind each are read again, but not without end.
func TestManyOpenQuotes(t *testing.T) {
	t.Parallel()
	m := parsed(t, "fields:\n  title: t\n  body: b\n")
	items, err := read(t, m, "f.csv", strings.NewReader("t,b\n"+strings.Repeat("A,\"x\n", 1000)))
	if err != nil || len(items) != 17 || !strings.Contains(line(items[16]), "f.csv:18: post: found a quote that is never closed") {
		t.Errorf("found %d items and %v, expected 17 rejects", len(items), err)
	}
}

// TestMostClosedStatusWins: of several fields, and of passwords that no mapping names.
func TestMostClosedStatusWins(t *testing.T) {
	t.Parallel()
	m := parsed(t, "fields:\n  title: t\n  status: [{from: s, values: {ok: reviewed}, default: reviewed}, visibility, is_draft, deleted, {value: archived}]\n")
	for in, want := range map[string]string{
		`"s":"ok"`: "reviewed", `"s":"ok","visibility":"public","is_draft":false`: "reviewed", `"s":"ok","visibility":"private"`: "draft", `"s":"pending","visibility":"public"`: "reviewed",
		`"s":"ok","visibility":"members"`: "in-review", `"s":"ok","visibility":"members","is_draft":"yes"`: "draft", `"s":"ok","is_draft":1`: "draft", `"s":"ok","visibility":"whoever"`: "draft",
		`"s":"trash"`: "left out: trash", `"s":"Deleted"`: "left out: trash", `"s":"ok","deleted":true`: "left out: trash", `"s":"ok","deleted":false`: "reviewed",
		`"s":"ok","password":"x"`: "in-review", `"s":"ok","post_password":"private"`: "in-review", `"s":"ok","post_password":""`: "reviewed", `"s":"ok","password":false`: "reviewed",
		`"s":"ok","is_draft":true,"password":"x"`: "draft", `"s":"ok","fields":{"password":7}`: "in-review", `"s":"ok","content":{"protected":true}`: "in-review", `"s":"ok","password":null`: "reviewed",
	} {
		if got := statusSaid(t, m, `{"t":"A",`+in+`}`); got != want {
			t.Errorf("%s: found %q, expected %q", in, got, want)
		}
	}
	onlyElse := parsed(t, "fields:\n  title: t\n  status: [s, {value: archived}]\n")
	if got := statusSaid(t, onlyElse, `{"t":"A"}`); got != "archived" {
		t.Errorf("found %q, expected archived", got)
	}
}

func statusSaid(t *testing.T, m *mapping.Mapping, in string) string {
	t.Helper()
	items, err := read(t, m, "f.json", strings.NewReader(in))
	switch {
	case err != nil || len(items) != 1:
		t.Fatalf("%s: found %v and %v", in, items, err)
	case items[0].LeftOut != "":
		return "left out: " + items[0].LeftOut
	}
	return items[0].Post.Status()
}

func TestSourcesThatAreNone(t *testing.T) {
	t.Parallel()
	m := parsed(t, "records: docs\nfields:\n  title: t\n")
	for in, want := range map[string]error{`{"other":[]}`: record.ErrEmpty, ``: record.ErrEmpty} {
		if _, err := read(t, m, "f.json", strings.NewReader(in)); !errors.Is(err, want) {
			t.Errorf("%q: found %v, expected %v", in, err, want)
		}
	}
}

// TestHugeAndDeep: values of 16 MB, depth without end and rows without end are told with
// their line, and what stands behind them is read.
func TestHugeAndDeep(t *testing.T) {
	t.Parallel()
	m := parsed(t, "fields:\n  title: t\n")
	deep := strings.Repeat(`[`, 100_000)
	in := io.MultiReader(
		strings.NewReader("{\"t\":\"A\",\"x\":\""), strings.NewReader(strings.Repeat("x", 17<<20)), strings.NewReader("\"}\n"),
		strings.NewReader(`{"t":"B","x":`+deep+"\n"),
		strings.NewReader(`{"t":"C","x":`+strings.Repeat("[", 100)+strings.Repeat("]", 100)+"}\n"),
		strings.NewReader("{\"t\":\"D\",\"x\":\""+strings.Repeat("x", 15<<20)+"\"}\n{\"t\":\"E\"}\n"))
	items, err := read(t, m, "f.json", in)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, i := range items {
		got = append(got, fmt.Sprintf("%.60s", line(i)))
	}
	want := []string{
		"f.json:1: post: found a record of more than 16777216 bytes, ",
		`f.json:2: post: found depth: maximum in "{\"t\":\"B\",\"x\":`,
		"3 c|C|||[value that does not fit its field]",
		"4 d|D||",
		"5 e|E||",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}

	items, err = read(t, m, "f.csv", io.MultiReader(strings.NewReader("t\nA\n\"B"), strings.NewReader(strings.Repeat("x\n", 9<<20))))
	if err != nil || len(items) != 2 || len(items[0].Rejects)+len(items[1].Rejects) != 1 {
		t.Errorf("found %d items and %v, expected a post and a reject", len(items), err)
	}
}

// TestAtBothEndsOfTheWorld runs the other tests where the clocks show another day.
func TestAtBothEndsOfTheWorld(t *testing.T) {
	if os.Getenv("AT_ONE_END") != "" {
		return
	}
	t.Parallel()
	for _, zone := range []string{"Pacific/Kiritimati", "Pacific/Pago_Pago"} {
		cmd := exec.CommandContext(t.Context(), os.Args[0], "-test.run", "TestPaths|TestArchives|TestGuesses")
		cmd.Env = append(os.Environ(), "TZ="+zone, "AT_ONE_END=1")
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Errorf("TZ=%s: %v\n%s", zone, err, out)
		}
	}
}

// FuzzRead: no source breaks the readers, whatever it is taken for; what is guessed of it
// is a mapping, and no post comes out that is not valid or holds a script.
func FuzzRead(f *testing.F) {
	for _, seed := range []string{
		`{"title":"A","body":"<p>x<script>alert(1)</script>","date":1410775200,"tags":["a",{"name":"b"}],"email":"a@old.example"}`,
		"title;text;datum\nA;\"x\ny\";15.09.2014\n", `{"docs":[{"headline":{"main":"A"},"keywords":"a,b"},`, "[[[[[", `{"a":{"a":{"a":[{"title":1e999}]}}}`, "sep=;\na;b\n", "\"", "a\tb\r\"\r",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, in string) {
		by := parsed(t, "fields:\n  title: [title, a, t]\n  body: [body, b]\n  meta.entities: tags\n  meta.score: s\n")
		for _, name := range []string{"f.json", "f.csv"} {
			m := by
			if guessed, err := guess(name, in); err == nil {
				if m, err = mapping.Parse("guessed.yaml", strings.NewReader(guessed)); err != nil {
					t.Fatalf("%v of\n%s", err, guessed)
				}
			}
			items, _ := read(t, m, name, strings.NewReader(in))
			for _, i := range items {
				if i.Post == nil {
					continue
				}
				if faults := i.Post.Validate(); len(faults) > 0 {
					t.Fatal(faults)
				}
				for _, b := range i.Post.Body {
					if h, ok := b.(content.HTML); ok && strings.Contains(strings.ToLower(h.HTML), "<script") {
						t.Fatal(h.HTML)
					}
				}
			}
		}
	})
}
