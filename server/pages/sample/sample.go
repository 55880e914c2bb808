package sample

import (
	"bytes"
	"encoding/json"
	"net/url"
	"strings"
)

// Request is what is asked, over both faces.
type Request struct {
	Base    string // where the server is asked: origin and prefix, without a slash at the end
	Path    string // of REST, with its query, both escaped
	Query   string // of GraphQL; "" where it has no such question
	Vars    any    // the variables of that, as JSON; nil for none
	Release string // that is pinned; "" for what is current
}

// Sample is one text to copy.
type Sample struct {
	Face     string // REST or GraphQL
	Language string // curl, fetch or Go
	Text     string
}

// Class tells the samples of one language from others on a page.
func (s Sample) Class() string { return "in-" + strings.ToLower(s.Language) }

// Samples are the request in each language, of each of them first over REST.
func (r Request) Samples() ([]Sample, error) {
	all := []Sample{
		{"REST", "curl", r.curl()}, {"REST", "fetch", r.fetch()}, {"REST", "Go", r.program("http.MethodGet", r.Path, "")},
	}
	if r.Query == "" {
		return all, nil
	}
	body, err := r.body()
	if err != nil {
		return nil, err
	}
	variables, err := r.variables()
	if err != nil {
		return nil, err
	}
	if variables, err = exact(variables); err != nil {
		return nil, err
	}
	return []Sample{
		all[0], {"GraphQL", "curl", r.curlGraphQL(body)},
		all[1], {"GraphQL", "fetch", r.fetchGraphQL(variables)},
		all[2], {"GraphQL", "Go", r.program("http.MethodPost", "/graphql", body)},
	}, nil
}

// Console is the address of the page on which the GraphQL query can be tried; "" where
// there is none.
func (r Request) Console() string {
	if r.Query == "" {
		return ""
	}
	values := url.Values{"query": {r.Query}}
	if variables, err := r.variables(); err == nil && r.Vars != nil {
		values.Set("variables", variables)
	}
	if r.Release != "" {
		values.Set("release", r.Release)
	}
	return "/graphiql?" + values.Encode()
}

// body is what is posted: the query in one line, where no space in it means anything. A
// comment ends with its line, and a text keeps its spaces.
func (r Request) body() (string, error) {
	query := r.Query
	if !strings.ContainsAny(query, `#"`) {
		query = strings.Join(strings.Fields(query), " ")
	}
	if r.Vars == nil {
		return encode(struct {
			Query string `json:"query"`
		}{query})
	}
	return encode(struct {
		Query     string `json:"query"`
		Variables any    `json:"variables"`
	}{query, r.Vars})
}

func (r Request) variables() (string, error) {
	if r.Vars == nil {
		return "{}", nil
	}
	return encode(r.Vars)
}

// encode is JSON in one line, with <, > and & as they are.
func encode(value any) (string, error) {
	var w bytes.Buffer
	e := json.NewEncoder(&w)
	e.SetEscapeHTML(false)
	err := e.Encode(value)
	return strings.TrimSuffix(w.String(), "\n"), err
}

func (r Request) curl() string {
	return "curl -s " + shell(r.Base+r.Path) + r.curlPin()
}

// curlGraphQL hands the body over in a here-document, in which nothing is special.
func (r Request) curlGraphQL(body string) string {
	return "curl -s " + shell(r.Base+"/graphql") + " -H 'content-type: application/json'" + r.curlPin() + " --data-binary @- <<'JSON'\n" + body + "\nJSON"
}

func (r Request) curlPin() string {
	if r.Release == "" {
		return ""
	}
	return " -H " + shell("Release: "+r.Release)
}

// printed ends a program of fetch: people see the whole answer, however deep it is.
const printed = `
const answer = await response.json()
console.log(JSON.stringify(answer, null, 2))`

func (r Request) fetch() string {
	options := ""
	if r.Release != "" {
		options = ", { headers: { release: " + script(r.Release) + " } }"
	}
	return "const response = await fetch(" + script(r.Base+r.Path) + options + ")" + printed
}

func (r Request) fetchGraphQL(variables string) string {
	pin := ""
	if r.Release != "" {
		pin = ", release: " + script(r.Release)
	}
	return "const query = " + template(r.Query) + `
const variables = ` + variables + `
const response = await fetch(` + script(r.Base+"/graphql") + `, {
  method: 'POST',
  headers: { 'content-type': 'application/json'` + pin + ` },
  body: JSON.stringify({ query, variables }),
})` + printed
}

// program is a whole one in Go.
func (r Request) program(method, path, body string) string {
	var w strings.Builder
	reader, imports := "nil", "\t\"io\"\n\t\"log\"\n\t\"net/http\"\n\t\"os\"\n"
	if body != "" {
		reader, imports = "strings.NewReader(body)", imports+"\t\"strings\"\n"
	}
	w.WriteString("package main\n\nimport (\n" + imports + ")\n\nfunc main() {\n")
	if body != "" {
		w.WriteString("\tbody := " + goText(body) + "\n")
	}
	w.WriteString("\trequest, err := http.NewRequest(" + method + ", " + goText(r.Base+path) + ", " + reader + ")\n\tif err != nil {\n\t\tlog.Fatal(err)\n\t}\n")
	if body != "" {
		w.WriteString("\trequest.Header.Set(\"Content-Type\", \"application/json\")\n")
	}
	if r.Release != "" {
		w.WriteString("\trequest.Header.Set(\"Release\", " + goText(r.Release) + ")\n")
	}
	w.WriteString("\tresponse, err := http.DefaultClient.Do(request)\n\tif err != nil {\n\t\tlog.Fatal(err)\n\t}\n\tdefer response.Body.Close()\n" +
		"\tif _, err := io.Copy(os.Stdout, response.Body); err != nil {\n\t\tlog.Fatal(err)\n\t}\n}")
	return w.String()
}
