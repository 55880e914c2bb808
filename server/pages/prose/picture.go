package prose

import (
	"strconv"
	"strings"

	"alphanode/content"
)

// figure writes an image with its caption and its credit.
func (w *writer) figure(f content.Figure) {
	w.WriteString("<figure>" + w.picture(picture{address: f.URL, alt: f.Alt, width: f.Width, height: f.Height}, "div"))
	caption := ""
	if f.Caption != "" {
		caption = "<span" + w.way() + ">" + text(f.Caption) + "</span>"
		if !strings.ContainsAny(f.Caption[len(f.Caption)-1:], ".!?") {
			caption += "."
		}
	}
	if f.Source != "" {
		caption += " Image: <bdi>" + text(f.Source) + "</bdi>"
	}
	if secure(f.URL) == "" {
		if link := linkTo(f.URL, "See the image at "); link != "" {
			caption += " " + link
		} else {
			caption += " The image is not at an address that can be shown here."
		}
	}
	if caption = strings.TrimSpace(caption); caption != "" {
		w.WriteString("<figcaption>" + caption + "</figcaption>")
	}
	w.WriteString("</figure>")
}

// picture is an image of a body.
type picture struct {
	address, alt  string
	width, height *int // in pixels; nil where not known
}

// picture gives the box of an image. It is empty where the policy of pages would refuse the
// image: only those of https are fetched.
func (w *writer) picture(p picture, tag string) string {
	var b strings.Builder
	b.WriteString("<" + tag + ` class="image">`)
	if src := secure(p.address); src != "" {
		b.WriteString(`<img src="` + text(src) + `" alt="` + text(p.alt) + `"`)
		for _, side := range []struct {
			name   string
			pixels *int
		}{{"width", p.width}, {"height", p.height}} {
			if side.pixels != nil {
				b.WriteString(" " + side.name + `="` + strconv.Itoa(*side.pixels) + `"`)
			}
		}
		if !w.near {
			b.WriteString(` loading="lazy"`)
		}
		b.WriteString(` decoding="async" referrerpolicy="no-referrer">`)
	}
	b.WriteString("</" + tag + ">")
	return b.String()
}

// secure gives an address of https, "" where it is none.
func secure(address string) string {
	if u, ok := content.WebAddress(address); ok && u.Scheme == "https" {
		return u.String()
	}
	return ""
}

// linkTo links an address by the host where it is, with words before that; "" where it
// cannot be linked.
func linkTo(address, words string) string {
	u, ok := content.WebAddress(address)
	if !ok {
		return ""
	}
	return `<a href="` + text(u.String()) + `" rel="nofollow noreferrer">` + words + text(u.Host) + "</a>"
}
