package archiveclient

import (
	"context"
	"errors"
	"net/http"
	"os"
	"strings"
	"testing"

	"github.com/Khan/genqlient/graphql"
	"github.com/vektah/gqlparser/v2/gqlerror"

	"archiveclient/made"
)

// clients are those that genqlient has: over POST, and over GET.
func clients(t *testing.T) map[string]graphql.Client {
	t.Helper()
	url := os.Getenv("ALPHANODE_URL")
	if url == "" {
		t.Fatal("ALPHANODE_URL: found nothing, expected the address of a server")
	}
	return map[string]graphql.Client{
		"POST": graphql.NewClient(url+"/graphql", http.DefaultClient),
		"GET":  graphql.NewClientUsingGet(url+"/graphql", http.DefaultClient),
	}
}

func TestWalk(t *testing.T) {
	quality := 85
	filter := made.PostFilter{Tool: &made.TermFilter{In: []string{"git", "docker"}}, Quality: &made.IntFilter{Gte: &quality}}
	for name, client := range clients(t) {
		posts, err := Walk(context.Background(), client, filter, made.PostOrderFieldSlug)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if len(posts) < 200 {
			t.Fatalf("%s: found %d posts", name, len(posts))
		}
		for i, post := range posts {
			if i > 0 && posts[i-1].Slug >= post.Slug {
				t.Fatalf("%s: %s comes before %s", name, posts[i-1].Slug, post.Slug)
			}
		}
	}
}

func TestUnionsInterfacesAndNodes(t *testing.T) {
	for name, client := range clients(t) {
		prefix := "notes-on"
		posts, err := Walk(context.Background(), client, made.PostFilter{Slug: &made.SlugFilter{Prefix: &prefix}}, made.PostOrderFieldViewCount)
		if err != nil {
			t.Fatal(err)
		}
		one, err := made.Post(context.Background(), client, posts[0].Slug)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		headings := 0
		for _, block := range one.Post.Body {
			if heading, ok := block.(*made.PostPostBodyHeadingBlock); ok && heading.HeadingText != "" {
				headings++
			}
		}
		if headings == 0 {
			t.Errorf("%s: found no heading in %+v", name, one.Post.Body)
		}
		ids := []string{posts[0].Id, one.Post.Meta.Tools[0].Related[0].Node.GetId(), "UG9zdDpuby1zdWNoLXBvc3Q"}
		found, err := made.Nodes(context.Background(), client, ids)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if post, ok := (*found.Nodes[0]).(*made.NodesNodesPost); !ok || post.Slug != posts[0].Slug || found.Nodes[2] != nil {
			t.Errorf("%s: found %+v", name, found.Nodes)
		}
	}
}

func TestEnumsListsAndScalars(t *testing.T) {
	for name, client := range clients(t) {
		counts, err := made.Counts(context.Background(), client, []made.FacetField{made.FacetFieldTool, made.FacetFieldCodeLanguage}, nil)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if len(counts.Facets) != 2 || counts.Facets[1].Field != made.FacetFieldCodeLanguage || counts.Release.PublishedAt.IsZero() {
			t.Errorf("%s: found %+v", name, counts)
		}
		if from := string(*counts.Ranges[0].Buckets[0].From); !strings.HasSuffix(from, `-01-01"`) {
			t.Errorf("%s: found years that begin with %s", name, from)
		}
	}
}

// TestErrors: what is wrong comes as the errors of GraphQL, with their codes,
// and a status of the protocol does not hide them.
func TestErrors(t *testing.T) {
	for name, client := range clients(t) {
		slug := "no-such-post"
		_, err := made.Similar(context.Background(), client, made.SimilarTo{Post: &slug})
		if code := codeOf(err); code != "NOT_FOUND" {
			t.Errorf("%s: found the code %q of %v", name, code, err)
		}
		_, err = made.Counts(context.Background(), client, []made.FacetField{"NOTHING"}, nil)
		if code := codeOf(err); code != "BAD_REQUEST" {
			t.Errorf("%s: found the code %q of %v", name, code, err)
		}
		slug = "notes-on"
		if _, err = made.Similar(context.Background(), client, made.SimilarTo{Terms: &made.SimilarTerms{Tools: []string{"git"}}}); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func codeOf(err error) any {
	var list gqlerror.List
	if errors.As(err, &list) && len(list) > 0 {
		return list[0].Extensions["code"]
	}
	return nil
}
