package markdown

import (
	"encoding/json"
	"path"
	"slices"
	"strings"
	"unicode"

	"alphanode/ingest/draft"
	"alphanode/ingest/fields"
	"alphanode/ingest/frontmatter"
	"alphanode/ingest/when"
)

// KindRepeated is the kind of warning of a name that front matter has twice.
const KindRepeated = "name given twice"

// front makes a draft of the front matter of one file.
type front struct {
	*draft.Draft
	authors map[string]string
	dates   map[string]draft.Member // by plain name
	marks   marks
	summary string // the plain name that the summary was taken from
}

func (r *reader) draft(file string, doc frontmatter.Document) *draft.Draft {
	tag, rest := r.languages.Of(file)
	d := &draft.Draft{Origin: r.origin(file, 1), Language: tag, File: belowContent(rest), Body: string(doc.Body)}
	f := &front{Draft: d, authors: r.authors, dates: map[string]draft.Member{}}
	for _, repeated := range doc.Repeated {
		d.Warn(repeated.Line, KindRepeated, "found "+repeated.Name+" again; the last one holds")
	}
	for _, m := range doc.Members {
		f.member(draft.Member{Name: m.Name, Value: m.Value, Line: m.Line})
	}
	f.settleDates()
	d.Status = f.status(file, r.now)
	return d
}

// Folders that hold all content of an archive and stand in no address.
var contentFolders = []string{"content/", "src/content/", "src/pages/"}

func belowContent(file string) string {
	for _, folder := range contentFolders {
		if rest, ok := strings.CutPrefix(file, folder); ok {
			return rest
		}
	}
	return file
}

// names has what a member is taken for, by its plain name. Each gives false where the value
// is not what it should be; it is kept in extra then, like those with other names.
var names map[string]func(*front, draft.Member) bool

func init() { // names of names are read by functions in it
	names = map[string]func(*front, draft.Member) bool{
		"title": (*front).title, "slug": (*front).slug,
		"permalink": (*front).permalink, "url": (*front).permalink, "path": (*front).permalink,
		"aliases": (*front).aliases, "alias": (*front).aliases, "redirectfrom": (*front).aliases, "redirects": (*front).aliases,
		"lang": (*front).language, "language": (*front).language, "locale": (*front).language,
		"summary": (*front).summarize, "description": (*front).summarize, "excerpt": (*front).summarize,

		"tags": (*front).tags, "tag": (*front).tag, "categories": (*front).categories, "category": (*front).category, "series": (*front).series,
		"taxonomies": (*front).taxonomies, "extra": (*front).extra,
		"author": (*front).author, "authors": (*front).authorList,

		"image": (*front).image, "images": (*front).image, "cover": (*front).image, "coverimage": (*front).image, "banner": (*front).image,
		"featuredimage": (*front).image, "featureimage": (*front).image, "thumbnail": (*front).image, "heroimage": (*front).image, "imagehero": (*front).image,
		"hero": (*front).image, "ogimage": (*front).image, "socialimage": (*front).image, "previewimage": (*front).image,

		"draft": (*front).mark, "isdraft": (*front).mark, "published": (*front).mark, "status": (*front).mark, "visibility": (*front).mark,
		"hidden": (*front).mark, "private": (*front).mark, "unlisted": (*front).mark, "headless": (*front).mark, "render": (*front).mark,
		"build": (*front).mark, "password": (*front).mark,
		"expirydate": (*front).mark, "unpublishdate": (*front).mark, "expires": (*front).mark,
	}
	for _, name := range dateNames {
		names[name] = (*front).date
	}
}

func (f *front) member(m draft.Member) {
	name := plain(m.Name)
	if do := names[name]; do != nil && do(f, m) {
		return
	}
	kept, lost := fields.Private(m.Name, m.Value)
	if lost > 0 {
		f.Lose("front matter "+m.Name, lost)
	}
	if m.Value = kept; len(kept) > 0 && string(kept) != "null" {
		f.Meta = append(f.Meta, m)
	}
}

// plain is a name in small letters, without what parts its words.
func plain(name string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			return unicode.ToLower(r)
		}
		return -1
	}, name)
}

func (f *front) title(m draft.Member) bool {
	text, ok := textOf(m.Value)
	if ok {
		f.Title = text
	}
	return ok
}

func (f *front) slug(m draft.Member) bool {
	text, ok := textOf(m.Value)
	if !ok || isTemplated(text) {
		return false
	}
	f.Slug = text
	return true
}

// permalink takes where a post stands, unless that is a pattern, or the path of something
// else. Eleventy writes no page where it is false.
func (f *front) permalink(m draft.Member) bool {
	if string(m.Value) == "false" {
		f.marks.hidden = true
		return true
	}
	text, ok := textOf(m.Value)
	if text = strings.TrimSpace(text); !ok || text == "" || isTemplated(text) || strings.ContainsAny(text, " \t\n") {
		return false
	}
	if !strings.HasPrefix(text, "/") && !strings.Contains(text, "://") {
		text = "/" + text
	}
	f.Permalink = text
	return true
}

