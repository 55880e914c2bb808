package content

import (
	"html"
	"strings"
	"sync"

	"github.com/microcosm-cc/bluemonday"
	"golang.org/x/net/html/atom"

	nethtml "golang.org/x/net/html"
)

// sanitizer is built on first use: the policy is costly to make and safe for
// many goroutines.
var sanitizer = sync.OnceValue(func() *bluemonday.Policy {
	p := bluemonday.UGCPolicy()
	p.AllowElements("figure", "figcaption")
	p.AllowAttrs("class").Matching(bluemonday.SpaceSeparatedTokens).OnElements("code")
	return p
})

// SanitizeHTML keeps the mark-up that is safe to show in another's page and
// drops the rest: scripts, styles, handlers, addresses that are not http, https
// or mailto. Frames and players become links. Sanitising twice changes nothing.
func SanitizeHTML(markup string) string {
	clean := markup
	// One pass can leave text that reads as mark-up in the next; the passes
	// shrink or settle, and an unsettled text is shown as plain text.
	for range 4 {
		next := strings.TrimSpace(sanitizer().Sanitize(linkEmbeds(clean)))
		if next == clean {
			return clean
		}
		clean = next
	}
	return html.EscapeString(TextOfHTML(clean))
}

// TextOfHTML is the text a reader sees of some mark-up, runs of white space
// collapsed, elements that stand apart separated by a space.
func TextOfHTML(markup string) string {
	var w strings.Builder
	z := nethtml.NewTokenizer(strings.NewReader(markup))
	hidden := 0 // depth inside elements whose text nobody sees
	for {
		switch z.Next() {
		case nethtml.ErrorToken: // a string has no other error than its end
			return collapsed(w.String())
		case nethtml.TextToken:
			if hidden == 0 {
				w.Write(z.Text())
			}
		case nethtml.StartTagToken:
			tag := tagOf(z)
			if tag == atom.Script || tag == atom.Style {
				hidden++
			}
			if !inlineTags[tag] {
				w.WriteByte(' ')
			}
		case nethtml.EndTagToken:
			tag := tagOf(z)
			if hidden > 0 && (tag == atom.Script || tag == atom.Style) {
				hidden--
			}
			if !inlineTags[tag] {
				w.WriteByte(' ')
			}
		case nethtml.SelfClosingTagToken:
			w.WriteByte(' ')
		}
	}
}

// collapsed makes each run of white space one space, and leaves none at the ends.
func collapsed(text string) string {
	var w strings.Builder
	for word := range strings.FieldsSeq(text) {
		if w.Len() > 0 {
			w.WriteByte(' ')
		}
		w.WriteString(word)
	}
	return w.String()
}

// inlineTags are the elements that do not separate words.
var inlineTags = map[atom.Atom]bool{
	atom.A: true, atom.Abbr: true, atom.B: true, atom.Code: true, atom.Em: true, atom.I: true, atom.Kbd: true,
	atom.Mark: true, atom.S: true, atom.Small: true, atom.Span: true, atom.Strong: true, atom.Sub: true,
	atom.Sup: true, atom.U: true, atom.Var: true,
}

func tagOf(z *nethtml.Tokenizer) atom.Atom {
	name, _ := z.TagName()
	return atom.Lookup(name)
}

// settleHTML sanitises mark-up that stands beside its text, gives the text
// where it is missing, and drops mark-up that says no more than the text.
func settleHTML(text, markup *string) {
	if *markup == "" {
		return
	}
	*markup = SanitizeHTML(*markup)
	if *text == "" {
		*text = TextOfHTML(*markup)
	}
	// A text that is shown as it is has no tags.
	if !strings.Contains(*markup, "<") && *markup == SanitizeHTML(html.EscapeString(*text)) {
		*markup = ""
	}
}
