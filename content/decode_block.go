package content

import "slices"

// anyBlock holds the fields of every type of block while one is read: the type
// need not come first.
type anyBlock struct {
	kind, text, html, language, source, url, caption, alt string

	level   int
	width   *int
	height  *int
	ordered bool
	items   []ListItem
	given   []string // the fields that were there
}

// blockKind says which fields a type of block may and must have.
type blockKind struct {
	allowed  []string
	required []string
	build    func(*anyBlock) Block
}

var blockKinds = map[string]blockKind{
	"heading": {[]string{"level", "text", "anchor"}, []string{"level", "text"},
		func(b *anyBlock) Block { return Heading{Level: b.level, Text: b.text} }},
	"paragraph": {[]string{"text", "html"}, nil,
		func(b *anyBlock) Block { return Paragraph{Text: b.text, HTML: b.html} }},
	"code": {[]string{"language", "source"}, []string{"source"},
		func(b *anyBlock) Block { return Code{Language: b.language, Source: b.source} }},
	"list": {[]string{"ordered", "items"}, []string{"items"},
		func(b *anyBlock) Block { return List{Ordered: b.ordered, Items: b.items} }},
	"image": {[]string{"url", "source", "caption", "alt", "width", "height"}, []string{"url"},
		func(b *anyBlock) Block {
			return Figure{URL: b.url, Source: b.source, Caption: b.caption, Alt: b.alt, Width: b.width, Height: b.height}
		}},
	"quote": {[]string{"text", "html"}, nil,
		func(b *anyBlock) Block { return Quote{Text: b.text, HTML: b.html} }},
	"html": {[]string{"html"}, []string{"html"},
		func(b *anyBlock) Block { return HTML{HTML: b.html} }},
}

func readBlock(d *decoder, dst *Block) error {
	b := &d.block // blocks do not nest
	*b = anyBlock{given: b.given[:0]}
	before := len(d.faults)
	if err := object(d, b, anyBlockFields, d.rejectUnknown); err != nil || len(d.faults) > before {
		return err
	}
	kind, ok := blockKinds[b.kind]
	if !ok {
		d.push("type")
		d.fault(quote(b.kind), "heading, paragraph, code, list, image, quote or html")
		d.pop()
		return nil
	}
	for _, name := range b.given {
		if !slices.Contains(kind.allowed, name) {
			d.push(name)
			d.fault("a field that a block of type "+b.kind+" does not have", oneOf(kind.allowed))
			d.pop()
		}
	}
	for _, name := range kind.required {
		if !slices.Contains(b.given, name) {
			d.push(name)
			d.fault("nothing", "the field, which a block of type "+b.kind+" must have")
			d.pop()
		}
	}
	*dst = kind.build(b)
	return nil
}

var anyBlockFields = []field[anyBlock]{
	{"type", func(d *decoder, b *anyBlock) error { return d.text(&b.kind) }},
	given("level", func(d *decoder, b *anyBlock) error { return d.int(&b.level) }),
	given("text", func(d *decoder, b *anyBlock) error { return d.text(&b.text) }),
	given("anchor", func(d *decoder, _ *anyBlock) error { var derived string; return d.text(&derived) }), // from the whole post
	given("html", func(d *decoder, b *anyBlock) error { return d.text(&b.html) }),
	given("language", func(d *decoder, b *anyBlock) error { return d.text(&b.language) }),
	given("source", func(d *decoder, b *anyBlock) error { return d.text(&b.source) }),
	given("ordered", func(d *decoder, b *anyBlock) error { return d.boolean(&b.ordered) }),
	given("items", func(d *decoder, b *anyBlock) error { return list(d, &b.items, readListItem) }),
	given("url", func(d *decoder, b *anyBlock) error { return d.text(&b.url) }),
	given("caption", func(d *decoder, b *anyBlock) error { return d.text(&b.caption) }),
	given("alt", func(d *decoder, b *anyBlock) error { return d.text(&b.alt) }),
	given("width", func(d *decoder, b *anyBlock) error { return optional(d, &b.width, (*decoder).int) }),
	given("height", func(d *decoder, b *anyBlock) error { return optional(d, &b.height, (*decoder).int) }),
}

// given reads a field and notes that it was there.
func given(name string, read func(*decoder, *anyBlock) error) field[anyBlock] {
	return field[anyBlock]{name, func(d *decoder, b *anyBlock) error {
		b.given = append(b.given, name)
		return read(d, b)
	}}
}

func readListItem(d *decoder, i *ListItem) error {
	return object(d, i, listItemFields, d.rejectUnknown)
}

var listItemFields = []field[ListItem]{
	{"text", func(d *decoder, i *ListItem) error { return d.text(&i.Text) }},
	{"html", func(d *decoder, i *ListItem) error { return d.text(&i.HTML) }},
}
