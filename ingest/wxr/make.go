package wxr

import (
	"html"
	"regexp"
	"strconv"
	"strings"
)

// make gives the HTML of a shortcode that is known. ok is false for others, and where one
// is not as it should be: it is read like an unknown one.
func (s *shortcodeReader) make(sc *shortcode, inner string, hasContent bool) (made string, ok bool) {
	_, isSite := sites[sc.name]
	switch name := sc.name; {
	case name == "caption" || name == "wp_caption":
		return s.caption(sc, inner)
	case name == "gallery":
		return s.gallery(sc), true
	case name == "playlist":
		return s.playlist(sc), true
	case name == "embed":
		return embed(sc, inner)
	case name == "video" || name == "audio":
		return player(sc, inner)
	case isSite:
		return site(sc, inner)
	case hasContent && codeLanguage(sc) != "":
		return code(sc, inner), true
	}
	return "", false
}

var captioned = regexp.MustCompile(`(?is)^\s*((?:<a\s[^>]*>\s*)?<img\s[^>]*>(?:\s*</a>)?)(.*)$`)

// caption is an image with what is said of it, which stands behind it or is an attribute.
func (s *shortcodeReader) caption(sc *shortcode, inner string) (string, bool) {
	inner = s.within(inner)
	m := captioned.FindStringSubmatch(inner)
	if m == nil {
		return inner, inner != ""
	}
	said := strings.TrimSpace(m[2])
	if said == "" {
		said = html.UnescapeString(sc.first("caption"))
	}
	return "\n\n" + figure(m[1], strings.ReplaceAll(said, "\n", " ")) + "\n\n", true
}

// within reads what a shortcode has as its content.
func (s *shortcodeReader) within(inner string) string {
	if s.depth >= maxNested || !strings.Contains(inner, "[") {
		return inner
	}
	s.depth++
	defer func() { s.depth-- }()
	return s.shortcodes(inner)
}

func figure(shown, caption string) string {
	if caption != "" {
		caption = "<figcaption>" + caption + "</figcaption>"
	}
	return "<figure>" + shown + caption + "</figure>"
}

// image writes an image; what is empty or 0 is left out.
func image(address, alt, caption string, width, height int) string {
	size := ""
	if width > 0 && height > 0 {
		size = ` width="` + strconv.Itoa(width) + `" height="` + strconv.Itoa(height) + `"`
	}
	img := `<img src="` + quotedAttribute(address) + `" alt="` + quotedAttribute(alt) + `"` + size + `>`
	return "\n\n" + figure(img, escaped(caption)) + "\n\n"
}

// gallery shows attachments: those that it names, else those of the post.
func (s *shortcodeReader) gallery(sc *shortcode) string {
	var out strings.Builder
	shown := 0
	for _, a := range s.named(sc) {
		if !isImage(a.URL) && sc.first("ids", "include") == "" {
			continue
		}
		out.WriteString(image(a.URL, a.Alt, a.Caption, a.Width, a.Height))
		shown++
	}
	if shown == 0 {
		s.draft.Lose("shortcode gallery without images in the export", 1)
	}
	return out.String()
}

// playlist is links to what it plays.
func (s *shortcodeReader) playlist(sc *shortcode) string {
	var out strings.Builder
	for _, a := range s.named(sc) {
		if isImage(a.URL) {
			continue
		}
		out.WriteString("\n\n<p>" + link(a.URL, a.URL) + "</p>\n\n")
	}
	return out.String()
}

// named are the attachments that a shortcode names, else all of the post.
func (s *shortcodeReader) named(sc *shortcode) (all []private) {
	ids := sc.first("ids", "include")
	if ids == "" {
		excluded := set(strings.ReplaceAll(sc.first("exclude"), ",", " "))
		for _, a := range s.attached() {
			if !excluded[a.ID] {
				all = append(all, a)
			}
		}
		return all
	}
	missing := 0
	for id := range strings.SplitSeq(ids, ",") {
		if len(all) == maxAttached || strings.TrimSpace(id) == "" {
			break
		}
		a, ok := s.attachment(key(s.private.Site, strings.TrimSpace(id)))
		if !ok {
			missing++
			continue
		}
		all = append(all, a)
	}
	if missing > 0 {
		s.draft.Lose("attachment that is not in the export", missing)
	}
	return all
}

