package shortcode

import (
	"regexp"
	"strings"
)

// say writes instead of a call, and passes over it.
func (e *expander) say(text string, call int) {
	e.out = append(e.out, text...)
	e.at += call
}

// sayBlock writes HTML that stands apart. In Markdown it needs a line of its own and a blank
// one behind it, after which Markdown goes on.
func (e *expander) sayBlock(html string, call int) {
	if e.HTML {
		e.say(html, call)
		return
	}
	from := strings.LastIndexByte(string(e.out[max(0, len(e.out)-512):]), '\n') + max(0, len(e.out)-512) + 1
	before := string(e.out[from:])
	if before != containers.FindString(before) {
		e.out = append(e.out, "\n\n"...)
		before = ""
	}
	e.say(html, call)
	if !strings.HasPrefix(e.left(), "\n\n") {
		e.out = append(e.out, '\n')
		// What goes on in the line stays in the same quote or item.
		if quote := strings.Count(before, ">"); quote > 0 {
			e.out = append(e.out, strings.Repeat("> ", quote)...)
		}
		e.out = append(e.out, '\n')
	}
}

// sayCode writes a sample of code on one line, with references for its line ends, so that
// nothing of it can be read as Markdown and no byte of it is lost.
func (e *expander) sayCode(code, language string, call int) {
	code = strings.TrimPrefix(strings.TrimPrefix(code, "\r"), "\n")
	var w strings.Builder
	w.WriteString("<pre><code")
	if language != "" {
		w.WriteString(` class="language-` + escaped(language) + `"`)
	}
	w.WriteString(">")
	_, _ = codeEscapes.WriteString(&w, code) // a builder takes everything
	w.WriteString("</code></pre>")
	e.sayBlock(w.String(), call)
}

var codeEscapes = strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;", "\"", "&#34;", "\n", "&#10;", "\r", "&#13;")

// figure is an image with what stands below it.
func figure(address string, a arguments) string {
	alt := a.get("alt")
	caption := strings.TrimSpace(strings.Join(present(a.get("title"), a.get("caption"), a.get("attr")), " "))
	image := `<img src="` + escaped(address) + `"`
	if alt != "" {
		image += ` alt="` + escaped(alt) + `"`
	}
	for _, name := range []string{"width", "height"} {
		if value := a.get(name); digits.MatchString(value) {
			image += " " + name + `="` + strings.TrimSuffix(value, "px") + `"`
		}
	}
	image += ">"
	if link := a.get("link"); link != "" {
		image = `<a href="` + escaped(link) + `">` + image + `</a>`
	}
	if caption == "" {
		return image
	}
	return "<figure>" + image + "<figcaption>" + inlineMarkup(caption) + "</figcaption></figure>"
}

var digits = regexp.MustCompile(`^\d{1,5}(?:px)?$`)

// inlineMarkup is what captions have of Markdown most often: links.
func inlineMarkup(s string) string {
	if strings.Contains(s, "](") {
		s = markdownLink.ReplaceAllString(s, `<a href="$2">$1</a>`)
	}
	if strings.ContainsRune(s, '<') {
		return s // it is HTML already
	}
	return escaped(s)
}

var markdownLink = regexp.MustCompile(`\[([^\[\]]*)\]\(([^()\s"]*)\)`)

func present(texts ...string) []string {
	var there []string
	for _, t := range texts {
		if t != "" {
			there = append(there, t)
		}
	}
	return there
}

// players are frames by the name that calls have for them, in small letters.
var players = map[string]string{
	"youtube": "https://www.youtube.com/embed/", "youtubelite": "https://www.youtube.com/embed/", "liteyoutube": "https://www.youtube.com/embed/",
	"liteyoutubeembed": "https://www.youtube.com/embed/", "youtube-lite": "https://www.youtube.com/embed/",
	"vimeo": "https://player.vimeo.com/video/", "bilibili": "https://player.bilibili.com/player.html?bvid=",
}

// posts are links by the name that calls have for what another site shows.
var posts = map[string]string{
	"gist": "https://gist.github.com/", "tweet": "https://twitter.com/i/status/", "x": "https://twitter.com/i/status/", "twitter": "https://twitter.com/i/status/",
	"instagram": "https://www.instagram.com/p/", "codepen": "https://codepen.io/pen/", "asciinema": "https://asciinema.org/a/", "speakerdeck": "https://speakerdeck.com/player/",
}

// elsewhere gives the player or the link for a call that shows what another site has.
func elsewhere(name string, a arguments) (html string, ok bool) {
	id := a.get("id", "videoId", "video", "v", "url", "tweetId")
	if id == "" {
		id = a.place(0)
	}
	if id == "" || strings.ContainsAny(id, " {}<>\"") {
		return "", false
	}
	name = strings.ToLower(name)
	if base, ok := players[name]; ok {
		if m := videoID.FindStringSubmatch(id); m != nil {
			id = m[1]
		}
		if !strings.HasPrefix(id, "https://") {
			id = base + id
		}
		title := ""
		if t := a.get("title"); t != "" {
			title = ` title="` + escaped(t) + `"`
		}
		return `<iframe src="` + escaped(id) + `"` + title + `></iframe>`, true
	}
	base, ok := posts[name]
	if !ok {
		return "", false
	}
	if user := a.get("user"); name == "x" || name == "tweet" || name == "twitter" {
		if user != "" {
			base = "https://twitter.com/" + user + "/status/"
		}
	} else if second := a.place(1); name == "gist" && second != "" && a.get("id") == "" {
		id += "/" + second
	}
	if !strings.HasPrefix(id, "https://") {
		id = base + id
	}
	return `<a href="` + escaped(id) + `">` + escaped(id) + `</a>`, true
}

// videoID finds the name of a video in an address of its site.
var videoID = regexp.MustCompile(`^https?://(?:www\.)?(?:youtu\.be/|youtube\.com/(?:watch\?(?:.*&)?v=|embed/)|vimeo\.com/)([\w-]+)`)
