package rest

import (
	"bytes"
	"encoding/json"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"alphanode/apierror"
	"alphanode/server/route"
	"alphanode/server/schema"
)

// The document is written from the table of routes and from nothing else, so
// it says what the server does.

const about = `The archive's REST face. Answers are JSON: ` + "`data`" + `, and for lists ` + "`page`" + ` and Link headers.
Every answer is from one release, named in the header Release. Conditional requests (If-None-Match) and HEAD work everywhere.
A parameter that is unknown, repeated where one is meant, or out of range is an error that names it. `

const aboutGraphQL = "The same questions can be asked in GraphQL at /graphql."

// ndjsonMedia is JSON in lines. The schema that goes with it is that of a line.
const ndjsonMedia = "application/x-ndjson"

var tags = []members{
	{{"name", "posts"}, {"description", "The posts of the archive."}},
	{{"name", "terms"}, {"description", "Entities and tools, and the posts that have them."}},
	{{"name", "statistics"}, {"description", "How posts divide by their terms, their numbers and their dates, and how they score."}},
	{{"name", "releases"}, {"description", "The state of the archive that answers are from."}},
	{{"name", "graphql"}, {"description", "The other face."}},
	{{"name", "server"}, {"description", "The server itself."}},
}

// pinParameter is the header by which a request names a release, among the
// parameters that routes share.
const pinParameter = "header.Release"

var keyScheme = members{{"type", "http"}, {"scheme", "bearer"}, {"description",
	"An API key, made with alphanode key add. The scope read sees what the public sees; preview also posts that are not public, and staged releases; " +
		"admin also publishes and rolls back. A key that is not known is refused, never ignored."}}

// Document describes routes. Beside the shapes of REST, more may have a name in it.
func Document(routes []*route.Route, more schema.Properties, publicURL string) ([]byte, error) {
	if publicURL == "" {
		publicURL = "/"
	}
	text := about
	if has(routes, func(rt *route.Route) bool { return rt.Part == route.PartGraphQL }) {
		text += aboutGraphQL
	}
	paths := describePaths(routes)
	shapes, err := reachedFrom(paths, slices.Concat(components, more))
	if err != nil {
		return nil, err
	}
	document := members{
		{"openapi", "3.1.0"},
		{"info", members{{"title", "alphanode"}, {"version", "1"}, {"description", text}}},
		{"servers", []members{{{"url", publicURL}}}},
		{"security", []members{{}, {{"key", []string{}}}}},
		{"tags", describeTags(routes)},
		{"paths", paths},
		{"components", members{
			{"schemas", shapes},
			{"parameters", describeShared(routes)},
			{"headers", describeHeaders()},
			{"responses", describeProblems()},
			{"securitySchemes", members{{"key", keyScheme}}},
		}},
	}
	var w bytes.Buffer
	encoder := json.NewEncoder(&w)
	encoder.SetEscapeHTML(false)
	err = encoder.Encode(document)
	return bytes.TrimSpace(w.Bytes()), err
}

var shapeNamed = regexp.MustCompile(`"#/components/schemas/([^"]+)"`)

// reachedFrom gives the shapes that operations lead to, and the one that all problems
// have: those of a part that is switched off lie behind no operation.
func reachedFrom(paths members, all schema.Properties) (reached schema.Properties, err error) {
	text, err := json.Marshal(paths)
	if err != nil {
		return nil, err
	}
	named, next := map[string]bool{}, []string{"Problem"}
	for {
		for _, m := range shapeNamed.FindAllSubmatch(text, -1) {
			next = append(next, string(m[1]))
		}
		if len(next) == 0 {
			break
		}
		name := next[0]
		next, text = next[1:], nil
		if i := slices.IndexFunc(all, func(p schema.Property) bool { return p.Name == name }); i >= 0 && !named[name] {
			named[name] = true
			if text, err = json.Marshal(all[i].Schema); err != nil {
				return nil, err
			}
		}
	}
	return slices.DeleteFunc(slices.Clone(all), func(p schema.Property) bool { return !named[p.Name] }), nil
}

