package frontmatter_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"

	"alphanode/ingest/frontmatter"
)

// told writes a document in a few lines: where it begins, its members with
// their lines, what is repeated, the body with its line.
func told(d frontmatter.Document) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s@%d\n", d.Syntax, d.Line)
	for _, m := range d.Members {
		fmt.Fprintf(&b, "%d %s=%s\n", m.Line, m.Name, m.Value)
	}
	for _, r := range d.Repeated {
		fmt.Fprintf(&b, "%d repeats %d: %s\n", r.Line, r.First, r.Name)
	}
	fmt.Fprintf(&b, "%d %q\n", d.BodyLine, d.Body)
	return b.String()
}

func TestParse(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ name, text, want string }{
		{"yaml", "---\ntitle: A day\ndate: 2014-12-25\ntags: [go, 'c: d']\n---\nBody\n",
			"YAML@1\n2 title=\"A day\"\n3 date=\"2014-12-25\"\n4 tags=[\"go\",\"c: d\"]\n6 \"Body\\n\"\n"},
		{"spelling of moments", "---\na: 2014-12-25 23:59:59 -0800\nb: 2014-12-25T01:02:03Z\nc: 2014-12-25 1:02\nd: !!timestamp 2014-12-25\n---\n",
			"YAML@1\n2 a=\"2014-12-25 23:59:59 -0800\"\n3 b=\"2014-12-25T01:02:03Z\"\n4 c=\"2014-12-25 1:02\"\n5 d=\"2014-12-25\"\n7 \"\"\n"},
		{"numbers stay exact", "---\na: 12345678901234567890123\nb: 1.10\nc: 0x1F\nd: 0123\ne: 1_000\nf: +.5\ng: 1e3\nh: .nan\ni: \"7\"\nj: 12:30\nk: 1.0.0\n---\n",
			"YAML@1\n2 a=12345678901234567890123\n3 b=1.10\n4 c=31\n5 d=\"0123\"\n6 e=1000\n7 f=0.5\n8 g=1e3\n9 h=\".nan\"\n10 i=\"7\"\n11 j=\"12:30\"\n12 k=\"1.0.0\"\n14 \"\"\n"},
		{"words", "---\na: true\nb: False\nc: yes\nd: ~\ne:\nf: null\n---\n",
			"YAML@1\n2 a=true\n3 b=false\n4 c=\"yes\"\n5 d=null\n6 e=null\n7 f=null\n9 \"\"\n"},
		{"mark, blank lines, CRLF", "\ufeff\r\n--- \r\na: |\r\n  x\r\n  y\r\nb: z\r\n...\r\nBody\r\n",
			"YAML@2\n3 a=\"x\\ny\\n\"\n6 b=\"z\"\n8 \"Body\\r\\n\"\n"},
		{"carriage returns alone", "---\ra: b\r---\rBody\r", "YAML@1\n2 a=\"b\"\n4 \"Body\\n\"\n"},
		{"comments and quotes", "---\n# c: d\na: “b” # e\nf: \"g # h\"\n---\n", "YAML@1\n3 a=\"“b”\"\n4 f=\"g # h\"\n6 \"\"\n"},
		{"named language", "---yaml\na: b\n---\n", "YAML@1\n2 a=\"b\"\n4 \"\"\n"},
		{"empty", "---\n---\nBody", "YAML@1\n3 \"Body\"\n"},
		{"comments alone", "---\n# nothing\n---\nBody", "YAML@1\n4 \"Body\"\n"},
		{"aliases and merges", "---\nbase: &b {x: 1, y: 2}\nmine:\n  <<: *b\n  y: 3\nlist: [*b]\n---\n",
			"YAML@1\n2 base={\"x\":1,\"y\":2}\n3 mine={\"y\":3,\"x\":1}\n6 list=[{\"x\":1,\"y\":2}]\n8 \"\"\n"},
		{"the last of two holds", "---\na: 1\nb: {c: 1, c: 2}\na: 3\n---\n", "YAML@1\n4 a=3\n3 b={\"c\":2}\n4 repeats 2: a\n3 repeats 3: b.c\n6 \"\"\n"},
		{"a tag of somebody", "---\na: !ruby/sym b\nc: !!binary aGk=\n2014: d\n---\n", "YAML@1\n2 a=\"b\"\n3 c=\"aGk=\"\n4 2014=\"d\"\n6 \"\"\n"},
		{"controls that nobody sees", "---\ntitle: a\x08b\x7f\n---\nx\x08", "YAML@1\n2 title=\"ab\"\n4 \"x\\b\"\n"},
		{"a thematic break", "---\n\nA sentence: it goes on\nand on.\n", "@0\n1 \"---\\n\\nA sentence: it goes on\\nand on.\\n\"\n"},
		{"text between two of them", "---\nOnly words\n---\nmore", "@0\n1 \"---\\nOnly words\\n---\\nmore\"\n"},
		{"a longer rule", "-----\na: b\n-----\n", "@0\n1 \"-----\\na: b\\n-----\\n\"\n"},
		{"none", "# Heading\n", "@0\n1 \"# Heading\\n\"\n"},
		{"nothing", "", "@0\n1 \"\"\n"},

		{"toml", "+++\ntitle = \"A\"\ndate = 2014-12-25\nat = 2014-12-25 07:30:00\nmoment = 2014-12-25T07:30:00.000-08:00\ntime = 07:30:00\n[taxonomies]\ntags = [\n  \"x\", # why\n  'y\\z',\n]\n[extra.author]\nname = \"N\"\n+++\nBody",
			"TOML@1\n2 title=\"A\"\n3 date=\"2014-12-25\"\n4 at=\"2014-12-25 07:30:00\"\n5 moment=\"2014-12-25T07:30:00.000-08:00\"\n6 time=\"07:30:00\"\n7 taxonomies={\"tags\":[\"x\",\"y\\\\z\"]}\n12 extra={\"author\":{\"name\":\"N\"}}\n15 \"Body\"\n"},
		{"toml: numbers", "+++\na = 1_000\nb = +99\nc = 0xDEAD_BEEF\nd = 0o17\ne = 0b101\nf = 6.626e-34\ng = -inf\nh = true\n+++\n",
			"TOML@1\n2 a=1000\n3 b=99\n4 c=3735928559\n5 d=15\n6 e=5\n7 f=6.626e-34\n8 g=\"-inf\"\n9 h=true\n11 \"\"\n"},
		{"toml: tables", "+++\na.b.c = 1\na.d = 2\n[[e]]\nf = 1\n[e.g]\nh = 2\n[[e]]\nf = { x = 3, y.z = 4 }\n+++\n",
			"TOML@1\n2 a={\"b\":{\"c\":1},\"d\":2}\n4 e=[{\"f\":1,\"g\":{\"h\":2}},{\"f\":{\"x\":3,\"y\":{\"z\":4}}}]\n11 \"\"\n"},

		{"json of Hugo", "{\n  \"title\": \"A\",\n  \"n\": 1.10,\n  \"a\": {\"b\": [null, true]}\n}\n\nBody", "JSON@1\n2 title=\"A\"\n3 n=1.10\n4 a={\"b\":[null,true]}\n6 \"\\nBody\"\n"},
		{"json behind a fence", "---json\n{\n\"a\": 1\n}\n---\nBody", "JSON@1\n3 a=1\n6 \"Body\"\n"},
		{"json of Hexo", ";;;\n\"a\": 1,\n\"b\": 2\n;;;\nBody", "JSON@1\n2 a=1\n3 b=2\n5 \"Body\"\n"},
		{"json: the last of two holds", "{\"a\":1,\n\"a\":2}\n", "JSON@1\n2 a=2\n2 repeats 1: a\n3 \"\"\n"},
		{"a shortcode", "{{< figure >}}\n", "@0\n1 \"{{< figure >}}\\n\"\n"},
		{"Liquid", "{% raw %}\n", "@0\n1 \"{% raw %}\\n\"\n"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			d, err := frontmatter.Parse([]byte(c.text))
			if err != nil {
				t.Fatal(err)
			}
			if got := told(d); got != c.want {
				t.Errorf("got\n%s\nwant\n%s", got, c.want)
			}
		})
	}
}

