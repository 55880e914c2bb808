package graph_test

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"alphanode/graph"
	"alphanode/store"
)

func serve(h http.Handler, r *http.Request) *httptest.ResponseRecorder {
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w
}

func get(parameters ...string) *http.Request {
	values := url.Values{}
	for i := 0; i < len(parameters); i += 2 {
		values.Add(parameters[i], parameters[i+1])
	}
	return httptest.NewRequest(http.MethodGet, "/graphql?"+values.Encode(), nil)
}

const (
	plain   = "application/json; charset=utf-8"
	precise = "application/graphql-response+json; charset=utf-8"
)

func TestNegotiation(t *testing.T) {
	t.Parallel()
	api := newAPI(t)
	tests := []struct {
		accept string
		media  string // empty: none fits
	}{
		{"", plain},
		{"*/*", plain},
		{"application/*", plain},
		{"application/json", plain},
		{"application/json; charset=utf-8", plain},
		{"application/graphql-response+json", precise},
		{"application/graphql-response+json, application/json;q=0.9", precise},
		{"application/graphql-response+json;q=0.5, application/json", plain},
		{"application/graphql-response+json, */*", precise},
		{"application/json;q=0, */*", precise},
		{"text/html, */*;q=0.1", plain},
		{"text/html", ""},
		{"*/*;q=0", ""},
		{"application/json;q=0", ""},
	}
	for _, tt := range tests {
		t.Run(tt.accept, func(t *testing.T) {
			t.Parallel()
			r := post(`{"query":"{ __typename }"}`)
			r.Header.Set("Accept", tt.accept)
			w, _ := api.do(store.Public, r)
			if tt.media == "" {
				wantProblem(t, w, http.StatusNotAcceptable, "NOT_ACCEPTABLE")
				return
			}
			if got := w.Header().Get("Content-Type"); w.Code != http.StatusOK || got != tt.media {
				t.Errorf("%d %s", w.Code, got)
			}
			if w.Header().Get("Vary") != "Accept" {
				t.Error("the answer varies and does not say so")
			}
		})
	}
}

// wantProblem checks an answer without data.
func wantProblem(t *testing.T, w *httptest.ResponseRecorder, status int, code string) {
	t.Helper()
	body := w.Body.String()
	if w.Code != status || !strings.HasPrefix(body, `{"errors":[`) || !strings.Contains(body, `"code":"`+code+`"`) || strings.Contains(body, `"data"`) {
		t.Errorf("found %d %s, expected %d %s", w.Code, body, status, code)
	}
	if w.Header().Get("Cache-Control") != "no-store" {
		t.Error("the error may be stored")
	}
	if !strings.HasSuffix(w.Header().Get("Content-Type"), "json; charset=utf-8") {
		t.Errorf("found the type %q", w.Header().Get("Content-Type"))
	}
}

func TestStatusByMediaType(t *testing.T) {
	t.Parallel()
	api := newAPI(t)
	tests := []struct {
		name, body string
		code       string
		status     int // as graphql-response+json
	}{
		{"syntax", `{"query":"{"}`, "BAD_REQUEST", 400},
		{"validation", `{"query":"{ none }"}`, "VALIDATION_FAILED", 400},
		{"variables", `{"query":"query($v: Int!) { posts(first: $v) { totalCount } }"}`, "BAD_REQUEST", 400},
		{"complexity", `{"query":"{ tools(first: 100) { nodes { posts(first: 100) { nodes { similar(first: 100) { totalCount } } } } } }"}`, "TOO_COMPLEX", 400},
		{"persisted", `{"extensions":{"persistedQuery":{"version":1,"sha256Hash":"0"}}}`, "PERSISTED_QUERY_NOT_FOUND", 400},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			w, _ := api.do(store.Public, post(tt.body))
			wantProblem(t, w, http.StatusOK, tt.code)
			r := post(tt.body)
			r.Header.Set("Accept", "application/graphql-response+json")
			w, _ = api.do(store.Public, r)
			wantProblem(t, w, tt.status, tt.code)
		})
	}
	t.Run("a field that fails has data", func(t *testing.T) {
		t.Parallel()
		r := post(`{"query":"{ posts(first: 101) { totalCount } }"}`)
		r.Header.Set("Accept", "application/graphql-response+json")
		w, _ := api.do(store.Public, r)
		if w.Code != http.StatusOK || !strings.HasSuffix(w.Body.String(), `,"data":null}`) || w.Header().Get("Cache-Control") != "no-store" {
			t.Errorf("%d %s", w.Code, w.Body)
		}
	})
}

