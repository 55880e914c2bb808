package rest

import (
	"encoding/json"
	"slices"
	"strconv"
	"time"

	"alphanode/apierror"
	"alphanode/server/route"
	"alphanode/server/schema"
	"alphanode/store"
)

// currentRelease gives the release that answers this very request.
func currentRelease(r *route.Request) (*route.Answer, error) {
	release := r.Reader.NamedRelease()
	m := release.Manifest()
	a, err := route.JSONOf(members{{"data", releaseFields(m.Name, release.PublishedAt(), m.Public)}})
	if err == nil {
		a.Keys = append(a.Keys, route.KeyRelease)
	}
	return a, err
}

// releaseFields are what everyone may know of a release.
func releaseFields(name string, publishedAt time.Time, public store.Counts) members {
	var published any // null where the release was never published
	if !publishedAt.IsZero() {
		published = publishedAt.UTC().Format(time.RFC3339Nano)
	}
	return members{
		{"name", name}, {"publishedAt", published},
		{"postCount", public.Posts}, {"entityCount", public.Entities}, {"toolCount", public.Tools},
	}
}

// listReleases lists the releases that were published, the newest first; for who
// publishes, all there are.
func (archive Archive) listReleases(r *route.Request) (*route.Answer, error) {
	if r.Key.Scope.Includes(store.ScopeAdmin) {
		return archive.listAllReleases(r)
	}
	found, err := archive.Live.Others().Published(r.Limit, r.After)
	if err != nil {
		return nil, route.InAddress(r.Query, err)
	}
	current := r.Reader.NamedRelease().Manifest().Name
	rows := make([][]byte, len(found.Releases))
	for i, release := range found.Releases {
		fields := releaseFields(release.Name, release.PublishedAt, release.Counts)
		if rows[i], err = json.Marshal(append(fields, member{"current", release.Name == current})); err != nil {
			return nil, err
		}
	}
	a := listRows(r, rows, located{cursors: found.Cursors, total: found.Total, hasNext: found.HasNext})
	a.Keys = append(a.Keys, "posts", route.KeyRelease)
	a.Passing = true // a release that is removed is no more listed
	return a, nil
}

func (archive Archive) listAllReleases(r *route.Request) (*route.Answer, error) {
	found, err := archive.Catalogue.ListPage(r.Limit, r.After)
	if err != nil {
		return nil, route.InAddress(r.Query, err)
	}
	current, damage := r.Reader.NamedRelease().Manifest().Name, archive.Live.Damage()
	rows := make([][]byte, len(found.Releases))
	for i, e := range found.Releases {
		readable := e.Problem == ""
		if readable && e.Name == damage.From {
			e.Problem = "it is damaged, so " + damage.To + " is served in its place"
		}
		var published time.Time
		if e.PublishedAt != nil {
			published = *e.PublishedAt
		}
		fields := append(releaseFields(e.Name, published, e.Public), member{"current", e.Name == current}, member{"state", e.State})
		for _, text := range []struct{ name, value string }{
			{"problem", e.Problem}, {"parent", e.Parent}, {"note", e.Note}, {"owner", e.Owner}, {"rollbackNote", e.RollbackNote},
		} {
			if text.value != "" {
				fields = append(fields, member{text.name, text.value})
			}
		}
		if readable {
			fields = append(fields, member{"builtAt", e.Time}, member{"builtBy", e.Tool}, member{"posts", e.Posts}, member{"changes", e.Changes},
				member{"size", e.Size}, member{"sha256", e.SHA256})
			if e.ExpectPosts != nil {
				fields = append(fields, member{"expectPosts", *e.ExpectPosts})
			}
		}
		if rows[i], err = json.Marshal(fields); err != nil {
			return nil, err
		}
	}
	return listRows(r, rows, located{cursors: found.Cursors, total: found.Total, hasNext: found.HasNext}), nil
}

