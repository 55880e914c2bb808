package rest

import (
	"fmt"
	"slices"
	"strconv"

	"alphanode/apierror"
	"alphanode/content"
	"alphanode/server/route"
	"alphanode/server/schema"
	"alphanode/store"
)

// What include= adds to posts: their bodies in one piece, where their headings are, the
// posts most like them, and their terms as these have addresses.

var includeOfPost = route.ChoicesParameter("include", "What else each post has. html and text: its body as HTML that is safe to show, and as plain text. anchors: its headings, and by which anchors addresses lead to them. similar: the posts most like it. "+
	"terms: its tools, entities and stack with their slugs, and how many posts have each.",
	[]string{"html", "text", "anchors", "similar", "terms"},
	func(q *route.Query, parts []string) {
		q.HTML, q.Text, q.Anchors = slices.Contains(parts, "html"), slices.Contains(parts, "text"), slices.Contains(parts, "anchors")
		q.Similar, q.OfTerms = slices.Contains(parts, "similar"), slices.Contains(parts, "terms")
	})

// includeOfCard is that of posts that have no body.
var includeOfCard = route.ChoicesParameter("include", "What else each post has. similar: the posts most like it. terms: its tools, entities and stack with their slugs, and how many posts have each.",
	[]string{"similar", "terms"},
	func(q *route.Query, parts []string) {
		q.Similar, q.OfTerms = slices.Contains(parts, "similar"), slices.Contains(parts, "terms")
	})

// ofSimilar are the parameters that say which posts include=similar gives.
var ofSimilar = []*route.Parameter{
	route.IntegerParameter("similar.limit", "With include=similar: how many posts there are at most.", 0, store.MaxLimit, &schema.Schema{Default: route.DefaultLimit},
		func(q *route.Query, n int64) { q.Alike.First = int(n) }),
	route.FractionParameter("similar.minSimilarity", "With include=similar: only posts at least this similar.", &schema.Schema{Default: 0.0, Examples: []any{0.25}},
		func(q *route.Query, f float64) { q.Alike.MinSimilarity = f }),
	route.FractionParameter("similar.diversity", "With include=similar: as diversity of /v1/posts/{slug}/similar.", &schema.Schema{Default: 0.0, Examples: []any{0.3}},
		func(q *route.Query, f float64) { q.Alike.Diversity = f }),
}

// includeParameters are those of what gives whole posts.
var includeParameters = append([]*route.Parameter{includeOfPost}, ofSimilar...)

// checkIncluded refuses to say how something is included that is not.
func checkIncluded(q *route.Query) (f route.Faults) {
	for _, p := range ofSimilar {
		if q.Values.Has(p.Name) && !q.Similar {
			f = append(f, misfit(q, p.Name, p.Name+" only together with include=similar"))
		}
	}
	if q.Summary && ofBody(q) {
		f = append(f, misfit(q, "include", "similar and terms alone where as=summary asks for posts without their bodies"))
	}
	return f
}

// anchorShape is a heading of a post, as include=anchors tells it.
var anchorShape = object("A heading of the body.",
	is("block", number("integer", "Its place in the body, from 0.", zero, "", 3)),
	is("level", number("integer", "1 is the highest.", one, six)),
	is("text", text("", "Setting up")),
	is("anchor", text("What an address within the post ends with; the id of the heading in html. Unique in the post.", "setting-up")))

// includable are the fields that include= adds to a whole post; a card has the last two alone.
var includable = []schema.Property{
	maybe("html", text("Only with include=html: the body as HTML that is safe to show.")),
	maybe("text", text("Only with include=text: the body as plain text.")),
	maybe("anchors", listOf("Only with include=anchors: the headings of the body, in order.", anchorShape)),
	maybe("similar", listOf("Only with include=similar: the first page of /v1/posts/{slug}/similar.", component("SimilarPost"))),
	maybe("terms", component("PostTerms")),
}

var postTermsShape = object("Only with include=terms: the terms of the post, each list place by place as meta has it. A post names them as it spells them; here they have the names that most posts use.",
	is("tools", listOf("", component("Tool"))), is("entities", listOf("", component("Entity"))),
	is("stack", listOf("As filters take them; they have no address of their own.", component("Tool"))))

// withIncluded is the shape of a post with what include= may add.
func withIncluded(post *schema.Schema, more ...schema.Property) *schema.Schema {
	return object(post.Description, slices.Concat(*post.Properties, more)...)
}

// decodePrice is what it costs to decode a KiB of a post and to make texts of its body, and
// writePrice what it costs to write a KiB of those, in units of a budget.
const decodePrice, writePrice = 14, 3

// included adds what include= asks for to each of some posts.
type included struct {
	*route.Request
	similar []*store.SimilarPage // of each post, where they are asked for
	cards   map[store.Ref][]byte // of all of them
	arena   []byte               // in which the cards stand
	terms   []store.PostTerms    // of each post, where they are asked for
}

