package server_test

import (
	"bytes"
	"context"
	"encoding/json"
	"log/slog"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"alphanode/store"
	"alphanode/store/catalogue"
	"alphanode/store/live"
	"alphanode/store/release"
	"alphanode/store/storetest"
)

// varied is what reads vary by, with a key or without.
const varied = "Accept, Accept-Encoding, Authorization, Release"

// stale is what caches may do with what is too old, unless the settings say otherwise.
const stale = ", stale-while-revalidate=60, stale-if-error=3600"

// reads are addresses of every kind that is answered from a release.
var reads = []string{
	"/v1/posts", "/v1/posts/measuring-a-cache", "/v1/posts/measuring-a-cache/similar", "/v1/similar?tool=redis&diversity=0.3", "/v1/summaries", "/v1/entities", "/v1/tools",
	"/v1/tools/redis", "/v1/tools/redis/posts", "/v1/entities/database-postgresql", "/v1/releases/current", "/v1/releases", "/v1/releases/r1/diff/r1", "/v1/changes?since=r1",
	"/graphql?query=%7B__typename%7D",
}

func TestHeadersOfReads(t *testing.T) {
	t.Parallel()
	h := serving(t, "max-age=5m")
	for _, target := range reads {
		r := get(t, h, target)
		if r.status != 200 {
			t.Errorf("%s: %d %s", target, r.status, r.body)
		}
		for name, want := range map[string]string{
			"Release": "r1", "Cache-Control": "public, max-age=300" + stale, "Cache-Status": "alphanode; fwd=miss", "Vary": varied,
			"X-Content-Type-Options": "nosniff", "Access-Control-Allow-Origin": "*",
		} {
			if got := r.header.Values(name); !slices.Equal(got, []string{want}) {
				t.Errorf("%s: found %s %q, expected %q", target, name, got, want)
			}
		}
		for _, name := range []string{"ETag", "Request-Id", "Server-Timing", "Content-Length", "Access-Control-Expose-Headers"} {
			if r.header.Get(name) == "" {
				t.Errorf("%s: no %s", target, name)
			}
		}
		head := ask(t, h, "HEAD", target, "")
		if head.status != 200 || head.body != "" || !sameHeaders(head.header, r.header) {
			t.Errorf("HEAD %s: found %d %q %v\nexpected %v", target, head.status, head.body, head.header, r.header)
		}
		for _, tag := range []string{r.header.Get("ETag"), `"x", W/` + r.header.Get("ETag"), "*"} {
			same := get(t, h, target, "If-None-Match: "+tag)
			if same.status != 304 || same.body != "" || same.header.Get("Content-Length") != "" || same.header.Get("Content-Type") != "" {
				t.Errorf("%s with %s: found %d %v", target, tag, same.status, same.header)
			}
			for _, name := range []string{"ETag", "Cache-Control", "Vary", "Release"} {
				if same.header.Get(name) != r.header.Get(name) {
					t.Errorf("%s: 304 has %s %q, expected %q", target, name, same.header.Get(name), r.header.Get(name))
				}
			}
		}
		if other := get(t, h, target, `If-None-Match: "x"`); other.status != 200 {
			t.Errorf("%s with another tag: found %d", target, other.status)
		}
	}
}

// sameHeaders leaves out what belongs to one request, and Last-Modified, which is not told in
// the first second of a release.
func sameHeaders(a, b http.Header) bool {
	a, b = a.Clone(), b.Clone()
	for _, name := range []string{"Request-Id", "Server-Timing", "Cache-Status", "Last-Modified"} {
		a.Del(name)
		b.Del(name)
	}
	x, _ := json.Marshal(a)
	y, _ := json.Marshal(b)
	return bytes.Equal(x, y)
}

