package server_test

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"io"
	"log/slog"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"alphanode/server"
	"alphanode/store"
	"alphanode/store/storetest"
)

// logged is a server whose log is read line by line.
type logged struct {
	*server.Server
	t   testing.TB
	log *server.LogLines
}

func logging(t testing.TB, flags ...string) *logged {
	t.Helper()
	l := &logged{t: t, log: &server.LogLines{}}
	l.Server = serve(t, onlyOne{storetest.Release(t, archive(t)...)}, slog.New(slog.NewJSONHandler(l.log, nil)), flags...)
	return l
}

// line asks, and gives the line that the log has of it, without what is never the same
// and what was not asked for.
func (l *logged) line(method, target, body string, wanted []string, headers ...string) map[string]any {
	l.t.Helper()
	before := len(l.log.String())
	ask(l.t, l, method, target, body, append(headers, "Content-Type: application/json")...)
	text := l.log.String()[before:]
	if strings.Count(text, "\n") != 1 {
		l.t.Fatalf("%s %s: found the lines %s, expected one", method, target, text)
	}
	var line map[string]any
	if err := json.Unmarshal([]byte(text), &line); err != nil {
		l.t.Fatal(err)
	}
	for _, always := range []string{"time", "level", "msg", "request_id", "method", "route", "path", "status", "bytes", "duration", "release", "cache", "store_calls", "store_duration", "cost", "charged"} {
		if _, ok := line[always]; !ok {
			l.t.Errorf("%s %s: the line has no %s: %s", method, target, always, text)
		}
	}
	some := map[string]any{}
	for name, value := range line {
		if slices.Contains(wanted, name) {
			some[name] = value
		}
	}
	return some
}

const (
	parentTrace = "4bf92f3577b34da6a3ce929d0e0e4736"
	parentSpan  = "00f067aa0ba902b7"
	traceparent = "Traceparent: 00-" + parentTrace + "-" + parentSpan + "-01"
)

// TestLines has for each kind of request what its line says.
func TestLines(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("n", 200)
	named := `{"query":"query Named($s: String!) { post(slug: $s) { title } }","variables":{"s":"measuring-a-cache"}}`
	two := `query A { release { name } } query B { posts { totalCount } }`
	hash := func(query string) string {
		sum := sha256.Sum256([]byte(query))
		return hex.EncodeToString(sum[:8])
	}
	ofNamed := hash("query Named($s: String!) { post(slug: $s) { title } }")
	asked := func(query, name string) string {
		body, err := json.Marshal(map[string]string{"query": query, "operationName": name})
		if err != nil {
			t.Fatal(err)
		}
		return string(body)
	}
	tests := []struct {
		name, method, target, body string
		headers                    []string
		want                       map[string]any
	}{
		{"a read", "GET", "/v1/posts/measuring-a-cache", "", nil,
			map[string]any{"route": "/v1/posts/{slug}", "status": 200., "cache": "miss", "store_calls": 1., "client": "192.0.2.0/24", "level": "INFO"}},
		{"the same again", "GET", "/v1/posts/measuring-a-cache", "", nil,
			map[string]any{"route": "/v1/posts/{slug}", "status": 200., "cache": "hit", "store_calls": 0., "client": "192.0.2.0/24", "level": "INFO"}},
		{"not there", "GET", "/v1/posts/none", "", nil, map[string]any{"status": 404., "code": "NOT_FOUND", "cache": "miss"}},
		{"no route", "GET", "/v2/posts", "", nil, map[string]any{"route": "none", "status": 404., "code": "NOT_FOUND", "cache": "none"}},
		{"a wrong parameter", "GET", "/v1/posts?limit=1000", "", nil, map[string]any{"status": 400., "code": "BAD_REQUEST"}},
		{"health", "GET", "/health", "", nil, map[string]any{"route": "/health", "cache": "none", "release": ""}},
		{"an operation", "POST", "/graphql", named, nil, map[string]any{"operation": "Named", "operation_hash": ofNamed, "cache": "miss", "store_calls": 2.}},
		{"the same operation, kept", "POST", "/graphql", named, nil, map[string]any{"operation": "Named", "operation_hash": ofNamed, "cache": "hit"}},
		{"the same operation, known", "POST", "/graphql", strings.Replace(named, "measuring-a-cache", "unsure", 1), nil,
			map[string]any{"operation": "Named", "operation_hash": ofNamed, "cache": "miss"}},
		{"one of two", "POST", "/graphql", asked(two, "B"), nil, map[string]any{"operation": "B", "code": nil}},
		{"the other of two", "POST", "/graphql", asked(two, "A"), nil, map[string]any{"operation": "A"}},
		{"none of two", "POST", "/graphql", asked(two, "C"), nil, map[string]any{"operation": "C", "code": "BAD_REQUEST", "status": 200.}},
		{"without a name", "GET", "/graphql?query=" + url.QueryEscape("{ release { name } }"), "", nil,
			map[string]any{"operation": nil, "operation_hash": hash("{ release { name } }"), "code": nil}},
		{"no operation that can be read", "POST", "/graphql", asked("{", "What\n\x00"), nil,
			map[string]any{"operation": "What\n\x00", "operation_hash": hash("{"), "code": "BAD_REQUEST"}},
		{"a long name", "POST", "/graphql", asked("query "+long+" { release { name } }", ""), nil, map[string]any{"operation": long[:64] + "…"}},
		{"no request", "POST", "/graphql", "[]", nil, map[string]any{"operation": nil, "operation_hash": nil, "code": "BAD_REQUEST", "status": 400.}},
		{"a trace", "GET", "/health", "", []string{traceparent, "Tracestate: a=1"}, map[string]any{"trace_id": parentTrace, "span_id": parentSpan}},
		{"no trace", "GET", "/health", "", []string{"Traceparent: 00-0-0-00"}, map[string]any{"trace_id": nil, "span_id": nil}},
		{"two parents", "GET", "/health", "", []string{traceparent, traceparent}, map[string]any{"trace_id": nil, "span_id": nil}},
		{"a name of the request", "GET", "/health", "", []string{"Request-Id: from-outside"}, map[string]any{"request_id": "from-outside"}},
	}
	l := logging(t, "slow-request=0")
	for _, tt := range tests {
		var names []string
		for name, value := range tt.want {
			names = append(names, name)
			if value == nil {
				delete(tt.want, name) // it is not there
			}
		}
		if diff := cmp.Diff(tt.want, l.line(tt.method, tt.target, tt.body, names, tt.headers...)); diff != "" {
			t.Errorf("%s: found + and expected -\n%s", tt.name, diff)
		}
	}
}