func TestErrorsNameTheirLine(t *testing.T) {
	t.Parallel()
	bomb := "---\na: &a [x,x,x,x,x,x,x,x,x,x]\n"
	for c := 'b'; c < 'k'; c++ {
		bomb += fmt.Sprintf("%c: &%c [%s]\n", c, c, strings.TrimSuffix(strings.Repeat(fmt.Sprintf("*%c,", c-1), 10), ","))
	}
	for _, c := range []struct {
		name, text string
		line       int
		found      string
	}{
		{"never ends", "\n---\ntitle: a\n\nBody\n", 2, "never ends"},
		{"never ends in TOML", "+++\ntitle = 'a'\n", 1, "TOML that never ends"},
		{"never ends in JSON", "{\n\"title\": \"a\",\n", 1, "JSON that never ends"},
		{"a tab", "---\na:\n\tb: c\n---\n", 3, "a tab"},
		{"broken YAML", "---\na: b\nc: \"d\ne: f\n---\n", 5, "YAML that cannot be read"},
		{"a colon too many", "---\na: b\nc: d: e\n---\n", 3, "YAML that cannot be read"},
		{"no name", "---\na: b\n? [c]\n: d\n---\n", 3, "a list or a mapping"},
		{"bomb of aliases", bomb + "---\n", 6, "more than 50000 values"},
		{"an alias of itself", "---\na: &a [*a]\n---\n", 2, "inside its own"},
		{"an unknown alias", "---\na: b\nc: *d\n---\n", 3, "YAML that cannot be read"},
		{"deep", "---\na: " + strings.Repeat("[", 40) + strings.Repeat("]", 40) + "\n---\n", 2, "deeper than 32"},
		{"very deep", "---\na: " + strings.Repeat("[", 100_000) + "\n---\n", 2, "YAML that cannot be read"},
		{"very deep JSON", ";;;\n\"a\": " + strings.Repeat("[", 100_000) + "\n;;;\n", 2, "deeper than 32"},
		{"very deep TOML", "+++\na = " + strings.Repeat("[", 100_000) + "\n+++\n", 2, "TOML that cannot be read"},
		{"long name in TOML", "+++\nb = 1\na" + strings.Repeat(".a", 50_000) + " = 1\n+++\n", 3, "a name of 50000 parts"},
		{"too long", "---\na: b\n" + strings.Repeat("# c\n", 300_000) + "---\n", 1, "more than 1048576 bytes"},
		{"no UTF-8", "---\na: b\nc: \x93d\x94\n---\n", 3, "the byte 0x93"},
		{"twice in TOML", "+++\na = 1\nb = 2\na = 3\n+++\n", 4, `"a" a second time (first on line 2)`},
		{"a table twice", "+++\n[a]\n[b]\n[a]\n+++\n", 4, "first on line 2"},
		{"a value as a table", "+++\na = {b = 1}\n[a.c]\n+++\n", 3, "first on line 2"},
		{"broken TOML", "+++\na = 1\nb = \n+++\n", 3, "TOML that cannot be read"},
		{"broken JSON", "{\n\"a\": 1,\n\"b\": x\n}\n", 3, "JSON that cannot be read"},
		{"broken JSON of Hexo", ";;;\n\"a\": 1,\n\"b\": x\n;;;\n", 3, "JSON that cannot be read"},
		{"a program", "---js\n{ a: 1 }\n---\n", 1, "a program"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			d, err := frontmatter.Parse([]byte(c.text))
			var told *frontmatter.Error
			if !errors.As(err, &told) {
				t.Fatalf("found %v and %+v, expected an Error", err, d)
			}
			if told.Line != c.line || !strings.Contains(told.Found, c.found) || told.Expected == "" {
				t.Errorf("found %v, expected %q on line %d", told, c.found, c.line)
			}
			if len(told.Found) > 300 {
				t.Errorf("an error of %d bytes", len(told.Found))
			}
		})
	}
}