// isTemplated reports whether a text is made by a generator: /:year/:title/, {{ page.fileSlug }}.
func isTemplated(text string) bool {
	return strings.Contains(text, "{{") || strings.Contains(text, "{%") || strings.HasPrefix(text, ":") || strings.Contains(text, "/:")
}

func (f *front) aliases(m draft.Member) bool {
	texts, ok := textsOf(m.Value)
	for _, text := range texts {
		switch {
		case strings.HasPrefix(text, "/"), strings.Contains(text, "://"):
		case strings.Contains(text, "/"):
			text = "/" + text
		default: // beside the page
			text = path.Join("/", path.Dir(pagePath(f.File)), text)
		}
		f.Addresses = append(f.Addresses, text)
	}
	return ok
}

// pagePath is the path of a page without what its file adds: a bundle is its folder.
func pagePath(file string) string {
	if stem := strings.TrimSuffix(file, path.Ext(file)); path.Base(stem) != "index" {
		return stem
	}
	return path.Dir(file)
}

func (f *front) language(m draft.Member) bool {
	text, ok := textOf(m.Value)
	if ok && text != "" {
		f.Draft.Language = text
	}
	return ok
}

// The names of the summary, the best first.
var summaries = []string{"summary", "description", "excerpt"}

func (f *front) summarize(m draft.Member) bool {
	text, ok := textOf(m.Value)
	if !ok || strings.TrimSpace(text) == "" {
		return ok
	}
	name := plain(m.Name)
	if f.summary != "" {
		if slices.Index(summaries, name) > slices.Index(summaries, f.summary) {
			return text == f.Post.Meta.Summary
		}
		if f.Post.Meta.Summary != text {
			f.Meta = append(f.Meta, draft.Member{Name: f.summary, Value: quoted(f.Post.Meta.Summary), Line: m.Line})
		}
	}
	f.summary, f.Post.Meta.Summary = name, text
	return true
}

// extra is Zola's table of what its own table has no name for.
func (f *front) extra(m draft.Member) bool {
	members, ok := membersOf(m.Value)
	for _, inner := range members {
		inner.Line = m.Line
		f.member(inner)
	}
	return ok
}

// dateNames are the plain names of the date of publication, the best first.
var dateNames = []string{"date", "pubdate", "publishedat", "publishdate", "publisheddate", "publishedon", "datepublished", "postdate", "created", "createdat"}

func (f *front) date(m draft.Member) bool {
	if _, ok := textOf(m.Value); !ok {
		return false
	}
	f.dates[plain(m.Name)] = m
	return true
}

// settleDates takes the best date that can be read. Those that say another time are kept.
func (f *front) settleDates() {
	found := ""
	for _, name := range dateNames {
		m, there := f.dates[name]
		if !there {
			continue
		}
		text, _ := textOf(m.Value)
		date, _, ok := when.Parse(text)
		switch {
		case found == "":
			f.Dates = append(f.Dates, draft.Date{Name: m.Name, Text: text})
			if ok {
				found = date
			}
		case !ok || date != found:
			f.Meta = append(f.Meta, m)
		}
		if ok && date != "" && (name == "publishdate" || name == "date" || date == found) {
			f.marks.from = append(f.marks.from, date)
		}
	}
}

// textOf gives a text, a number or a word as a text.
func textOf(value json.RawMessage) (string, bool) {
	if len(value) == 0 {
		return "", false
	}
	switch value[0] {
	case '"':
		var text string
		err := json.Unmarshal(value, &text)
		return text, err == nil
	case '[', '{', 'n':
		return "", false
	}
	return string(value), true
}

// textsOf gives the texts of a list, or a text as a list of one; null as none. It reports
// false where something else is in it.
func textsOf(value json.RawMessage) (texts []string, ok bool) {
	ok = true
	for _, entry := range entriesOf(value) {
		text, isText := textOf(entry)
		if text = strings.TrimSpace(text); text != "" {
			texts = append(texts, text)
		}
		ok = ok && isText
	}
	return texts, ok
}

// entriesOf gives the entries of a list, anything else as a list of one, and null as none.
func entriesOf(value json.RawMessage) (entries []json.RawMessage) {
	switch {
	case len(value) == 0 || string(value) == "null":
	case value[0] == '[':
		_ = json.Unmarshal(value, &entries) // front matter gives JSON
	default:
		entries = []json.RawMessage{value}
	}
	return entries
}

// membersOf gives the members of a mapping by name.
func membersOf(value json.RawMessage) (members []draft.Member, ok bool) {
	if len(value) == 0 || value[0] != '{' {
		return nil, false
	}
	var object map[string]json.RawMessage
	if json.Unmarshal(value, &object) != nil {
		return nil, false
	}
	for name, value := range object {
		members = append(members, draft.Member{Name: name, Value: value})
	}
	slices.SortFunc(members, func(a, b draft.Member) int { return strings.Compare(a.Name, b.Name) })
	return members, true
}

func quoted(text string) json.RawMessage {
	b, _ := json.Marshal(text) // a string always can
	return b
}