// includes reports whether a query asks for more than posts have.
func includes(q *route.Query) bool { return ofBody(q) || q.Similar || q.OfTerms }

// ofBody reports whether a query asks for what is made from the bodies of posts.
func ofBody(q *route.Query) bool { return q.HTML || q.Text || q.Anchors }

// include makes ready what is added to some posts. Who no longer needs it ends it.
func include(r *route.Request, refs []store.Ref) (*included, error) {
	in := &included{Request: r}
	var err error
	if r.OfTerms {
		if in.terms, err = r.Reader.PostTerms(r.Ctx, refs); err != nil {
			return nil, err
		}
	}
	if !r.Similar {
		return in, nil
	}
	if in.similar, err = r.Reader.SimilarToEach(r.Ctx, refs, r.Alike); err != nil {
		return nil, err
	}
	in.cards = map[store.Ref][]byte{}
	var similar []store.Ref
	for _, page := range in.similar {
		for _, hit := range page.Hits {
			if _, known := in.cards[hit.Ref]; !known {
				in.cards[hit.Ref] = nil
				similar = append(similar, hit.Ref)
			}
		}
	}
	arena, cards, err := texts(r, r.Bodies.Take(""), similar, store.Card, 0)
	if err != nil {
		return nil, err
	}
	in.arena = arena
	for i, card := range cards {
		in.cards[similar[i]] = card.JSON
	}
	return in, nil
}

func (in *included) end() { in.Bodies.Give(in.arena) }

// appendTo adds to post i, with which the body ends: the whole one, or fields of it. Its
// text is the whole one where its body is asked for.
func (in *included) appendTo(body []byte, i int, post store.Text) ([]byte, error) {
	if !includes(in.Query) {
		return body, nil
	}
	body = body[:len(body)-1] // without the closing brace
	begin := func(name string) {
		if body[len(body)-1] != '{' {
			body = append(body, ',')
		}
		body = append(append(append(body, '"'), name...), `":`...)
	}
	if ofBody(in.Query) {
		if err := in.Reader.Budget().Spend(in.Ctx, 1+len(post.JSON)*decodePrice>>10); err != nil {
			return nil, err
		}
		whole, err := content.DecodePost(post.JSON)
		if err != nil {
			return nil, fmt.Errorf("%w: a post: %w", store.ErrCorrupt, err)
		}
		from := len(body)
		if in.HTML {
			begin("html")
			body = appendString(body, whole.HTML())
		}
		if in.Text {
			begin("text")
			body = appendString(body, whole.Text())
		}
		if in.Anchors {
			begin("anchors")
			body = appendAnchors(body, whole)
		}
		if err := in.Reader.Budget().Spend(in.Ctx, (len(body)-from)*writePrice>>10); err != nil {
			return nil, err
		}
	}
	if in.Similar {
		begin("similar")
		hits := in.similar[i].Hits
		body, _ = appendHits(append(body, '['), hits, func(i int) []byte { return in.cards[hits[i].Ref] })
		body = append(body, ']')
	}
	if in.OfTerms {
		begin("terms")
		body = appendPostTerms(body, &in.terms[i])
	}
	return append(body, '}'), nil
}

func appendPostTerms(dst []byte, terms *store.PostTerms) []byte {
	start := len(dst)
	for _, list := range []struct {
		name string
		of   []*store.Term
	}{{"tools", terms.Tools}, {"entities", terms.Entities}, {"stack", terms.Stack}} {
		dst = append(append(append(dst, `,"`...), list.name...), `":[`...)
		for i, t := range list.of {
			dst = appendTerm(separate(dst, i), t)
		}
		dst = append(dst, ']')
	}
	dst[start] = '{' // in place of the first comma
	return append(dst, '}')
}

// appendAnchors appends the headings of a post with their anchors.
func appendAnchors(body []byte, post *content.Post) []byte {
	body = append(body, '[')
	first := true
	for i, anchor := range post.Anchors() {
		heading, ok := post.Body[i].(content.Heading)
		if !ok {
			continue
		}
		if !first {
			body = append(body, ',')
		}
		first = false
		body = strconv.AppendInt(append(body, `{"block":`...), int64(i), 10)
		body = strconv.AppendInt(append(body, `,"level":`...), int64(heading.Level), 10)
		body = appendString(append(body, `,"text":`...), heading.Text)
		body = append(appendString(append(body, `,"anchor":`...), anchor), '}')
	}
	return append(body, ']')
}

// misfit says what was expected of a parameter in place of what was given.
func misfit(q *route.Query, name, expected string) apierror.Field {
	return apierror.Field{Location: route.InQuery + "." + name, Value: route.Shorten(q.Given(name)), Expected: expected}
}