func TestSurrogateKeys(t *testing.T) {
	t.Parallel()
	h := serving(t, "tag-headers=Surrogate-Key")
	if r := get(t, serving(t), "/v1/tools/redis"); r.header.Get("Surrogate-Key") != "" {
		t.Errorf("found %s, which nobody asked for", r.header.Get("Surrogate-Key"))
	}
	for target, want := range map[string]string{
		"/v1/posts/measuring-a-cache":                                   "post:measuring-a-cache",
		"/v1/summaries?slug=measuring-a-cache&fields=title":             "posts post:measuring-a-cache",
		"/v1/posts?slug=none-such":                                      "posts",
		"/v1/tools/redis":                                               "tool:redis",
		"/v1/entities?type=database":                                    "posts entity:database-postgresql",
		"/v1/tools/redis/posts?slug=unsure":                             "posts tool:redis post:unsure",
		"/v1/similar?tool=redis&stack=Go&entity=PostgreSQL&slug=unsure": "posts tool:redis entity:database-postgresql post:unsure",
		"/v1/similar?tool=none-such":                                    "posts",
		"/v1/releases/current":                                          "release",
		"/v1/releases":                                                  "posts release",
	} {
		if got := get(t, h, target).header.Get("Surrogate-Key"); got != want {
			t.Errorf("%s: found %q, expected %q", target, got, want)
		}
	}
}

func TestMethods(t *testing.T) {
	t.Parallel()
	h := serving(t)
	for target, allow := range map[string]string{"/v1/posts": "GET, HEAD, OPTIONS", "/graphql": "GET, HEAD, OPTIONS, POST", "/": "GET, HEAD, OPTIONS"} {
		if r := ask(t, h, "OPTIONS", target, ""); r.status != 204 || r.header.Get("Allow") != allow {
			t.Errorf("OPTIONS %s: found %d, Allow %q", target, r.status, r.header.Get("Allow"))
		}
		for _, method := range []string{"PUT", "PATCH", "DELETE", "BREW"} {
			if r := ask(t, h, method, target, ""); r.status != 405 || r.header.Get("Allow") != allow {
				t.Errorf("%s %s: found %d, Allow %q", method, target, r.status, r.header.Get("Allow"))
			}
		}
	}
}

func TestAccept(t *testing.T) {
	t.Parallel()
	h := serving(t)
	for accept, want := range map[string]int{
		"*/*": 200, "application/json": 200, "application/*;q=0.1": 200, "text/html, */*;q=0.8": 200, "application/json;charset=utf-8": 200,
		"text/html": 406, "application/json;q=0, */*": 406, "application/problem+json": 406, "image/*": 406,
	} {
		if r := get(t, h, "/v1/tools", "Accept: "+accept); r.status != want {
			t.Errorf("Accept %s: found %d, expected %d", accept, r.status, want)
		}
	}
	if r := get(t, h, "/health", "Accept: text/plain"); r.status != 200 {
		t.Errorf("/health is picky: %d", r.status)
	}
	if r := get(t, h, "/graphql?query=%7B__typename%7D", "Accept: application/graphql-response+json"); r.status != 200 ||
		!strings.HasPrefix(r.header.Get("Content-Type"), "application/graphql-response+json") {
		t.Errorf("/graphql: found %d %s", r.status, r.header.Get("Content-Type"))
	}
}

func TestRequestID(t *testing.T) {
	t.Parallel()
	h := serving(t)
	if got := get(t, h, "/health", "Request-Id: trace-7.a_B").header.Get("Request-Id"); got != "trace-7.a_B" {
		t.Errorf("found %q, expected the one given", got)
	}
	for _, odd := range []string{"", "a b", "-x", strings.Repeat("a", 65), `"><script>`} {
		first, second := get(t, h, "/health", "Request-Id: "+odd).header.Get("Request-Id"), get(t, h, "/health").header.Get("Request-Id")
		if first == odd || len(first) < 20 || first == second {
			t.Errorf("for %q found %q, then %q", odd, first, second)
		}
	}
}

func TestBounds(t *testing.T) {
	t.Parallel()
	h := serving(t, "max-url=512", "max-body=100")
	if r := get(t, h, "/v1/posts?title="+strings.Repeat("a", 600)); r.status != 414 || !strings.Contains(r.body, `"TOO_LARGE"`) {
		t.Errorf("long address: found %d %s", r.status, r.body)
	}
	if r := ask(t, h, "POST", "/graphql", `{"query":"`+strings.Repeat(" ", 100)+`"}`, "Content-Type: application/json"); r.status != 413 {
		t.Errorf("long body: found %d %s", r.status, r.body)
	}
	if r := ask(t, h, "GET", "/v1/tools", strings.Repeat(" ", 1000)); r.status != 200 {
		t.Errorf("body that nobody asked for: found %d %s", r.status, r.body)
	}
	if r := ask(t, h, "POST", "/graphql?query=x", `{}`, "Content-Type: application/json"); r.status != 400 {
		t.Errorf("parameters of a POST: found %d %s", r.status, r.body)
	}
}

