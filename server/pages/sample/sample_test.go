package sample

import (
	"encoding/json"
	"go/ast"
	"go/parser"
	"go/token"
	"os/exec"
	"strconv"
	"strings"
	"testing"
)

// texts are what people search for, and what breaks quoting.
var texts = []string{
	"plain", "it's", `say "hi"`, "`back`", "$(touch x) ${HOME} $HOME", `back\slash\n`, "two\nlines", "tab\tand\rreturn", "🚀 ship", "خطة التراجع", "JSON", "a & b <script>", "\u2028\u2029", "'''", `\'`, "%27%0A", "!history",
}

// TestShell has a shell say what was quoted for it.
func TestShell(t *testing.T) {
	t.Parallel()
	for _, text := range texts {
		said, err := exec.Command("sh", "-c", "printf %s "+shell(text)).Output()
		if err != nil || string(said) != text {
			t.Errorf("%q: found %q, %v", text, said, err)
		}
	}
}

// TestHereDocument has a shell hand over the body of a query as curl would get it.
func TestHereDocument(t *testing.T) {
	t.Parallel()
	for _, text := range texts {
		r := Request{Base: "https://example.org", Query: "query Q($q: String!) { a(q: $q) }", Vars: map[string]string{"q": text}}
		body, err := r.body()
		if err != nil {
			t.Fatal(err)
		}
		command := r.curlGraphQL(body)
		_, document, ok := strings.Cut(command, "--data-binary @- ")
		if !ok {
			t.Fatalf("found %s", command)
		}
		said, err := exec.Command("sh", "-c", "cat "+document).Output()
		var got struct {
			Variables map[string]string
		}
		if err := json.Unmarshal(said, &got); err != nil || got.Variables["q"] != text {
			t.Errorf("%q: found %q, %v", text, said, err)
		}
		if err != nil {
			t.Error(err)
		}
	}
}

// TestProgram reads the programs in Go as a compiler does.
func TestProgram(t *testing.T) {
	t.Parallel()
	for _, text := range texts {
		r := Request{Base: "https://example.org/a", Path: "/v1/search?q=" + strconv.Quote(text), Query: "{ a }", Vars: map[string]string{"q": text}, Release: "r1"}
		all, err := r.Samples()
		if err != nil {
			t.Fatal(err)
		}
		for _, s := range all {
			if s.Language != "Go" {
				continue
			}
			file, err := parser.ParseFile(token.NewFileSet(), "main.go", s.Text, 0)
			if err != nil {
				t.Fatalf("%q over %s: %v\n%s", text, s.Face, err, s.Text)
			}
			var literals []string
			ast.Inspect(file, func(n ast.Node) bool {
				if l, ok := n.(*ast.BasicLit); ok && l.Kind == token.STRING {
					value, err := strconv.Unquote(l.Value)
					if err != nil {
						t.Fatal(err)
					}
					literals = append(literals, value)
				}
				return true
			})
			want := r.Base + r.Path
			if s.Face == "GraphQL" {
				if want, err = r.body(); err != nil {
					t.Fatal(err)
				}
			}
			found := false
			for _, l := range literals {
				found = found || l == want
			}
			if !found {
				t.Errorf("%q over %s: found %q, expected %q among them", text, s.Face, literals, want)
			}
		}
	}
}

// TestScript: what is quoted for JavaScript is read by it as the text, which JSON in
// double quotes is.
func TestScript(t *testing.T) {
	t.Parallel()
	for _, text := range texts {
		quoted := script(text)
		if inner, ok := strings.CutPrefix(quoted, "'"); ok {
			if inner != text+"'" || strings.ContainsAny(text, "'\\\n\r\u2028\u2029") {
				t.Errorf("%q: found %s", text, quoted)
			}
			continue
		}
		var got string
		if err := json.Unmarshal([]byte(quoted), &got); err != nil || got != text {
			t.Errorf("%q: found %s", text, quoted)
		}
	}
}

// TestConsole keeps the query, its variables and the pin.
func TestConsole(t *testing.T) {
	t.Parallel()
	r := Request{Query: "{ a }", Vars: map[string]int{"first": 1}, Release: "r1"}
	if got, want := r.Console(), "/graphiql?query=%7B+a+%7D&release=r1&variables=%7B%22first%22%3A1%7D"; got != want {
		t.Errorf("found %s, expected %s", got, want)
	}
	if got := (Request{Path: "/v1/posts"}).Console(); got != "" {
		t.Errorf("without a query: found %s", got)
	}
}

// TestBodyKeepsMeaning: a query is written in one line where that is the same query.
func TestBodyKeepsMeaning(t *testing.T) {
	t.Parallel()
	for query, expected := range map[string]string{
		"{\n  a\n  b\n}":            "{ a b }",
		"{ a # not b\n  c }":        "{ a # not b\n  c }",
		"{ a(q: \"two  spaces\") }": "{ a(q: \"two  spaces\") }",
	} {
		body, err := Request{Query: query}.body()
		var got struct{ Query string }
		if err != nil || json.Unmarshal([]byte(body), &got) != nil || got.Query != expected {
			t.Errorf("%q: found %q, %v, expected %q", query, got.Query, err, expected)
		}
	}
}

// TestExact: what JavaScript would round is written as digits in a text, and nothing else is changed.
func TestExact(t *testing.T) {
	t.Parallel()
	for given, want := range map[string]string{
		`{"a":9007199254740991,"b":[1.5,true,null,"9007199254740993"]}`: `{"a":9007199254740991,"b":[1.5,true,null,"9007199254740993"]}`,
		`{"f":{"viewCount":{"gte":9223372036854775807}},"first":20}`:    `{"f":{"viewCount":{"gte":"9223372036854775807"}},"first":20}`,
		`{"in":[-9007199254740993,1]}`:                                  `{"in":["-9007199254740993",1]}`,
	} {
		if found, err := exact(given); err != nil || found != want {
			t.Errorf("%s: found %s, %v, expected %s", given, found, err, want)
		}
	}
}