// Index lists the addresses of routes that are read, by name.
func Index(routes []*route.Route) ([]byte, error) {
	links := members{}
	for _, rt := range routes {
		if rt.Method == "GET" && rt.Pattern != "/" {
			links = append(links, member{rt.ID, rt.Pattern})
		}
	}
	return json.Marshal(members{{"data", members{{"name", "alphanode"}, {"links", links}}}})
}

func has(routes []*route.Route, what func(*route.Route) bool) bool {
	return slices.ContainsFunc(routes, what)
}

// describeTags leaves out those of parts that are switched off.
func describeTags(routes []*route.Route) (used []members) {
	for _, tag := range tags {
		if has(routes, func(rt *route.Route) bool { return rt.Tag == tag[0].value }) {
			used = append(used, tag)
		}
	}
	return used
}

func describePaths(routes []*route.Route) members {
	var paths members
	for _, rt := range routes {
		operation := member{strings.ToLower(rt.Method), describe(rt)}
		if i := slices.IndexFunc(paths, func(m member) bool { return m.name == rt.Pattern }); i >= 0 {
			paths[i].value = append(paths[i].value.(members), operation)
		} else {
			paths = append(paths, member{rt.Pattern, members{operation}})
		}
	}
	return paths
}

func describe(rt *route.Route) members {
	m := members{{"operationId", rt.ID}, {"tags", []string{rt.Tag}}, {"summary", rt.Summary}}
	if rt.Doc != "" {
		m = append(m, member{"description", rt.Doc})
	}
	var parameters []any
	for _, p := range rt.Parameters {
		for _, name := range p.Names() {
			if p.Shared {
				parameters = append(parameters, members{{"$ref", "#/components/parameters/" + name}})
			} else {
				parameters = append(parameters, describeParameter(p, name))
			}
		}
	}
	if rt.Pinned {
		parameters = append(parameters, members{{"$ref", "#/components/parameters/" + pinParameter}})
	}
	if parameters != nil {
		m = append(m, member{"parameters", parameters})
	}
	if rt.Scope != "" {
		m = append(m, member{"security", []members{{{"key", []string{string(rt.Scope)}}}}})
	}
	if rt.Takes != nil {
		m = append(m, member{"requestBody", members{{"required", true},
			{"content", members{{route.JSONMedia, members{{"schema", rt.Takes}}}}}}})
	}
	return append(m, member{"responses", describeAnswers(rt)})
}

func describeParameter(p *route.Parameter, name string) members {
	doc := p.Doc
	if name == p.Alias {
		doc = "The same as " + p.Name + "."
	}
	m := members{{"name", name}, {"in", p.In}, {"description", doc}}
	if p.In == route.InPath || p.Needed != "" {
		m = append(m, member{"required", true})
	}
	switch {
	case p.List:
		m = append(m, member{"style", "form"}, member{"explode", false}, member{"schema", &schema.Schema{Type: "array", Items: p.Schema}})
	case p.Many:
		m = append(m, member{"style", "form"}, member{"explode", true}, member{"schema", &schema.Schema{Type: "array", Items: p.Schema}})
	default:
		m = append(m, member{"schema", p.Schema})
	}
	return m
}

func describeShared(routes []*route.Route) members {
	var m members
	for _, p := range filterParameters {
		if !has(routes, func(rt *route.Route) bool { return slices.Contains(rt.Parameters, p) }) {
			continue // of a part that is switched off
		}
		for _, name := range p.Names() {
			m = append(m, member{name, describeParameter(p, name)})
		}
	}
	return append(m, member{pinParameter, members{{"name", "Release"}, {"in", "header"},
		{"description", "A release to answer from, instead of the current one. Everyone can name one that was current until a short time ago and was not rolled back; " +
			"who has a key with the scope preview any, staged ones too."},
		{"schema", &schema.Schema{Type: "string", Pattern: releasePattern, Examples: []any{"r3"}}}}})
}

