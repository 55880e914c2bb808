package pages

import (
	"context"
	"slices"
	"time"

	"alphanode/server/pages/frame"
	"alphanode/server/pages/sample"
	"alphanode/server/readable"
	"alphanode/server/route"
	"alphanode/store"
	"alphanode/store/release"
)

// Archive is what pages need beside the release that a request is answered from.
type Archive struct {
	Releases Releases
	Window   time.Duration // for which everyone may look at a release that was left
}

// Releases are those that were published.
type Releases interface {
	// Published lists those that are still there, the newest first.
	Published(first int, after string) (*store.ReleasePage[store.PublishedRelease], error)
	// Recent names those that were left lately and that everyone may look at.
	Recent(window time.Duration) []string
	// Pin gives a release by name; an error where there is none, or none that the options
	// allow. Who gets it closes it.
	Pin(ctx context.Context, name string, o store.PinOptions) (*release.Release, error)
}

// releasesView is what the page of releases shows.
type releasesView struct {
	Rows  []releaseRow
	Pages pages
}

// releaseRow is a release that was published.
type releaseRow struct {
	Name                   string
	At, Published          string // as machines and as people read it
	Posts, Entities, Tools int
	Current                bool
	Look                   string // the address of the archive as it was; "" where it may not be looked at
	Compare                string // with the one before; "" where there is none
	Before                 string
}

func (e *explorer) releasesPage(r *route.Request) (*route.Answer, error) {
	links := frame.LinksOf(r)
	found, err := e.archive.Releases.Published(perPage, r.After)
	if err != nil {
		return nil, route.InAddress(r.Query, err)
	}
	current := r.Reader.NamedRelease().Name()
	seen := slices.Concat(e.archive.Releases.Recent(e.archive.Window), []string{current})
	v := &releasesView{Pages: pages{Total: found.Total}}
	for i, p := range found.Releases {
		row := releaseRow{Name: p.Name, At: p.PublishedAt.UTC().Format(time.RFC3339), Published: readable.Moment(p.PublishedAt),
			Posts: p.Posts, Entities: p.Entities, Tools: p.Tools, Current: p.Name == current}
		if slices.Contains(seen, p.Name) || r.Reader.View() == store.Preview {
			row.Look = frame.Links{Site: r.Site, Pin: p.Name}.At("/")
		}
		if i+1 < len(found.Releases) {
			row.Before = found.Releases[i+1].Name
			row.Compare = links.At("/compare/" + row.Before + "/" + p.Name)
		}
		v.Rows = append(v.Rows, row)
	}
	path := "/v1/releases"
	if r.After != "" {
		path += "?" + with(nil, "after", r.After).Encode()
	}
	if n := len(found.Cursors); n > 0 && found.HasNext {
		v.Pages.Next = links.To("/releases", with(nil, "after", found.Cursors[n-1]))
	}
	a, err := e.releases.Answer(r, &frame.Page{Title: "Releases", Section: "/releases", NoIndex: len(r.Values) > 0, Canonical: "/releases", Data: v, Kept: kept(nil),
		Description: "What was published, when, and how many posts each release has.",
		Request:     &sample.Request{Path: path}})
	if err == nil {
		a.Keys = append(a.Keys, "posts", route.KeyRelease)
		a.Passing = true // a release that is removed is no more listed
	}
	return a, err
}
