package embed

import (
	"bytes"
	_ "embed"
	"fmt"
	"html/template"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"alphanode/content"
	"alphanode/server/metabox"
	"alphanode/server/route"
	"alphanode/store"
)

//go:embed fragment.html
var source string

var written = template.Must(template.New("fragment").Parse(source))

// policy has a browser that opens a fragment by itself run and fetch nothing.
const policy = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

// price is what it costs to read a KiB of a post and to write its box, in units of a budget.
const price = 60

// fragment is what the template writes.
type fragment struct {
	Slug    string
	Meta    template.HTML
	Similar *similar // nil where it is not asked for
}

func metaHTML(r *route.Request) (*route.Answer, error) {
	_, text, err := r.Reader.AppendText(r.Ctx, nil, r.Slug, 0)
	if err != nil {
		return nil, route.MissingPost(r, err)
	}
	if err := r.Reader.Budget().Spend(r.Ctx, 1+len(text.JSON)*price>>10); err != nil {
		return nil, err
	}
	post, err := content.DecodePost(text.JSON)
	if err != nil {
		return nil, fmt.Errorf("%w: a post: %w", store.ErrCorrupt, err)
	}
	var terms store.PostTerms
	if metabox.Linked(&post.Meta) {
		found, err := r.Reader.PostTerms(r.Ctx, []store.Ref{text.Ref})
		if err != nil {
			return nil, err
		}
		terms = found[0]
	}
	f, links := fragment{Slug: post.Slug}, linksOf(r)
	if f.Meta, err = metabox.HTMLElsewhere(metabox.Of(&post.Meta, terms, links.address)); err != nil {
		return nil, err
	}
	var slugs [][]byte
	if r.Similar {
		if f.Similar, slugs, err = similarTo(r, text.Ref, links); err != nil {
			return nil, err
		}
	}
	var body bytes.Buffer
	if err := written.Execute(&body, f); err != nil {
		return nil, err
	}
	a := route.NewAnswer(http.StatusOK)
	a.Body = body.Bytes()
	a.Header.Add("Content-Type", Media+"; charset=utf-8")
	a.Header.Add("Content-Security-Policy", policy)
	a.Header.Add("X-Robots-Tag", "noindex") // what it shows stands in pages
	about(a, post.Slug, terms)
	if r.Similar {
		a.AboutPosts(slugs)
	}
	return a, nil
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
