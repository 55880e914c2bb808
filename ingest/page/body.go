package page

import (
	"regexp"
	"strconv"
	"strings"
	"unicode"

	"alphanode/content"
)

// span is one block of a page's body, or what may be part of one: lines
// [from, to) of the body.
type span struct {
	from, to int
	kind     kind
}

// kind says what a span is. plain is a short line without punctuation at its
// end: mostly a heading, but code has such lines too.
type kind int

const (
	prose kind = iota
	plain
	heading
	code
	bullets
	numbers
	figure
)

// readBody tells the blocks of a body apart and adds them to the post.
//
// Lists and images are known by their marks, wherever they stand. The rest
// falls into pieces at blank lines:
//
//   - A line that ends as a sentence does, and is mostly words, is a paragraph;
//     several such lines in one piece are a paragraph that was wrapped.
//   - Any other piece of several lines is code, and so is an indented line, a
//     comment, and a line with the signs of code in it.
//   - A short line without an end is a heading where a paragraph, a list, an
//     image or code follows it, unless it reads like a first statement before
//     code (`package main`) or a last one behind code (`export default app`).
//     Between two pieces of code it is code. Where a heading follows it, it is
//     code if code stands before it, or if the page names a code language and
//     shows no other code; else a heading too.
//   - Pieces of code with only blank lines between them are one block, blank
//     lines kept: two blocks of code in a row cannot be told from one.
//   - A comment or text literal that one piece of code opens and a later one
//     ends (""" … """, a here-document) is code all the way.
//
// The first block is the intro unless it is code, a list or an image: on a page
// the intro always stands there, with a full stop or without. All headings are of level 2, for a page does not show levels.
func readBody(p *pagePost, lines []line) {
	spans := cut(lines)
	joinOpenCode(lines, spans)
	settleIndented(lines, spans)
	settlePlain(lines, spans, p.Meta.CodeLanguage)
	spans = joinCode(spans)
	if len(spans) > 0 && (spans[0].kind == prose || spans[0].kind == heading) {
		p.Intro = runningText(lines[spans[0].from:spans[0].to])
		p.note("intro", lines[spans[0].from].number)
		spans = spans[1:]
	}
	for _, s := range spans {
		p.note("body["+strconv.Itoa(len(p.Body))+"]", lines[s.from].number)
		p.Body = append(p.Body, blockOf(lines[s.from:s.to], s.kind, p.Meta.CodeLanguage))
	}
	placeImages(p)
}

func blockOf(lines []line, k kind, language string) content.Block {
	switch k {
	case heading:
		return content.Heading{Level: 2, Text: strings.TrimSpace(lines[0].text)}
	case code:
		return content.Code{Language: language, Source: joinLines(lines)}
	case bullets, numbers:
		list := content.List{Ordered: k == numbers}
		for _, l := range lines {
			item, ok := bullet(l.text)
			if !ok {
				_, item, _ = numbered(l.text)
			}
			list.Items = append(list.Items, content.ListItem{Text: item})
		}
		return list
	case figure:
		caption, source, _ := strings.Cut(strings.TrimSpace(lines[len(lines)-1].text), imageMark)
		return content.Figure{Source: source, Caption: caption}
	default:
		return content.Paragraph{Text: runningText(lines)}
	}
}

// runningText is a paragraph that may have been wrapped.
func runningText(lines []line) string {
	parts := make([]string, len(lines))
	for i, l := range lines {
		parts[i] = strings.TrimSpace(l.text)
	}
	return strings.Join(parts, " ")
}

func joinLines(lines []line) string {
	var w strings.Builder
	for i, l := range lines {
		if i > 0 {
			w.WriteByte('\n')
		}
		w.WriteString(l.text)
	}
	return w.String()
}

// cut finds the spans of a body by their marks, by blank lines and by what
// each looks like on its own.
func cut(lines []line) []span {
	var spans []span
	for i := 0; i < len(lines); {
		if lines[i].blank() {
			i++
			continue
		}
		to, k := marked(lines, i)
		if to == i {
			for to++; to < len(lines) && !lines[to].blank(); to++ {
				if end, k := marked(lines, to); end > to && k != numbers {
					break
				}
			}
			k = look(lines[i:to])
		}
		spans = append(spans, span{i, to, k})
		i = to
	}
	return spans
}

// imageMark stands between the caption and the source of an image.
const imageMark = ". image source: "

// marked finds the end of the list or image that begins at line i; the end is
// i where none does.
func marked(lines []line, i int) (to int, k kind) {
	if _, ok := bullet(lines[i].text); ok {
		for to = i; to < len(lines); to++ {
			if _, ok := bullet(lines[to].text); !ok {
				break
			}
		}
		return to, bullets
	}
	// An image is its caption, then the caption again with the source.
	first := strings.TrimSpace(lines[i].text)
	if strings.Contains(first, imageMark) {
		return i + 1, figure
	}
	next := i + 1
	for next < len(lines) && lines[next].blank() {
		next++
	}
	if next < len(lines) && strings.HasPrefix(strings.TrimSpace(lines[next].text), first+imageMark) {
		return next + 1, figure
	}
	for to = i; to < len(lines); to++ {
		if n, _, ok := numbered(lines[to].text); !ok || n != to-i+1 {
			break
		}
	}
	return to, numbers
}

