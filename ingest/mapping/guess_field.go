package mapping

import (
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"alphanode/content"
	"alphanode/ingest/fields"
	"alphanode/ingest/naming"
	"alphanode/ingest/when"
)

// guess is a line of a mapping that was guessed.
type guess struct {
	target string
	column *column
	as     string
	layout string
	match  string
	kind   string
	split  string
	values [][2]string
	// fallback is what a value is that is not there, or not among values.
	fallback string
}

// rule says which columns may be a field: by their names, the best first, and by what
// stands in them.
type rule struct {
	target string
	names  []string // of the whole path or of its end, in small letters without what parts words
	fits   func(c *column, g *guess) bool
	many   bool // more than one column may be it
}

var rules = []rule{
	{"slug", []string{"slug", "urlslug", "postname", "handle", "urlkey", "seoslug"}, isSlug, false},
	{"title", []string{"titlerendered", "headlinemain", "title", "headline", "posttitle", "subject", "heading", "webtitle", "titel", "titre", "titulo", "name"}, isTitle, false},
	{"body", []string{"contentrendered", "bodyhtml", "contenthtml", "bodymarkdown", "contentmarkdown", "html", "markdown", "body", "content", "postcontent", "articlebody", "fulltext", "text", "story", "article", "bodytext", "selftext", "maintext", "maincontent", "texte", "inhalt", "contenido"}, isBody, false},
	{"publishedAt", []string{"dategmt", "publishedat", "publishedon", "publisheddate", "publicationdate", "publishdate", "datepublished", "datepublish", "publishtime", "pubdate", "webpublicationdate", "firstpublishedat", "firstpublicationdate", "published", "postdategmt", "postdate", "date", "createdat", "createdon", "datecreated", "created", "createdutc", "timestamp", "time", "when", "datum", "fecha"}, isDate, false},
	{"permalink", []string{"permalink", "weburl", "canonicalurl", "link", "url", "fullurl", "shareurl", "articlelink", "articleurl", "posturl", "storyurl", "newsurl", "sourceurl", "href", "path", "uri"}, isAddress, false},
	{"meta.language", []string{"language", "lang", "locale", "languagecode"}, isLanguage, false},
	{"meta.revision.status", []string{"status", "state", "poststatus", "workflowstate", "published", "ispublished", "public", "ispublic", "live", "islive", "visible", "isvisible", "visibility", "postvisibility", "access", "audience",
		"draft", "isdraft", "private", "isprivate", "hidden", "ishidden", "unlisted", "isunlisted", "unpublished", "deleted", "isdeleted", "trashed", "istrashed"}, isStatus, true},
	{"meta.summary", []string{"excerptrendered", "summary", "abstract", "excerpt", "description", "shortdescription", "standfirst", "dek", "teaser", "lead", "snippet", "metadescription"}, isSummary, false},
	{"meta.payload.sourceId", []string{"id", "sourceid", "uuid", "guid", "objectid", "postid", "articleid", "storyid", "sysid"}, isID, false},
	{"meta.images", []string{"coverimage", "featuredimage", "featuredimageurl", "imageurl", "image", "heroimage", "mainimage", "thumbnail", "thumbnailurl", "multimediaurl", "jetpackfeaturedmediaurl", "imagesurl", "coverimageurl", "urltoimage", "photo"}, isImage, false},
}

// terms are the columns that become entities, and of which type.
var terms = []struct {
	kind  string
	names []string
}{
	{"tag", []string{"taglist", "tags", "tag", "keywords", "keyword", "topics", "topic", "labels", "subjects", "desfacet"}},
	{"category", []string{"categories", "category", "kategorie", "categorie"}},
	{"section", []string{"section", "sectionname", "sectionwebtitle", "newsdesk", "department"}},
	{"author", []string{"authors", "author", "authorname", "byline", "bylineoriginal", "creator", "writer", "by", "username", "postedby", "autor", "auteur"}},
}

// inside are the names that objects of a list have for what they are called.
var inside = []string{"", "name", "title", "label", "value", "term", "rendered", "original", "displayname", "username", "webtitle", "tag"}

