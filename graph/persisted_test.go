package graph_test

import (
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"alphanode/graph"
	"alphanode/store"
	"alphanode/store/storetest"
)

// Ids in graph/trusted/testdata.
const (
	relayID   = "2f1c8b0d6f3e4a5b8c7d9e0f1a2b3c4d"
	codegenID = "5a0b9b3a1c5d7e9f1a3b5c7d9e1f3a5b7c9d1e3f5a0b9b3a1c5d7e9f1a3b5c7d"
	apolloID  = "dc67510fb4289672bea757e862d6b00e83db5d3cbbcfb15260601b6f29bb2b8f"
)

func trusting(t *testing.T, only bool) *api {
	t.Helper()
	handler := graph.NewHandler(graph.DefaultLimits)
	if err := handler.Trust([]string{"trusted/testdata/relay.json", "trusted/testdata/codegen.json", "trusted/testdata/apollo.json"}, only); err != nil {
		t.Fatal(err)
	}
	return &api{handler, storetest.Release(t, archive()...)}
}

func TestTrustedDocuments(t *testing.T) {
	t.Parallel()
	const bare, total, first = `{"data":{"post":{"__typename":"Post","slug":"bare"}}}`, `{"data":{"posts":{"totalCount":30}}}`, `{"data":{"posts":{"totalCount":30}}}`
	persisted := func(hash string) string { return `{"persistedQuery":{"version":1,"sha256Hash":"` + hash + `"}}` }
	for _, only := range []bool{false, true} {
		api := trusting(t, only)
		for name, tt := range map[string]struct {
			request *http.Request
			want    string
		}{
			"documentId":         {post(`{"documentId":"` + codegenID + `"}`), bare},
			"sha256":             {post(`{"documentId":"sha256:` + codegenID + `","operationName":"Bare","query":""}`), bare},
			"query is null":      {post(`{"query":null,"documentId":"` + codegenID + `"}`), bare},
			"GET":                {get("documentId", codegenID), bare},
			"GET, sha256":        {get("documentId", "sha256:"+codegenID, "operationName", "Bare"), bare},
			"Apollo":             {post(`{"operationName":"Total","variables":{},"extensions":` + persisted(apolloID) + `}`), total},
			"Apollo by GET":      {get("operationName", "Total", "variables", "{}", "extensions", persisted(apolloID)), total},
			"Apollo, documentId": {post(`{"documentId":"` + apolloID + `"}`), total},
			"Relay, doc_id":      {post(`{"doc_id":"` + relayID + `","variables":{"first":3}}`), first},
			"Relay, id":          {post(`{"id":"` + relayID + `","query":null,"variables":{"first":3}}`), first},
			"Relay by GET":       {get("doc_id", relayID, "variables", `{"first":3}`), first},
			"Relay, documentId":  {post(`{"documentId":"` + relayID + `","variables":{"first":3}}`), first},
		} {
			for range 2 {
				body := tt.request.Clone(t.Context())
				if w, _ := api.do(store.Public, body); w.Code != http.StatusOK || w.Body.String() != tt.want {
					t.Errorf("%s, only %t: %d %s", name, only, w.Code, w.Body)
				}
				if tt.request.Method == http.MethodPost {
					break // its body is read
				}
			}
		}
		// What is not known is told so, whichever way it was asked for.
		for name, r := range map[string]*http.Request{
			"documentId": post(`{"documentId":"abc"}`), "GET": get("documentId", "sha256:abc"), "doc_id": post(`{"doc_id":"abc"}`), "hash": get("extensions", persisted("abc")),
		} {
			w, calls := api.do(store.Public, r)
			wantProblem(t, w, http.StatusOK, "PERSISTED_QUERY_NOT_FOUND")
			if calls != 0 {
				t.Errorf("%s: %d calls of the store", name, calls)
			}
		}
	}
	api := trusting(t, false)
	w, _ := api.do(store.Public, post(`{"documentId":"`+codegenID+`","query":"{ __typename }"}`))
	wantProblem(t, w, http.StatusOK, "BAD_REQUEST")
	if w, _ := api.do(store.Public, post(`{"id":"17","query":"{ __typename }"}`)); w.Body.String() != `{"data":{"__typename":"Query"}}` {
		t.Errorf("an id that counts requests: %s", w.Body)
	}
	w, _ = api.do(store.Public, post(`{"documentId":"`+codegenID+`","extensions":{"persistedQuery":{"version":1,"sha256Hash":"`+apolloID+`"}}}`))
	wantProblem(t, w, http.StatusOK, "BAD_REQUEST")
	w, _ = newAPI(t).do(store.Public, post(`{"documentId":"abc"}`))
	if wantProblem(t, w, http.StatusOK, "PERSISTED_QUERY_NOT_FOUND"); !strings.Contains(w.Body.String(), "no documents are trusted here") {
		t.Errorf("found %s", w.Body)
	}
}