// embed is a link to what WordPress would fetch.
func embed(sc *shortcode, inner string) (string, bool) {
	address := strings.TrimSpace(inner)
	if address == "" {
		address = sc.first("src", "url")
	}
	if address == "" && len(sc.values) > 0 {
		address = sc.values[0]
	}
	if !isAddress(address) {
		return "", false
	}
	return "\n\n<p>" + link(address, address) + "</p>\n\n", true
}

func isAddress(text string) bool {
	return (strings.HasPrefix(text, "https://") || strings.HasPrefix(text, "http://") || strings.HasPrefix(text, "/")) &&
		!strings.ContainsAny(text, " \t\n<>\"")
}

// player is a video or a sound.
func player(sc *shortcode, inner string) (string, bool) {
	address := sc.first("src", "mp4", "m4v", "webm", "ogv", "wmv", "flv", "mp3", "m4a", "ogg", "oga", "wav", "flac")
	if address == "" && len(sc.values) > 0 {
		address = sc.values[0]
	}
	if address == "" {
		address = strings.TrimSpace(inner)
	}
	if !isAddress(address) {
		return "", false
	}
	poster := ""
	if p := sc.first("poster"); p != "" && sc.name == "video" {
		poster = ` poster="` + quotedAttribute(p) + `"`
	}
	return "\n\n<figure><" + sc.name + ` controls src="` + quotedAttribute(address) + `"` + poster + "></" + sc.name + "></figure>\n\n", true
}

// sites are shortcodes of services, each with what stands before an id there.
var sites = map[string]string{
	"youtube": "https://www.youtube.com/watch?v=", "youtu": "https://www.youtube.com/watch?v=", "vimeo": "https://vimeo.com/",
	"dailymotion": "https://www.dailymotion.com/video/", "instagram": "", "twitter": "", "tweet": "https://twitter.com/i/status/",
	"facebook": "", "soundcloud": "", "spotify": "", "googlemaps": "", "gist": "https://gist.github.com/", "tiktok": "",
	"wpvideo": "https://videopress.com/v/", "videopress": "https://videopress.com/v/", "ted": "", "slideshare": "", "flickr": "",
	"codepen": "", "jsfiddle": "", "vine": "", "pinterest": "",
}

var bareID = regexp.MustCompile(`^[\w-]{4,40}$`)

// site is a link to a page of a service, given by its address or its id.
func site(sc *shortcode, inner string) (string, bool) {
	given := append([]string{sc.first("url", "src", "href", "id", "v", "video")}, sc.values...)
	for _, address := range append(given, plain(inner)) {
		if id := sites[sc.name]; id != "" && bareID.MatchString(address) {
			address = id + address
		}
		if isAddress(address) && !strings.HasPrefix(address, "/") {
			return "\n\n<p>" + link(address, address) + "</p>\n\n", true
		}
	}
	return "", false
}

// imageEnding is how the addresses of images end.
var imageEnding = regexp.MustCompile(`(?i)\.(?:jpe?g|png|gif|webp|avif|svg|bmp|ico|tiff?|heic)(?:[?#].*)?$`)

func isImage(address string) bool { return imageEnding.MatchString(address) }

// Names of shortcodes of code: some say the language in an attribute, the others are one.
var (
	codeNames     = set("code sourcecode source cc codecolorer highlight syntax syntaxhighlighter prism pre crayon")
	codeLanguages = set(`actionscript3 bash clojure coldfusion cpp c csharp css delphi diff erlang fsharp go groovy html java
		javafx javascript js jsp latex matlab objc perl php plain powershell python py r ruby rust scala shell sql swift text
		typescript vb vbnet xml yaml`)
)

// codeLanguage is the language of a shortcode of code, `text` where none is said; "" for
// other shortcodes.
func codeLanguage(sc *shortcode) string {
	switch {
	case codeLanguages[sc.name]:
		return sc.name
	case !codeNames[sc.name]:
		return ""
	}
	if said := sc.first("language", "lang", "type"); said != "" {
		return said
	}
	if len(sc.values) > 0 && codeLanguages[sc.values[0]] {
		return sc.values[0]
	}
	return "text"
}

// code keeps every character of its content: shortcodes in it are code.
func code(sc *shortcode, source string) string {
	if !strings.Contains(source, "<") { // an editor has escaped it
		source = html.UnescapeString(source)
	}
	class := ""
	if language := codeLanguage(sc); language != "text" && language != "plain" {
		class = ` class="language-` + quotedAttribute(language) + `"`
	}
	return "\n\n<pre><code" + class + ">" + escaped(strings.Trim(source, "\n")) + "</code></pre>\n\n"
}
