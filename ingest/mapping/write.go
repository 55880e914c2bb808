package mapping

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"unicode"

	"alphanode/ingest/record"
)

// order is in which the lines of a mapping are written.
var order = []string{"slug", "title", "body", "publishedAt", "permalink"}

// written is a mapping as its file, with what stands in the first records beside each line.
func written(name, command string, s sample, columns []*column, lines []guess) []byte {
	var w strings.Builder
	fmt.Fprintf(&w, "# How the fields of %s become those of a post: a guess by its first records, %d of them.\n", comment(name), len(s.records))
	fmt.Fprintf(&w, "# Look through it, then: %s\n", comment(command))
	if s.path != "" {
		fmt.Fprintf(&w, "records: %s\n", scalar(s.path))
	}
	if len(lines) == 0 {
		w.WriteString("fields: {}\n")
	} else {
		w.WriteString("fields:\n")
	}
	for _, target := range order {
		for _, g := range lines {
			if g.target == target {
				g.write(&w)
			}
		}
	}
	var several []string // targets that have a list, written behind the others
	for _, g := range lines {
		switch {
		case !strings.HasPrefix(g.target, "meta."):
		case g.target == "meta.entities" || count(lines, g.target) > 1:
			if !slices.Contains(several, g.target) {
				several = append(several, g.target)
			}
		default:
			g.write(&w)
		}
	}
	for _, target := range several {
		fmt.Fprintf(&w, "  %s:", target)
		if target == "meta.revision.status" {
			w.WriteString(" # of all of them the most closed counts")
		}
		w.WriteString("\n")
		for _, g := range lines {
			if g.target == target {
				fmt.Fprintf(&w, "    - %s%s\n", g.source(), g.sample())
			}
		}
	}
	if !hasTarget(lines, "title") {
		w.WriteString("  # title: none was found; without one a post is called after its first heading or its slug\n")
	}
	if !hasTarget(lines, "publishedAt") {
		w.WriteString("  # publishedAt: none was found; a date such as 02/03/2006 needs its layout: {from: NAME, layout: 02/01/2006}\n")
	}
	if rest := unmapped(columns, lines); len(rest) > 0 {
		w.WriteString("# What is not mapped goes to meta.extra:\n")
		for _, path := range rest {
			fmt.Fprintf(&w, "#   %s\n", comment(path))
		}
	}
	return []byte(w.String())
}

func hasTarget(lines []guess, target string) bool { return count(lines, target) > 0 }

func count(lines []guess, target string) (n int) {
	for _, g := range lines {
		if g.target == target {
			n++
		}
	}
	return n
}

// unmapped gives the paths that no line has, and says of those that hold what is private
// that they are left out.
func unmapped(columns []*column, lines []guess) (paths []string) {
	const most = 100
	for _, c := range columns {
		switch {
		case has(lines, c):
			continue
		case len(paths) == most:
			return append(paths, "and more")
		case c.private:
			paths = append(paths, c.path+" (left out: it holds addresses of persons or machines, or passwords)")
		default:
			paths = append(paths, c.path)
		}
	}
	return paths
}

func has(lines []guess, c *column) bool {
	for _, g := range lines {
		if g.column == c {
			return true
		}
	}
	return false
}

func (g guess) write(w *strings.Builder) {
	fmt.Fprintf(w, "  %s: %s%s\n", g.target, g.source(), g.sample())
}

// source is where the value comes from, as the file says it.
func (g guess) source() string {
	from := scalar(g.column.path)
	var more strings.Builder
	for _, part := range [][2]string{{"as", g.as}, {"match", g.match}, {"layout", g.layout}, {"type", g.kind}, {"split", g.split}} {
		if part[1] != "" {
			more.WriteString(", " + part[0] + ": " + scalar(part[1]))
		}
	}
	if len(g.values) > 0 {
		more.WriteString(", values: {")
		for i, v := range g.values {
			if i > 0 {
				more.WriteString(", ")
			}
			more.WriteString(scalar(v[0]) + ": " + v[1])
		}
		more.WriteString("}")
	}
	if g.fallback != "" {
		more.WriteString(", default: " + g.fallback)
	}
	if more.Len() == 0 {
		return from
	}
	return "{from: " + from + more.String() + "}"
}

// sample shows some values of a column, in a comment.
func (g guess) sample() string {
	const most, long = 2, 40
	var shown []string
	for _, text := range g.column.texts {
		if len(shown) == most {
			break
		}
		if isPrivate(text) || inText.MatchString(text) {
			continue
		}
		if runes := []rune(text); len(runes) > long {
			text = string(runes[:long]) + "…"
		}
		shown = append(shown, record.Quoted(text))
	}
	if len(shown) == 0 || len(g.values) > 0 {
		return ""
	}
	return " # " + strings.Join(shown, ", ")
}

// inText finds the address of a person inside a text.
var inText = regexp.MustCompile(`\S@\S+\.\S`)

// scalar is a text as YAML: as it stands where nothing else could be meant.
func scalar(text string) string {
	if bare.MatchString(text) && !strings.HasSuffix(text, ".") && !reserved.MatchString(text) {
		return text
	}
	return string(textValue(text).json())
}

var (
	bare     = regexp.MustCompile(`^[\pL_][\pL\pN_./ -]*[\pL\pN_]$|^[\pL_]$|^\d\d?/\d\d?/\d{4}$|^\d{4}/\d\d/\d\d$`)
	reserved = regexp.MustCompile(`(?i)^(true|false|null|yes|no|on|off|y|n)$`)
)

// comment is a text on one line of a comment.
func comment(text string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsControl(r) || r == '\u2028' || r == '\u2029' || r == '\u0085' {
			return ' '
		}
		return r
	}, strings.ToValidUTF8(text, "\uFFFD"))
}