func TestTrustedOnly(t *testing.T) {
	t.Parallel()
	api := trusting(t, true)
	const persisted = `{"persistedQuery":{"version":1,"sha256Hash":"7f56e67dd21ab3f30d1ff8b7bed08893f0a0db86449836189b361dd1e56ddb4b"}}` // of { __typename }
	for name, r := range map[string]func() *http.Request{
		"a text":              func() *http.Request { return post(`{"query":"{ __typename }"}`) },
		"by GET":              func() *http.Request { return get("query", "{ __typename }") },
		"a text and its hash": func() *http.Request { return post(`{"query":"{ __typename }","extensions":` + persisted + `}`) },
		"a text and an id":    func() *http.Request { return post(`{"query":"{ __typename }","documentId":"` + codegenID + `"}`) },
		"introspection":       func() *http.Request { return get("query", "{ __schema { queryType { name } } }") },
	} {
		w, _ := api.do(store.Public, r())
		if wantProblem(t, w, http.StatusOK, "FORBIDDEN"); !strings.Contains(w.Body.String(), "Only trusted documents are answered here") {
			t.Errorf("%s: %s", name, w.Body)
		}
		precisely := r()
		precisely.Header.Set("Accept", "application/graphql-response+json")
		w, _ = api.do(store.Public, precisely)
		wantProblem(t, w, http.StatusForbidden, "FORBIDDEN")
	}
	w, _ := api.do(store.Public, get("extensions", persisted))
	if wantProblem(t, w, http.StatusOK, "PERSISTED_QUERY_NOT_FOUND"); !strings.Contains(w.Body.String(), "expected the id of a trusted document") {
		t.Errorf("found %s", w.Body)
	}
}

// TestDocumentsAreValidatedAtTheStart: one that is wrong is told by its file and its id.
func TestDocumentsAreValidatedAtTheStart(t *testing.T) {
	t.Parallel()
	for text, told := range map[string]string{
		`{ psots { totalCount } }`:     `Cannot query field "psots"`,
		`{ posts`:                      "Expected Name",
		`mutation { x }`:               "mutation",
		`fragment A on Post { slug }`:  "no operation provided",
		`{` + aliases(320, `a`) + ` }`: "number of aliases of 320, expected a number of aliases of at most 300",
		`{ a b ` + strings.Repeat(`__typename `, 1100) + `}`: "too many tokens",
	} {
		file := filepath.Join(t.TempDir(), "documents.json")
		if err := os.WriteFile(file, []byte(`{"good": "{ __typename }", "bad": `+quote(text)+`}`), 0o600); err != nil {
			t.Fatal(err)
		}
		err := graph.NewHandler(graph.DefaultLimits).Trust([]string{file}, false)
		if err == nil || !strings.Contains(err.Error(), told) || !strings.Contains(err.Error(), file+": document bad") {
			t.Errorf("%.40s: found %v, expected %s", text, err, told)
		}
	}
}

// TestPersistedQueriesAreBounded: what clients register does not grow without end, and
// those used last stay.
func TestPersistedQueriesAreBounded(t *testing.T) {
	t.Parallel()
	api := newAPI(t)
	ask := func(i int, withText bool) string {
		text := `{ __typename` + strings.Repeat(" ", i) + `}`
		body := `{"extensions":{"persistedQuery":{"version":1,"sha256Hash":"` + sha256Of(text) + `"}}`
		if withText {
			body += `,"query":"` + text + `"`
		}
		w, _ := api.do(store.Public, post(body+`}`))
		return w.Body.String()
	}
	const answered, unknown = `{"data":{"__typename":"Query"}}`, `"message":"PersistedQueryNotFound"`
	for i := range 1200 {
		if got := ask(i, true); got != answered {
			t.Fatalf("%d: found %s", i, got)
		}
		if got := ask(0, false); got != answered {
			t.Fatalf("the one that is used is forgotten after %d: %s", i, got)
		}
	}
	if got := ask(1, false); !strings.Contains(got, unknown) {
		t.Errorf("the one used longest ago is remembered: %s", got)
	}
	if got := ask(1199, false); got != answered {
		t.Errorf("the last is forgotten: %s", got)
	}
}

// TestCost asks what an answer costs.
func TestCost(t *testing.T) {
	t.Parallel()
	api := newAPI(t)
	type told struct {
		Data       any
		Extensions *struct {
			Cost struct{ Requested, Actual int }
		}
	}
	ask := func(query, extensions string) (got told, body string) {
		t.Helper()
		w, _ := api.do(store.Public, post(`{"query":`+quote(query)+`,"extensions":`+extensions+`}`))
		decode(t, w.Body.Bytes(), &got)
		return got, w.Body.String()
	}
	const query = `{ posts(first: 3) { nodes { slug title } } }`
	for _, extensions := range []string{`null`, `{}`, `{"cost":false}`, `{"cost":null}`, `{"other":true}`} {
		if got, body := ask(query, extensions); got.Extensions != nil || got.Data == nil {
			t.Errorf("%s: found %s", extensions, body)
		}
	}
	for range 3 { // by the executor, and from what was prepared
		got, body := ask(query, `{"cost":true}`)
		if got.Extensions == nil || got.Extensions.Cost.Requested != 20 || got.Data == nil {
			t.Errorf("found %s", body)
		}
	}
	got, body := ask(`{ tools(first: 100) { nodes { posts(first: 100) { nodes { similar(first: 100) { nodes { text } } } } } } }`, `{"cost":true}`)
	if got.Extensions == nil || got.Extensions.Cost.Requested != 2121211 || got.Data != nil || !strings.HasPrefix(body, `{"errors":`) {
		t.Errorf("found %s", body)
	}
}
