package embed

import (
	"bytes"
	_ "embed"
	"html/template"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"alphanode/apierror"
	"alphanode/server/metabox"
	"alphanode/server/route"
	"alphanode/store"
)

//go:embed fragment.html
var source string

var written = template.Must(template.New("fragment").Parse(source))

// policy has a browser that opens a fragment by itself run and fetch nothing.
const policy = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

// writePrice is what it costs to write a KiB of a fragment, in units of a budget.
const writePrice = 60

// fragment is what the template writes.
type fragment struct {
	Slug    string
	Meta    template.HTML
	Similar *similar // nil where it is not asked for
}

func metaHTML(r *route.Request) (*route.Answer, error) {
	refs, err := r.Reader.Lookup(r.Ctx, r.Slug)
	if err != nil {
		return nil, err
	}
	if refs[0] == store.NoRef {
		return nil, missing(r)
	}
	posts, err := r.Reader.Posts(r.Ctx, refs, store.Whole)
	if err != nil {
		return nil, err
	}
	terms, err := r.Reader.PostTerms(r.Ctx, refs)
	if err != nil {
		return nil, err
	}
	post, links := posts[0], linksOf(r)
	f := fragment{Slug: post.Slug}
	if f.Meta, err = metabox.HTMLElsewhere(metabox.Of(&post.Meta, terms[0], links.address)); err != nil {
		return nil, err
	}
	var slugs [][]byte
	if r.Similar {
		if f.Similar, slugs, err = similarTo(r, refs[0], links); err != nil {
			return nil, err
		}
	}
	var body bytes.Buffer
	if err := written.Execute(&body, f); err != nil {
		return nil, err
	}
	if err := r.Reader.Budget().Spend(r.Ctx, body.Len()*writePrice>>10); err != nil {
		return nil, err
	}
	a := route.NewAnswer(http.StatusOK)
	a.Body = body.Bytes()
	a.Header.Add("Content-Type", Media+"; charset=utf-8")
	a.Header.Add("Content-Security-Policy", policy)
	a.Header.Add("X-Robots-Tag", "noindex") // what it shows stands in pages
	about(a, post.Slug, terms[0])
	if r.Similar {
		a.AboutPosts(slugs)
	}
	return a, nil
}

// missing says that there is no such post, and which slugs begin alike.
func missing(r *route.Request) error {
	near, err := r.Reader.NearSlugs(r.Ctx, r.Slug)
	if err != nil {
		near = nil // it is not there all the same
	}
	expected := "the slug of a post"
	var suggested []store.Suggestion
	if len(near) > 0 {
		expected += "; did you mean " + near[0] + "?"
		suggested = []store.Suggestion{{Value: r.Slug, Nearest: near}}
	}
	return apierror.New(apierror.NotFound, "There is no post with the slug "+strconv.Quote(route.Shorten(r.Slug))+".",
		apierror.Field{Location: "path.slug", Value: route.Shorten(r.Slug), Expected: expected}).WithSuggestions(suggested...)
}

// similar are the posts most like one post, as a fragment shows them.
type similar struct{ Posts []alike }

// alike is a similar post. Its bar is 100 wide and 12 high.
type alike struct {
	Title, Href string
	Said        string // the bar in words
	Bars        []bar
	Names       []string // what both have in common
	More        int      // names that are not shown
}

type bar struct {
	X, Width  string
	Y, Height int
}

// features are the kinds of what posts have in common, and where a bar of it lies: the
// same three heights as in the script.
var features = []struct {
	kind      store.Kind
	words     string
	y, height int
}{{store.KindEntity, "entities", 1, 10}, {store.KindTool, "tools", 3, 6}, {store.KindStack, "stack terms", 5, 2}}

func similarTo(r *route.Request, ref store.Ref, links links) (*similar, [][]byte, error) {
	q := r.Alike
	if !r.Values.Has(similarLimitName) {
		q.First = preset
	}
	found, err := r.Reader.Similar(r.Ctx, ref, q)
	if err != nil {
		return nil, nil, err
	}
	refs := make([]store.Ref, len(found.Hits))
	for i, hit := range found.Hits {
		refs[i] = hit.Ref
	}
	cards, err := r.Reader.Posts(r.Ctx, refs, store.Card)
	if err != nil {
		return nil, nil, err
	}
	s, slugs := &similar{}, make([][]byte, len(cards))
	for i, card := range cards {
		s.Posts = append(s.Posts, alikeOf(&found.Hits[i], card, links))
		slugs[i] = []byte(card.Slug)
	}
	return s, slugs, nil
}

func alikeOf(hit *store.SimilarHit, card *store.Post, links links) alike {
	one := alike{Title: card.Title, Href: links.post(card.Slug)}
	said := make([]string, 0, len(features))
	end := 0.0
	for _, of := range features {
		sum := 0.0
		for _, shared := range hit.Shared {
			if shared.Kind == of.kind {
				sum += shared.Contribution
			}
		}
		if sum == 0 {
			continue
		}
		said = append(said, of.words+" "+strconv.FormatFloat(sum, 'f', 3, 64))
		one.Bars = append(one.Bars, bar{
			X: strconv.FormatFloat(end*100, 'f', 2, 64), Width: strconv.FormatFloat(max(0, sum*100-.6), 'f', 2, 64), Y: of.y, Height: of.height})
		end += sum
	}
	one.Said = "similarity " + strconv.FormatFloat(hit.Similarity, 'f', 3, 64) + " of 1: " + strings.Join(said, ", ")
	for _, shared := range hit.Shared {
		if !slices.Contains(one.Names, shared.Name) {
			one.Names = append(one.Names, shared.Name)
		}
	}
	const most = 5
	if more := len(one.Names) - most; more > 1 {
		one.Names, one.More = one.Names[:most], more
	}
	return one
}
