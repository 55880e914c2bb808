package prose

import (
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
	"golang.org/x/text/language"

	"alphanode/content"
)

// markup is mark-up as it stands on a page.
type markup struct {
	html  string
	block bool // it has elements that a paragraph cannot hold
}

// markup rewrites what an author gave as HTML. It is read as browsers read it and written
// anew, so that each element ends where it should; what is written is in the tables below,
// and what is not is left out, but for the words in it.
func (w *writer) markup(given string) markup {
	nodes, err := html.ParseFragment(strings.NewReader(given), &html.Node{Type: html.ElementNode, Data: "div", DataAtom: atom.Div})
	if err != nil { // too deep
		return markup{html: text(content.TextOfHTML(given))}
	}
	m := rewriter{w: w}
	for _, n := range nodes {
		m.node(n)
	}
	return markup{strings.TrimSpace(m.String()), m.block}
}

// rewriter writes the nodes of mark-up.
type rewriter struct {
	strings.Builder
	w      *writer
	block  bool
	linked bool                // what is written stands in a link
	lists  map[*html.Node]bool // of terms, and whether they are well formed
}

// kept are elements that are written as they are, with the attributes that each may have
// beside those of every element.
var kept = map[atom.Atom][]string{
	atom.B: nil, atom.I: nil, atom.Em: nil, atom.Strong: nil, atom.U: nil, atom.S: nil, atom.Strike: nil, atom.Del: {"datetime"}, atom.Ins: {"datetime"},
	atom.Sub: nil, atom.Sup: nil, atom.Small: nil, atom.Mark: nil, atom.Abbr: nil, atom.Acronym: nil, atom.Cite: nil, atom.Dfn: nil, atom.Q: nil,
	atom.Code: nil, atom.Kbd: nil, atom.Samp: nil, atom.Var: nil, atom.Tt: nil, atom.Span: nil, atom.Bdi: nil, atom.Bdo: nil, atom.Time: {"datetime"},
	atom.Ruby: nil, atom.Rt: nil, atom.Rp: nil, atom.Br: nil, atom.Wbr: nil,
	atom.P: nil, atom.Hr: nil, atom.Ul: nil, atom.Ol: {"start"}, atom.Li: {"value"}, atom.Dl: nil, atom.Dt: nil, atom.Dd: nil, atom.Div: nil,
	atom.Blockquote: nil, atom.Figure: nil, atom.Figcaption: nil, atom.Details: {"open"}, atom.Summary: nil, atom.Pre: nil,
	atom.Table: nil, atom.Caption: nil, atom.Colgroup: {"span"}, atom.Col: {"span"}, atom.Thead: nil, atom.Tbody: nil, atom.Tfoot: nil, atom.Tr: nil,
	atom.Td: {"colspan", "rowspan"}, atom.Th: {"colspan", "rowspan", "scope"},
}

// asDiv are elements that say what part of a page they are, which is for the page to say.
var asDiv = []atom.Atom{atom.Article, atom.Aside, atom.Section, atom.Hgroup, atom.Header, atom.Footer, atom.Nav, atom.Main, atom.Address, atom.Center}

// silent are elements of which nothing is shown.
var silent = []atom.Atom{atom.Script, atom.Style, atom.Template, atom.Head, atom.Title, atom.Textarea, atom.Select, atom.Svg, atom.Math}

// embeds are frames and players. The policy of pages lets none be shown.
var embeds = []atom.Atom{atom.Iframe, atom.Video, atom.Audio}

// within says of elements which others they stand in; elsewhere they are div elements.
var within = map[atom.Atom][]atom.Atom{
	atom.Li: {atom.Ul, atom.Ol}, atom.Dt: {atom.Dl}, atom.Dd: {atom.Dl}, atom.Figcaption: {atom.Figure}, atom.Summary: {atom.Details},
}

// inline are the elements of kept that a paragraph can hold.
var inline = []atom.Atom{
	atom.B, atom.I, atom.Em, atom.Strong, atom.U, atom.S, atom.Strike, atom.Del, atom.Ins, atom.Sub, atom.Sup, atom.Small, atom.Mark, atom.Abbr, atom.Acronym,
	atom.Cite, atom.Dfn, atom.Q, atom.Code, atom.Kbd, atom.Samp, atom.Var, atom.Tt, atom.Span, atom.Bdi, atom.Bdo, atom.Time, atom.Ruby, atom.Rt, atom.Rp, atom.Br, atom.Wbr,
}

