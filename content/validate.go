package content

import (
	"fmt"
	"net/url"
	"strconv"
	"strings"
	"unicode"
)

// The limits of a post. They are far above what an article needs and keep one
// bad record from growing an index or a page without bound.
const (
	MaxPost   = 16 << 20 // bytes of its canonical JSON
	MaxSlug   = 512      // bytes
	MaxTitle  = 2000     // bytes
	MaxName   = 256      // bytes, for terms and references
	MaxBlocks = 10000    // blocks of a body
	MaxList   = 1000     // entries of one list of meta
	MaxURL    = 2048     // bytes of an address where a post stood before
	MaxPixels = 1 << 20  // of the width or the height of an image
)

// Settle brings a post into the form in which it is stored: mark-up sanitised,
// and what was not given filled in ([Post.Complete]). It gives what the mark-up lost. Settling
// twice changes nothing.
func (p *Post) Settle() (losses Losses) {
	for i, b := range p.Body {
		switch b := b.(type) {
		case Heading:
			if b.Anchor != "" {
				b.Anchor = ""
				p.Body[i] = b
			}
		case Paragraph:
			settleHTML(&b.Text, &b.HTML, &losses)
			p.Body[i] = b
		case Quote:
			settleHTML(&b.Text, &b.HTML, &losses)
			p.Body[i] = b
		case List:
			for j := range b.Items {
				settleHTML(&b.Items[j].Text, &b.Items[j].HTML, &losses)
			}
		case HTML:
			clean, lost := SanitizeCounting(b.HTML)
			losses.AddAll(lost)
			b.HTML = clean
			p.Body[i] = b
		}
	}
	p.settleImages()
	if tag, ok := NormalLanguage(p.Meta.Language); ok {
		p.Meta.Language = tag
	}
	p.Meta.URLs = distinct(p.Meta.URLs)
	p.Complete()
	return losses
}

// Validate gives every fault of the post's values. A post without a slug is
// valid where one can be derived. Its texts are taken to be UTF-8: every parser
// refuses other bytes where it meets them.
func (p *Post) Validate() Faults {
	var v validation
	v.slug(p)
	v.required("title", p.Title, MaxTitle)
	v.date("publishedAt", p.PublishedAt)
	v.atMost("body", len(p.Body), MaxBlocks, "blocks")
	for i, b := range p.Body {
		v.block(i, b)
	}
	v.meta(&p.Meta)
	return v.faults
}

type validation struct{ faults Faults }

func (v *validation) fault(path, found, expected string) {
	if len(v.faults) < maxFaults {
		v.faults = append(v.faults, Fault{path, found, expected})
	}
}

func (v *validation) slug(p *Post) {
	if p.Slug == "" {
		derived := p.DeriveSlug()
		if p.Title != "" && derived == "" {
			v.fault("slug", "nothing, and no letter or digit in the title", "a slug, or a title to derive one from")
		}
		v.atMost("meta.payload.sourceId", len(derived), MaxSlug, "bytes in the slug derived from it")
		return
	}
	if fault := CheckSlug(p.Slug); fault != nil {
		v.faults = append(v.faults, *fault)
	}
}

