package feeds

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"encoding/xml"
	"math"
	"net/http"
	"strconv"
	"strings"

	"github.com/go-faster/jx"

	"alphanode/apierror"
	"alphanode/content"
	"alphanode/server/route"
	"alphanode/server/schema"
	"alphanode/server/wire"
	"alphanode/store"
	"alphanode/store/release"
)

// The sitemap lists the page of each post that may be indexed, by slug. More than one file
// may hold are cut into parts. Each is a stream: however many posts there are, those of one
// batch are in memory.

const (
	// mostURLs and longestURL are bounds of the protocol, of a file and of an address.
	mostURLs, longestURL = 50_000, 2048
	// batch is how many posts are read at once.
	batch = 256
)

// partNumber is the number of a part, counted from 1.
var partNumber = func() *route.Parameter {
	p := route.IntegerParameter("number", "Which part, counted from 1.", 1, math.MaxInt32, &schema.Schema{}, func(q *route.Query, n int64) { q.Page = int(n) })
	p.In = route.InPath
	return p
}()

// sitemap answers with all posts, or with the list of the parts they are in.
func (f *Feeds) sitemap(r *route.Request) (*route.Answer, error) {
	n, err := r.Reader.Indexable(r.Ctx)
	if err != nil {
		return nil, err
	}
	if n <= f.mostURLs {
		return f.stream(r, 0)
	}
	var w bytes.Buffer
	w.WriteString(xml.Header + `<sitemapindex xmlns="` + sitemapSpace + `">` + "\n")
	for part := range (n + f.mostURLs - 1) / f.mostURLs {
		w.WriteString("<sitemap><loc>")
		_ = xml.EscapeText(&w, []byte(r.Site.URL("/sitemap-"+strconv.Itoa(part+1)+".xml"))) // a buffer takes all
		w.WriteString("</loc></sitemap>\n")
	}
	w.WriteString("</sitemapindex>\n")
	a := file(xmlMedia, w.Bytes())
	a.Keys = []string{"posts"}
	return a, nil
}

// sitemapPart answers with one part.
func (f *Feeds) sitemapPart(r *route.Request) (*route.Answer, error) {
	n, err := r.Reader.Indexable(r.Ctx)
	if err != nil {
		return nil, err
	}
	parts := (n + f.mostURLs - 1) / f.mostURLs
	if parts == 1 { // then it is no part
		parts = 0
	}
	if r.Page > parts {
		found := strconv.Itoa(r.Page)
		return nil, apierror.New(apierror.NotFound, "The sitemap has "+strconv.Itoa(parts)+" parts.",
			apierror.Field{Location: "path.number", Value: found, Expected: "the number of a part; /sitemap.xml lists them"})
	}
	return f.stream(r, (r.Page-1)*f.mostURLs)
}

// stream answers with the posts from one on, as many as a file may hold.
func (f *Feeds) stream(r *route.Request, from int) (*route.Answer, error) {
	a := route.NewAnswer(http.StatusOK)
	a.Header.Add("Content-Type", xmlMedia+"; charset=utf-8")
	a.Keys = []string{"posts"}
	coding := wire.Negotiate(r.HTTP.Header[wire.AcceptEncoding], wire.StreamCodings[:])
	if coding == wire.NoCoding { // who takes none gets it as it is, as HTTP allows
		coding = wire.Identity
	}
	var err error
	if a.Tag, err = sitemapTag(r, from, coding); err != nil {
		return nil, err
	}
	if route.Matches(r.HTTP.Header.Values("If-None-Match"), a.Tag) {
		return a, nil // without a look at any post
	}
	if coding != wire.Identity {
		a.Header.Add("Content-Encoding", string(coding))
	}
	a.Stream = &route.Stream{Reader: r.Reader, Close: func() {}}
	if r.HTTP.Method == http.MethodHead {
		return a, nil
	}
	return a, a.Stream.Begin(r, f.place, coding, &urls{reader: r.Reader, site: r.Site, walk: r.Reader.IndexableFrom(from), left: f.mostURLs})
}

// sitemapForm is part of every tag. It changes when the same posts are written as other
// bytes.
const sitemapForm = "1"

