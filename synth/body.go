package synth

import (
	"html"
	"strconv"

	"alphanode/content"
)

// body writes the article: sections of paragraphs in varied order, a code
// sample, the checklist, images, and the final notes.
func (a *article) body() {
	const span = (mostParagraphs - fewestParagraphs) / 2
	total := fewestParagraphs + a.intn(span+1) + a.intn(span+1)
	a.post.Meta.Payload.Paragraphs = &total
	paragraphs := total - 1 // the last is the closing
	blocks := make([]content.Block, 0, paragraphs+16)
	images := a.post.Meta.Images
	figure := func() {
		if len(images) > 0 {
			blocks = append(blocks, content.Figure{URL: images[0].URL, Source: images[0].Source, Caption: images[0].Caption})
			images = images[1:]
		}
	}
	heading := func(text string) { blocks = append(blocks, content.Heading{Level: 2, Text: a.count(text)}) }

	figure()
	sections := 2 + paragraphs/4
	codeAfter := a.intn(sections)
	for i, subject := range a.chosenSubjects(sections) {
		heading(a.pick(subject.headings))
		share := paragraphs / (sections - i) // what is left, spread over what is left
		paragraphs -= share
		from := a.intn(len(subject.sentences))
		for range share {
			var paragraph content.Block
			paragraph, from = a.paragraph(subject.sentences, from)
			blocks = append(blocks, paragraph)
		}
		if i == codeAfter {
			blocks = append(blocks, content.Code{Language: a.technology.language, Source: a.count(a.technology.code)})
		}
		if i == 0 && a.chance(quoteChance) {
			blocks = append(blocks, content.Quote{Text: a.count(a.pick(quotes))})
		}
	}
	if a.chance(tableChance) {
		blocks = append(blocks, a.table())
	}
	heading("implementation checklist")
	blocks = append(blocks, a.list(a.post.Meta.Checklist, false))
	if a.chance(orderedChance) {
		heading("order of a release")
		blocks = append(blocks, a.list(orderedSteps, true))
	}
	for len(images) > 0 {
		figure()
	}
	heading("final notes")
	closing := a.fill(&a.g.closings[a.intn(len(a.g.closings))])
	a.post.Body = append(blocks, content.Paragraph{Text: closing})
}

// chosenSubjects gives n different subjects in random order.
func (a *article) chosenSubjects(n int) []*topicSubject {
	var order [32]uint8
	all := order[:len(a.g.subjects)]
	for i := range all {
		all[i] = uint8(i)
	}
	chosen := make([]*topicSubject, n)
	for i := range chosen {
		j := i + a.intn(len(all)-i)
		all[i], all[j] = all[j], all[i]
		chosen[i] = &a.g.subjects[all[i]]
	}
	return chosen
}

// paragraph writes two or three sentences of a subject, going on where the last
// paragraph ended, so that none comes twice in a section of usual length.
func (a *article) paragraph(sentences []template, from int) (content.Block, int) {
	n := 2 + a.intn(3)/2
	text := a.text[:0]
	first := 0 // where the first sentence ends
	for i := range n {
		if i > 0 {
			text = append(text, ' ')
		}
		a.filling.set(slotTool, a.pick(a.post.Meta.Tools))
		var words int
		text, words = sentences[from].fill(text, &a.filling)
		a.words += words
		from = (from + 1) % len(sentences)
		if i == 0 {
			first = len(text)
		}
	}
	a.text = text
	p := content.Paragraph{Text: string(text)}
	if a.chance(emphasisChance) {
		p.HTML = "<em>" + html.EscapeString(p.Text[:first]) + "</em>" + html.EscapeString(p.Text[first:])
	}
	return p, from
}

func (a *article) list(lines []string, ordered bool) content.List {
	l := content.List{Ordered: ordered, Items: make([]content.ListItem, len(lines))}
	for i, line := range lines {
		l.Items[i].Text = a.count(line)
	}
	return l
}

// table compares two figures before and after, in mark-up no other block has.
func (a *article) table() content.Block {
	before := 80 + a.intn(900)
	number := func(n int) string { return strconv.Itoa(n) }
	markup := "<table><thead><tr><th>figure</th><th>before</th><th>after</th></tr></thead><tbody>" +
		"<tr><td>median ms</td><td>" + number(before) + "</td><td>" + number(before/2) + "</td></tr>" +
		"<tr><td>errors per day</td><td>" + number(a.intn(200)) + "</td><td>" + number(a.intn(20)) + "</td></tr></tbody></table>"
	a.count(content.TextOfHTML(markup))
	return content.HTML{HTML: markup}
}