// bullet gives the text behind the bullet of a list entry.
func bullet(s string) (string, bool) {
	rest, ok := strings.CutPrefix(strings.TrimLeftFunc(s, unicode.IsSpace), "•")
	return strings.TrimSpace(rest), ok
}

// numbered gives the number and the text of an entry of an ordered list, which
// is indented: `  1. text`.
func numbered(s string) (n int, text string, ok bool) {
	m := numberedLine.FindStringSubmatch(s)
	if m == nil {
		return 0, "", false
	}
	n, err := strconv.Atoi(m[1])
	return n, strings.TrimSpace(m[2]), err == nil
}

var numberedLine = regexp.MustCompile(`^[ \t\x{a0}]+(\d{1,4})[.)][ \t\x{a0}]+(\S.*)$`)

// maxOpenCode bounds how many pieces further the end of an open comment or
// text literal is looked for.
const maxOpenCode = 100

// joinOpenCode makes code of all that stands inside a literal or comment that
// code opens.
func joinOpenCode(lines []line, spans []span) {
	for i := 0; i < len(spans); i++ {
		if spans[i].kind != code {
			continue
		}
		begin := i
		end := openEnd(joinLines(lines[spans[i].from:spans[i].to]))
		for j := i + 1; end != nil && j < len(spans) && j <= i+maxOpenCode; j++ {
			if end(joinLines(lines[spans[j].from:spans[j].to])) {
				setKind(spans[begin:j+1], code)
				i = j
				end = openEnd(joinLines(lines[spans[begin].from:spans[j].to])) // may be open again
			}
		}
	}
}

// settleIndented makes prose of an indented sentence with no code beside it:
// there the indentation is an accident.
func settleIndented(lines []line, spans []span) {
	for i, s := range spans {
		if s.kind != code || s.to != s.from+1 || lookLine(strings.TrimSpace(lines[s.from].text)) != prose ||
			i > 0 && spans[i-1].kind == code || i+1 < len(spans) && spans[i+1].kind == code {
			continue
		}
		spans[i].kind = prose
	}
}

// settlePlain decides what each run of plain spans is.
func settlePlain(lines []line, spans []span, language string) {
	onlySample := language != ""
	for _, s := range spans {
		onlySample = onlySample && s.kind != code
	}
	for from := 0; from < len(spans); from++ {
		to := from
		for to < len(spans) && spans[to].kind == plain {
			to++
		}
		if to > from {
			settleRun(lines, spans, from, to, onlySample)
			from = to
		}
	}
}

// settleRun decides by what stands around the plain spans [from, to), none of
// which stands beside another plain span.
func settleRun(lines []line, spans []span, from, to int, onlySample bool) {
	afterCode := from > 0 && spans[from-1].kind == code
	beforeCode := to < len(spans) && spans[to].kind == code
	atEnd := to == len(spans)
	if afterCode && (beforeCode || atEnd) {
		setKind(spans[from:to], code)
		return
	}
	text := func(i int) string { return lines[spans[i].from].text }
	if afterCode {
		for i := from; i < to; i++ {
			if closing(text(i)) {
				setKind(spans[from:i+1], code)
				from = i + 1
			}
		}
	}
	if beforeCode {
		for i := from; i < to; i++ {
			if opening(text(i)) {
				setKind(spans[i:to], code)
				to = i
			}
		}
	}
	if from == to {
		return
	}
	last := heading
	if atEnd {
		last = prose // a heading of nothing is no heading
	}
	spans[to-1].kind = last
	chain := spans[from : to-1] // each has a heading behind it
	if from == 0 && len(chain) > 0 {
		chain[0].kind = prose // the intro
		chain = chain[1:]
	}
	if afterCode || onlySample {
		setKind(chain, code)
	} else {
		setKind(chain, heading)
	}
}

func setKind(spans []span, k kind) {
	for i := range spans {
		spans[i].kind = k
	}
}

func joinCode(spans []span) []span {
	var joined []span
	for _, s := range spans {
		if n := len(joined); n > 0 && s.kind == code && joined[n-1].kind == code {
			joined[n-1].to = s.to
			continue
		}
		joined = append(joined, s)
	}
	return joined
}

// placeImages gives each image of the body its address: that of the image
// source with its caption, each source once where there are several; else of
// the next source that no image of the body used.
func placeImages(p *pagePost) {
	used := make([]bool, len(p.Meta.Images))
	captioned := map[string][]int{} // sources by caption, the last of them for good
	for i, image := range p.Meta.Images {
		captioned[image.Caption] = append(captioned[image.Caption], i)
	}
	var left []int // blocks without an address yet
	for at, b := range p.Body {
		f, ok := b.(content.Figure)
		if !ok {
			continue
		}
		sources := captioned[f.Caption]
		if len(sources) == 0 {
			left = append(left, at)
			continue
		}
		if len(sources) > 1 {
			captioned[f.Caption] = sources[1:]
		}
		used[sources[0]] = true
		f.URL = p.Meta.Images[sources[0]].URL
		p.Body[at] = f
	}
	next := 0
	for _, at := range left {
		for next < len(used) && used[next] {
			next++
		}
		if next == len(used) {
			path := "body[" + strconv.Itoa(at) + "].url"
			p.fault(p.lineOf(path, 0), path, "an image without an address", "an entry of image sources for it")
			continue
		}
		f := p.Body[at].(content.Figure)
		f.URL = p.Meta.Images[next].URL
		p.Body[at] = f
		next++
	}
}