func TestMalformedRequests(t *testing.T) {
	t.Parallel()
	api := newAPI(t)
	typed := func(contentType string) *http.Request {
		r := post(`{"query":"{ __typename }"}`)
		r.Header.Set("Content-Type", contentType)
		return r
	}
	tests := map[string]struct {
		request *http.Request
		status  int
		code    string
	}{
		"no type":          {typed(""), 415, "UNSUPPORTED_MEDIA_TYPE"},
		"form":             {typed("application/x-www-form-urlencoded"), 415, "UNSUPPORTED_MEDIA_TYPE"},
		"text":             {typed("text/plain"), 415, "UNSUPPORTED_MEDIA_TYPE"},
		"another charset":  {typed("application/json; charset=latin1"), 415, "UNSUPPORTED_MEDIA_TYPE"},
		"no JSON":          {post(`hunter2`), 400, "BAD_REQUEST"},
		"half a JSON":      {post(`{"query":"hunter2`), 400, "BAD_REQUEST"},
		"nothing":          {post(``), 400, "BAD_REQUEST"},
		"a batch":          {post(` [{"query":"{ hunter2 }"}]`), 400, "BAD_REQUEST"},
		"two objects":      {post(`{"query":"{ __typename }"} {"hunter2":1}`), 400, "BAD_REQUEST"},
		"a string":         {post(`"hunter2"`), 400, "BAD_REQUEST"},
		"no query":         {post(`{"variables":{"hunter2":1}}`), 400, "BAD_REQUEST"},
		"query is null":    {post(`{"query":null}`), 400, "BAD_REQUEST"},
		"query is no text": {post(`{"query":{"hunter2":1}}`), 400, "BAD_REQUEST"},
		"name is no text":  {post(`{"query":"{ __typename }","operationName":1}`), 400, "BAD_REQUEST"},
		"variables list":   {post(`{"query":"{ __typename }","variables":["hunter2"]}`), 400, "BAD_REQUEST"},
		"extensions text":  {post(`{"query":"{ __typename }","extensions":"hunter2"}`), 400, "BAD_REQUEST"},
		"hash is wrong":    {post(`{"query":"{ __typename }","extensions":{"persistedQuery":{"version":1,"sha256Hash":"00"}}}`), 200, "BAD_REQUEST"},
		"version is wrong": {post(`{"query":"{ __typename }","extensions":{"persistedQuery":{"version":2,"sha256Hash":"00"}}}`), 200, "BAD_REQUEST"},
		"too large":        {post(`{"query":"` + strings.Repeat(" ", graph.MaxBody) + `"}`), 413, "TOO_LARGE"},
		"GET nothing":      {get(), 400, "BAD_REQUEST"},
		"GET twice":        {get("query", "{ __typename }", "query", "{ hunter2 }"), 400, "BAD_REQUEST"},
		"GET unknown":      {get("query", "{ __typename }", "utm_source", "hunter2"), 400, "BAD_REQUEST"},
		"GET variables":    {get("query", "{ __typename }", "variables", "{hunter2"), 400, "BAD_REQUEST"},
		"GET extensions":   {get("query", "{ __typename }", "extensions", "[]"), 400, "BAD_REQUEST"},
		"GET not encoded":  {httptest.NewRequest(http.MethodGet, "/graphql?query=%zz", nil), 400, "BAD_REQUEST"},
		"keys twice":       {post(`{"query":"{ __typename }","query":"{ hunter2 }"}`), 400, "BAD_REQUEST"},
		"twice, escaped":   {post(`{"query":"{ __typename }","qu\u0065ry":"{ hunter2 }"}`), 400, "BAD_REQUEST"},
		"null and a text":  {post(`{"operationName":null,"query":"{ __typename }","operationName":"hunter2"}`), 400, "BAD_REQUEST"},
		"unknown twice":    {post(`{"query":"{ __typename }","other":1,"other":"hunter2"}`), 400, "BAD_REQUEST"},
		"variables twice":  {post(`{"query":"{ __typename }","variables":{"a":1,"a":"hunter2"}}`), 400, "BAD_REQUEST"},
		"deep in them":     {post(`{"query":"{ __typename }","variables":{"a":[{"b":{"c":1,"c":"hunter2"}}]}}`), 400, "BAD_REQUEST"},
		"many keys":        {post(`{"query":"{ __typename }","variables":{` + manyKeys(40) + `,"k30":"hunter2"}}`), 400, "BAD_REQUEST"},
		"extensions twice": {post(`{"query":"{ __typename }","extensions":{"x":{"a":1,"a":"hunter2"}}}`), 400, "BAD_REQUEST"},
		"GET keys twice":   {get("query", "{ __typename }", "variables", `{"a":1,"a":"hunter2"}`), 400, "BAD_REQUEST"},
		"GET in them":      {get("query", "{ __typename }", "extensions", `{"x":[{"a":1,"a":"hunter2"}]}`), 400, "BAD_REQUEST"},
		"QUERY":            {post(`{"QUERY":"{ hunter2 }"}`), 400, "BAD_REQUEST"},
		"operationname":    {post(`{"query":"query a { __typename } query b { __typename }","operationname":"hunter2"}`), 400, "BAD_REQUEST"},
		"documentid":       {post(`{"query":"{ __typename }","documentid":"hunter2"}`), 400, "BAD_REQUEST"},
		"persistedquery":   {post(`{"query":"{ __typename }","extensions":{"persistedquery":{"hunter2":1}}}`), 400, "BAD_REQUEST"},
		"sha256hash":       {post(`{"query":"{ __typename }","extensions":{"persistedQuery":{"version":1,"sha256hash":"hunter2"}}}`), 400, "BAD_REQUEST"},
		"GET QUERY":        {get("QUERY", "{ __typename }"), 400, "BAD_REQUEST"},
		"deep variables":   {post(`{"query":"{ __typename }","variables":{"a":` + deepJSON(5000) + `}}`), 400, "BAD_REQUEST"},
		"deep extensions":  {post(`{"query":"{ __typename }","extensions":{"a":` + deepJSON(5000) + `}}`), 400, "BAD_REQUEST"},
		"deep, unknown":    {post(`{"query":"{ __typename }","other":` + deepJSON(5000) + `}`), 400, "BAD_REQUEST"},
		"GET deep":         {get("query", "{ __typename }", "variables", `{"a":`+deepJSON(2000)+`}`), 400, "BAD_REQUEST"},
		"GET deep in them": {get("query", "{ __typename }", "extensions", `{"a":`+deepJSON(2000)+`}`), 400, "BAD_REQUEST"},
		"not UTF-8":        {post("{\"query\":\"{ __typename }\",\"variables\":{\"a\":\"\xff\"}}"), 400, "BAD_REQUEST"},
		"GET not UTF-8":    {get("query", "{ __typename }", "variables", "{\"a\":\"\xff\"}"), 400, "BAD_REQUEST"},
		"two marks":        {post("\uFEFF\uFEFF" + `{"query":"{ __typename }"}`), 400, "BAD_REQUEST"},
		"UTF-16":           {typed("application/json; charset=utf-16"), 415, "UNSUPPORTED_MEDIA_TYPE"},
		"multipart":        {typed("multipart/form-data; boundary=x"), 415, "UNSUPPORTED_MEDIA_TYPE"},
		"JSON of others":   {typed("application/graphql+json"), 415, "UNSUPPORTED_MEDIA_TYPE"},
		"cost is no truth": {post(`{"query":"{ __typename }","extensions":{"cost":"hunter2"}}`), 400, "BAD_REQUEST"},
		"PUT":              {httptest.NewRequest(http.MethodPut, "/graphql", nil), 405, "METHOD_NOT_ALLOWED"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w, calls := api.do(store.Public, tt.request)
			wantProblem(t, w, tt.status, tt.code)
			if strings.Contains(w.Body.String(), "hunter2") {
				t.Errorf("the request is echoed: %s", w.Body)
			}
			if calls != 0 {
				t.Errorf("%d calls of the store", calls)
			}
			if (w.Header().Get("Allow") != "") != (tt.status == 405) {
				t.Errorf("Allow is %q", w.Header().Get("Allow"))
			}
		})
	}
}

