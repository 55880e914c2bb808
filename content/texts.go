package content

import "errors"

// Texts are the texts of a post by which it is found, and the language that says how they
// are read.
type Texts struct {
	Slug, Title, Intro, Summary, Language string
	Entities, Tools                       []string // their names
	// Body is headings, paragraphs, quotes, samples of code, the items of lists, captions,
	// and mark-up.
	Body []Piece
}

// Piece is a text of a body.
type Piece struct {
	Written string
	Markup  bool
}

// Text is what a reader sees of it.
func (p Piece) Text() string {
	if p.Markup {
		return TextOfHTML(p.Written)
	}
	return p.Written
}

// TextsOf gives the texts of a post.
func TextsOf(p *Post) *Texts {
	t := &Texts{Slug: p.Slug, Title: p.Title, Intro: p.Intro, Summary: p.Meta.Summary, Language: p.Meta.Language, Tools: p.Meta.Tools,
		Body: make([]Piece, 0, len(p.Body))}
	for _, e := range p.Meta.Entities {
		t.Entities = append(t.Entities, e.Name)
	}
	for _, block := range p.Body {
		switch b := block.(type) {
		case Heading:
			t.Body = append(t.Body, Piece{Written: b.Text})
		case Paragraph:
			t.Body = append(t.Body, Piece{Written: b.Text})
		case Code:
			t.Body = append(t.Body, Piece{Written: b.Source})
		case List:
			for _, item := range b.Items {
				t.Body = append(t.Body, Piece{Written: item.Text})
			}
		case Figure:
			t.Body = append(t.Body, Piece{Written: b.Caption})
		case Quote:
			t.Body = append(t.Body, Piece{Written: b.Text})
		case HTML:
			t.Body = append(t.Body, Piece{b.HTML, true})
		}
	}
	return t
}

// Read makes them those of the post whose canonical JSON this is. Nothing else is read of
// it, and texts without escapes are parts of it.
func (t *Texts) Read(canonical string) error {
	*t = Texts{Entities: t.Entities[:0], Tools: t.Tools[:0], Body: t.Body[:0]}
	r := canonicalReader{text: canonical}
	r.object(func(key string) {
		switch key {
		case "slug":
			t.Slug = r.str()
		case "title":
			t.Title = r.str()
		case "intro":
			t.Intro = r.str()
		case "body":
			r.list(func() { t.block(&r) })
		case "meta":
			t.meta(&r)
		default:
			r.skip()
		}
	})
	if r.failed || r.at < len(canonical) {
		return errNotCanonical
	}
	return nil
}

var errNotCanonical = errors.New("found what is no canonical JSON of a post")

func (t *Texts) meta(r *canonicalReader) {
	r.object(func(key string) {
		switch key {
		case "summary":
			t.Summary = r.str()
		case "language":
			t.Language = r.str()
		case "tools":
			r.list(func() { t.Tools = append(t.Tools, r.str()) })
		case "entities":
			r.list(func() { t.Entities = append(t.Entities, r.strOf("name")) })
		default:
			r.skip()
		}
	})
}

// block reads a block of the body, which begins with its type.
func (t *Texts) block(r *canonicalReader) {
	kind, caption := "", ""
	r.object(func(key string) {
		switch {
		case key == "type":
			kind = r.str()
		case key == "text", key == "source" && kind == (Code{}).Type():
			t.Body = append(t.Body, Piece{Written: r.str()})
		case key == "html" && kind == (HTML{}).Type():
			t.Body = append(t.Body, Piece{r.str(), true})
		case key == "items":
			r.list(func() { t.Body = append(t.Body, Piece{Written: r.strOf("text")}) })
		case key == "caption":
			caption = r.str()
		default:
			r.skip()
		}
	})
	if kind == (Figure{}).Type() {
		t.Body = append(t.Body, Piece{Written: caption})
	}
}
