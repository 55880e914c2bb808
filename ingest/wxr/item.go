package wxr

import (
	"bytes"
	"errors"
	"io"
	"strconv"
	"strings"

	"alphanode/content"
)

// item is what an export says of one item, each text cleaned.
type item struct {
	line int

	title, link, guid, creator        string
	pubDate, date, dateGMT            string
	content, excerpt                  string
	id, parent, order                 string
	name, status, kind, attachmentURL string
	sticky, password                  bool

	terms    []term
	meta     []meta
	comments int
	notes    []note
}

// term is a category, a tag, or whatever else a taxonomy has.
type term struct{ taxonomy, slug, name string }

// meta is a piece of meta as it stands in the file: serialised values count bytes.
type meta struct {
	key   string
	value []byte
	line  int
}

// note is a warning: at most one of a kind and an element.
type note struct {
	line          int
	kind, message string
}

func (i *item) note(line int, kind, message string) {
	const most = 20
	if len(i.notes) < most {
		i.notes = append(i.notes, note{line, kind, message})
	}
}

func itoa(n int) string { return strconv.Itoa(n) }

// oneItem reads an item and gives it to the sink. The error is that of the reader or
// the sink.
func (r *reader) oneItem(line int) error {
	r.item, r.size = item{line: line}, 0
	err := r.readItem(line)
	var wrong *syntaxError
	switch {
	case err == nil:
		return r.give()
	case errors.As(err, &wrong):
		r.cut = len(r.buf) == 0 && errors.Is(r.end, io.EOF)
		if err := r.reject(wrong.line, content.Fault{Path: "item", Found: wrong.found, Expected: wrong.expected + ", in the item of line " + itoa(line)}); err != nil {
			return err
		}
	case errors.Is(err, errTooLong):
		if err := r.reject(line, content.Fault{Path: "item", Found: "an item of more than " + itoa(maxText>>20) + " MB", Expected: "less"}); err != nil {
			return err
		}
	default:
		return err
	}
	return r.toNextItem()
}

// toNextItem passes over the rest of an item that is broken.
func (r *reader) toNextItem() error {
	for {
		t, err := r.nextTag()
		var wrong *syntaxError
		switch {
		case errors.As(err, &wrong):
			continue // it is a part of what was rejected
		case errors.Is(err, io.EOF):
			return nil
		case err != nil:
			return err
		case string(t.name) == "item" || string(t.name) == "channel":
			if t.start || string(t.name) == "channel" {
				r.unread(t)
			}
			return nil
		}
	}
}

func (r *reader) readItem(line int) error {
	for {
		t, err := r.nextTag()
		switch {
		case err != nil:
			return inside("item", line, err)
		case !t.start && string(t.name) == "item":
			return nil
		case !t.start || string(t.name) == "item":
			found := t.String()
			line := t.line
			r.unread(t)
			return &syntaxError{line, found, "</item>"}
		}
		if err := r.element(r.canonical(t.name), t); err != nil {
			return err
		}
	}
}

// element reads an element of an item.
func (r *reader) element(name string, t tag) error {
	i := &r.item
	switch name {
	case "title":
		return r.keep(&i.title, name, t)
	case "link":
		return r.keep(&i.link, name, t)
	case "guid":
		return r.keep(&i.guid, name, t)
	case "dc:creator":
		return r.keep(&i.creator, name, t)
	case "pubDate":
		return r.keep(&i.pubDate, name, t)
	case "content:encoded":
		return r.keep(&i.content, name, t)
	case "excerpt:encoded":
		return r.keep(&i.excerpt, name, t)
	case "wp:post_id":
		return r.keep(&i.id, name, t)
	case "wp:post_parent":
		return r.keep(&i.parent, name, t)
	case "wp:menu_order":
		return r.keep(&i.order, name, t)
	case "wp:post_date":
		return r.keep(&i.date, name, t)
	case "wp:post_date_gmt":
		return r.keep(&i.dateGMT, name, t)
	case "wp:post_name":
		return r.keep(&i.name, name, t)
	case "wp:status":
		return r.keep(&i.status, name, t)
	case "wp:post_type":
		return r.keep(&i.kind, name, t)
	case "wp:attachment_url":
		return r.keep(&i.attachmentURL, name, t)
	case "wp:post_password":
		text, err := r.leaf(t)
		i.password = len(bytes.TrimSpace(text)) > 0
		return err
	case "wp:is_sticky":
		text, err := r.leaf(t)
		i.sticky = string(bytes.TrimSpace(text)) == "1"
		return err
	case "category":
		taxonomy, slug := t.attribute("domain"), t.attribute("nicename")
		var shown string
		if err := r.keep(&shown, name, t); err != nil {
			return err
		}
		i.terms = append(i.terms, term{taxonomy, slug, shown})
		return nil
	case "wp:postmeta":
		return r.postmeta(t)
	case "wp:comment":
		i.comments++
	}
	return r.pass(t)
}

// keep reads a text. The one that is there first stays.
func (r *reader) keep(dst *string, name string, t tag) error {
	line := t.line
	text, err := r.leaf(t)
	if err != nil {
		return err
	}
	if *dst != "" {
		return nil
	}
	odd := r.odd
	s, did := clean(text)
	if name != "content:encoded" && name != "excerpt:encoded" {
		s = strings.TrimSpace(s)
	}
	*dst = s
	for _, kind := range did {
		r.item.note(line, kind, name+": "+quoted(s))
	}
	if odd != "" {
		r.item.note(line, kindSyntax, name+": found "+odd+" kept as text")
	}
	return nil
}

func (r *reader) postmeta(parent tag) error {
	m := meta{line: parent.line}
	err := r.each(parent, func(name string, t tag) error {
		switch name {
		case "wp:meta_key":
			text, err := r.leaf(t)
			m.key, _ = clean(bytes.TrimSpace(text))
			return err
		case "wp:meta_value":
			if !r.wanted(m.key) {
				return r.pass(t)
			}
			text, err := r.leaf(t)
			m.value = bytes.Clone(text)
			return err
		}
		return r.pass(t)
	})
	if err == nil && m.key != "" {
		r.item.meta = append(r.item.meta, m)
	}
	return err
}