// deepJSON nests so many lists and objects in each other.
func deepJSON(n int) string {
	return strings.Repeat(`[{"a":`, n/2) + "1" + strings.Repeat(`}]`, n/2)
}

// manyKeys are members of an object, each with a key of its own.
func manyKeys(n int) string {
	all := make([]string, n)
	for i := range all {
		all[i] = fmt.Sprintf(`"k%d":%d`, i, i)
	}
	return strings.Join(all, ",")
}

// TestSpellingsOfJSON: what is JSON in UTF-8 is taken, however that is said.
func TestSpellingsOfJSON(t *testing.T) {
	t.Parallel()
	api := newAPI(t)
	const want = `{"data":{"post":{"slug":"bare"}}}`
	const body = `{"query":"query($s: String!) { post(slug: $s) { slug } }","variables":{"s":"bare"}}`
	for _, contentType := range []string{
		"application/json", "application/json; charset=utf-8", "application/json;charset=utf8", `application/json; charset="utf-8"`, `application/json; charset="UTF8"`,
		"Application/JSON; Charset=Utf-8", "application/json; odata=verbose",
	} {
		r := post(body)
		r.Header.Set("Content-Type", contentType)
		if w, _ := api.do(store.Public, r); w.Code != http.StatusOK || w.Body.String() != want {
			t.Errorf("%s: %d %s", contentType, w.Code, w.Body)
		}
	}
	for name, r := range map[string]*http.Request{
		"a byte order mark":     post("\uFEFF" + body),
		"and spaces":            post("\uFEFF \r\n" + body + "\n"),
		"in a parameter":        get("query", "\uFEFFquery($s: String!) { post(slug: $s) { slug } }", "variables", "\uFEFF{\"s\":\"bare\"}"),
		"the same key in two":   post(`{"query":"query($s: String!) { post(slug: $s) { slug } }","variables":{"s":"bare","a":{"x":1},"b":{"x":1}}}`),
		"many keys":             post(`{"query":"query($s: String!) { post(slug: $s) { slug } }","variables":{` + manyKeys(100) + `,"s":"bare"}}`),
		"variables in any case": post(`{"query":"query($s: String!) { post(slug: $s) { slug } }","variables":{"S":"other","s":"bare"}}`),
		"half a surrogate":      post(`{"query":"query($s: String!) { post(slug: $s) { slug } }","variables":{"s":"bare","t":"\ud800"}}`),
	} {
		if w, _ := api.do(store.Public, r); w.Code != http.StatusOK || w.Body.String() != want {
			t.Errorf("%s: %d %s", name, w.Code, w.Body)
		}
	}
}

