package wxr

import (
	"encoding/json"
	"path"
	"strconv"
	"strings"

	"alphanode/content"
	"alphanode/ingest/draft"
	"alphanode/ingest/fields"
	"alphanode/ingest/php"
	"alphanode/ingest/record"
)

// ours is the protected meta that is read for what it says of a post.
var ours = map[string]bool{
	"_thumbnail_id": true, "_wp_old_slug": true, "_wp_attachment_image_alt": true, "_wp_attachment_metadata": true,
}

// wanted reports whether the value of a piece of meta is needed at all.
func (r *reader) wanted(key string) bool { return ours[key] || r.kept(key) }

// kept reports whether a piece of meta is one of the post: protected meta is not, but
// for what was asked for.
func (r *reader) kept(key string) bool {
	if !strings.HasPrefix(key, "_") {
		return true
	}
	for _, pattern := range r.options.Meta {
		if ok, err := path.Match(pattern, key); ok && err == nil {
			return true
		}
	}
	return false
}

// metaText is a value of meta that is a plain text; "" where there is none.
func (i *item) metaText(key string) string {
	for _, m := range i.meta {
		if m.key == key {
			s, _ := clean(m.value)
			return strings.TrimSpace(s)
		}
	}
	return ""
}

// meta gives what the post has of meta to the draft, in its order; a key that is there
// several times has a list.
func (r *reader) meta(d *draft.Draft) {
	protected := 0
	at := map[string]int{} // of a key: its place among the draft's
	lists := map[string][]json.RawMessage{}
	for _, m := range r.item.meta {
		if !r.kept(m.key) {
			if !ours[m.key] {
				protected++
			}
			continue
		}
		value, lost := m.withoutPrivate(m.read(d))
		if lost > 0 {
			d.Lose("meta with an e-mail address, an IP address or a password", lost)
		}
		if value == nil {
			continue
		}
		if _, again := at[m.key]; !again {
			at[m.key] = len(d.Meta)
			d.Meta = append(d.Meta, draft.Member{Name: m.key, Value: value, Line: m.line})
		}
		lists[m.key] = append(lists[m.key], value)
	}
	for key, list := range lists {
		if len(list) > 1 {
			d.Meta[at[key]].Value, _ = json.Marshal(list) // it is JSON already
		}
	}
	if protected > 0 {
		d.Lose("protected meta", protected)
	}
}

// read gives a value as JSON: what is serialised as lists and maps, the rest as text.
func (m meta) read(d *draft.Draft) json.RawMessage {
	raw := string(m.value)
	// Some plugins serialise what WordPress serialises again.
	for range 2 {
		if !php.IsSerialized(raw) {
			break
		}
		value, warnings, err := php.Decode(raw)
		if err != nil {
			d.Warn(m.line, kindSerialized, m.key+": "+err.Error()+"; kept as text")
			break
		}
		for _, w := range warnings {
			d.Warn(m.line, kindSerialized, m.key+": "+w)
		}
		if !strings.HasPrefix(string(value), `"`) || json.Unmarshal(value, &raw) != nil {
			return value
		}
	}
	s, did := clean([]byte(raw))
	for _, kind := range did {
		d.Warn(m.line, kind, m.key+": "+quoted(s))
	}
	return content.AppendString(nil, s)
}

// withoutPrivate gives a value without what exports hold of visitors and users, and how much
// that was; nil where nothing is left. A text may be JSON of a plugin. What an export of
// our own says of a post is the post's.
func (m meta) withoutPrivate(value json.RawMessage) (kept json.RawMessage, lost int) {
	if m.key == besides {
		return value, 0
	}
	if kept, lost = fields.Private(m.key, value); kept == nil || lost > 0 {
		return kept, lost
	}
	var text string
	if json.Unmarshal(value, &text) != nil {
		return value, 0
	}
	text = strings.TrimSpace(text)
	if !strings.HasPrefix(text, "{") && !strings.HasPrefix(text, "[") || !json.Valid([]byte(text)) {
		return value, 0
	}
	inner, lost := fields.Private(m.key, json.RawMessage(text))
	switch {
	case inner == nil:
		return nil, lost
	case lost == 0:
		return value, 0
	}
	return content.AppendString(nil, string(inner)), lost
}

// size is that of an image, 0 where it is not known.
func (i *item) size() (width, height int) {
	for _, m := range i.meta {
		if m.key != "_wp_attachment_metadata" {
			continue
		}
		value, _, err := php.Decode(string(m.value))
		var found struct{ Width, Height json.Number }
		if err == nil && json.Unmarshal(value, &found) == nil {
			return pixels(found.Width), pixels(found.Height)
		}
	}
	return 0, 0
}

func pixels(n json.Number) int {
	i, err := n.Int64()
	if err != nil || i < 1 || i > content.MaxPixels {
		return 0
	}
	return int(i)
}

func number(text string) int {
	n, _ := strconv.Atoi(text) // 0 where it is none
	return n
}

func quoted(text string) string { return record.Quoted(text) }