// diffReleases gives a page of what differs between two releases.
func diffReleases(r *route.Request) (*route.Answer, error) {
	found, err := r.Reader.Changes(r.Ctx, store.ChangeQuery{
		Since: r.Since, Until: r.Until, First: r.Limit, After: r.After, Cursors: store.LastCursor, Fields: true,
	})
	if err != nil {
		return nil, aboutRelease(r.Query, err, map[string]string{"since": "path.a", "until": "path.b"})
	}
	body := r.Bodies.Take(listStart)
	for i, change := range found.Changes {
		body = appendChange(separate(body, i), change)
		if len(change.Fields) > 0 {
			body = append(body, `,"fields":[`...)
			for j, field := range change.Fields {
				body = appendString(separate(body, j), field)
			}
			body = append(body, ']')
		}
		body = append(body, '}')
	}
	counts := append([]byte(nil), `,"counts":{"added":`...)
	counts = strconv.AppendInt(counts, int64(found.Added), 10)
	counts = strconv.AppendInt(append(counts, `,"changed":`...), int64(found.Changed), 10)
	counts = strconv.AppendInt(append(counts, `,"removed":`...), int64(found.Removed), 10)
	a := endList(r, body, locatedChanges(found), nil, append(counts, '}')...)
	a.Keys = append(a.Keys, "posts")
	return a, nil
}

// appendChange begins the row of a change.
func appendChange(row []byte, c store.Change) []byte {
	row = append(row, `{"kind":"`...)
	row = appendLower(row, string(c.Kind))
	row = append(row, `","slug":`...)
	return appendString(row, c.Slug)
}

func locatedChanges(found *store.ChangePage) located {
	at := located{total: found.Total(), hasNext: found.HasNext}
	if n := len(found.Changes); n > 0 {
		at.cursors = []string{found.Changes[n-1].Cursor}
	}
	return at
}

// aboutRelease words an error about a release by where its name stands in the
// address.
func aboutRelease(q *route.Query, err error, places map[string]string) error {
	e := apierror.From(err)
	if e == nil || len(e.Fields) != 1 || places[e.Fields[0].Location] == "" {
		return route.InAddress(q, err)
	}
	f := e.Fields[0]
	f.Location = places[f.Location]
	detail := e.Detail
	if e.Code == apierror.BadRequest {
		detail = f.Location + ": found " + f.Value + ", expected " + f.Expected + "."
	}
	return apierror.New(e.Code, detail, f).WithCause(err)
}

// releaseInPath takes the name of a release that was published, in the address.
func releaseInPath(name, doc string, fill func(*route.Query, string)) *route.Parameter {
	p := route.TextParameter(name, doc, []any{"r1"}, fill)
	p.In = route.InPath
	return p
}

var changeKind = &schema.Schema{Type: "string", Enum: []string{"added", "changed", "removed"}}

var (
	publishedReleaseShape = object("A release that was published.", slices.Concat(*releaseShape.Properties,
		[]schema.Property{
			is("current", truth("Whether answers are from it.")),
			maybe("state", &schema.Schema{Type: "string", Enum: []string{string(store.StateStaged), string(store.StateCurrent), string(store.StatePrevious)},
				Description: "This and what follows is for keys of scope admin."}),
			maybe("problem", text("Why it cannot be read, or which release is served in its place because it is damaged.")),
			maybe("parent", text("The release it was built onto.", "r2")),
			maybe("note", text("What its builder said of it.", "January's articles")),
			maybe("owner", text("Who answers for it.", "news desk")),
			maybe("rollbackNote", text("What to know before it is rolled back.", "Purge the start page.")),
			maybe("builtAt", instant("")),
			maybe("builtBy", text("Which version of alphanode built it.", "alphanode v0.1.0")),
			maybe("posts", number("integer", "How many posts it has, with those that are not public.", zero, "")),
			maybe("changes", object("What the import did.",
				is("added", number("integer", "", zero, "")), is("changed", number("integer", "", zero, "")), is("unchanged", number("integer", "", zero, "")),
				is("removed", number("integer", "", zero, "")), is("rejected", number("integer", "", zero, "")))),
			maybe("size", number("integer", "Of its file, in bytes.", zero, "")),
			maybe("sha256", text("Of its file, in hex.")),
			maybe("expectPosts", number("integer", "How many posts it must have to be published.", zero, "")),
		})...)

	differenceShape = object("A post in which two releases differ.",
		is("kind", changeKind),
		is("slug", text("The key of the post.", "measuring-a-cache")),
		maybe("fields", listOf("In which fields a changed post differs, by their paths and in alphabetical order.", text("", "meta.score.quality"))))

	countsShape = object("How many posts differ, on all pages.",
		is("added", number("integer", "", zero, "", 12)),
		is("changed", number("integer", "", zero, "", 3)),
		is("removed", number("integer", "", zero, "", 1)))
)
