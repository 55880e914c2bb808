package feeds

import (
	"time"

	"alphanode/content"
	"alphanode/server/route"
	"alphanode/store"
)

// mostEntries is how many posts a feed has: the newest by when they were updated, of those
// that have a date.
const mostEntries = 50

// feed is what a feed says, in whatever form it is written.
type feed struct {
	title   string
	about   string // one sentence
	self    string // its own address
	home    string // the page of which it tells the news
	author  string // posts name none, so it is who publishes them
	site    string // the address of all
	updated string // when the newest entry was; the beginning of time where there is none
	entries []entry
}

// entry is a post in a feed. It is known by the address of its page, which stays when its
// title changes.
type entry struct {
	page, markdown string
	title, summary string
	updated        string
	image          string // an absolute address; "" for none
	tags           []string
}

// siteName is how the archive is called.
const siteName = "alphanode"

// writer writes a feed in one form.
type writer func(*feed) ([]byte, error)

// feedOf gives the handler of a feed of all posts, or of those with the term that the
// address names.
func feedOf(kind store.Kind, name, media string, write writer) func(*route.Request) (*route.Answer, error) {
	return func(r *route.Request) (*route.Answer, error) {
		f := &feed{title: siteName, about: "The posts that were published or reviewed last.", home: r.Site.URL("/"), author: siteName, site: r.Site.URL("/")}
		var term *store.Term
		var id *store.TermID
		if kind != "" {
			var err error
			if term, err = route.NamedTerm(r, kind); err != nil {
				return nil, err
			}
			id = &term.ID
			f.title = term.Name + " · " + siteName
			f.about = "The posts with the " + string(kind) + " " + term.Name + " that were published or reviewed last."
			f.home = r.Site.URL(r.Path[:len(r.Path)-len("/"+name)])
		}
		f.self = r.Site.URL(r.Path)
		cards, err := newest(r, id, mostEntries)
		if err != nil {
			return nil, err
		}
		asMarkdown, err := route.MarkdownPaths(r, slugsOf(cards)...)
		if err != nil {
			return nil, err
		}
		f.fill(r.Site, cards, asMarkdown)
		body, err := write(f)
		if err != nil {
			return nil, err
		}
		a := file(media, body)
		about(a, cards)
		if term != nil {
			a.AboutTerm(r, term)
		}
		return a, nil
	}
}

// newest gives the posts that were updated last and may be indexed, with a term where one
// is given.
func newest(r *route.Request, term *store.TermID, most int) ([]*store.Post, error) {
	filter := &store.Filter{NeedsHumanReview: new(bool)}
	if r.Reader.View() != store.Public { // who sees drafts does not find them in what is for all
		filter.Status = &store.TermFilter{None: []string{content.StatusDraft, content.StatusInReview, content.StatusArchived}}
	}
	found, err := r.Reader.Find(r.Ctx, store.PostQuery{Filter: filter, Term: term, Order: store.DefaultOrder, Window: store.Window{First: &most}, Cursors: store.NoCursors})
	if err != nil {
		return nil, err
	}
	cards, err := r.Reader.Posts(r.Ctx, found.Refs, store.Card)
	if err != nil {
		return nil, err
	}
	for i, card := range cards {
		if card.Updated == "" { // as are all behind it
			return cards[:i], nil
		}
	}
	return cards, nil
}

// fill makes entries of cards. Beside them stand the paths of their Markdown.
func (f *feed) fill(site route.Site, cards []*store.Post, asMarkdown []string) {
	f.updated = instant("1970-01-01")
	for i, card := range cards {
		e := entry{
			page: site.URL(route.PostPath(card.Slug)), markdown: site.URL(asMarkdown[i]),
			title: card.Title, summary: card.Meta.Summary, updated: instant(card.Updated), tags: card.Meta.Tools,
		}
		if card.Image != nil {
			if u, ok := content.WebAddress(card.Image.URL); ok {
				e.image = u.String()
			}
		}
		if f.entries = append(f.entries, e); i == 0 {
			f.updated = e.updated
		}
	}
}

func slugsOf(cards []*store.Post) []string {
	slugs := make([]string, len(cards))
	for i, card := range cards {
		slugs[i] = card.Slug
	}
	return slugs
}

// about notes the posts of an answer.
func about(a *route.Answer, cards []*store.Post) {
	slugs := make([][]byte, len(cards))
	for i, card := range cards {
		slugs[i] = []byte(card.Slug)
	}
	a.AboutPosts(slugs)
}

// instant gives a date of a post as the date-time that it stands for: a day begins at
// midnight UTC.
func instant(date string) string {
	at, ok := content.ParseDate(date)
	if !ok {
		return ""
	}
	if len(date) > len(time.DateOnly) {
		if _, offset := at.Zone(); offset >= -14*3600 && offset <= 14*3600 {
			return date
		}
	}
	return at.UTC().Format(time.RFC3339Nano)
}