// TestClientInLog has the settings of how much of an address is told.
func TestClientInLog(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ as, from, want string }{
		{"network", "203.0.113.77:4000", "203.0.113.0/24"},
		{"network", "[2001:db8:1:2:3:4:5:6]:4000", "2001:db8:1::/48"},
		{"network", "[::ffff:203.0.113.77]:4000", "203.0.113.0/24"},
		{"address", "203.0.113.77:4000", "203.0.113.77"},
		{"address", "[fe80::1%eth0]:4000", "fe80::1"},
		{"none", "203.0.113.77:4000", ""},
		{"network", "@", ""},
	} {
		l := logging(t, "log-client="+tt.as)
		r := httptest.NewRequest("GET", "/health", nil)
		r.RemoteAddr = tt.from
		l.ServeHTTP(httptest.NewRecorder(), r)
		var line struct{ Client string }
		if err := json.Unmarshal([]byte(l.log.String()), &line); err != nil {
			t.Fatal(err)
		}
		if line.Client != tt.want || tt.as != "address" && strings.Contains(l.log.String(), "113.77") {
			t.Errorf("%s of %s: found %s", tt.as, tt.from, l.log)
		}
	}
}

// TestSlowRequests: those that took long can be found, and a stream is not one of them,
// which takes as long as its reader.
func TestSlowRequests(t *testing.T) {
	t.Parallel()
	for flag, want := range map[string]any{"slow-request=1ns": true, "slow-request=0": nil, "slow-request=1h": nil} {
		l := logging(t, flag)
		if found := l.line("GET", "/v1/posts", "", []string{"slow"})["slow"]; found != want {
			t.Errorf("%s: found %v, expected %v", flag, found, want)
		}
		if found := l.line("GET", "/v1/posts.ndjson", "", []string{"slow"})["slow"]; found != nil {
			t.Errorf("%s: a stream: found %v", flag, found)
		}
	}
}

// secretWord stands in all parts of a request that may hold a secret.
const secretWord = "s3cr3t-w0rd"

