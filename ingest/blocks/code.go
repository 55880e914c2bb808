package blocks

import (
	"slices"
	"strings"
	"unicode/utf8"

	"golang.org/x/net/html/atom"

	"alphanode/content"
)

// code reads a sample of code, byte for byte. One with links or images in it stays as mark-up.
func (c *converter) code(n *node) {
	if n.has&(hasLink|hasImage) != 0 {
		c.asItIs(n)
		return
	}
	source := strings.TrimSuffix(string(appendSource(nil, n)), "\n")
	if source == "" {
		return
	}
	c.add(content.Code{Language: languageOf(n), Source: source})
}

// appendSource writes the text of code. Each break ends a line, and each element that
// stands apart is a line of its own.
func appendSource(w []byte, n *node) []byte {
	for child := n.first; child != nil; child = child.next {
		switch {
		case child.name == "":
			w = append(w, child.text...)
		case child.tag == atom.Br:
			w = append(w, '\n')
		case isLineNumber(child):
		case child.is(apart):
			if len(w) > 0 && w[len(w)-1] != '\n' {
				w = append(w, '\n')
			}
			w = appendSource(w, child)
			if len(w) > 0 && w[len(w)-1] != '\n' {
				w = append(w, '\n')
			}
		default:
			w = appendSource(w, child)
		}
	}
	return w
}

// lineNumbers are the classes that highlighters give the numbers of lines.
var lineNumbers = []string{"lineno", "linenos", "ln", "lnt", "line-number", "line-numbers-rows", "hljs-ln-numbers", "react-syntax-highlighter-line-number"}

func isLineNumber(n *node) bool {
	for class := range strings.FieldsSeq(n.attribute("class")) {
		if slices.Contains(lineNumbers, class) {
			return true
		}
	}
	return false
}

// codeOfTable is the code of a table by which highlighters set the numbers of lines beside
// it, nil for any other table: one row with a cell of numbers and a cell of code.
func codeOfTable(n *node) *node {
	if n.has&hasCode == 0 || n.has&(hasLink|hasImage|hasHeading|hasList) != 0 {
		return nil
	}
	row := n
	for row.tag != atom.Tr {
		only := onlyElement(row)
		if only == nil {
			return nil
		}
		row = only
	}
	var cells []*node
	for cell := row.first; cell != nil; cell = cell.next {
		if cell.name != "" {
			cells = append(cells, cell)
		}
	}
	if len(cells) != 2 || strings.Trim(textOf(cells[0]), " 0123456789") != "" {
		return nil
	}
	for code := cells[1]; code != nil; code = onlyElement(code) {
		if kinds[code.tag] == hasCode {
			return code
		}
	}
	return nil
}

// onlyElement is the one element in another, nil where something else stands there.
func onlyElement(n *node) (only *node) {
	for child := n.first; child != nil; child = child.next {
		if child.name == "" && child.has == 0 {
			continue
		}
		if child.name == "" || only != nil {
			return nil
		}
		only = child
	}
	return only
}

// languageOf is the language that the mark-up of code says: on the code within, on itself,
// or on what highlighters put around it.
func languageOf(n *node) string {
	if inner := onlyElement(n); inner != nil {
		if language := languageSaid(inner, true); language != "" {
			return language
		}
	}
	for around, steps := n, 0; around != nil && steps < 8; around, steps = around.parent, steps+1 {
		if around.tag != atom.Pre && around.tag != atom.Div && around.tag != atom.Figure && around.is(apart) && elements[around.tag]&spaceless == 0 && around.tag != atom.Td {
			break
		}
		if language := languageSaid(around, around == n); language != "" {
			return language
		}
	}
	return ""
}

// languageSaid is the language that the attributes of one element say.
func languageSaid(n *node, isCode bool) string {
	for _, name := range []string{"data-lang", "data-language", "data-enlighter-language"} {
		if language := languageName(n.attribute(name)); language != "" {
			return language
		}
	}
	classes := strings.Fields(n.attribute("class"))
	for i, class := range classes {
		for _, prefix := range []string{"language-", "lang-", "highlight-source-", "highlight-text-", "highlight-", "brush:"} {
			rest, ok := strings.CutPrefix(class, prefix)
			if !ok || prefix == "highlight-" && n.tag != atom.Div {
				continue
			}
			if prefix == "brush:" && rest == "" && i+1 < len(classes) {
				rest = classes[i+1]
			}
			return languageName(strings.TrimSuffix(rest, ";"))
		}
		if (class == "sourceCode" || class == "hljs") && i+1 < len(classes) && !strings.Contains(classes[i+1], "-") {
			return languageName(classes[i+1])
		}
	}
	if !isCode {
		return ""
	}
	if language := n.attribute("lang"); language != "en" && !strings.HasPrefix(language, "en-") && languageName(language) != "" {
		return languageName(language)
	}
	if len(classes) == 1 && n.tag == atom.Code && !strings.Contains(classes[0], "-") && !slices.Contains(noLanguages, classes[0]) {
		return languageName(classes[0])
	}
	return ""
}

// noLanguages are classes of code that say something else.
var noLanguages = []string{"chroma", "code", "highlight", "hljs", "inline", "nohighlight", "notranslate", "prettyprint", "prism", "sourceCode", "shiki", "torchlight"}

// languageName is a name as a language has it, "" for none: what follows it in braces and
// the like is for highlighters.
func languageName(said string) string {
	said = strings.TrimPrefix(strings.TrimPrefix(strings.TrimSpace(said), "{"), ".")
	if end := strings.IndexAny(said, "{}[](),;:=\"'<>&| \t"); end >= 0 {
		said = said[:end]
	}
	switch strings.ToLower(said) {
	case "none", "nohighlight", "no-highlight", "undefined", "false":
		return ""
	}
	if len(said) > 40 || !utf8.ValidString(said) {
		return ""
	}
	return said
}

// permalinks are what links of headings to themselves show.
var permalinks = []string{"#", "¶", "§", "🔗", "⚓", "⚓︎", "∞", "Permalink", "permalink"}

// isPermalink reports whether a link is that of a heading to itself.
func isPermalink(n *node) bool {
	if n.tag != atom.A {
		return false
	}
	if address := n.attribute("href"); address == "" || address[0] != '#' {
		return false
	}
	text := textOf(n)
	return text == "" || slices.Contains(permalinks, text) || slices.Contains([]string{"hash-link", "headerlink", "header-anchor", "permalink"}, n.attribute("class"))
}
