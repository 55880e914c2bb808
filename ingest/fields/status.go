package fields

import "alphanode/content"

// Status gives the status of a post for the word that a source has for it, whatever its
// case: public for what the source shows to everybody, and a draft or in review for what
// it does not. It reports false for words that it does not know; what they hide should not
// become public.
func Status(word string) (status string, ok bool) {
	status, ok = statuses[plain(word)]
	return status, ok
}

var statuses = map[string]string{
	"reviewed": content.StatusReviewed, "published": content.StatusReviewed, "publish": content.StatusReviewed, "public": content.StatusReviewed,
	"live": content.StatusReviewed, "online": content.StatusReviewed, "active": content.StatusReviewed, "visible": content.StatusReviewed,
	"draft": content.StatusDraft, "drafted": content.StatusDraft, "autodraft": content.StatusDraft, "wip": content.StatusDraft, "unpublished": content.StatusDraft,
	"hidden": content.StatusDraft, "private": content.StatusDraft, "offline": content.StatusDraft, "inactive": content.StatusDraft, "unlisted": content.StatusDraft,
	"future": content.StatusDraft, "scheduled": content.StatusDraft, "expired": content.StatusDraft,
	"inreview": content.StatusInReview, "pending": content.StatusInReview, "review": content.StatusInReview, "submitted": content.StatusInReview,
	"archived": content.StatusArchived, "archive": content.StatusArchived,
}
