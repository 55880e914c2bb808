package plan

import (
	"github.com/99designs/gqlgen/graphql"

	"alphanode/content"
	"alphanode/store"
)

// bodyTexts are what an execution has made of the bodies of posts, as text and as
// HTML: each is made once, and copied for every other alias and list that asks for
// it.
type bodyTexts struct {
	made map[bodyText]span // where they stand in the answer

	decoded   *content.Post // the last one that was decoded
	decodedOf store.Ref
	anchors   []string // of its blocks; nil where they were not asked for
}

type bodyText struct {
	of   store.Ref
	html bool
}

// maxKeptTexts bounds for how many texts there is room in what waits for another
// execution.
const maxKeptTexts = 1000

func (t *bodyTexts) emptied() bodyTexts {
	if len(t.made) > maxKeptTexts {
		return bodyTexts{}
	}
	clear(t.made)
	return bodyTexts{made: t.made}
}

// forget forgets what stands in the answer behind an index.
func (t *bodyTexts) forget(from int) {
	for text, at := range t.made {
		if at.to > from {
			delete(t.made, text)
		}
	}
}

// costOfDecoding is what it costs to decode a post and to make a text of it, in
// bytes handled for each byte of its JSON.
const costOfDecoding = 10

// bodyText writes what is made from the body of a post.
func (c *compiler) bodyText(f graphql.CollectedField, html bool) writer[storedPost] {
	return func(x *execution, p storedPost) bool {
		text := bodyText{p.row.Ref, html}
		if at, made := x.texts.made[text]; made {
			x.room(at.to - at.from)
			x.out = append(x.out, at.of(x.out)...)
			return true
		}
		post, err := x.decode(p)
		if err != nil {
			return x.fail(f, err)
		}
		from := len(x.out)
		if html {
			x.text(post.HTML())
		} else {
			x.text(post.Text())
		}
		if x.texts.made == nil {
			x.texts.made = map[bodyText]span{}
		}
		x.texts.made[text] = span{from, len(x.out)}
		return true
	}
}

// decode decodes a post, but for the one that it decoded last.
func (x *execution) decode(p storedPost) (*content.Post, error) {
	t := &x.texts
	if t.decoded == nil || t.decodedOf != p.row.Ref {
		x.handle(costOfDecoding * len(p.row.JSON))
		post, err := content.DecodePost(p.row.JSON)
		if err != nil {
			return nil, err
		}
		t.decoded, t.decodedOf, t.anchors = post, p.row.Ref, nil
	}
	return t.decoded, nil
}

// anchor writes the anchor of a heading, the block of the body that is being written.
// It follows from all blocks.
func (c *compiler) anchor(f graphql.CollectedField) writer[storedPost] {
	return func(x *execution, p storedPost) bool {
		post, err := x.decode(p)
		if err != nil {
			return x.fail(f, err)
		}
		t := &x.texts
		if t.anchors == nil {
			x.handle(costOfDecoding * len(p.row.JSON))
			t.anchors = post.Anchors()
		}
		x.text(t.anchors[x.block])
		return true
	}
}
