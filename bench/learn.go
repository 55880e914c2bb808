package bench

import (
	"context"
	"encoding/json"
	"fmt"
	"net/url"
	"strconv"
)

// wanted is over how many arguments an operation varies, where the archive has
// as many.
const wanted = 512

// archive is what can be asked about: learned from the server over REST.
type archive struct {
	conn         *conn
	posts        int      // public ones
	slugs        []string // of posts, from all over the archive
	texts        []string // what these posts are about, a few sentences each
	tools        []term   // most posts first
	entities     []term   // likewise
	difficulties []string
}

type term struct {
	Slug      string
	PostCount int
}

// learn asks a server about its archive.
func learn(ctx context.Context, addr string) (a *archive, err error) {
	a = &archive{}
	if a.conn, err = dial(addr); err != nil {
		return nil, err
	}
	defer a.conn.Close()
	list, err := a.list(ctx, question{order: "slug", limit: 1})
	if err != nil {
		return nil, err
	}
	if a.posts = list.Page.Total; a.posts == 0 {
		return nil, fmt.Errorf("the archive has no public post: there is nothing to ask for")
	}
	seen := map[string]bool{}
	for i := range min(wanted, a.posts) {
		list, err := a.list(ctx, question{order: "slug", limit: 1, page: 1 + i*a.posts/min(wanted, a.posts)})
		if err != nil {
			return nil, err
		}
		for _, post := range list.Data {
			a.slugs = append(a.slugs, post.Slug)
			a.texts = append(a.texts, post.Title+" "+post.Summary)
			if d := post.Difficulty; d != "" && !seen[d] {
				seen[d] = true
				a.difficulties = append(a.difficulties, d)
			}
		}
	}
	if a.tools, err = a.terms(ctx, "/v1/tools"); err != nil {
		return nil, err
	}
	a.entities, err = a.terms(ctx, "/v1/entities")
	return a, err
}

// ask decodes the answer to a request.
func (a *archive) ask(ctx context.Context, r request, into any) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	answer, err := a.conn.ask(r.wire)
	if err != nil {
		return fmt.Errorf("%s: %w", r.key, err)
	}
	if answer.Status != 200 {
		return fmt.Errorf("%s: found the status %d, expected 200: %s", r.key, answer.Status, answer.Body)
	}
	return json.Unmarshal(answer.Body, into)
}

// summaries is a page of cards, as far as it is read here.
type summaries struct {
	Data []struct{ Slug, Title, Summary, Difficulty string }
	Page struct {
		Total int
		After string // "" on the last page
	}
}

func (a *archive) list(ctx context.Context, q question) (s summaries, err error) {
	err = a.ask(ctx, get("/v1/summaries", q.parameters()), &s)
	return s, err
}

// endCursor is where a list ends for GraphQL.
func (a *archive) endCursor(ctx context.Context, q question) (string, error) {
	r, err := post(postsOperation, q.variables())
	if err != nil {
		return "", err
	}
	var answer struct {
		Data struct {
			Posts struct{ PageInfo struct{ EndCursor string } }
		}
	}
	err = a.ask(ctx, r, &answer)
	return answer.Data.Posts.PageInfo.EndCursor, err
}

// most bounds how many terms are learned.
const most = 2000

// terms are those of a kind, most posts first.
func (a *archive) terms(ctx context.Context, path string) (terms []term, err error) {
	parameters := url.Values{"sort": {"-postCount"}, "limit": {"100"}}
	for len(terms) < most {
		var list struct {
			Data []term
			Page struct{ After string }
		}
		if err := a.ask(ctx, get(path, parameters), &list); err != nil {
			return nil, err
		}
		terms = append(terms, list.Data...)
		if list.Page.After == "" {
			break
		}
		parameters.Set("after", list.Page.After)
	}
	return terms, nil
}

// filters are questions for the posts of a tool, narrowed in several ways,
// where at least so many posts match. Those of many tools come first.
func (a *archive) filters(ctx context.Context, least, n int) (questions []question, err error) {
	narrowings := []question{{}}
	for i := range 12 {
		narrowings = append(narrowings, question{quality: 10 + 7*i})
	}
	for _, d := range a.difficulties {
		narrowings = append(narrowings, question{difficulty: d}, question{difficulty: d, quality: 60})
	}
	for i := range 9 { // narrower than none, if little: the tool of most posts may be the only one
		narrowings = append(narrowings, question{quality: 1 + i})
	}
	for _, q := range narrowings {
		for _, tool := range a.tools {
			if tool.PostCount < least {
				break
			}
			q.tool, q.limit = tool.Slug, 1
			list, err := a.list(ctx, q)
			if err != nil {
				return nil, err
			}
			if q.limit = 0; list.Page.Total >= least {
				questions = append(questions, q)
			}
			if len(questions) == n {
				return questions, nil
			}
		}
	}
	return questions, nil
}

// deepest is how far into the lists of tools an operation can read: 5,000
// posts, or half of the longest list where none is so long.
func (a *archive) deepest() int {
	const deep = 5000
	if len(a.tools) == 0 {
		return 0
	}
	if longest := a.tools[0].PostCount; longest < deep+2*pageSize {
		return longest / 2 / pageSize * pageSize
	}
	return deep
}

// question is what can vary from one call of an operation to the next.
type question struct {
	slug       string // of a post or an entity
	tool       string
	quality    int // at least; 0 for any
	difficulty string
	order      string // as REST writes it
	limit      int
	page       int
	by         []string // fields to count by
	text       string   // to search for
	entity     string   // to compare posts with
	tools      []string // likewise

	// Each face's cursor for the same place in the list.
	after, graphqlAfter string
}

// parameters of REST.
func (q question) parameters() url.Values {
	v := url.Values{}
	text := func(name, value string) {
		if value != "" {
			v.Set(name, value)
		}
	}
	number := func(name string, value int) {
		if value != 0 {
			v.Set(name, strconv.Itoa(value))
		}
	}
	text("tool", q.tool)
	number("quality.gte", q.quality)
	text("difficulty", q.difficulty)
	text("sort", q.order)
	text("q", q.text)
	number("limit", q.limit)
	number("page", q.page)
	text("after", q.after)
	return v
}

// variables of the GraphQL operations here.
func (q question) variables() map[string]any {
	filter := map[string]any{}
	if q.tool != "" {
		filter["tool"] = map[string]any{"eq": q.tool}
	}
	if q.quality != 0 {
		filter["quality"] = map[string]any{"gte": q.quality}
	}
	if q.difficulty != "" {
		filter["difficulty"] = map[string]any{"eq": q.difficulty}
	}
	v := map[string]any{"filter": filter}
	if q.order != "" {
		field, descending := q.order, "ASC"
		if q.order[0] == '-' {
			field, descending = q.order[1:], "DESC"
		}
		v["orderBy"] = map[string]any{"field": enum(field), "direction": descending}
	}
	if q.limit != 0 {
		v["first"] = q.limit
	}
	if q.page != 0 {
		v["offset"] = (q.page - 1) * q.limit
	}
	if q.graphqlAfter != "" {
		v["after"] = q.graphqlAfter
	}
	return v
}

// enum is how GraphQL writes the REST name of a field.
func enum(name string) string {
	var upper []byte
	for _, c := range []byte(name) {
		switch {
		case 'A' <= c && c <= 'Z':
			upper = append(upper, '_', c)
		default:
			upper = append(upper, c-'a'+'A')
		}
	}
	return string(upper)
}
