package ghost

import (
	stdhtml "html"
	"strings"
)

// card writes what stands in a document besides text. Cards have the same members in both
// formats; their captions, and the texts of some, are HTML.
func (w *writer) card(name string, o object) {
	name = strings.TrimSuffix(strings.TrimPrefix(strings.ToLower(name), "card-"), "-card")
	switch name {
	case "image":
		w.image(o)
	case "gallery":
		for _, i := range o.list("images") {
			w.image(objectOf(i))
		}
		w.element("p", o.text("caption"))
	case "html":
		w.raw("\n", o.text("html"), "\n")
	case "markdown":
		markup, err := markdownReader.HTML([]byte(firstOf(o.text("markdown"), o.text("html"))))
		if err != nil {
			w.lose(err.Error(), 1)
		}
		w.raw(markup)
	case "code", "codeblock":
		w.start("pre")
		w.start("code", "class", languageClass(o.text("language")))
		w.text(o.text("code"))
		w.raw("</code></pre>")
		w.element("p", o.text("caption"))
	case "embed":
		w.embed(o)
	case "bookmark":
		w.bookmark(o)
	case "hr", "horizontalrule", "divider":
		w.raw("<hr>")
	case "callout":
		w.raw("<blockquote><p>")
		if emoji := o.text("calloutEmoji"); emoji != "" {
			w.text(emoji + " ")
		}
		w.raw(withoutParagraph(o.text("calloutText")), "</p></blockquote>")
	case "toggle":
		w.raw("<details><summary>", withoutParagraph(o.text("heading")), "</summary>", o.text("content"), "</details>")
	case "button":
		w.link(o.text("buttonUrl"), o.text("buttonText"))
	case "file":
		w.link(o.text("src"), firstOf(o.text("fileTitle"), o.text("fileName"), o.text("src")))
		w.plain(o.text("fileCaption"))
	case "audio":
		w.player("audio", o)
		w.plain(o.text("title"))
	case "video":
		w.raw("<figure>")
		w.player("video", o)
		w.element("figcaption", o.text("caption"))
		w.raw("</figure>")
	case "header", "signup", "call-to-action":
		w.banner(o)
	case "product":
		w.product(o)
	case "nft":
		w.image(object{"src": o.text("image_url"), "alt": o.text("title"), "href": o.text("url")})
		w.link(o.text("url"), o.text("title"))
		w.plain(o.text("description"))
	case "paywall", "": // only marks a place
	default: // mail to members, and what nobody here knows
		w.lose("card "+shortName(name), 1)
		if name != "email" && name != "email-cta" {
			w.anything(o)
		}
	}
}

func shortName(name string) string {
	const most = 40 // bytes
	if len(name) > most {
		name = strings.ToValidUTF8(name[:most], "")
	}
	return name
}

// anything writes the texts of a card that nobody knows.
func (w *writer) anything(o object) {
	for _, name := range []string{"heading", "title", "text", "content", "html", "description", "caption"} {
		w.element("div", o.text(name))
	}
	if address := firstOf(o.text("url"), o.text("src")); address != "" {
		w.link(address, address)
	}
}

// languageClass is how HTML says the language of code.
func languageClass(language string) string {
	if language == "" {
		return ""
	}
	return "language-" + language
}

// withoutParagraph is HTML that may be one paragraph, as what stands in it.
func withoutParagraph(markup string) string {
	inner, ok := strings.CutPrefix(strings.TrimSpace(markup), "<p>")
	if inner, closed := strings.CutSuffix(inner, "</p>"); ok && closed && !strings.Contains(inner, "<p") {
		return inner
	}
	return markup
}

func (w *writer) image(o object) {
	src := firstOf(o.text("src"), o.text("url"))
	if src == "" {
		return
	}
	w.raw("<figure>")
	href := o.text("href")
	if href != "" {
		w.start("a", "href", href)
	}
	w.start("img", "src", src, "alt", o.text("alt"), "title", o.text("title"), "width", o.text("width"), "height", o.text("height"))
	if href != "" {
		w.end("a")
	}
	w.element("figcaption", o.text("caption"))
	w.raw("</figure>")
}

// embed writes what another site gave to be shown. Without that it is a link.
func (w *writer) embed(o object) {
	w.raw("<figure>")
	if markup := o.text("html"); strings.TrimSpace(markup) != "" {
		w.raw(markup)
	} else {
		w.link(o.text("url"), firstOf(objectOf(o["metadata"]).text("title"), o.text("url")))
	}
	w.element("figcaption", o.text("caption"))
	w.raw("</figure>")
}

// bookmark writes a link with what is said of the page that it leads to.
func (w *writer) bookmark(o object) {
	about := objectOf(o["metadata"])
	address := firstOf(o.text("url"), about.text("url"))
	w.link(address, firstOf(about.text("title"), o.text("title"), address))
	w.plain(firstOf(about.text("description"), o.text("description")))
	var by []string
	for _, name := range []string{"author", "publisher"} {
		if said := firstOf(about.text(name), o.text(name)); said != "" {
			by = append(by, said)
		}
	}
	w.plain(strings.Join(by, ", "))
	if shown := firstOf(about.text("thumbnail"), o.text("thumbnail")); shown != "" {
		w.image(object{"src": shown, "href": address})
	}
	w.element("p", o.text("caption"))
}

// link writes a paragraph with a link, or the text where there is no address.
func (w *writer) link(address, text string) {
	switch {
	case text == "":
	case address == "":
		w.plain(text)
	default:
		w.raw("<p>")
		w.start("a", "href", address)
		w.text(text)
		w.raw("</a></p>")
	}
}

// plain writes a text without mark-up as a paragraph.
func (w *writer) plain(text string) { w.element("p", stdhtml.EscapeString(text)) }

func (w *writer) player(tag string, o object) {
	w.start(tag, "src", o.text("src"), "poster", firstOf(o.text("customThumbnailSrc"), o.text("thumbnailSrc")), "width", o.text("width"), "height", o.text("height"), "title", o.text("title"), "controls", "controls")
	w.end(tag)
}

// banner writes a heading with a text and a button.
func (w *writer) banner(o object) {
	w.image(object{"src": firstOf(o.text("backgroundImageSrc"), o.text("imageUrl"))})
	w.element("h2", withoutParagraph(o.text("header")))
	w.element("p", withoutParagraph(firstOf(o.text("subheader"), o.text("textValue"))))
	w.element("p", withoutParagraph(o.text("disclaimer")))
	if o.yes("buttonEnabled", o.yes("showButton", true)) && o.text("buttonUrl") != "" {
		w.link(o.text("buttonUrl"), o.text("buttonText"))
	}
}

func (w *writer) product(o object) {
	w.image(object{"src": o.text("productImageSrc"), "width": o.text("productImageWidth"), "height": o.text("productImageHeight")})
	w.element("h4", withoutParagraph(o.text("productTitle")))
	if o.yes("productRatingEnabled", false) {
		w.plain(strings.Repeat("★", min(5, max(0, o.number("productStarRating")))))
	}
	w.raw(o.text("productDescription"))
	if o.yes("productButtonEnabled", true) {
		w.link(o.text("productUrl"), o.text("productButton"))
	}
}
