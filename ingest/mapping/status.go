package mapping

import (
	"slices"
	"strings"

	"github.com/go-faster/jx"

	"alphanode/content"
	"alphanode/ingest/draft"
	"alphanode/ingest/fields"
)

// trash is what becomes of a record that its source threw away: it is left out.
const trash = "trash"

// closing are names of fields that say with a yes that a post is not for everybody, and
// deleting those that say that it is no more.
var (
	closing  = []string{"draft", "private", "hidden", "unlisted", "unpublished", "protected", "isdraft", "isprivate", "ishidden", "isunlisted", "isprotected"}
	deleting = []string{"deleted", "isdeleted", "trashed", "istrashed", "removed", "isremoved"}
)

// The words for yes and no of programs and of spreadsheets.
var (
	yes = []string{"true", "t", "yes", "y", "on", "1"}
	no  = []string{"false", "f", "no", "n", "off", "0"}
)

// audiences are words for who may see a post, of fields that say that.
var audiences = map[string]string{
	"free": content.StatusReviewed, "open": content.StatusReviewed, "everyone": content.StatusReviewed, "everybody": content.StatusReviewed, "anyone": content.StatusReviewed, "all": content.StatusReviewed, "world": content.StatusReviewed,
	"members": content.StatusInReview, "paid": content.StatusInReview, "premium": content.StatusInReview, "tiers": content.StatusInReview, "subscribers": content.StatusInReview, "registered": content.StatusInReview,
	"password": content.StatusInReview, "protected": content.StatusInReview, "restricted": content.StatusInReview, "internal": content.StatusInReview,
}

var ofAudience = []string{"visibility", "postvisibility", "access", "audience"}

// statusOf is the status that a word says in a field of this path, [trash] among them. It
// reports false for words that it does not know.
func statusOf(path, word string) (string, bool) {
	name, word := plainName(lastName(path)), plainName(strings.TrimSpace(word))
	switch {
	case slices.Contains(yes, word):
		switch {
		case slices.Contains(deleting, name):
			return trash, true
		case slices.Contains(closing, name):
			return content.StatusDraft, true
		}
		return content.StatusReviewed, true
	case slices.Contains(no, word):
		if slices.Contains(closing, name) || slices.Contains(deleting, name) {
			return content.StatusReviewed, true
		}
		return content.StatusDraft, true
	case slices.Contains([]string{trash, "trashed", "deleted"}, word):
		return trash, true
	}
	if status, ok := audiences[word]; ok && slices.Contains(ofAudience, name) {
		return status, true
	}
	return fields.Status(word)
}

// closed has the statuses, the most closed last.
var closed = []string{"", content.StatusReviewed, content.StatusArchived, content.StatusInReview, content.StatusDraft, trash}

// moreClosed is the status of a post of which two are said.
func moreClosed(a, b string) string {
	return closed[max(slices.Index(closed, a), slices.Index(closed, b))]
}

// putStatus gives a draft its status: of several that are said the most closed. What a word
// hides that nobody knows must not become public.
func putStatus(d *draft.Draft, f found) bool {
	if f.literal != "" && d.Status != "" {
		return true // it is for posts of which nothing else is said
	}
	asWritten := f
	asWritten.source.values = nil
	written, _ := asWritten.text()
	word, _ := f.text()
	if _, named := f.source.values[written]; !named && f.source.values != nil {
		if status, ok := statusOf(f.path, written); ok && status == trash {
			word = written // no default makes a post of it
		}
	}
	status, ok := statusOf(f.path, word)
	if !ok {
		d.Status = moreClosed(d.Status, content.StatusDraft)
		d.Warn(0, KindStatus, misfit("meta.revision.status", f, "a status, or values: in the mapping that says what it is"))
		return true
	}
	d.Status = moreClosed(d.Status, status)
	f.take()
	return true
}

// wrappers are names of objects that hold the fields of a record.
var wrappers = []string{"fields", "attributes", "data", "properties", "node", "post", "article", "frontmatter", "source"}

// hasPassword reports whether a record says that its post is shown to those alone who have
// a password.
func hasPassword(rec *value) bool {
	for i, name := range rec.names {
		v := rec.members[i]
		switch name := plainName(name); {
		case slices.Contains(wrappers, name) && v.kind == jx.Object:
			if hasPassword(v) {
				return true
			}
		case slices.Contains([]string{"password", "postpassword", "passwordprotected", "ispasswordprotected"}, name):
			text, ok := v.scalar()
			if ok && !v.absent() && !slices.Contains(no, strings.ToLower(strings.TrimSpace(text))) {
				return true
			}
		case name == "content" && v.kind == jx.Object: // as the API of WordPress says it
			for _, p := range v.at([]string{"protected"}) {
				if p.text == "true" {
					return true
				}
			}
		}
	}
	return false
}