func (m *rewriter) node(n *html.Node) {
	switch {
	case n.Type == html.TextNode:
		m.WriteString(text(n.Data))
	case n.Type != html.ElementNode || n.Namespace != "" || slices.Contains(silent, n.DataAtom):
	case n.DataAtom == atom.A:
		m.link(n)
	case n.DataAtom == atom.Img:
		m.image(n)
	case slices.Contains(embeds, n.DataAtom):
		m.embed(n)
	case n.DataAtom == atom.Table:
		m.block = true
		m.WriteString(`<div class="scroll" tabindex="0" role="group" aria-label="Table">`)
		m.element(n, "table")
		m.WriteString("</div>")
	case n.DataAtom == atom.Pre:
		m.block = true
		m.WriteString(`<pre dir="ltr" tabindex="0" role="group" aria-label="Text">`)
		m.children(n)
		m.WriteString("</pre>")
	case len(n.Data) == 2 && n.Data[0] == 'h' && n.Data[1] >= '1' && n.Data[1] <= '6':
		m.block = true
		m.element(n, "h"+strconv.Itoa(m.w.level(int(n.Data[1]-'0'))))
	case slices.Contains(asDiv, n.DataAtom), m.astray(n):
		m.block = true
		m.element(n, "div")
	default:
		if _, ok := kept[n.DataAtom]; !ok {
			m.children(n)
			return
		}
		m.block = m.block || !slices.Contains(inline, n.DataAtom)
		m.element(n, n.Data)
	}
}

// astray reports whether an element stands where it cannot.
func (m *rewriter) astray(n *html.Node) bool {
	parents, ok := within[n.DataAtom]
	return ok && (n.Parent == nil || !slices.Contains(parents, n.Parent.DataAtom) || n.Parent.DataAtom == atom.Dl && !m.wellFormed(n.Parent)) ||
		n.DataAtom == atom.Dl && !m.wellFormed(n)
}

// wellFormed reports whether a list of terms has nothing in it but terms and what is said
// of them. It looks once: each of these asks.
func (m *rewriter) wellFormed(dl *html.Node) bool {
	known, ok := m.lists[dl]
	if !ok {
		known = wellFormed(dl)
		if m.lists == nil {
			m.lists = map[*html.Node]bool{}
		}
		m.lists[dl] = known
	}
	return known
}

func wellFormed(dl *html.Node) bool {
	terms := false
	for c := range dl.ChildNodes() {
		switch {
		case c.DataAtom == atom.Dt:
			terms = true
		case c.DataAtom == atom.Dd && terms, c.Type == html.CommentNode, c.Type == html.TextNode && strings.TrimSpace(c.Data) == "":
		default:
			return false
		}
	}
	return terms
}

// element writes an element under a name, with what stands in it.
func (m *rewriter) element(n *html.Node, tag string) {
	m.WriteString("<" + tag)
	for _, a := range n.Attr {
		if value, ok := m.attribute(n.DataAtom, a); ok {
			m.WriteString(" " + a.Key + `="` + text(value) + `"`)
		}
	}
	m.WriteString(">")
	if n.DataAtom == atom.Br || n.DataAtom == atom.Hr || n.DataAtom == atom.Wbr || n.DataAtom == atom.Col {
		return
	}
	if n.DataAtom == atom.Ul || n.DataAtom == atom.Ol {
		m.items(n)
	} else {
		m.children(n)
	}
	m.WriteString("</" + tag + ">")
}

func (m *rewriter) children(n *html.Node) {
	for c := range n.ChildNodes() {
		m.node(c)
	}
}

// items writes a list, which has nothing in it but its items.
func (m *rewriter) items(list *html.Node) {
	for c := range list.ChildNodes() {
		switch {
		case c.DataAtom == atom.Li:
			m.node(c)
		case c.Type == html.ElementNode, c.Type == html.TextNode && strings.TrimSpace(c.Data) != "":
			m.WriteString("<li>")
			m.node(c)
			m.WriteString("</li>")
		}
	}
}

// short is what numbers and other attributes may be: of no length that a page notices.
var short = regexp.MustCompile(`^[A-Za-z0-9:+.-]{1,32}$`)

// count is how many columns or rows a cell may have.
var count = regexp.MustCompile(`^[1-9][0-9]?$`)

// attribute says what of an attribute is written.
func (m *rewriter) attribute(element atom.Atom, a html.Attribute) (value string, ok bool) {
	switch a.Key {
	case "id":
		taken := m.w.ids[a.Val] || a.Val == "" || strings.ContainsAny(a.Val, " \t\n")
		m.w.ids[a.Val] = true
		return a.Val, !taken
	case "title":
		return a.Val, true
	case "dir":
		return a.Val, slices.Contains([]string{"ltr", "rtl", "auto"}, a.Val)
	case "lang":
		return a.Val, Language(a.Val) != ""
	case "open":
		return "", slices.Contains(kept[element], a.Key)
	case "colspan", "rowspan", "span":
		return a.Val, slices.Contains(kept[element], a.Key) && count.MatchString(a.Val)
	case "scope":
		return a.Val, slices.Contains(kept[element], a.Key) && slices.Contains([]string{"row", "col", "rowgroup", "colgroup"}, a.Val)
	}
	return a.Val, slices.Contains(kept[element], a.Key) && short.MatchString(a.Val)
}

