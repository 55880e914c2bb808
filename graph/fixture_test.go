package graph_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"testing"

	"alphanode/content"
	"alphanode/graph"
	"alphanode/store"
	"alphanode/store/release"
	"alphanode/store/storetest"
)

func ptr[T any](v T) *T { return &v }

// fullPost has a value in every field.
func fullPost() *content.Post {
	return &content.Post{
		Slug:  "warm-caches",
		Title: `Warm "caches" first`,
		Intro: "Before anyone waits.",
		Body: []content.Block{
			content.Heading{Level: 2, Text: "Why"},
			content.Paragraph{Text: "It is slow.", HTML: "It is <em>slow</em>."},
			content.Paragraph{Text: "It need not be."},
			content.Code{Language: "go", Source: "x := 1 < 2\n"},
			content.Code{Source: "plain"},
			content.List{Ordered: true, Items: []content.ListItem{{Text: "one"}, {Text: "two", HTML: "<b>two</b>"}}},
			content.Figure{URL: "https://img.example/a.png", Source: "unsplash", Caption: "A", Alt: "A chart", Width: ptr(640), Height: ptr(480)},
			content.Figure{URL: "https://img.example/b.png"},
			content.Quote{Text: "So it is."},
			content.HTML{HTML: "<table><tr><td>1</td></tr></table>"},
		},
		PublishedAt: "2024-03-01",
		Meta: content.Meta{
			Topic: "caches / go", Summary: "Caches, warmed.", Brief: "Say how.",
			Outline:   []content.OutlineItem{{Label: "problem", Text: "cold"}},
			Stack:     []string{"go services"},
			Checklist: []string{"measure"},
			Notes:     []string{"check again"},
			Tools:     []string{"redis", "C++"},
			Entities:  []content.Entity{{Name: "Caching", Type: "problem"}},

			CodeLanguage: "go", Language: "en-GB", Difficulty: "intermediate",
			ReadingTime: ptr(3), ViewCount: ptr(int64(9007199254740993)),
			Score:     &content.Score{Quality: ptr(0), Freshness: ptr(70), Depth: ptr(100)},
			Revision:  &content.Revision{Status: "reviewed", Version: "1.2", LastReviewed: "2024-05-01T10:00:00Z"},
			Reference: "AN-1", Hash: "abc",
			Flags:   content.Flags{HasImages: true},
			Images:  []content.Image{{Source: "unsplash", URL: "https://img.example/a.png"}},
			Payload: &content.Payload{SourceID: "s1", Paragraphs: ptr(4), Seed: ptr(int64(-5))},
			URLs:    []string{"/old", "https://old.example/?p=1"},
			Extra:   content.Extra{"weight": json.RawMessage(`1.0`), "a<b": json.RawMessage(`{"n":12345678901234567890}`)},
		},
	}
}

// barePost has nothing but what it must have.
func barePost() *content.Post { return &content.Post{Slug: "bare", Title: "Bare"} }

// archive is the full post, a bare one, a draft and 28 that have tools and
// entities in common.
func archive() []*content.Post {
	draft := &content.Post{Slug: "draft", Title: "Draft", Meta: content.Meta{
		Reference: "AN-2", Tools: []string{"secret"}, Revision: &content.Revision{Status: "draft"}}}
	posts := []*content.Post{fullPost(), barePost(), draft}
	for i := range 28 {
		posts = append(posts, &content.Post{
			Slug:        fmt.Sprintf("post-%02d", i),
			Title:       fmt.Sprintf("Post %02d", i),
			PublishedAt: fmt.Sprintf("2023-01-%02d", i+1),
			Body:        []content.Block{content.Paragraph{Text: "text"}},
			Meta: content.Meta{
				Tools:    []string{"Redis", fmt.Sprintf("tool-%d", i%3)},
				Entities: []content.Entity{{Name: "caching", Type: "problem"}, {Name: fmt.Sprintf("e%d", i%4), Type: "area"}},
				Score:    &content.Score{Quality: ptr(i)},
			},
		})
	}
	for _, p := range posts {
		p.Settle()
	}
	return posts
}

// api is the face over one release.
type api struct {
	handler http.Handler
	release *release.Release
}

func newAPI(t *testing.T) *api {
	return &api{graph.NewHandler(graph.DefaultLimits), storetest.Release(t, archive()...)}
}

// answer is a response, and how many calls of the store it took.
type answer struct {
	Data   json.RawMessage
	Errors []problem
	calls  int
}

type problem struct {
	Message    string
	Path       []any
	Extensions struct {
		Code      string
		Expected  string
		Retryable *bool
	}
}

// do sends a request as one reader.
func (a *api) do(view store.View, r *http.Request) (*httptest.ResponseRecorder, int) {
	reader := a.release.Reader(view)
	w := httptest.NewRecorder()
	a.handler.ServeHTTP(w, r.WithContext(graph.WithReader(r.Context(), reader)))
	calls, _ := reader.Stats()
	return w, calls
}

func post(body string) *http.Request {
	r := httptest.NewRequest(http.MethodPost, "/graphql", bytes.NewBufferString(body))
	r.Header.Set("Content-Type", "application/json")
	return r
}

// query runs an operation, whose variables may be left out.
func (a *api) query(t *testing.T, query string, variables ...map[string]any) answer {
	t.Helper()
	return a.queryAs(t, store.Public, query, variables...)
}

func (a *api) queryAs(t *testing.T, view store.View, query string, variables ...map[string]any) answer {
	t.Helper()
	members := map[string]any{"query": query}
	if len(variables) > 0 {
		members["variables"] = variables[0]
	}
	body, err := json.Marshal(members)
	if err != nil {
		t.Fatal(err)
	}
	w, calls := a.do(view, post(string(body)))
	if w.Code != http.StatusOK {
		t.Fatalf("status %d: %s", w.Code, w.Body)
	}
	got := answer{calls: calls}
	if err := json.Unmarshal(w.Body.Bytes(), &got); err != nil {
		t.Fatalf("%v in %s", err, w.Body)
	}
	return got
}

// want runs an operation that must give exactly this data.
func (a *api) want(t *testing.T, data, query string, variables ...map[string]any) answer {
	t.Helper()
	got := a.query(t, query, variables...)
	if len(got.Errors) > 0 {
		t.Fatalf("errors %+v", got.Errors)
	}
	if string(got.Data) != data {
		t.Errorf("found    %s\nexpected %s", got.Data, data)
	}
	return got
}

// wantError runs an operation that must fail with one error.
func (a *api) wantError(t *testing.T, code, query string, variables ...map[string]any) problem {
	t.Helper()
	got := a.query(t, query, variables...)
	if len(got.Errors) != 1 || got.Errors[0].Extensions.Code != code {
		t.Fatalf("found errors %+v, expected one %s", got.Errors, code)
	}
	if got.Errors[0].Extensions.Retryable == nil {
		t.Error("the error does not say whether to retry")
	}
	return got.Errors[0]
}

func decode(t *testing.T, data []byte, into any) {
	t.Helper()
	if err := json.Unmarshal(data, into); err != nil {
		t.Fatalf("%v in %s", err, data)
	}
}
