package blocks

import (
	"net/url"
	"strconv"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"alphanode/content"
)

// image is an image that a body shows.
type image struct {
	address       string // whole, and one that a post may have
	inline        bool   // the address is the image itself, which stays as mark-up
	alt, title    string
	width, height *int
}

// lazyAddresses are the attributes in which pages that load images late have the
// address, while src shows a stand-in.
var lazyAddresses = []string{"data-lazy-src", "data-src", "data-original", "data-lazy", "data-litespeed-src", "data-echo", "nitro-lazy-src"}

// maxStandIn bounds, in bytes, an image within an address that is a stand-in for one that is
// loaded late: a dot, a grey box, a blur.
const maxStandIn = 400

// imagesInReading is what must be known of the images before one to read it.
type imagesInReading struct {
	picture   *node  // whose sources these are
	fromThere string // the best address of the sources
	last      string // the address of the last image
	lost      bool   // whether the last image had none
}

// source notes what a source of a picture offers.
func (r *imagesInReading) source(t *tree, n *node) {
	parent := t.top()
	if parent.tag != atom.Picture {
		return
	}
	if r.picture != parent {
		*r = imagesInReading{picture: parent, last: r.last, lost: r.lost}
	}
	if r.fromThere == "" {
		r.fromThere = largest(n)
	}
}

// read takes the image that an img shows. It reports whether it is shown: an image that has no
// address is lost, and what stands for it where there are no scripts is the same one.
func (r *imagesInReading) read(t *tree, n *node) bool {
	address := r.addressOf(t, n)
	whole, ok := ImageAddress(t.options.address(address))
	inline := false
	if address == "" {
		whole = strings.TrimSpace(n.attribute("src"))
		inline = len(whole) > maxStandIn && strings.HasPrefix(whole, "data:image/")
		ok = inline
	}
	if !ok {
		t.losses.Add(LostImage, 1)
		r.lost = true
		return false
	}
	if within(t.top(), atom.Noscript) {
		if r.lost { // this is what its stand-in stands for
			if t.losses[LostImage]--; t.losses[LostImage] == 0 {
				delete(t.losses, LostImage)
			}
		} else if whole == r.last {
			return false
		}
	}
	r.last, r.lost = whole, false
	n.image = &image{whole, inline, collapsed(n.attribute("alt")), collapsed(n.attribute("title")), pixels(n.attribute("width")), pixels(n.attribute("height"))}
	n.attributes = n.image.attributes()
	return true
}

func (r *imagesInReading) addressOf(t *tree, n *node) string {
	for _, name := range lazyAddresses {
		if lazy := strings.TrimSpace(n.attribute(name)); lazy != "" && !strings.HasPrefix(lazy, "data:") {
			return lazy
		}
	}
	if src := strings.TrimSpace(n.attribute("src")); src != "" && !strings.HasPrefix(src, "data:") {
		return src
	}
	if address := largest(n); address != "" {
		return address
	}
	if r.picture != nil && r.picture == t.top() {
		return r.fromThere
	}
	return ""
}

func within(n *node, tag atom.Atom) bool {
	for ; n != nil; n = n.parent {
		if n.tag == tag {
			return true
		}
	}
	return false
}

// largest is the address of the largest image that an element offers.
func largest(n *node) (address string) {
	for _, name := range []string{"srcset", "data-srcset", "data-lazy-srcset"} {
		most := -1.0
		for candidate := range candidates(n.attribute(name)) {
			if candidate.size > most && !strings.HasPrefix(candidate.address, "data:") {
				address, most = candidate.address, candidate.size
			}
		}
		if address != "" {
			return address
		}
	}
	return ""
}

type candidate struct {
	address string
	size    float64 // in pixels of width or in density: of one list it is always the same
}

// candidates reads the list of a srcset: addresses may have commas in them, but not at
// their end.
func candidates(list string) func(yield func(candidate) bool) {
	return func(yield func(candidate) bool) {
		for {
			list = strings.TrimLeft(list, " \t\r\n\f,")
			if list == "" {
				return
			}
			end := strings.IndexAny(list, " \t\r\n\f")
			if end < 0 {
				end = len(list)
			}
			c := candidate{address: list[:end], size: 1}
			list = list[end:]
			if bare := strings.TrimRight(c.address, ","); bare != c.address {
				c.address = bare
			} else {
				var said string
				said, list, _ = strings.Cut(list, ",")
				if said = strings.TrimSpace(said); said != "" {
					if size, err := strconv.ParseFloat(said[:len(said)-1], 64); err == nil {
						c.size = size
					}
				}
			}
			if !yield(c) {
				return
			}
		}
	}
}

// ImageAddress is the address of an image as a post may have it: of http or https, or a
// path. What is not so is not ok.
func ImageAddress(written string) (address string, ok bool) {
	address = strings.TrimSpace(written)
	if strings.ContainsAny(address, " \t\r\n\f\"<>\\^`{|}") || strings.ContainsFunc(address, func(r rune) bool { return r <= ' ' || r == 0x7f || r >= 0x80 }) {
		address = escapedAddress(address)
	}
	u, err := url.Parse(address)
	if err != nil || address == "" || u.Scheme != "" && (u.Host == "" || u.Scheme != "http" && u.Scheme != "https") {
		return "", false
	}
	return address, true
}

// escapedAddress writes by percent what no address may have. Letters of other scripts stay.
func escapedAddress(written string) string {
	var w strings.Builder
	for _, r := range written {
		switch {
		case r == '\t' || r == '\n' || r == '\r': // browsers leave them out
		case r <= ' ' || r == 0x7f || strings.ContainsRune("\"<>\\^`{|}", r) || r >= 0x80 && blank(string(r)):
			for _, b := range []byte(string(r)) {
				w.WriteString("%" + strings.ToUpper(strconv.FormatUint(uint64(b)|0x100, 16)[1:]))
			}
		default:
			w.WriteRune(r)
		}
	}
	return w.String()
}

// pixels reads a width or a height; what is none, as 100%, is nil.
func pixels(written string) *int {
	n, err := strconv.Atoi(strings.TrimSuffix(strings.TrimSpace(written), "px"))
	if err != nil || n < 1 || n > content.MaxPixels {
		return nil
	}
	return &n
}

// attributes are those of the img that shows it.
func (i *image) attributes() []html.Attribute {
	list := []html.Attribute{{Key: "src", Val: i.address}, {Key: "alt", Val: i.alt}}
	if i.title != "" {
		list = append(list, html.Attribute{Key: "title", Val: i.title})
	}
	if i.width != nil {
		list = append(list, html.Attribute{Key: "width", Val: strconv.Itoa(*i.width)})
	}
	if i.height != nil {
		list = append(list, html.Attribute{Key: "height", Val: strconv.Itoa(*i.height)})
	}
	return list
}

// block is the block that shows it, in its link, if any: no block of an image has a link.
func (i *image) block(caption string, link *node) content.Block {
	if link == nil && !i.inline {
		return i.figure(caption)
	}
	w := appendStart(nil, &node{name: "img", attributes: i.attributes()})
	if link != nil {
		w = appendEnd(append(appendStart(nil, link), w...), link)
	}
	return content.HTML{HTML: string(w)}
}

// figure is the block of an image that stands for itself. Its title is a caption where it reads like one: often it is
// the name of the file.
func (i *image) figure(caption string) content.Figure {
	if caption == "" && i.title != i.alt && strings.Contains(i.title, " ") {
		caption = i.title
	}
	return content.Figure{URL: i.address, Caption: caption, Alt: i.alt, Width: i.width, Height: i.height}
}