func TestCrossOrigin(t *testing.T) {
	t.Parallel()
	anyone, some := serving(t), serving(t, "cors-origin=https://a.example, https://b.example")
	tests := []struct {
		name           string
		h              http.Handler
		method         string
		headers        []string
		origin, expose string
		vary           []string
	}{
		{"anyone, no origin", anyone, "GET", nil, "*", "*", []string{varied}},
		{"anyone", anyone, "GET", []string{"Origin: https://x.example"}, "*", "*", []string{varied}},
		{"anyone, from a file", anyone, "GET", []string{"Origin: null"}, "*", "*", []string{varied}},
		{"anyone, wrong method", anyone, "PUT", []string{"Origin: https://x.example"}, "*", "*", nil},
		{"some, no origin", some, "GET", nil, "", "", []string{"Origin", varied}},
		{"some, known", some, "GET", []string{"Origin: https://b.example"}, "https://b.example", "*", []string{"Origin", varied}},
		{"some, unknown", some, "GET", []string{"Origin: https://x.example"}, "", "", []string{"Origin", varied}},
		{"some, one that ends like a known one", some, "GET", []string{"Origin: https://evil-b.example"}, "", "", []string{"Origin", varied}},
		{"some, known by another scheme", some, "GET", []string{"Origin: http://b.example"}, "", "", []string{"Origin", varied}},
		{"some, from a file", some, "GET", []string{"Origin: null"}, "", "", []string{"Origin", varied}},
	}
	for _, tt := range tests {
		h := ask(t, tt.h, tt.method, "/v1/tools", "", tt.headers...).header
		if h.Get("Access-Control-Allow-Origin") != tt.origin || h.Get("Timing-Allow-Origin") != tt.origin || h.Get("Access-Control-Expose-Headers") != tt.expose ||
			!slices.Equal(h.Values("Vary"), tt.vary) || h.Get("Access-Control-Allow-Credentials") != "" {
			t.Errorf("%s: found %v", tt.name, h)
		}
	}
}