// guesses gives the lines of a mapping for the columns, each column once.
func guesses(columns []*column, records int) (lines []guess) {
	used := map[*column]bool{}
	take := func(g guess) {
		used[g.column] = true
		lines = append(lines, g)
	}
	for _, r := range rules {
		for _, name := range r.names {
			c := named(columns, used, name)
			g := guess{target: r.target, column: c}
			if c != nil && r.fits(c, &g) {
				take(g)
				if !r.many {
					break
				}
			}
		}
	}
	if !slices.ContainsFunc(lines, func(g guess) bool { return g.target == "body" }) {
		if c := longest(columns, used); c != nil {
			take(guess{target: "body", column: c, as: looks(c)})
		}
	}
	for _, t := range terms {
		for _, name := range t.names {
			if c := term(columns, used, name); c != nil {
				take(guess{target: "meta.entities", column: c, kind: t.kind, split: partedBy(c)})
				break
			}
		}
	}
	for _, c := range columns {
		path, ok := fields.Known(c.path)
		if ok && !used[c] && !c.private && !slices.ContainsFunc(lines, func(g guess) bool { return g.target == path }) && fitsField(path, c) {
			take(guess{target: path, column: c})
		}
	}
	return lines
}

// named finds a column whose path, or else whose last name, is this.
func named(columns []*column, used map[*column]bool, name string) *column {
	for _, c := range columns {
		if !used[c] && !c.private && plainName(c.path) == name {
			return c
		}
	}
	for _, c := range columns {
		// A name inside an object may be that of another thing; two names say which.
		if !used[c] && !c.private && !c.list && strings.Count(c.path, ".") == 1 && strings.HasSuffix(plainName(c.path), name) && slices.Contains(wrappers, plainName(c.path[:strings.IndexByte(c.path, '.')])) && plainName(lastName(c.path)) == name {
			return c
		}
	}
	return nil
}

// term finds the column of the names of terms: this one, or what the things in it are
// called.
func term(columns []*column, used map[*column]bool, name string) *column {
	for _, last := range inside {
		for _, c := range columns {
			if used[c] || c.private || c.number || c.boolean || plainName(c.path) != name+last && plainName(c.path) != "fields"+name+last {
				continue
			}
			if c.bytes/c.values <= content.MaxName {
				return c
			}
		}
	}
	return nil
}

// longest finds the column of the longest texts, where these are long enough for a body.
func longest(columns []*column, used map[*column]bool) (best *column) {
	const least = 200 // bytes
	for _, c := range columns {
		if !used[c] && !c.private && !c.number && c.bytes/c.values >= least && (best == nil || c.bytes/c.values > best.bytes/best.values) {
			best = c
		}
	}
	return best
}

func all(c *column, ok func(text string) bool) bool {
	return !slices.ContainsFunc(c.texts, func(text string) bool { return !ok(text) })
}

func isSlug(c *column, _ *guess) bool {
	return !c.list && !c.number && all(c, func(text string) bool {
		return len(text) < 300 && !strings.Contains(text, " ") && naming.GivenSlug(text) != ""
	})
}

func isTitle(c *column, g *guess) bool {
	if c.list || c.number || c.boolean || c.bytes/c.values > 400 {
		return false
	}
	if slices.ContainsFunc(c.texts, func(text string) bool { return looksLikeHTML.MatchString(text) || entity.MatchString(text) }) || strings.HasSuffix(c.path, ".rendered") {
		g.as = "html"
	}
	return true
}

var entity = regexp.MustCompile(`&(#\d+|#x[0-9a-fA-F]+|amp|quot|lt|gt|nbsp);`)

func isBody(c *column, g *guess) bool {
	if c.number || c.boolean || c.bytes/c.values < 3 {
		return false
	}
	g.as = looks(c)
	return true
}

// looks says what the texts of a column are.
func looks(c *column) string {
	html, marks := 0, 0
	for _, text := range c.texts {
		if looksLikeHTML.MatchString(text) {
			html++
		}
		if looksLikeMarkdown.MatchString(text) {
			marks++
		}
	}
	switch {
	case strings.HasSuffix(plainName(c.path), "markdown"), marks > html && marks*5 >= len(c.texts):
		return "markdown"
	case html*5 >= len(c.texts) && html > 0:
		return "html"
	}
	return "text"
}

var looksLikeMarkdown = regexp.MustCompile("(?m)^(#{1,6} \\S|```|[-*] \\S|> \\S|\\d+\\. \\S)|\\]\\([^()\\s]+\\)|\\*\\*\\S")

func isSummary(c *column, g *guess) bool {
	if c.list || c.number || c.boolean {
		return false
	}
	if as := looks(c); as == "html" {
		g.as = as
	}
	return true
}

// layouts are those that are tried where a date is in none of the spellings that mean one
// day everywhere.
var layouts = []string{"02.01.2006", "2.1.2006", "02.01.2006 15:04", "02.01.2006 15:04:05", "02/01/2006", "01/02/2006", "2/1/2006", "1/2/2006", "02/01/2006 15:04", "01/02/2006 15:04",
	"1/2/2006 15:04", "2/1/2006 15:04", "02-01-2006", "01-02-2006", "01/02/2006 15:04:05", "02/01/2006 15:04:05", "1/2/2006 3:04:05 PM", "1/2/2006 3:04 PM", "2006-01", "20060102150405"}

