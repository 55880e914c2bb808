package rest

import (
	"bytes"
	"encoding/json"
	"net/http"
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
A parameter that is unknown, repeated where one is meant, or out of range is an error that names it. Parameters that take lists, such as fields, are repeated or take values separated by commas.
What is said of an address holds for Accept: application/json; a browser may be given a page there. `

const aboutGraphQL = "The same questions can be asked in GraphQL at /graphql."

// Who may use what is served, and whom to ask, is for those to say who run a server. The
// program is theirs, and it knows of no licence that is given with it.
var (
	license = members{{"name", "None is given here: all rights are reserved unless whoever runs this server says otherwise"}, {"identifier", "LicenseRef-None-Given"}}
	contact = members{{"name", "Whoever runs this server"}}
)

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

// The headers by which a request says which release may answer it, among the parameters
// that routes share.
const (
	pinParameter   = "header.Release"
	leastParameter = "header.Release-At-Least"
)

var keyScheme = members{{"type", "http"}, {"scheme", "bearer"}, {"description",
	"An API key, made with alphanode key add. The scope read sees what the public sees; preview also posts that are not public, and staged releases; " +
		"admin also publishes and rolls back. A key that is not known is refused, never ignored."}}

// Document describes routes. Beside the shapes of REST, more may have a name in it.
func Document(routes []*route.Route, more schema.Properties, publicURL string) ([]byte, error) {
	if publicURL == "" {
		publicURL = "/"
	}
	described := about
	if has(routes, func(rt *route.Route) bool { return rt.Part == route.PartGraphQL }) {
		described += aboutGraphQL
	}
	paths := describePaths(routes)
	shapes, err := reachedFrom(paths, slices.Concat(components, more))
	if err != nil {
		return nil, err
	}
	problems := describeProblems(routes)
	headers, err := describeHeaders(paths, problems)
	if err != nil {
		return nil, err
	}
	document := members{
		{"openapi", "3.1.0"},
		{"info", members{{"title", "alphanode"}, {"version", "1"}, {"description", strings.TrimSpace(described)}, {"contact", contact}, {"license", license}}},
		{"servers", []members{{{"url", publicURL}}}},
		{"security", []members{{}, {{"key", []string{}}}}},
		{"tags", describeTags(routes)},
		{"paths", paths},
		{"components", members{
			{"schemas", shapes},
			{"parameters", describeShared(routes)},
			{"headers", headers},
			{"responses", problems},
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
	doc := rt.Doc
	if rt.Scope != "" {
		doc += " The key must have the scope " + string(rt.Scope) + "."
	}
	m = append(m, member{"description", doc})
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
		parameters = append(parameters, members{{"$ref", "#/components/parameters/" + pinParameter}}, members{{"$ref", "#/components/parameters/" + leastParameter}})
	}
	if parameters != nil {
		m = append(m, member{"parameters", parameters})
	}
	if rt.Scope != "" {
		m = append(m, member{"security", []members{{{"key", []string{}}}}})
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
	if p.Many { // as clients that are made from a description send lists by themselves
		return append(m, member{"style", "form"}, member{"explode", true}, member{"schema", &schema.Schema{Type: "array", Items: p.Schema}})
	}
	return append(m, member{"schema", p.Schema})
}

func describeShared(routes []*route.Route) members {
	var m members
	for _, p := range route.Filters {
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
		{"schema", releaseNameShape("r3")}}},
		member{leastParameter, members{{"name", "Release-At-Least"}, {"in", "header"},
			{"description", "A release that the answer must not be older than: 503 where it was not current yet, as far as the server knows. " +
				"After a rollback from it what is current then is new enough. Where a release is named to answer, that decides."},
			{"schema", releaseNameShape("r3")}}})
}

// fault is a kind of problem and the status that it has, which may say more than that of
// its code.
type fault struct {
	code   apierror.Code
	status int
}

// faultsOf are the kinds of problem that a route can answer with.
func faultsOf(rt *route.Route) []fault {
	codes := slices.Concat(rt.Faults, []apierror.Code{apierror.BadRequest, apierror.Internal})
	if !rt.Vital {
		codes = append(codes, apierror.Unauthenticated, apierror.NotAcceptable, apierror.PreconditionFailed, apierror.RateLimited, apierror.Overloaded, apierror.Timeout)
	}
	if rt.Pinned {
		codes = append(codes, apierror.NotFound, apierror.ReleaseGone, apierror.TooComplex) // the first two of the release that is named
	}
	if rt.Pinned || rt.Scope != "" {
		codes = append(codes, apierror.Forbidden)
	}
	if rt.Pinned || rt.Pattern == "/ready" {
		codes = append(codes, apierror.NotReady)
	}
	faults := []fault{{apierror.TooLarge, http.StatusRequestURITooLong}}
	if rt.Takes != nil {
		faults = append(faults, fault{apierror.Timeout, http.StatusRequestTimeout}) // of the body
	}
	for _, code := range codes {
		faults = append(faults, fault{code, code.Status()})
	}
	return faults
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
	if !rt.Vital {
		headers = append(headers, "ETag", "Cache-Status", "RateLimit", "RateLimit-Policy")
	}
	if rt.Pinned {
		headers = append(headers, "Release")
	}
	if slices.ContainsFunc(rt.Parameters, func(p *route.Parameter) bool { return p.Name == "after" }) {
		headers = append(headers, "Link")
	}
	unchanged := []string{"Request-Id", "ETag", "Cache-Control"}
	if rt.RestsOn == route.OnTerm || rt.RestsOn == route.OnTermPosts {
		headers, unchanged = append(headers, "Content-Location"), append(unchanged, "Content-Location")
	}
	if rt.Media == ndjsonMedia {
		headers = append(headers, "Post-Count")
	}
	sent := refersTo(headers...)
	m := members{{"200", members{{"description", rt.Summary + "."}, {"headers", sent}, {"content", media}}}}
	if rt.Media == ndjsonMedia {
		m = append(m, member{"206", members{{"description", "The lines that Range asks for, where If-Range names what they are part of."}, {"headers", refersTo(append(headers, "Content-Range")...)}, {"content", media}}})
	}
	if rt.Method == "GET" && !rt.Vital {
		m = append(m, member{"304", members{{"description", "What If-None-Match names is still right."}, {"headers", refersTo(unchanged...)}}})
	}
	faults := faultsOf(rt)
	for _, status := range statuses(faults) {
		name := strconv.Itoa(status)
		doc := describeStatus(faults, status)
		if ownFaults(rt) {
			m = append(m, member{name, problemAnswer(doc, status, member{rt.Media, members{{"schema", rt.Gives}}})})
		} else {
			m = append(m, member{name, members{{"$ref", "#/components/responses/" + name}, {"description", doc}}})
		}
	}
	return m
}

// ownFaults reports whether faults of a route may have the form of its answers.
func ownFaults(rt *route.Route) bool { return strings.HasSuffix(rt.Media, "+json") }

// statuses are those of some faults, each once, ascending.
func statuses(faults []fault) (all []int) {
	for _, f := range faults {
		all = append(all, f.status)
	}
	slices.Sort(all)
	return slices.Compact(all)
}

// describeStatus says what those of some faults mean that have a status.
func describeStatus(faults []fault, status int) string {
	var text []string
	for _, code := range apierror.Codes {
		if !slices.Contains(faults, fault{code, status}) {
			continue
		}
		text = append(text, string(code)+": "+code.Title()+".")
		if code.Retryable() {
			text = append(text, "Asking again later may help.")
		}
	}
	return strings.Join(text, " ")
}

// describeProblems gives one answer for each status of the codes of routes, which those
// share whose faults are all problems.
func describeProblems(routes []*route.Route) members {
	var faults []fault
	for _, rt := range routes {
		if !ownFaults(rt) {
			faults = append(faults, faultsOf(rt)...)
		}
	}
	var m members
	for _, status := range statuses(faults) {
		m = append(m, member{strconv.Itoa(status), problemAnswer(describeStatus(faults, status), status)})
	}
	return m
}

// problemAnswer is an answer that is a problem, or is in another form.
func problemAnswer(doc string, status int, others ...member) members {
	headers := []string{"Request-Id", "Cache-Control", "RateLimit", "RateLimit-Policy"}
	switch status {
	case http.StatusUnauthorized:
		headers = append(headers, "WWW-Authenticate")
	case http.StatusTooManyRequests, http.StatusServiceUnavailable:
		headers = append(headers, "Retry-After")
	}
	content := append(members{{route.ProblemMedia, members{{"schema", component("Problem")}}}}, others...)
	return members{{"description", doc}, {"headers", refersTo(headers...)}, {"content", content}}
}

// refersTo refers to headers that routes share.
func refersTo(headers ...string) members {
	m := make(members, len(headers))
	for i, name := range headers {
		m[i] = member{name, members{{"$ref", "#/components/headers/" + name}}}
	}
	return m
}

// describeHeaders describes the headers that answers refer to.
func describeHeaders(answers ...members) (m members, err error) {
	text, err := json.Marshal(answers)
	if err != nil {
		return nil, err
	}
	for _, h := range []struct{ name, doc, example string }{
		{"Release", "The release that the answer is from.", "r3"},
		{"Request-Id", "The name of this request in the server's log; one that the request gives is kept.", "KQ4VHZUAHUQR3ZRUSKXGXFWTCM"},
		{"ETag", "Names the bytes of the answer; send it as If-None-Match to ask whether they are still right.", `"gvw1sLPRkFkGTsMPnBiPOg"`},
		{"Cache-Control", "How long the answer may be kept.", "public, max-age=60"},
		{"Cache-Status", "Whether a cache answered (RFC 9211).", "alphanode; fwd=miss"},
		{"Server-Timing", "How long the answer took, and the store's part of it, in milliseconds.", `total;dur=1.204, store;dur=0.310;desc="3 calls"`},
		{"RateLimit", "Where a budget holds: how many units of work are left, and in how many seconds there are more.", `"cost";r=2999731;t=1`},
		{"RateLimit-Policy", "Where a budget holds: how many units of work there are in how many seconds.", `"cost";q=3000000;w=60`},
		{"Content-Location", "Where a term is asked for by its name: the address with its slug, of which this is the answer.", "/v1/tools/postgresql"},
		{"Content-Range", "Which lines these are, and of how many.", "lines 100-1908/1909"},
		{"Post-Count", "How many posts, and so lines, the whole answer has.", "1909"},
		{"Retry-After", "After how many seconds asking again may help.", "1"},
		{"WWW-Authenticate", "How to say who asks.", "Bearer"},
		{"Link", "The next, previous and first page (RFC 8288), as far as the header has at most 4 KiB; the page in the answer has the cursors too.", `</v1/posts?limit=20>; rel="first"`},
	} {
		if !bytes.Contains(text, []byte(`"#/components/headers/`+h.name+`"`)) {
			continue // of a part that is switched off
		}
		header := members{{"description", h.doc}}
		// Those of budgets are there where one holds, Link where there is room, Content-Location
		// where a term is asked for by its name.
		if !strings.HasPrefix(h.name, "RateLimit") && h.name != "Link" && h.name != "Content-Location" {
			header = append(header, member{"required", true})
		}
		m = append(m, member{h.name, append(header, member{"schema", schema.Text("", h.example)})})
	}
	return m, nil
}