// describeAnswers gives the answer that is expected and each problem there can
// be.
func describeAnswers(rt *route.Route) members {
	var media members
	if rt.Media == "" || strings.HasSuffix(rt.Media, "+json") {
		media = members{{route.JSONMedia, members{{"schema", rt.Gives}}}}
	}
	if rt.Media != "" {
		media = append(media, member{rt.Media, members{{"schema", rt.Gives}}})
	}
	headers := []string{"Request-Id", "Server-Timing", "Cache-Control"}
	codes := slices.Concat(rt.Faults, []apierror.Code{apierror.Internal})
	if !rt.Vital {
		headers = append(headers, "ETag", "Cache-Status", "RateLimit", "RateLimit-Policy")
		codes = append(codes, apierror.Unauthenticated, apierror.BadRequest, apierror.RateLimited, apierror.Overloaded, apierror.Timeout, apierror.TooLarge, apierror.NotAcceptable)
	}
	if rt.Pinned {
		headers = append(headers, "Release")
		codes = append(codes, apierror.NotFound, apierror.ReleaseGone) // of the release that is named
	}
	if rt.Pinned || rt.Scope != "" {
		codes = append(codes, apierror.Forbidden)
	}
	if rt.Pinned || rt.Pattern == "/ready" {
		codes = append(codes, apierror.NotReady)
	}
	if slices.Contains(rt.Parameters, limit) {
		headers = append(headers, "Link")
	}
	if rt.Media == ndjsonMedia {
		headers = append(headers, "Post-Count")
	}
	var sent members
	for _, name := range headers {
		sent = append(sent, member{name, members{{"$ref", "#/components/headers/" + name}}})
	}
	m := members{{"200", members{{"description", rt.Summary + "."}, {"headers", sent}, {"content", media}}}}
	if rt.Media == ndjsonMedia {
		m = append(m, member{"206", members{{"description", "The lines that Range asks for, where If-Range names what they are part of."}, {"headers", sent}, {"content", media}}})
	}
	if rt.Method == "GET" && !rt.Vital {
		m = append(m, member{"304", members{{"description", "What If-None-Match names is still right."}}})
	}
	byStatus := map[int]bool{}
	for _, code := range codes {
		byStatus[code.Status()] = true
	}
	for _, code := range apierror.Codes {
		if byStatus[code.Status()] {
			m = append(m, member{strconv.Itoa(code.Status()), members{{"$ref", "#/components/responses/" + strconv.Itoa(code.Status())}}})
			delete(byStatus, code.Status())
		}
	}
	return m
}

// describeProblems gives one answer for each status of the codes.
func describeProblems() members {
	var m members
	for _, code := range apierror.Codes {
		status := strconv.Itoa(code.Status())
		text := string(code) + ": " + code.Title() + "."
		if code.Retryable() {
			text += " Asking again later may help."
		}
		if i := slices.IndexFunc(m, func(m member) bool { return m.name == status }); i >= 0 {
			first := m[i].value.(members)
			first[0].value = first[0].value.(string) + " " + text
			continue
		}
		m = append(m, member{status, members{{"description", text},
			{"content", members{{route.ProblemMedia, members{{"schema", component("Problem")}}}}}}})
	}
	return m
}

func describeHeaders() members {
	var m members
	for _, h := range []struct{ name, doc, example string }{
		{"Release", "The release that the answer is from.", "r3"},
		{"Request-Id", "The name of this request in the server's log; one that the request gives is kept.", "KQ4VHZUAHUQR3ZRUSKXGXFWTCM"},
		{"ETag", "Names the bytes of the answer; send it as If-None-Match to ask whether they are still right.", `"gvw1sLPRkFkGTsMPnBiPOg"`},
		{"Cache-Control", "How long the answer may be kept.", "public, max-age=60"},
		{"Cache-Status", "Whether a cache answered (RFC 9211).", "alphanode; fwd=miss"},
		{"Server-Timing", "How long the answer took, and the store's part of it, in milliseconds.", `total;dur=1.204, store;dur=0.310;desc="3 calls"`},
		{"RateLimit", "Where a budget holds: how many units of work are left, and in how many seconds there are more.", `"cost";r=2999731;t=1`},
		{"RateLimit-Policy", "Where a budget holds: how many units of work there are in how many seconds.", `"cost";q=3000000;w=60`},
		{"Post-Count", "How many posts, and so lines, the whole answer has.", "1909"},
		{"Link", "The next, previous and first page (RFC 8288).", `</v1/posts?limit=20>; rel="first"`},
	} {
		m = append(m, member{h.name, members{{"description", h.doc}, {"schema", &schema.Schema{Type: "string", Examples: []any{h.example}}}}})
	}
	return m
}
