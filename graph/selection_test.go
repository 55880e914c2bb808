package graph

import (
	"context"
	"errors"
	"strings"
	"testing"

	"alphanode/content"
	"alphanode/graph/model"
	"alphanode/graph/plan"
	"alphanode/store"
	"alphanode/store/release"
	"alphanode/store/storetest"
)

// recorder notes how much of posts is read, and fails or panics when told to.
type recorder struct {
	*release.Reader
	parts []store.Part
	find  func() error
}

func (r *recorder) Posts(ctx context.Context, refs []store.Ref, part store.Part) ([]*store.Post, error) {
	r.parts = append(r.parts, part)
	return r.Reader.Posts(ctx, refs, part)
}

func (r *recorder) Raw(ctx context.Context, refs []store.Ref, part store.Part, arena []byte) ([]store.Raw, []byte, error) {
	r.parts = append(r.parts, part)
	return r.Reader.Raw(ctx, refs, part, arena)
}

func (r *recorder) Find(ctx context.Context, q store.PostQuery) (*store.Page, error) {
	if r.find != nil {
		if err := r.find(); err != nil {
			return nil, err
		}
	}
	return r.Reader.Find(ctx, q)
}

func run(t *testing.T, query string, find func() error) (plan.Response, *recorder) {
	t.Helper()
	post := &content.Post{Slug: "a", Title: "A", Meta: content.Meta{Tools: []string{"git"}}}
	post.Settle()
	r := &recorder{Reader: storetest.Release(t, post).Reader(store.Public), find: find}
	ctx := model.WithReader(t.Context(), r)
	return newEngine(DefaultLimits).run(ctx, operation{Query: query}), r
}

func TestCardsAreReadWhereTheyDo(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, selection string
		part            store.Part
	}{
		{"days", `updatedDay publishedDay lastReviewedDay`, store.Card},
		{"the first image", `meta { image { url source caption alt width height } }`, store.Card},
		{"all images", `meta { images { url } image { url } }`, store.Whole},
		{"anchors", `body { ... on HeadingBlock { anchor } }`, store.Whole},
		{"the card's fields", `__typename id slug title updated meta { __typename summary readingTime difficulty score { quality freshness depth clarity } tools { id } toolNames }`, store.Card},
		{"in fragments", `... on Post { ...F ... on Node { id } } } } } fragment F on Post { meta { ... { summary } } x: title y: meta { toolNames`, store.Card},
		{"the intro", `intro`, store.Whole},
		{"the body", `title body { __typename }`, store.Whole},
		{"the text under another name", `title: text`, store.Whole},
		{"the topic", `meta { topic }`, store.Whole},
		{"entities", `meta { tools { id } entities { id } }`, store.Whole},
		{"once card, once whole", `meta { summary } m: meta { hash }`, store.Whole},
		{"whole in a fragment", `meta { ...F } } } } fragment F on PostMeta { flags { hasImages }`, store.Whole},
		{"whole but left out", `title intro @include(if: false)`, store.Card},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			query := `{ posts { nodes { ` + tt.selection + ` } } }`
			if strings.Contains(tt.selection, "fragment F on PostMeta") {
				query = strings.TrimSuffix(query, " } }")
			}
			if strings.Contains(tt.selection, "fragment F on Post ") {
				query = strings.TrimSuffix(query, " }")
			}
			got, reader := run(t, query, nil)
			if len(got.Errors) > 0 {
				t.Fatalf("%s: %v", query, got.Errors)
			}
			if len(reader.parts) != 1 || reader.parts[0] != tt.part {
				t.Errorf("found %v, expected %v", reader.parts, tt.part)
			}
		})
	}
}

func TestInternalErrorsStayInside(t *testing.T) {
	t.Parallel()
	for name, find := range map[string]func() error{
		"an error": func() error { return errors.New("/var/lib/secret") },
		"corrupt":  func() error { return errors.Join(store.ErrCorrupt, errors.New("/var/lib/secret")) },
		"a panic":  func() error { panic("/var/lib/secret") },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, _ := run(t, `{ posts { totalCount } release { name } }`, find)
			json := string(got.JSON())
			if strings.Contains(json, "secret") || !strings.Contains(json, `"code":"INTERNAL"`) || !strings.Contains(json, `"retryable":true`) {
				t.Errorf("found %s", json)
			}
			if !strings.Contains(json, `"path":["posts"]`) {
				t.Errorf("no path in %s", json)
			}
		})
	}
}

func TestTimeout(t *testing.T) {
	t.Parallel()
	got, _ := run(t, `{ posts { totalCount } }`, func() error { return context.DeadlineExceeded })
	if json := string(got.JSON()); !strings.Contains(json, `"code":"TIMEOUT"`) {
		t.Errorf("found %s", json)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	gone := newEngine(DefaultLimits).run(ctx, operation{Query: `{ __typename }`})
	if json := string(gone.JSON()); gone.Data != nil || !strings.Contains(json, `"code":"TIMEOUT"`) {
		t.Errorf("found %s", json)
	}
}