// askSecrets sends it in each of them.
func askSecrets(t testing.TB, h *house) {
	t.Helper()
	headers := []string{"Cookie: session=" + secretWord, "Baggage: user=" + secretWord, "X-Api-Key: " + secretWord, "Referer: https://a.example/?t=" + secretWord,
		"User-Agent: " + secretWord, "X-Forwarded-For: " + secretWord, "Forwarded: for=" + secretWord, "Request-Id: " + secretWord + " ", "Traceparent: " + secretWord}
	body := `{"query":"query Q($s: String!) { post(slug: $s) { title } }","variables":{"s":"` + secretWord + `"},"extensions":{"x":"` + secretWord + `"}}`
	for _, more := range [][]string{nil, h.as(store.ScopeAdmin), {"Authorization: Bearer alphanode_" + secretWord}, {"Authorization: Basic " + secretWord}} {
		all := append(append(slices.Clone(headers), more...), "Content-Type: application/json")
		ask(t, h, "GET", "/v1/posts?title.contains="+secretWord, "", all...)
		ask(t, h, "GET", "/v1/posts?"+secretWord+"="+secretWord, "", all...)
		ask(t, h, "GET", "/v1/search?q="+secretWord, "", all...)
		ask(t, h, "POST", "/graphql", body, all...)
		ask(t, h, "POST", "/graphql", body+secretWord, all...)
		ask(t, h, "POST", "/graphql", strings.Replace(body, `"s":"`, `"s":1,"t":"`, 1), all...)
		ask(t, h, "GET", "/graphql?query="+url.QueryEscape(`{ post(slug: "`+secretWord+`") { title } }`), "", all...)
		ask(t, h, "GET", "/graphql?query="+url.QueryEscape(`{ post(slug: "`+secretWord+`", nothing: 1) { title } }`), "", all...)
		ask(t, h, secretWord, "/v1/posts", "", all...)
	}
}

// TestNoSecretsInFigures looks for them in the log and in the metrics. Spans: telemetry.
func TestNoSecretsInFigures(t *testing.T) {
	t.Parallel()
	h := openHouse(t, archive(t))
	askSecrets(t, h)
	for name, text := range map[string]string{"log": h.log.String(), "metrics": get(t, h.Operators(), "/metrics").body} {
		for _, secret := range []string{secretWord, h.secret[store.ScopeAdmin]} {
			if at := strings.Index(text, secret); at >= 0 {
				t.Errorf("the %s has a secret: %s", name, text[max(0, at-200):at+40])
			}
		}
	}
}

// TestProblemsRepeatNoSecret: who sends the secret of a key where none belongs finds it
// neither in the answer nor in the log.
func TestProblemsRepeatNoSecret(t *testing.T) {
	t.Parallel()
	const digits = "0123456789abcdef"
	secret := store.SecretPrefix + strings.Repeat(digits, 4)
	l := logging(t)
	for _, target := range []string{
		"/v1/posts?quality.gte=", "/v1/posts?sort=", "/v1/posts?limit=", "/v1/posts?after=", "/v1/posts?fields=", "/v1/posts?hasImages=", "/v1/posts?updated.gte=", "/v1/posts?key=1&",
		"/v1/facets?by=", "/v1/facets?by=tool,", "/v1/changes?since=", "/v1/search?match=", "/graphql?query={posts(first:%22", "/graphql?query={a}&variables={%22a%22:1}&", "/graphql?variables=",
		"/v1/posts/", "/v1/tools/", "/v1/", "/v1/entities/",
	} {
		r := get(t, l, target+secret)
		if r.status < 400 && !strings.Contains(r.body, `"errors"`) || strings.Contains(r.body, digits) {
			t.Errorf("%s: found %d %s", target, r.status, r.body)
		}
	}
	for _, target := range []string{"/v1/posts?tool=", "/v1/facets?by=tool&tool="} { // answers, with what may have been meant
		if r := get(t, l, target+secret); r.status != 200 || !strings.Contains(r.body, "suggestions") || strings.Contains(r.body, digits) {
			t.Errorf("%s: found %d %s", target, r.status, r.body)
		}
	}
	get(t, l, "/graphql?query=query%20"+secret+"{nope}")
	if get(t, l, "/v1/none/"+secret).status != 404 || strings.Contains(l.log.String(), digits) {
		t.Errorf("found %s", l.log)
	}
}

// BenchmarkLine times what the log adds to a kept answer, in JSON that is dropped.
func BenchmarkLine(b *testing.B) {
	l := onlyOne{storetest.Release(b, archive(b)...)}
	for name, headers := range map[string][]string{"bare": nil, "with a trace": {traceparent}} {
		b.Run(name, func(b *testing.B) {
			h := serve(b, l, slog.New(slog.NewJSONHandler(io.Discard, nil)))
			benchmarkRead(b, h, "/v1/posts/measuring-a-cache", headers...)
		})
	}
}