func TestWellFormedRequests(t *testing.T) {
	t.Parallel()
	api := newAPI(t)
	const query = `query Q($s: String!) { post(slug: $s) { slug } }`
	charset := post(`{"query":"{ post(slug: \"bare\") { slug } }","variables":null,"operationName":null,"extensions":{"other":1},"unknown":1}`)
	charset.Header.Set("Content-Type", "application/json;charset=UTF-8")
	for name, r := range map[string]*http.Request{
		"GET":        get("query", query, "variables", `{"s":"bare"}`, "operationName", "Q"),
		"GET, empty": get("query", `{ post(slug: "bare") { slug } }`, "variables", "", "operationName", "", "extensions", ""),
		"POST":       charset,
	} {
		w, _ := api.do(store.Public, r)
		if w.Code != http.StatusOK || w.Body.String() != `{"data":{"post":{"slug":"bare"}}}` {
			t.Errorf("%s: %d %s", name, w.Code, w.Body)
		}
		if w.Header().Get("Content-Length") != fmt.Sprint(w.Body.Len()) || w.Header().Get("Cache-Control") != "" {
			t.Errorf("%s: headers %v", name, w.Header())
		}
	}
}

func TestPersistedQueries(t *testing.T) {
	t.Parallel()
	api := newAPI(t)
	const query = `{ post(slug: \"bare\") { slug } }`
	sum := sha256.Sum256([]byte(strings.ReplaceAll(query, `\`, "")))
	extension := `{"persistedQuery":{"version":1,"sha256Hash":"` + hex.EncodeToString(sum[:]) + `"}}`

	w, _ := api.do(store.Public, get("extensions", extension))
	if wantProblem(t, w, http.StatusOK, "PERSISTED_QUERY_NOT_FOUND"); !strings.Contains(w.Body.String(), `"message":"PersistedQueryNotFound"`) {
		t.Errorf("found %s", w.Body)
	}
	for name, r := range map[string]*http.Request{
		"1 registering": post(`{"query":"` + query + `","extensions":` + extension + `}`),
		"2 by POST":     post(`{"extensions":` + extension + `}`),
		"3 by GET":      get("extensions", extension),
	} {
		if strings.HasPrefix(name, "1") {
			api.do(store.Public, r)
			continue
		}
		api.do(store.Public, post(`{"query":"`+query+`","extensions":`+extension+`}`))
		if w, _ := api.do(store.Public, r); w.Body.String() != `{"data":{"post":{"slug":"bare"}}}` {
			t.Errorf("%s: found %s", name, w.Body)
		}
	}
}

func sha256Of(text string) string {
	sum := sha256.Sum256([]byte(text))
	return hex.EncodeToString(sum[:])
}
