package ghost

import (
	"fmt"
	"regexp"
)

// mobiledoc writes a document of Ghost's editor of versions 1 to 5: sections by number, whose text
// has mark-up by number too.
func (w *writer) mobiledoc(text string) error {
	document, err := decode(text)
	if err != nil {
		return fmt.Errorf("mobiledoc that is no JSON: %w", err)
	}
	d := mobiledocument{writer: w, markups: document.list("markups"), atoms: document.list("atoms"), cards: document.list("cards")}
	for _, s := range document.list("sections") {
		d.section(listOf(s))
	}
	return nil
}

func listOf(v any) []any {
	l, _ := v.([]any)
	return l
}

// at is an entry of a list, nil where there is none.
func at(list []any, i int) any {
	if i < 0 || i >= len(list) {
		return nil
	}
	return list[i]
}

func textAt(list []any, i int) string {
	s, _ := at(list, i).(string)
	return s
}

func numberAt(list []any, i int) int {
	n, ok := at(list, i).(float64)
	if !ok {
		return -1
	}
	return int(n)
}

type mobiledocument struct {
	*writer
	markups, atoms, cards []any
}

// plainTag is a name of an element as these documents have it.
var plainTag = regexp.MustCompile(`^[a-z][a-z0-9]{0,19}$`)

func (d *mobiledocument) section(s []any) {
	tag := textAt(s, 1)
	if !plainTag.MatchString(tag) {
		tag = "p"
	}
	switch numberAt(s, 0) {
	case 1:
		if tag == "aside" || tag == "pull-quote" {
			tag = "blockquote"
		}
		d.start(tag)
		d.markers(listOf(at(s, 2)))
		d.end(tag)
	case 2:
		d.image(object{"src": textAt(s, 1)})
	case 3:
		d.start(tag)
		for _, item := range listOf(at(s, 2)) {
			d.start("li")
			d.markers(listOf(item))
			d.end("li")
		}
		d.end(tag)
	case 10:
		card := listOf(at(d.cards, numberAt(s, 1)))
		d.card(textAt(card, 0), objectOf(at(card, 1)))
	default:
		d.lose("section of an unknown kind", 1)
	}
}

// markers writes stretches of text. Each says which mark-up begins with it, and how much of what
// is open ends behind it.
func (d *mobiledocument) markers(list []any) {
	var open []string
	closeOne := func() {
		d.end(open[len(open)-1])
		open = open[:len(open)-1]
	}
	for _, m := range list {
		marker := listOf(m)
		for _, i := range listOf(at(marker, 1)) {
			n, _ := i.(float64)
			if tag := d.open(int(n)); tag != "" && len(open) < maxDepth {
				open = append(open, tag)
			}
		}
		switch numberAt(marker, 0) {
		case 0:
			d.text(textAt(marker, 3))
		case 1:
			d.atom(listOf(at(d.atoms, numberAt(marker, 3))))
		}
		for n := numberAt(marker, 2); n > 0 && len(open) > 0; n-- {
			closeOne()
		}
	}
	for len(open) > 0 {
		closeOne()
	}
}

// open writes the start tag of a mark-up, and gives its name.
func (d *mobiledocument) open(n int) (tag string) {
	markup := listOf(at(d.markups, n))
	tag = textAt(markup, 0)
	if !plainTag.MatchString(tag) {
		tag = "span" // which something closes
	}
	var attributes []string
	list := listOf(at(markup, 1))
	for i := 0; i+1 < len(list); i += 2 {
		if name := textAt(list, i); plainTag.MatchString(name) {
			attributes = append(attributes, name, textAt(list, i+1))
		}
	}
	d.start(tag, attributes...)
	return tag
}

func (d *mobiledocument) atom(a []any) {
	if textAt(a, 0) == "soft-return" {
		d.raw("<br>")
		return
	}
	d.text(textAt(a, 1))
}
