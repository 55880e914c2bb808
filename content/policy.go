package content

import (
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// The tables below say what of mark-up is kept. They are made for an archive's own editors, not for
// strangers: links keep what they say of themselves, and frames and players of https stay.
// What is not in them goes. Nothing that is kept can run a script in the page that shows it:
// no element whose content is not read as HTML, no handler, no style, no other namespace (SVG,
// MathML), and an address only of a scheme that runs nothing.

// keptElement says how one element is kept.
type keptElement struct {
	attributes map[string]check // beside those of every element
	void       bool             // it has no end
	needs      []string         // of which attributes it must have one, to be worth keeping
}

// check says what of an attribute's value is kept, and by lost what is not: a kind of
// [Losses], or "" where nothing is lost. An attribute of which something is lost goes.
type check func(value string) (kept, lost string)

// everywhere are the attributes of every element.
var everywhere = map[string]check{
	"dir": anyOf("ltr", "rtl", "auto"), "lang": langTag, "title": anything,
	// Links within a post lead to ids. A page that shows several posts must set them apart, as ours do.
	"id": name,
}

// elements are those that are kept, but for frames and players ([embeds]).
var elements = table(
	kept("abbr acronym address article aside b bdi bdo big caption center cite dd dfn div dl dt em figcaption figure footer header hgroup "+
		"h1 h2 h3 h4 h5 h6 i kbd main mark menu nav p picture rb rp rt rtc ruby s samp section small span strike strong sub summary sup tt u var", nil),
	kept("br hr wbr", nil).isVoid(),
	kept("a", checks{
		"href": address(linked), "hreflang": langTag, "name": name, "rel": relation, "target": target, "type": word, "download": anything,
	}).mustHave("href", "name", "id", "title", "lang", "dir"),
	kept("area", checks{
		"alt": anything, "coords": of(1000, digits+"., -"), "href": address(linked), "rel": relation, "shape": anyOf("default", "circle", "rect", "poly"), "target": target,
	}).isVoid(),
	kept("map", checks{"name": name}),
	kept("blockquote q", checks{"cite": address(linked)}),
	kept("del ins", checks{"cite": address(linked), "datetime": moment}),
	kept("time", checks{"datetime": moment}),
	kept("data", checks{"value": anything}),
	kept("code pre", checks{"class": words}),
	kept("details", checks{"open": flag, "name": word}),
	kept("img", checks{
		"src": address(shown), "srcset": addresses, "sizes": sizes, "alt": anything, "width": length, "height": length,
		"loading": anyOf("lazy", "eager"), "decoding": anyOf("async", "sync", "auto"), "align": align, "usemap": name, "longdesc": address(linked),
	}).isVoid().mustHave("src", "srcset"),
	kept("ol", checks{"start": integer, "reversed": flag, "type": listType}),
	kept("ul", checks{"type": listType}),
	kept("li", checks{"value": integer, "type": listType}),
	kept("table", checks{"summary": anything, "width": length, "height": length, "align": align}),
	kept("thead tbody tfoot tr", checks{"align": align, "valign": valign}),
	kept("colgroup", checks{"span": integer, "align": align, "valign": valign, "width": length}),
	kept("col", checks{"span": integer, "align": align, "valign": valign, "width": length}).isVoid(),
	kept("td th", checks{
		"abbr": anything, "align": align, "colspan": integer, "headers": words, "height": length, "nowrap": flag, "rowspan": integer,
		"scope": anyOf("row", "col", "rowgroup", "colgroup"), "valign": valign, "width": length,
	}),
	kept("meter", checks{"value": number, "min": number, "max": number, "low": number, "high": number, "optimum": number}),
	kept("progress", checks{"value": number, "max": number}),
)

// imageSource is a source within a picture.
var imageSource = keptElement{void: true, needs: []string{"srcset"}, attributes: checks{
	"srcset": addresses, "sizes": sizes, "media": media, "type": word, "width": length, "height": length,
}}

// The frames and players, and what stands in a player.
var (
	frame = keptElement{attributes: checks{
		"src": embedded(false), "width": length, "height": length, "allowfullscreen": flag, "allow": features, "sandbox": words,
		"loading": anyOf("lazy", "eager"), "referrerpolicy": of(64, letters+"-"),
	}}
	player = keptElement{attributes: checks{
		"src": embedded(true), "poster": address(shown), "width": length, "height": length, "controls": flag, "loop": flag, "muted": flag, "autoplay": flag,
		"playsinline": flag, "preload": anyOf("none", "metadata", "auto", ""), "crossorigin": anyOf("anonymous", "use-credentials", ""),
	}}
	playerSource = keptElement{void: true, needs: []string{"src"}, attributes: checks{"src": embedded(true), "type": anything, "media": media}}
	playerTrack  = keptElement{void: true, needs: []string{"src"}, attributes: checks{
		"src": embedded(true), "kind": word, "srclang": langTag, "label": anything, "default": flag,
	}}
)

// hidden are elements that go with what stands in them, which nobody would see.
var hidden = map[string]bool{"script": true, "style": true, "title": true, "template": true}

// foreign are elements of other namespaces: what stands in them is words at most.
var foreign = map[string]bool{"svg": true, "math": true}

// The schemes of addresses. An address without one is relative to where the post is shown.
var (
	linked = []string{"", "http", "https", "mailto", "tel", "sms", "ftp", "geo", "xmpp", "irc", "ircs"}
	shown  = []string{"", "http", "https", "data"} // of data only images that hold no mark-up
)

// toldSchemes are those that a kind of loss names. Others may be no scheme: `user:password@`.
var toldSchemes = []string{"about", "blob", "data", "file", "http", "javascript", "vbscript", "ws", "wss"}

type checks = map[string]check

// named is an element under its names.
type named struct {
	names []string
	keptElement
}

func kept(names string, attributes checks) named {
	return named{strings.Fields(names), keptElement{attributes: attributes}}
}

func (n named) isVoid() named {
	n.void = true
	return n
}

func (n named) mustHave(attributes ...string) named {
	n.needs = attributes
	return n
}

func table(rows ...named) map[string]*keptElement {
	byName := map[string]*keptElement{}
	for _, row := range rows {
		for _, name := range row.names {
			byName[name] = &row.keptElement
		}
	}
	return byName
}

// unfit is what a check says that keeps nothing and for whose loss the attribute's name is enough.
const unfit = "attribute"

func anything(value string) (string, string) { return value, "" }

// flag is an attribute that says all by being there.
func flag(value string) (string, string) { return value, "" }

// of keeps a value of at most so many bytes, each of some characters. Letters, marks and
// digits that are not ASCII are taken by words alone.
func of(most int, characters string) check {
	var ok [utf8.RuneSelf]bool
	for _, c := range characters {
		ok[c] = true
	}
	return func(value string) (string, string) {
		if len(value) > most || strings.ContainsFunc(value, func(r rune) bool { return r >= utf8.RuneSelf || !ok[r] }) {
			return "", unfit
		}
		return value, ""
	}
}

const (
	letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
	digits  = "0123456789"
	spaces  = " \t\n\f"
)

// name keeps what something in a post is called, in whatever script.
func name(value string) (string, string) {
	if value == "" || len(value) > 256 || strings.ContainsFunc(value, func(r rune) bool { return unicode.IsSpace(r) || strings.ContainsRune(`"'<>&`, r) }) {
		return "", unfit
	}
	return value, ""
}

// words keeps names of classes, and lists of ids.
func words(value string) (string, string) {
	if len(value) > 1000 || strings.ContainsAny(value, `"'<>&`) {
		return "", unfit
	}
	return value, ""
}

func matching(pattern string) check {
	p := regexp.MustCompile(pattern)
	return func(value string) (string, string) {
		if len(value) > 256 || !p.MatchString(value) {
			return "", unfit
		}
		return value, ""
	}
}

func anyOf(values ...string) check {
	return func(value string) (string, string) {
		if !slices.ContainsFunc(values, func(v string) bool { return strings.EqualFold(v, value) }) {
			return "", unfit
		}
		return value, ""
	}
}

var (
	number   = matching(`^[-+]?[0-9]*(\.[0-9]+)?$`)
	integer  = matching(`^[-+]?[0-9]+$`)
	length   = matching(`^[0-9]+(\.[0-9]+)?(px|%)?$`)
	word     = of(128, letters+digits+" _+./:;=-")
	langTag  = of(64, letters+digits+"-")
	moment   = of(64, letters+digits+spaces+":+.,-")
	align    = anyOf("left", "right", "center", "justify", "char", "top", "middle", "bottom")
	valign   = anyOf("baseline", "bottom", "middle", "top")
	listType = anyOf("1", "a", "i", "disc", "circle", "square")
	media    = of(256, letters+digits+spaces+":(),.<>=/-")
	sizes    = of(1000, letters+digits+spaces+":(),.<>=/*+%-")
	// A window with a name of its own could be used by the page it leads to; one of these cannot.
	target = anyOf("_blank", "_self", "_parent", "_top")
)

// relation keeps what a link says it leads to, but for `opener`: with it, a page in another
// window could lead this one elsewhere. Browsers take `_blank` for noopener where nothing is
// said, so nothing is added, and an export gives back what came in.
func relation(value string) (string, string) {
	if slices.ContainsFunc(strings.Fields(value), func(w string) bool { return strings.EqualFold(w, "opener") }) {
		return "", "attribute rel=opener"
	}
	return words(value)
}

// features keeps what a frame may do, where that is no more than players need.
var features = matching(`^\s*((accelerometer|autoplay|clipboard-write|encrypted-media|fullscreen|gyroscope|picture-in-picture|web-share)\s*(;\s*|$))*$`)

// address keeps an address of one of some schemes.
func address(schemes []string) check {
	return func(value string) (string, string) {
		value, scheme, ok := readAddress(value)
		switch {
		case !ok:
			return "", "address that cannot be read"
		case !slices.Contains(schemes, scheme), scheme == "data" && !dataImage.MatchString(value):
			return "", lostAddress(scheme)
		}
		return value, ""
	}
}

func lostAddress(scheme string) string {
	switch {
	case scheme == "":
		return "address without a scheme"
	case slices.Contains(toldSchemes, scheme):
		return "address " + scheme + ":"
	}
	return "address of another scheme"
}

// dataImage is an image that is its own address. One of SVG is mark-up.
var dataImage = regexp.MustCompile(`^(?i:data:image/(png|jpe?g|gif|webp|avif|bmp|x-icon|vnd\.microsoft\.icon);base64,)[A-Za-z0-9+/=%]*$`)

// readAddress gives an address as browsers read it, without white space at its ends and
// line breaks within, and its scheme in lower case, "" where it has none.
// ok is false where control characters are left.
func readAddress(value string) (clean, scheme string, ok bool) {
	clean = strings.TrimFunc(value, func(r rune) bool { return r <= ' ' })
	if strings.ContainsAny(clean, "\t\n\r") {
		clean = strings.NewReplacer("\t", "", "\n", "", "\r", "").Replace(clean)
	}
	if strings.ContainsFunc(clean, func(r rune) bool { return r < ' ' || r == 0x7f }) {
		return "", "", false
	}
	for i, r := range clean {
		switch {
		case 'a' <= r && r <= 'z', 'A' <= r && r <= 'Z', i > 0 && (r >= '0' && r <= '9' || r == '+' || r == '-' || r == '.'):
		case r == ':' && i > 0:
			return clean, strings.ToLower(clean[:i]), true
		default:
			return clean, "", true
		}
	}
	return clean, "", true
}

// addresses keeps a list of addresses of images, each with its width or density.
func addresses(value string) (string, string) {
	for part := range strings.FieldsFuncSeq(value, func(r rune) bool { return r <= ' ' || r == ',' }) {
		if _, scheme, ok := readAddress(part); !ok || scheme == "data" || !slices.Contains(shown, scheme) {
			return "", unfit
		}
	}
	return value, ""
}