// TestPreflights: without credentials of the browser a page may send any header, which is
// named in the answer, since * would leave out Authorization. What is refused says why.
func TestPreflights(t *testing.T) {
	t.Parallel()
	anyone, some, few := serving(t), serving(t, "cors-origin=https://a.example"), serving(t, "cors-headers=Authorization, content-type")
	const usual = "apollographql-client-name,authorization,baggage,cache-control,content-type,if-modified-since,if-range,range,release,sentry-trace,traceparent,x-requested-with"
	for _, tt := range []struct {
		name                   string
		h                      http.Handler
		origin, method, asked  string
		status                 int
		allowOrigin, allowSent string // or, of a refusal, what its body names
	}{
		{"what clients send", anyone, "https://x.example", "POST", usual, 204, "*", usual},
		{"of a file", anyone, "null", "GET", usual, 204, "*", usual},
		{"in other case", anyone, "https://x.example", "GET", "X-Any, Authorization", 204, "*", "X-Any, Authorization"},
		{"no header", anyone, "https://x.example", "HEAD", "", 204, "*", ""},
		{"too many", anyone, "https://x.example", "GET", strings.Repeat("x-a,", 1025), 403, "*", "at most 4096 bytes"},
		{"no name", anyone, "https://x.example", "GET", "x-a,<script>", 403, "*", "names of headers"},
		{"a name with a space", anyone, "https://x.example", "GET", "x a", 403, "*", "names of headers"},
		{"another method", anyone, "https://x.example", "PUT", "", 403, "*", "GET, HEAD, POST"},
		{"a method in other case", anyone, "https://x.example", "post", "", 403, "*", "GET, HEAD, POST"},
		{"no origin", anyone, "", "GET", "", 400, "*", "Origin"},
		{"a known origin", some, "https://a.example", "POST", usual, 204, "https://a.example", usual},
		{"an unknown origin", some, "https://x.example", "POST", usual, 403, "", "--cors-origin"},
		{"a file, where origins are named", some, "null", "POST", usual, 403, "", "--cors-origin"},
		{"named headers", few, "https://x.example", "POST", "authorization, Content-Type", 204, "*", "authorization, Content-Type"},
		{"one that is not named", few, "https://x.example", "POST", "authorization,baggage", 403, "*", "--cors-headers: authorization, content-type"},
	} {
		headers := []string{"Access-Control-Request-Method: " + tt.method}
		if tt.origin != "" {
			headers = append(headers, "Origin: "+tt.origin)
		}
		if tt.asked != "" {
			headers = append(headers, "Access-Control-Request-Headers: "+tt.asked)
		}
		r := ask(t, tt.h, "OPTIONS", "/graphql", "", headers...)
		h := r.header
		if r.status != tt.status || h.Get("Access-Control-Allow-Origin") != tt.allowOrigin || h.Get("Access-Control-Allow-Credentials") != "" ||
			!strings.HasPrefix(strings.Join(h.Values("Vary"), ", "), "Origin, Access-Control-Request-Method, Access-Control-Request-Headers") {
			t.Errorf("%s: found %d %v", tt.name, r.status, h)
		}
		if tt.status == 204 {
			if h.Get("Access-Control-Allow-Headers") != tt.allowSent || h.Get("Access-Control-Allow-Methods") != tt.method || h.Get("Access-Control-Max-Age") != "7200" {
				t.Errorf("%s: found %v", tt.name, h)
			}
		} else if !strings.Contains(r.body, tt.allowSent) || h.Get("Content-Type") != "application/problem+json" || h.Get("Access-Control-Allow-Headers") != "" {
			t.Errorf("%s: found %s %v", tt.name, r.body, h)
		}
	}
	for h, want := range map[http.Handler]string{anyone: "", some: "true"} {
		r := ask(t, h, "OPTIONS", "/graphql", "", "Origin: https://a.example", "Access-Control-Request-Method: GET", "Access-Control-Request-Private-Network: true")
		if got := r.header.Get("Access-Control-Allow-Private-Network"); r.status != 204 || got != want {
			t.Errorf("into a private network: found %d %q, expected %q", r.status, got, want)
		}
	}
}

// TestHeadersThatSayNothing: an answer of JSON has no header that is about documents.
func TestHeadersThatSayNothing(t *testing.T) {
	t.Parallel()
	h := serving(t)
	for _, target := range append([]string{"/", "/health", "/nowhere", "/v1/posts?limit=x"}, reads...) {
		r := get(t, h, target, forPrograms(target)...)
		size := 0
		for name, values := range r.header {
			size += len(name) + len(": ") + len(values[0]) + len("\r\n")
			switch name {
			case "Content-Security-Policy", "Referrer-Policy", "Cross-Origin-Resource-Policy", "Surrogate-Key", "Server", "X-Powered-By", "X-Frame-Options":
				t.Errorf("%s: found %s", target, name)
			}
		}
		if size > 700 {
			t.Errorf("%s: found %d bytes of header", target, size)
		}
		if r.header.Get("X-Content-Type-Options") != "nosniff" {
			t.Errorf("%s: found %v", target, r.header)
		}
	}
}

// broken is a Live that fails in every way.
type broken struct {
	acquire func() (*release.Release, error)
	staged  string
	problem string
}

func (b broken) Acquire() (*release.Release, error)   { return b.acquire() }
func (b broken) Reached(string, string) (bool, error) { return true, nil }
func (b broken) Recent(time.Duration) []string        { return nil }
func (b broken) Others() *live.Others                 { return nil }
func (b broken) Staged() string                       { return b.staged }
func (b broken) Problem() string                      { return b.problem }
func (b broken) OnSwitch(func(store.Switch))          {}
func (b broken) Damage() live.Damage                  { return live.Damage{} }
func (b broken) Pin(context.Context, string, store.PinOptions) (*release.Release, error) {
	return b.acquire()
}