// Language gives the tag of a language as pages say it; "" where it is none (BCP 47).
func Language(tag string) string {
	if t, err := language.Parse(tag); err == nil && t != language.Und {
		return t.String()
	}
	return ""
}

// link writes a link that leads to another site or to a place in the post; of others the
// words alone are written, as nobody knows what they were relative to.
func (m *rewriter) link(n *html.Node) {
	href := strings.TrimSpace(attributeOf(n, "href"))
	u, err := url.Parse(href)
	switch {
	case m.linked || err != nil:
		href = ""
	case u.Scheme == "mailto", u.Scheme == "tel", strings.HasPrefix(href, "#") && len(href) > 1:
		href = u.String()
	default:
		if _, ok := content.WebAddress(href); ok {
			href = u.String()
		} else {
			href = ""
		}
	}
	if href == "" {
		m.place(n)
		return
	}
	m.WriteString(`<a href="` + text(href) + `"`)
	for _, a := range n.Attr {
		if value, ok := m.attribute(n.DataAtom, a); ok {
			m.WriteString(" " + a.Key + `="` + text(value) + `"`)
		}
	}
	m.WriteString(` rel="nofollow noreferrer">`)
	m.linked = true
	from := m.Len()
	m.children(n)
	if nameless(m.String()[from:]) {
		if u.Host != "" {
			m.WriteString(text(u.Host))
		} else {
			m.WriteString(text(href))
		}
	}
	m.linked = false
	m.WriteString("</a>")
}

// place writes what stands in a link that leads nowhere. It may be a place that others lead to.
func (m *rewriter) place(n *html.Node) {
	name := attributeOf(n, "id")
	if name == "" {
		name = attributeOf(n, "name")
	}
	if id, ok := m.attribute(n.DataAtom, html.Attribute{Key: "id", Val: name}); ok {
		m.WriteString(`<span id="` + text(id) + `">`)
		defer m.WriteString("</span>")
	}
	m.children(n)
}

// alternative is what an image says that is not seen.
var alternative = regexp.MustCompile(` alt="[^"]`)

// nameless reports whether there is nothing in a link to call it by.
func nameless(inner string) bool {
	return content.TextOfHTML(inner) == "" && !alternative.MatchString(inner)
}

// image writes an image in mark-up: where a page cannot show it, what it says of itself and
// a link.
func (m *rewriter) image(n *html.Node) {
	p := picture{address: attributeOf(n, "src"), alt: attributeOf(n, "alt"), width: pixels(attributeOf(n, "width")), height: pixels(attributeOf(n, "height"))}
	if secure(p.address) != "" {
		m.WriteString(m.w.picture(p, "span"))
		return
	}
	m.WriteString(text(p.alt))
	if link := linkTo(p.address, "image at "); link != "" && !m.linked {
		m.WriteString(" (" + link + ")")
	}
}

// embed writes a link to what a frame or a player shows, by its title and the host, and then
// what a player has for who cannot see it.
func (m *rewriter) embed(n *html.Node) {
	address, title := attributeOf(n, "src"), strings.TrimSpace(attributeOf(n, "title"))
	if n.DataAtom == atom.Iframe && title == "" {
		title = content.TextOfHTML(textOf(n))
	}
	for d := range n.Descendants() {
		if address == "" && d.DataAtom == atom.Source {
			address = attributeOf(d, "src")
		}
	}
	said, link := text(title), ""
	if title != "" {
		said += " "
	}
	if u, ok := content.WebAddress(address); ok && !m.linked {
		if title != "" {
			link = `<a href="` + text(u.String()) + `" rel="nofollow noreferrer">` + said + "(" + text(u.Host) + ")</a> "
		} else {
			link = linkTo(address, "") + " "
		}
		said = ""
	}
	m.WriteString(" " + link + said)
	if n.DataAtom != atom.Iframe {
		m.children(n)
	}
}

// textOf is the text that stands right in a node.
func textOf(n *html.Node) (all string) {
	for c := range n.ChildNodes() {
		if c.Type == html.TextNode {
			all += c.Data
		}
	}
	return all
}

func pixels(given string) *int {
	n, err := strconv.Atoi(given)
	if err != nil || n < 1 || n > content.MaxPixels {
		return nil
	}
	return &n
}

func attributeOf(n *html.Node, key string) string {
	for _, a := range n.Attr {
		if a.Key == key {
			return a.Val
		}
	}
	return ""
}
