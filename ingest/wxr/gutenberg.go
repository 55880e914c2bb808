package wxr

import (
	"encoding/json"
	"slices"
	"strings"
)

// hasBlocks tells a body of the block editor.
func hasBlocks(text string) bool { return strings.Contains(text, "<!-- wp:") }

// block is a comment of the block editor, which begins or ends a block.
type block struct {
	name       string // without `core/`
	attributes string // JSON, "" for none
	begins     bool
	ends       bool // a block that is both is made when it is shown
}

func readBlock(comment string) (block, bool) {
	inner := strings.TrimSpace(strings.TrimSuffix(strings.TrimPrefix(comment, "<!--"), "-->"))
	b := block{begins: true}
	if rest, ok := strings.CutPrefix(inner, "/"); ok {
		inner, b.begins, b.ends = rest, false, true
	}
	inner, ok := strings.CutPrefix(inner, "wp:")
	if !ok {
		return block{}, false
	}
	if rest, ok := strings.CutSuffix(inner, "/"); ok && b.begins {
		inner, b.ends = strings.TrimSpace(rest), true
	}
	b.name, b.attributes, _ = strings.Cut(inner, " ")
	b.name = strings.TrimPrefix(b.name, "core/")
	b.attributes = strings.TrimSpace(b.attributes)
	return b, b.name != ""
}

// attributes are those of all blocks that say something which their HTML does not.
type attributes struct {
	Ref      int64  `json:"ref"`
	URL      string `json:"url"`
	Language string `json:"language"`
}

// read takes what fits; other blocks have other things under these names.
func (b block) read() (a attributes) {
	if !strings.Contains(b.attributes, `"ref"`) && !strings.Contains(b.attributes, `"url"`) && !strings.Contains(b.attributes, `"language"`) {
		return a
	}
	var raw map[string]json.RawMessage
	if json.Unmarshal([]byte(b.attributes), &raw) != nil {
		return a
	}
	_ = json.Unmarshal(raw["ref"], &a.Ref)
	_ = json.Unmarshal(raw["url"], &a.URL)
	_ = json.Unmarshal(raw["language"], &a.Language)
	return a
}

// blocks gives the HTML of a body of the block editor. What stands outside blocks is as
// in the classic editor.
func (c *conversion) blocks(text string) string {
	var out strings.Builder
	out.Grow(len(text))
	level, language := 0, ""
	write := func(piece string) {
		if language != "" {
			if i := strings.Index(piece, "<pre"); i >= 0 {
				i += len("<pre") // of two attributes of one name the first counts
				piece, language = piece[:i]+` class="language-`+quotedAttribute(language)+`"`+piece[i:], ""
			}
		}
		if level == 0 && strings.TrimSpace(piece) != "" && !strings.Contains(piece, "<p") {
			piece = paragraphs(piece)
		}
		out.WriteString(piece)
	}
	for {
		i := strings.Index(text, "<!--")
		end := -1
		if i >= 0 {
			end = strings.Index(text[i:], "-->")
		}
		if end < 0 {
			write(text)
			return out.String()
		}
		end += i + len("-->")
		b, ok := readBlock(text[i:end])
		if !ok {
			write(text[:end])
			text = text[end:]
			continue
		}
		write(text[:i])
		text = text[end:]
		switch {
		case b.begins && b.ends:
			out.WriteString(c.dynamic(b))
		case b.begins:
			level++
			a := b.read()
			switch {
			case b.name == "cover" && a.URL != "" && !strings.Contains(text[:min(len(text), 8<<10)], a.URL):
				out.WriteString(image(a.URL, "", "", 0, 0))
			case strings.Contains(b.name, "code") || strings.Contains(b.name, "highlight"):
				language = a.Language
			}
		default:
			level = max(0, level-1)
		}
	}
}

// dynamic gives what a block is whose HTML is made when it is shown, as far as that is
// in the export.
func (c *conversion) dynamic(b block) string {
	a := b.read()
	switch {
	case b.name == "block" && a.Ref > 0:
		return c.reusable(a.Ref)
	case b.name == "spacer" || b.name == "separator":
		return ""
	case strings.HasPrefix(a.URL, "https://") || strings.HasPrefix(a.URL, "http://"):
		return "\n<p>" + link(a.URL, a.URL) + "</p>\n"
	}
	c.draft.Lose("block "+b.name, 1)
	return ""
}

// The bounds of what reusable blocks make of a body.
const (
	maxReused = 8       // reusable blocks in one another
	maxMade   = 8 << 20 // bytes of all reusable blocks of a body
)

// reusable puts a block in its place that is kept apart from posts.
func (c *conversion) reusable(ref int64) string {
	d, ok := c.find(key(c.private.Site, itoa(int(ref))))
	switch {
	case !ok:
		c.draft.Lose("reusable block that is not in the export", 1)
		return ""
	case d.Status != "": // WordPress shows nothing of it either
		c.draft.Lose("reusable block that is not public", 1)
		return ""
	case len(c.reusing) == maxReused || c.made+len(d.Body) > maxMade || slices.Contains(c.reusing, ref):
		c.draft.Lose("reusable block in itself, or too many of them", 1)
		return ""
	}
	c.made += len(d.Body)
	c.reusing = append(c.reusing, ref)
	defer func() { c.reusing = c.reusing[:len(c.reusing)-1] }()
	return c.html(d.Body)
}