func TestPanic(t *testing.T) {
	t.Parallel()
	var log bytes.Buffer
	h := serve(t, broken{acquire: func() (*release.Release, error) { panic("the secret cause") }}, slog.New(slog.NewJSONHandler(&log, nil)))
	r := get(t, h, "/v1/posts")
	if r.status != 500 || !strings.Contains(r.body, `"code":"INTERNAL","retryable":true`) || strings.Contains(r.body, "secret") {
		t.Errorf("found %d %s", r.status, r.body)
	}
	if !strings.Contains(log.String(), "the secret cause") || !strings.Contains(log.String(), "http_test.go") {
		t.Errorf("found the log %s, expected the cause and the stack", log.String())
	}
	if r := get(t, h, "/health"); r.status != 200 {
		t.Errorf("after the panic: found %d", r.status)
	}
}

func TestNotReady(t *testing.T) {
	t.Parallel()
	none := func() (*release.Release, error) { return nil, store.ErrNotReady }
	for _, tt := range []struct {
		live broken
		want string
	}{
		{broken{acquire: none}, "There is no release yet. Import posts and publish what that builds: alphanode import PATH --publish"},
		{broken{acquire: none, staged: "r7"}, "No release is published. Publish the newest with: alphanode publish r7"},
		{broken{acquire: none, staged: "r7", problem: "release r7 cannot be opened"}, "There is nothing to serve: release r7 cannot be opened. The server's log says why."},
	} {
		h := serve(t, tt.live, quiet)
		for _, target := range append(reads, "/ready") {
			r := get(t, h, target)
			if r.status != 503 || !strings.Contains(r.body, `"code":"NOT_READY","retryable":true`) || !strings.Contains(r.body, tt.want) ||
				r.header.Get("Retry-After") != "1" || r.header.Get("Cache-Control") != "no-store" || r.header.Get("Release") != "" {
				t.Errorf("%s: found %d %s %v", target, r.status, r.body, r.header)
			}
		}
		for target, want := range map[string]string{"/health": `{"ok":true}`, "/": `{"data":{"name":"alphanode"`} {
			if r := get(t, h, target, forPrograms(target)...); r.status != 200 || !strings.HasPrefix(r.body, want) {
				t.Errorf("%s: found %d %s", target, r.status, r.body)
			}
		}
	}
}

// TestFollowed serves a data directory in which a release appears.
func TestFollowed(t *testing.T) {
	t.Parallel()
	c, err := catalogue.Open(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	h := serve(t, storetest.Live(t, c), quiet)
	if r := get(t, h, "/ready"); r.status != 503 {
		t.Errorf("without a release: found %d", r.status)
	}
	name := storetest.Publish(t, c, catalogue.ImportOptions{}, archive(t)...)
	for ready := false; !ready; { // the deadline is the test's
		r := get(t, h, "/ready")
		ready = r.status == 200 && r.body == `{"ok":true,"release":"`+name+`"}`
	}
	if r := get(t, h, "/v1/posts/unsure"); r.status != 200 || r.header.Get("Release") != name {
		t.Errorf("found %d %v", r.status, r.header)
	}
}

func TestLog(t *testing.T) {
	t.Parallel()
	var log bytes.Buffer
	h := serve(t, onlyOne{storetest.Release(t, archive(t)...)}, slog.New(slog.NewJSONHandler(&log, nil)))
	r := get(t, h, "/v1/tools/redis/posts?title=hush", "Cookie: hush", "Request-Id: q-1")
	var line struct {
		Msg, Method, Route, Path, Release, Level, Code string
		Status, Bytes                                  int
		RequestID                                      string `json:"request_id"`
		Calls                                          int    `json:"store_calls"`
		Duration                                       int
	}
	if err := json.Unmarshal(log.Bytes(), &line); err != nil {
		t.Fatal(err)
	}
	if line.Msg != "request" || line.Method != "GET" || line.Route != "/v1/tools/{slug}/posts" || line.Path != "/v1/tools/redis/posts" || line.Release != "r1" ||
		line.Status != 200 || line.Bytes != len(r.body) || line.RequestID != "q-1" || line.Calls != 3 || line.Level != "INFO" {
		t.Errorf("found %s", log.String())
	}
	if strings.Contains(log.String(), "hush") {
		t.Errorf("the log tells: %s", log.String())
	}
	log.Reset()
	get(t, h, "/nowhere")
	if !strings.Contains(log.String(), `"route":"none"`) || !strings.Contains(log.String(), `"code":"NOT_FOUND"`) {
		t.Errorf("found %s", log.String())
	}
}
