package rest

import (
	"alphanode/server/route"
	"alphanode/server/schema"
	"alphanode/store"
)

// complete gives titles, entities and tools that fit what is being typed.
func complete(r *route.Request) (*route.Answer, error) {
	found, err := r.Reader.Complete(r.Ctx, r.Completion)
	if err != nil {
		return nil, route.InAddress(r.Query, err)
	}
	body := []byte(`{"data":[`)
	for i, c := range found {
		body = append(separate(body, i), `{"kind":`...)
		body = appendString(body, string(c.Kind))
		body = append(body, `,"text":`...)
		body = appendString(body, c.Text)
		body = append(body, `,"slug":`...)
		body = append(appendString(body, c.Slug), '}')
	}
	a := route.JSON(append(body, `]}`...))
	a.Keys = append(a.Keys, "posts") // any post can bring what fits
	for _, c := range found {
		if c.Kind == store.CompletesTitle {
			a.About("post", c.Slug)
		} else {
			a.About(string(c.Kind), c.Slug)
		}
	}
	return a, nil
}

// The parameters of what is completed.
var (
	beingTyped      = beginningParameter()
	completionLimit = route.IntegerParameter("limit", "How many there are at most.", 1, store.MaxLimit, &schema.Schema{Default: store.DefaultCompletions},
		func(q *route.Query, n int64) { q.Completion.First = int(n) })
)

func beginningParameter() *route.Parameter {
	p := route.TextParameter("q", "What was typed so far: the beginning of a title, or of a word of a name. Case and accents do not matter.", []any{"re"},
		func(q *route.Query, typed string) { q.Completion.Typed = typed })
	p.Needed = "the beginning of a title or a name"
	return p
}

var completionShape = object("A title or a name that fits what was typed.",
	is("kind", &schema.Schema{Type: "string", Enum: completionKinds()}),
	is("text", text("The title of a post, or the name as most posts spell it.", "Redis")),
	is("slug", text("The key of the post, the entity or the tool.", "redis")))

func completionKinds() (names []string) {
	for _, kind := range store.CompletionKinds {
		names = append(names, string(kind))
	}
	return names
}