func isDate(c *column, g *guess) bool {
	if c.list || c.boolean {
		return false
	}
	if all(c, digits(9, 10)) {
		g.layout = "unix"
		return true
	}
	if all(c, digits(12, 13)) {
		g.layout = "unixms"
		return true
	}
	if all(c, func(text string) bool { _, _, ok := when.Parse(text); return ok }) {
		return true
	}
	var fitting []string
	for _, l := range layouts {
		layout, err := when.NewLayout(l)
		if err == nil && all(c, func(text string) bool { _, _, ok := layout.Parse(text); return ok }) {
			fitting = append(fitting, l)
		}
	}
	if len(fitting) > 0 && !ambiguous(fitting) {
		g.layout = fitting[0]
		return true
	}
	for _, m := range [][2]string{{`\d{4}-\d\d-\d\d`, ""}, {`\d{4}/\d\d/\d\d`, "2006/01/02"}, {`\d\d\.\d\d\.\d{4}`, "02.01.2006"}} {
		if pattern := regexp.MustCompile(m[0]); all(c, pattern.MatchString) {
			g.match, g.layout = m[0], m[1]
			return true
		}
	}
	return false
}

// ambiguous reports whether layouts disagree whether the day or the month stands first.
func ambiguous(layouts []string) bool {
	day, month := false, false
	for _, l := range layouts {
		day = day || strings.HasPrefix(l, "02/") || strings.HasPrefix(l, "2/") || strings.HasPrefix(l, "02-")
		month = month || strings.HasPrefix(l, "01/") || strings.HasPrefix(l, "1/") || strings.HasPrefix(l, "01-")
	}
	return day && month
}

// digits tells numbers of so many digits, which may have a fraction.
func digits(least, most int) func(string) bool {
	return func(text string) bool {
		whole, _, _ := strings.Cut(text, ".")
		n, err := strconv.ParseInt(whole, 10, 64)
		return err == nil && n > 0 && len(whole) >= least && len(whole) <= most
	}
}

func isAddress(c *column, _ *guess) bool {
	return !c.list && !c.number && all(c, func(text string) bool {
		u, err := url.Parse(text)
		return err == nil && (u.Scheme == "http" || u.Scheme == "https" || u.Scheme == "" && strings.Contains(text, "/")) && !strings.ContainsAny(text, " \n")
	})
}

func isImage(c *column, g *guess) bool { return !c.number && isAddress(&column{texts: c.texts}, g) }

func isLanguage(c *column, _ *guess) bool {
	return !c.list && all(c, func(text string) bool { return naming.Language(text) != "" })
}

// isStatus takes a column of a few words, and says what each of them is.
func isStatus(c *column, g *guess) bool {
	if c.list || len(c.texts) > 20 || c.number && !all(c, func(text string) bool { return text == "0" || text == "1" }) {
		return false
	}
	words := slices.Sorted(slices.Values(c.texts))
	if c.boolean {
		words = []string{"false", "true"}
	}
	known := 0
	for _, word := range words {
		if len(word) > 40 {
			return false
		}
		status, ok := statusOf(c.path, word)
		if ok {
			known++
		} else {
			status = content.StatusDraft
		}
		g.values = append(g.values, [2]string{word, status})
	}
	// Where a field that only ever closes a post is not there, it is open.
	name := plainName(lastName(c.path))
	if !slices.Contains(slices.Concat(closing, deleting, ofAudience), name) {
		g.fallback = content.StatusDraft
	}
	return known > 0 || strings.HasSuffix(name, "visibility")
}

func isID(c *column, _ *guess) bool {
	return !c.list && !c.boolean && len(c.texts) >= min(c.records, maxTexts)
}

// partedBy finds what parts the names in each text of a column; nothing where it is a list.
func partedBy(c *column) string {
	if c.list {
		return ""
	}
	best, most := "", 0
	for _, s := range []string{",", ";", "|"} {
		n := 0
		for _, text := range c.texts {
			if strings.Contains(text, s) {
				n++
			}
		}
		if n > most {
			best, most = s, n
		}
	}
	return best
}

// fitsField reports whether every value of a column fits a field.
func fitsField(path string, c *column) bool {
	if c.list && !slices.Contains(lists, path) {
		return false
	}
	return all(c, func(text string) bool {
		var p content.Post
		return fields.Set(&p, path, textValue(text).json()) == nil
	})
}
