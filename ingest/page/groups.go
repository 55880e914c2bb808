package page

import (
	"strconv"
	"strings"

	"alphanode/content"
	"alphanode/ingest/record"
)

// The groups of the box: rows whose lists hold pairs of key and value.

// readOutline splits at the first colon that a space follows, for labels such
// as 10:30 hold one.
func readOutline(p *pagePost, path string, entries []entry) {
	for _, e := range entries {
		label, text, ok := strings.Cut(e.whole, ": ")
		if !ok {
			if label, ok = strings.CutSuffix(e.whole, ":"); !ok {
				p.fault(e.number, path, record.Quoted(e.whole), "a label, a colon and a text")
				continue
			}
		}
		p.Meta.Outline = append(p.Meta.Outline, content.OutlineItem{
			Label: strings.TrimSpace(label), Text: strings.TrimSpace(text),
		})
	}
}

// groupField says how one entry of a group is read, under its words on a page.
type groupField struct {
	words string
	name  string
	read  func(path string, e entry)
}

// group reads a list in which each key may stand once.
func (p *pagePost) group(path string, entries []entry, fields []groupField) {
	seen := map[string]bool{}
	for _, e := range entries {
		field := fieldOf(fields, e)
		if field == nil {
			p.unknown(path, e)
			continue
		}
		at := path + "." + field.name
		if seen[field.name] {
			p.fault(e.number, at, "the entry "+record.Quoted(e.key)+" twice", "each key once")
			continue
		}
		seen[field.name] = true
		p.note(at, e.number)
		field.read(at, e)
	}
}

func fieldOf(fields []groupField, e entry) *groupField {
	for i := range fields {
		if e.pair && strings.EqualFold(strings.TrimSpace(e.key), fields[i].words) {
			return &fields[i]
		}
	}
	return nil
}

func (p *pagePost) intField(words, name string, dst **int) groupField {
	return groupField{words, name, func(path string, e entry) { *dst = p.integer(path, e.number, e.value) }}
}

func textField(words, name string, dst *string) groupField {
	return groupField{words, name, func(_ string, e entry) { *dst = e.value }}
}

func readScore(p *pagePost, path string, entries []entry) {
	s := &content.Score{}
	p.Meta.Score = s
	p.group(path, entries, []groupField{
		p.intField("quality", "quality", &s.Quality),
		p.intField("freshness", "freshness", &s.Freshness),
		p.intField("depth", "depth", &s.Depth),
		p.intField("clarity", "clarity", &s.Clarity),
	})
}

func readRevision(p *pagePost, path string, entries []entry) {
	r := &content.Revision{}
	p.Meta.Revision = r
	p.group(path, entries, []groupField{
		{"status", "status", func(_ string, e entry) { r.Status = statusOf(e.value) }},
		textField("version", "version", &r.Version),
		textField("last reviewed", "lastReviewed", &r.LastReviewed),
	})
	// A post without a status is public: on a page that has the row, a status
	// that could not be read must not make it so.
	if r.Status == "" {
		p.fault(p.at[path], path+".status", "nothing", "draft, in-review, reviewed or archived")
	}
}

// statusOf maps the status words that are known; any other is left for
// validation to refuse.
func statusOf(word string) string {
	switch w := strings.Join(strings.FieldsFunc(strings.ToLower(word), func(r rune) bool {
		return r == ' ' || r == '-' || r == '_'
	}), " "); w {
	case "in review", "pending", "pending review", "needs review":
		return content.StatusInReview
	case "published", "publish", "reviewed", "approved":
		return content.StatusReviewed
	case "draft", "archived":
		return w
	default:
		return word
	}
}

func readFlags(p *pagePost, path string, entries []entry) {
	flag := func(words, name string, dst *bool) groupField {
		return groupField{words, name, func(path string, e entry) {
			switch strings.ToLower(e.value) {
			case "1", "true", "yes":
				*dst = true
			case "0", "false", "no":
				*dst = false
			default:
				p.fault(e.number, path, foundText(e.value), "1 or 0")
			}
		}}
	}
	f := &p.Meta.Flags
	p.group(path, entries, []groupField{
		flag("ai generated style", "aiGeneratedStyle", &f.AIGeneratedStyle),
		flag("has images", "hasImages", &f.HasImages),
		flag("image heavy", "imageHeavy", &f.ImageHeavy),
		flag("needs human review", "needsHumanReview", &f.NeedsHumanReview),
	})
}

func readPayload(p *pagePost, path string, entries []entry) {
	pl := &content.Payload{}
	p.Meta.Payload = pl
	p.group(path, entries, []groupField{
		textField("source id", "sourceId", &pl.SourceID),
		textField("generator", "generator", &pl.Generator),
		p.intField("paragraphs", "paragraphs", &pl.Paragraphs),
		textField("scenario", "scenario", &pl.Scenario),
		{"seed", "seed", func(path string, e entry) { pl.Seed = p.long(path, e.number, e.value) }},
	})
}

// records cuts a flat list into records of the given keys: a record ends where
// a key comes that it already has, or that stands before the one it last had.
// Entries with other keys go to meta.extra.unparsed.
func (p *pagePost) records(path, row string, entries []entry, keys []string, read func(path string, line int, values map[string]string)) {
	var values map[string]string
	n, begin, last := 0, 0, -1
	flush := func() {
		if values != nil {
			at := path + "[" + strconv.Itoa(n) + "]"
			p.note(at, begin)
			read(at, begin, values)
			n++
		}
		values = nil
	}
	for _, e := range entries {
		i := indexOf(keys, e)
		if i < 0 {
			p.keepUnparsed(line{row + ": " + strings.TrimSpace(e.text), e.number})
			continue
		}
		if values != nil && i <= last {
			flush()
		}
		if values == nil {
			values, begin = map[string]string{}, e.number
		}
		last = i
		values[keys[i]] = e.value
		p.note(path+"["+strconv.Itoa(n)+"]."+keys[i], e.number)
	}
	flush()
}

func indexOf(keys []string, e entry) int {
	for i, k := range keys {
		if e.pair && strings.EqualFold(strings.TrimSpace(e.key), k) {
			return i
		}
	}
	return -1
}

func readEntities(p *pagePost, path string, entries []entry) {
	p.records(path, "entities", entries, []string{"name", "type"}, func(at string, line int, values map[string]string) {
		p.mustHave(at, line, values, "name", "type")
		p.Meta.Entities = append(p.Meta.Entities, content.Entity{Name: values["name"], Type: values["type"]})
	})
}

func readImages(p *pagePost, path string, entries []entry) {
	p.records(path, "image sources", entries, []string{"source", "url", "caption"}, func(at string, line int, values map[string]string) {
		p.mustHave(at, line, values, "url")
		p.Meta.Images = append(p.Meta.Images, content.Image{
			Source: values["source"], URL: values["url"], Caption: values["caption"],
		})
	})
}

func (p *pagePost) mustHave(path string, line int, values map[string]string, keys ...string) {
	for _, key := range keys {
		if _, ok := values[key]; !ok {
			p.fault(line, path+"."+key, "nothing", "a line “• "+key+": …”")
		}
	}
}