// sitemapTag names the bytes of a sitemap before they are made, by the posts of the release
// and all else that they follow from.
func sitemapTag(r *route.Request, from int, coding wire.Coding) (string, error) {
	sum, known := r.Reader.KnownSum(nil)
	if !known {
		all, err := r.Reader.Select(r.Ctx, nil)
		if err != nil {
			return "", err
		}
		if sum, err = all.Sum(r.Ctx); err != nil {
			return "", err
		}
	}
	form, err := json.Marshal([]any{sitemapForm, sum, from, r.Site, coding})
	if err != nil {
		return "", err
	}
	digest := sha256.Sum256(form)
	return `"` + base64.RawURLEncoding.EncodeToString(digest[:16]) + `"`, nil
}

const sitemapSpace = "http://www.sitemaps.org/schemas/sitemap/0.9"

// urls writes a sitemap, one batch of posts after the other.
type urls struct {
	reader       *release.Reader
	site         route.Site
	walk         *release.IndexWalk
	left         int // posts that there is room for
	refs         [batch]store.Ref
	cards        []byte // of a batch
	text         bytes.Buffer
	written      int
	began, ended bool
}

// Next writes the next posts.
func (u *urls) Next(ctx context.Context) (piece []byte, paid int, err error) {
	u.text.Reset()
	if u.ended {
		return nil, 0, nil
	}
	if !u.began {
		u.began = true
		u.text.WriteString(xml.Header + `<urlset xmlns="` + sitemapSpace + `">` + "\n")
	}
	u.reader.WithBudget(store.NewBudget(store.MostAlone, nil)) // a stream has no bound in all, but each batch has one
	wanted := min(batch, u.left)
	found, err := u.walk.Next(ctx, u.refs[:wanted])
	if err != nil {
		return nil, 0, err
	}
	if err := u.posts(ctx, u.refs[:found]); err != nil {
		return nil, 0, err
	}
	if u.left -= found; found < wanted || u.left == 0 {
		if u.ended = true; u.written == 0 { // a sitemap must have something in it
			u.url("/", "")
		}
		u.text.WriteString("</urlset>\n")
	}
	return u.text.Bytes(), u.reader.Budget().Paid(), nil
}

// posts writes some posts.
func (u *urls) posts(ctx context.Context, refs []store.Ref) error {
	all, cards, err := u.reader.AppendTexts(ctx, u.cards[:0], refs, store.Card, store.Room{})
	if err != nil {
		return err
	}
	u.cards = all
	for _, card := range cards {
		slug, updated, err := datesOf(card.JSON)
		if err != nil {
			return err
		}
		u.url(route.PostPath(slug), lastmod(updated))
	}
	return nil
}

// url writes the address of a page, and when that last changed where it is known.
func (u *urls) url(path, lastmod string) {
	address := u.site.URL(path)
	if len(address) > longestURL { // the protocol has no place for it
		return
	}
	u.written++
	u.text.WriteString("<url><loc>")
	_ = xml.EscapeText(&u.text, []byte(address)) // a buffer takes all
	u.text.WriteString("</loc>")
	if lastmod != "" {
		u.text.WriteString("<lastmod>" + lastmod + "</lastmod>")
	}
	u.text.WriteString("</url>\n")
}

// datesOf reads off a card what a sitemap says.
func datesOf(card []byte) (slug, updated string, err error) {
	err = jx.DecodeBytes(card).ObjBytes(func(d *jx.Decoder, key []byte) (err error) {
		switch string(key) {
		case "slug":
			slug, err = d.Str()
		case "updated":
			updated, err = d.Str()
		default:
			err = d.Skip()
		}
		return err
	})
	return slug, updated, err
}

// lastmod gives a date as W3C's dates are, of which XML Schema takes no year 0 and no
// offset beyond 14 hours; "" for none.
func lastmod(updated string) string {
	at, ok := content.ParseDate(updated)
	if !ok || at.Year() < 1 || strings.HasPrefix(updated, "0000") {
		return ""
	}
	if _, offset := at.Zone(); offset < -14*3600 || offset > 14*3600 {
		return instant(updated)
	}
	return updated
}
