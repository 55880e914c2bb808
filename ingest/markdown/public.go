package markdown

import (
	"slices"
	"strings"
	"time"

	"alphanode/content"
	"alphanode/ingest/draft"
	"alphanode/ingest/fields"
	"alphanode/ingest/when"
)

// KindStatus is the kind of warning of a status that nobody knows.
const KindStatus = "status that is not known, taken as a draft"

// marks are what front matter says of who may see a post.
type marks struct {
	hidden bool
	status string   // by a word, "" where there is none
	from   []string // dates before which it is not shown
	until  string   // the date from which on it is not
}

// mark takes a member that may hide a post. It reports false where it says something else,
// and where it is worth keeping.
func (f *front) mark(m draft.Member) bool {
	text, isText := textOf(m.Value)
	truth, isTruth := truthOf(text)
	switch name := plain(m.Name); name {
	case "draft", "isdraft", "hidden", "private", "unlisted", "headless":
		f.marks.hidden = f.marks.hidden || truth
		return isTruth || string(m.Value) == "null"
	case "published":
		if !isTruth {
			if date, _, ok := when.Parse(text); ok && date != "" {
				f.dates["publishedat"] = m
				return true
			}
			return false
		}
		f.marks.hidden = f.marks.hidden || !truth
	case "render": // of Zola
		f.marks.hidden = f.marks.hidden || isTruth && !truth
		return isTruth
	case "password":
		f.marks.hidden = f.marks.hidden || text != ""
	case "status", "visibility":
		status, ok := fields.Status(text)
		if !ok {
			if text == "" {
				return false
			}
			status = content.StatusDraft
			f.Warn(m.Line, KindStatus, "found "+m.Name+" "+string(quoted(text))+", expected draft, published or another that is known")
		}
		if status != content.StatusReviewed {
			f.marks.status = status
		}
		return ok
	case "build": // of Hugo: {render: never, list: local}
		for _, field := range []string{"render", "list"} {
			value, _ := fieldOf(m, field)
			f.marks.hidden = f.marks.hidden || slices.Contains([]string{"never", "false", "link", "local"}, value)
		}
		return false
	default: // the date of expiry
		date, _, ok := when.Parse(text)
		f.marks.until = date
		return ok && date == ""
	}
	return isText
}

func fieldOf(m draft.Member, name string) (string, bool) { return field(m.Value, name) }

// truthOf reads true and false as YAML 1.1 and people write them.
func truthOf(text string) (truth, ok bool) {
	switch strings.ToLower(strings.TrimSpace(text)) {
	case "true", "yes", "on", "1":
		return true, true
	case "false", "no", "off", "0", "":
		return false, true
	}
	return false, false
}

// status is that of a post: "" where everybody may see it.
func (f *front) status(file string, now time.Time) string {
	if f.marks.hidden || slices.Contains(strings.Split(file, "/"), "_drafts") {
		return content.StatusDraft
	}
	for _, date := range f.marks.from {
		if at, ok := content.ParseDate(date); ok && at.After(now) {
			return content.StatusDraft // still to come
		}
	}
	if at, ok := content.ParseDate(f.marks.until); ok && !at.After(now) {
		return content.StatusDraft // expired
	}
	return f.marks.status
}