// CheckSlug accepts what is one segment of a path in an address and one line in a
// list, in the form in which it is kept ([NormalSlug]), and gives nil for it.
func CheckSlug(given string) *Fault {
	slug := NormalSlug(given)
	if slug == "" || len(slug) > MaxSlug || slug == "." || slug == ".." || strings.ContainsAny(slug, `/?#%\`) ||
		strings.ContainsFunc(slug, func(r rune) bool { return unicode.IsSpace(r) || unicode.IsControl(r) }) {
		return &Fault{"slug", quote(given), "a slug without spaces, control characters or any of / ? # %, at most 512 bytes"}
	}
	return nil
}

// usual reports whether a name is right at a glance: ASCII that can be seen,
// with spaces inside. Most are, and need no path by which to tell a fault.
func usual(name string) bool {
	if name == "" || len(name) > MaxName || name[0] == ' ' {
		return false
	}
	for i := range len(name) {
		if c := name[i]; c < ' ' || c >= 0x7f {
			return false
		}
	}
	return true
}

// required checks a text of one line that must be there: a title or a name.
func (v *validation) required(path, s string, maxBytes int) {
	switch {
	case s == "":
		v.fault(path, "nothing", "a text")
	case blank(s):
		v.fault(path, quote(s), "a text")
	case strings.ContainsFunc(s, unicode.IsControl):
		v.fault(path, quote(s), "a text of one line, without control characters")
	}
	v.atMost(path, len(s), maxBytes, "bytes")
}

func (v *validation) atMost(path string, n, most int, unit string) {
	if n > most {
		v.fault(path, fmt.Sprintf("%d %s", n, unit), fmt.Sprintf("at most %d %s", most, unit))
	}
}

func (v *validation) date(path, s string) {
	if s == "" {
		return
	}
	if _, ok := ParseDate(s); !ok {
		v.fault(path, quote(s), expectedDate)
	}
}

func (v *validation) within(path string, n *int, low, high int) {
	if n != nil && (*n < low || *n > high) {
		v.fault(path, strconv.Itoa(*n), fmt.Sprintf("an integer from %d to %d", low, high))
	}
}

func (v *validation) notNegative(path string, n *int) {
	if n != nil && *n < 0 {
		v.fault(path, strconv.Itoa(*n), "an integer of at least 0")
	}
}

func (v *validation) url(path, s string) {
	u, err := url.Parse(s)
	if err != nil || s == "" || strings.ContainsFunc(s, unicode.IsSpace) ||
		u.Scheme != "" && u.Scheme != "http" && u.Scheme != "https" ||
		u.Scheme != "" && u.Host == "" {
		v.fault(path, quote(s), "an http or https address, or a path")
	}
}

func (v *validation) oldAddress(path, s string) {
	if _, ok := NormalAddress(s); !ok || strings.ContainsFunc(s, unicode.IsControl) {
		v.fault(path, quote(s), "an http or https address, or a path, without control characters")
	}
	v.atMost(path, len(s), MaxURL, "bytes")
}

func (v *validation) image(path, url string, width, height *int) {
	v.url(path+".url", url)
	v.within(path+".width", width, 1, MaxPixels)
	v.within(path+".height", height, 1, MaxPixels)
}

func (v *validation) block(i int, b Block) {
	path := func() string { return "body[" + strconv.Itoa(i) + "]" }
	switch b := b.(type) {
	case nil:
		v.fault(path(), "nothing", "a block")
	case Heading:
		v.within(path()+".level", &b.Level, 1, 6)
	case Figure:
		v.image(path(), b.URL, b.Width, b.Height)
	}
}

func (v *validation) meta(m *Meta) {
	v.names("meta.stack", m.Stack)
	v.names("meta.tools", m.Tools)
	v.atMost("meta.entities", len(m.Entities), MaxList, "entries")
	for i, e := range m.Entities {
		if usual(e.Name) && usual(e.Type) {
			continue
		}
		path := "meta.entities[" + strconv.Itoa(i) + "]"
		v.required(path+".name", e.Name, MaxName)
		v.required(path+".type", e.Type, MaxName)
	}
	v.atMost("meta.outline", len(m.Outline), MaxList, "entries")
	v.atMost("meta.checklist", len(m.Checklist), MaxList, "entries")
	v.atMost("meta.notes", len(m.Notes), MaxList, "entries")
	v.atMost("meta.images", len(m.Images), MaxList, "entries")
	for i := range m.Images {
		image := &m.Images[i]
		v.image("meta.images["+strconv.Itoa(i)+"]", image.URL, image.Width, image.Height)
	}
	v.atMost("meta.urls", len(m.URLs), MaxList, "entries")
	for i, address := range m.URLs {
		v.oldAddress("meta.urls["+strconv.Itoa(i)+"]", address)
	}
	v.name("meta.topic", m.Topic)
	v.name("meta.codeLanguage", m.CodeLanguage)
	if _, ok := NormalLanguage(m.Language); m.Language != "" && !ok {
		v.fault("meta.language", quote(m.Language), LanguageExpected)
	}
	v.name("meta.difficulty", m.Difficulty)
	v.name("meta.reference", m.Reference)
	v.notNegative("meta.readingTime", m.ReadingTime)
	if m.ViewCount != nil && *m.ViewCount < 0 {
		v.fault("meta.viewCount", strconv.FormatInt(*m.ViewCount, 10), "an integer of at least 0")
	}
	if s := m.Score; s != nil {
		v.within("meta.score.quality", s.Quality, 0, 100)
		v.within("meta.score.freshness", s.Freshness, 0, 100)
		v.within("meta.score.depth", s.Depth, 0, 100)
		v.within("meta.score.clarity", s.Clarity, 0, 100)
	}
	if r := m.Revision; r != nil {
		switch r.Status {
		case "", StatusDraft, StatusInReview, StatusReviewed, StatusArchived:
		default:
			v.fault("meta.revision.status", quote(r.Status), "draft, in-review, reviewed or archived")
		}
		v.date("meta.revision.lastReviewed", r.LastReviewed)
	}
	if pl := m.Payload; pl != nil {
		v.name("meta.payload.scenario", pl.Scenario)
		v.notNegative("meta.payload.paragraphs", pl.Paragraphs)
	}
}

// names checks a list of terms: none may be blank.
func (v *validation) names(path string, names []string) {
	v.atMost(path, len(names), MaxList, "entries")
	for i, name := range names {
		if usual(name) {
			continue
		}
		v.required(path+"["+strconv.Itoa(i)+"]", name, MaxName)
	}
}

// name checks an optional text that becomes a term: present means not blank.
func (v *validation) name(path, s string) {
	if s != "" {
		v.required(path, s, MaxName)
	}
}

// CheckImage gives the fault of the address of an image, or nil.
func CheckImage(address string) *Fault {
	var v validation
	if v.url("url", address); len(v.faults) > 0 {
		return &v.faults[0]
	}
	return nil
}