// FuzzParse holds what is true of every text: the body is its end, values are
// JSON, lines are within it.
func FuzzParse(f *testing.F) {
	for _, text := range []string{
		"---\ntitle: A\ndate: 2014-12-25\ntags: [a, b]\nx: &x {y: 1}\nz: {<<: *x}\n---\nBody\n",
		"+++\ntitle = 'A'\n[a]\nb.c = [1, 2.5e3, 0x1F]\n[[d]]\ne = 2014-12-25\n+++\nBody\n",
		"{\"title\": \"A\", \"n\": 1.10, \"a\": {\"b\": [null, true]}}\nBody",
		"---json\n{\"a\": 1}\n---\n", ";;;\n\"a\": 1\n;;;\n", "---\n\nText\n---\n", "\ufeff---\r\na: |\r\n  b\r\n...\r\n",
		"---\na: &a [*a]\n? {b: c}\n: d\n---\n", "---\r# a\rb: !!int \"x\"\r---\r", "---\na: !!float .inf\nb: 0x\n<<: [1]\n---\n",
	} {
		f.Add([]byte(text))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		d, err := frontmatter.Parse(text)
		lines := 1 + bytes.Count(text, []byte("\n")) + bytes.Count(text, []byte("\r"))
		var told *frontmatter.Error
		if err != nil {
			if !errors.As(err, &told) || told.Line < 1 || told.Line > lines {
				t.Fatalf("%v of %d lines", err, lines)
			}
			return
		}
		if !bytes.HasSuffix(text, d.Body) && bytes.IndexByte(text, '\n') >= 0 {
			t.Fatalf("the body %q is not the end", d.Body)
		}
		if d.BodyLine < 1 || d.BodyLine > lines+1 {
			t.Fatalf("the body begins on line %d of %d", d.BodyLine, lines)
		}
		for _, m := range d.Members {
			if !json.Valid(m.Value) || m.Line < d.Line || m.Line > lines {
				t.Fatalf("%s on line %d of %d: %s", m.Name, m.Line, lines, m.Value)
			}
		}
	})
}

func BenchmarkParse(b *testing.B) {
	text := []byte("---\ntitle: A day among days\ndate: 2014-12-25 10:00:00 +0200\ntags: [one, two, three]\nauthor: Somebody\nimage: {src: a.png, alt: A picture}\ndescription: What it is about, in a sentence\n---\n")
	b.SetBytes(int64(len(text)))
	for b.Loop() {
		if _, err := frontmatter.Parse(text); err != nil {
			b.Fatal(err)
		}
	}
}
