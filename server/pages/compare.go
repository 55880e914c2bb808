package pages

import (
	"context"
	"errors"
	"slices"
	"strings"

	"alphanode/apierror"
	"alphanode/server/pages/frame"
	"alphanode/server/pages/sample"
	"alphanode/server/route"
	"alphanode/store"
	"alphanode/store/release"
)

// compareView is what differs between two releases.
type compareView struct {
	From, To string
	Counts   store.ChangeCounts
	Same     int // posts in both, alike; -1 where it is not known
	Hidden   bool
	Rows     []changeRow
	Pages    pages
	Other    string // the comparison the other way round
	All      string
}

// changeRow is a post that differs.
type changeRow struct {
	Kind   string // added, changed or removed
	Slug   string
	Title  string // "" where the reader sees no release that has it
	Href   string // "" where it is not among what is current
	Fields []fieldRow
}

// fieldRow is a field of a post that changed.
type fieldRow struct {
	Path          string
	Before, After []piece // none where the reader does not see both releases
}

func (e *explorer) comparePage(r *route.Request) (*route.Answer, error) {
	links := frame.LinksOf(r)
	found, err := r.Reader.Changes(r.Ctx, store.ChangeQuery{Since: r.Since, Until: r.Until, First: perPage, After: r.After, Cursors: store.LastCursor, Fields: true})
	if err != nil {
		return nil, compared(r, err)
	}
	v := &compareView{From: r.Since, To: r.Until, Counts: found.ChangeCounts, Same: -1, Other: links.At("/compare/" + r.Until + "/" + r.Since), All: links.At("/releases"),
		Pages: pages{Total: found.Total()}}
	if n := len(found.Changes); n > 0 && found.HasNext {
		v.Pages.Next = links.To(r.Path, with(nil, "after", found.Changes[n-1].Cursor))
	}
	before, after, close := e.both(r)
	defer close()
	v.Hidden = before == nil || after == nil
	current := r.Reader.NamedRelease().Name()
	if after != nil {
		v.Same = after.NamedRelease().Manifest().Public.Posts - found.Added - found.Changed
	}
	for _, c := range found.Changes {
		row := changeRow{Kind: strings.ToLower(string(c.Kind)), Slug: c.Slug}
		for _, in := range []*release.Reader{after, before} {
			if row.Title != "" {
				break
			}
			if row.Title, err = titleIn(r.Ctx, in, c.Slug); err != nil {
				return nil, err
			}
		}
		var was, is any
		if len(c.Fields) > 0 {
			if was, err = postOf(r.Ctx, before, c.Slug); err != nil {
				return nil, err
			}
			if is, err = postOf(r.Ctx, after, c.Slug); err != nil {
				return nil, err
			}
		}
		if c.Kind != store.Removed && r.Until == current {
			row.Href = links.Post(c.Slug)
		}
		for _, path := range c.Fields {
			field := fieldRow{Path: path}
			if was != nil && is != nil {
				field.Before, field.After = differing(was, is, path)
			}
			row.Fields = append(row.Fields, field)
		}
		v.Rows = append(v.Rows, row)
	}
	path := "/v1/releases/" + r.Since + "/diff/" + r.Until
	asked := &sample.Request{Path: path}
	if r.After != "" {
		asked.Path += "?" + with(nil, "after", r.After).Encode()
	}
	if r.Until == current { // GraphQL tells what leads to the release that answers
		asked.Query, asked.Vars = changesQuery, variables(map[string]any{"since": r.Since, "first": perPage}, r.After)
	}
	a, err := e.compare.Answer(r, &frame.Page{Title: r.Since + " and " + r.Until + ": " + frame.Plural(found.Total(), "post differs", "posts differ"), Section: "/releases", NoIndex: true,
		Canonical: r.Path, Data: v, Request: asked})
	if err == nil {
		a.Keys = append(a.Keys, "posts", route.KeyRelease) // which of the two are seen rests on what is current
		a.Passing = true                                   // a release can be removed
	}
	return a, err
}

// both gives readers of the two releases, nil of one that who asks may not see: of others
// it is told that a post differs, and in which fields, but nothing of what it says.
func (e *explorer) both(r *route.Request) (before, after *release.Reader, close func()) {
	var open []*release.Release
	reader := func(name string) *release.Reader {
		found, err := e.archive.Releases.Pin(r.Ctx, name, store.PinOptions{Any: r.Reader.View() == store.Preview, Window: e.archive.Window})
		if err != nil { // then it is not shown, whatever the reason
			return nil
		}
		open = append(open, found)
		return found.Reader(store.Public).WithBudget(r.Reader.Budget())
	}
	before, after = reader(r.Since), reader(r.Until)
	return before, after, func() {
		for _, each := range open {
			_ = each.Close() // it was only read
		}
	}
}

// postOf is a post as a release has it; nil where it has none, or is not seen.
func postOf(ctx context.Context, in *release.Reader, slug string) (any, error) {
	if in == nil {
		return nil, nil
	}
	text, _, err := in.AppendText(ctx, nil, slug, 0)
	if errors.Is(err, store.ErrNotFound) {
		return nil, nil
	}
	if err == nil {
		err = in.Budget().Spend(ctx, len(text)/decodedPerUnit)
	}
	if err != nil {
		return nil, err
	}
	return decoded(text), nil
}

// decodedPerUnit is how many bytes of a post are decoded for a unit.
const decodedPerUnit = 50

// titleIn is the title of a post in a release; "" where it has none, or is not seen.
func titleIn(ctx context.Context, in *release.Reader, slug string) (string, error) {
	if in == nil {
		return "", nil
	}
	refs, err := in.Lookup(ctx, slug)
	if err != nil || refs[0] == store.NoRef {
		return "", err
	}
	cards, err := in.Posts(ctx, refs, store.Card)
	if err != nil {
		return "", err
	}
	return cards[0].Title, nil
}

// compared words an error about a release by where its name stands in the address.
func compared(r *route.Request, err error) error {
	e := apierror.From(err)
	fields := slices.Clone(e.Fields)
	for i := range fields {
		if name, ok := map[string]string{"since": "path.a", "until": "path.b"}[fields[i].Location]; ok {
			fields[i].Location = name
			detail := e.Detail
			if e.Code == apierror.BadRequest {
				detail = name + ": found " + fields[i].Value + ", expected " + fields[i].Expected + "."
			}
			return apierror.New(e.Code, detail, fields...).WithCause(err)
		}
	}
	return route.InAddress(r.Query, err)
}

const changesQuery = `query Changes($since: ID!, $first: Int!, $after: String) {
  changes(since: $since, first: $first, after: $after) {
    totalCount
    edges { kind slug node { title updated } }
  }
}`

// variables adds the place of a page to others.
func variables(all map[string]any, after string) map[string]any {
	if after != "" {
		all["after"] = after
	}
	return all
}
