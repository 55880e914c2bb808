package pages

import (
	"errors"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"alphanode/apierror"
	"alphanode/server/pages/frame"
	"alphanode/server/route"
	"alphanode/store"
)

// missingPost is the page of an address that names no post: it leads to posts that may have
// been meant.
func (e *explorer) missingPost(r *route.Request, err error) (*route.Answer, error) {
	if !errors.Is(err, store.ErrNotFound) {
		return nil, err
	}
	near, nearErr := r.Reader.NearSlugs(r.Ctx, r.Slug)
	if nearErr != nil && !errors.Is(nearErr, store.ErrTooComplex) { // where it is too dear to look, it is not there all the same
		return nil, nearErr
	}
	nearest, nearErr := nearest(r, near)
	if nearErr != nil {
		return nil, nearErr
	}
	fault := apierror.New(apierror.NotFound, "There is no post with the slug "+strconv.Quote(route.Shorten(r.Slug))+". It may have been withdrawn, or not be public yet.",
		apierror.Field{Location: "path.slug", Value: route.Shorten(r.Slug), Expected: "the slug of a post"}).WithCause(err)
	return e.problemPage(r, route.Problem(fault, r.Path), "There is no post at this address", nearest)
}

// mostNearest is how many posts a page of an error leads to.
const mostNearest = 5

// nearest gives posts with slugs that begin alike, then those that have most of the words
// of the address.
func nearest(r *route.Request, slugs []string) ([]linked, error) {
	refs, err := r.Reader.Lookup(r.Ctx, slugs...)
	if err != nil {
		return nil, err
	}
	if words := slugWords(r.Slug); len(refs) < mostNearest && words != "" {
		found, err := r.Reader.Search(r.Ctx, store.SearchQuery{Search: store.Search{Text: strings.ToLower(words), Match: store.MatchAny}, First: mostNearest, Cursors: store.NoCursors})
		if err != nil && !errors.Is(err, store.ErrTooComplex) {
			return nil, err
		}
		if err == nil {
			for _, hit := range found.Hits {
				refs = append(refs, hit.Ref)
			}
		}
	}
	var once []store.Ref
	for _, ref := range refs {
		if ref != store.NoRef && !slices.Contains(once, ref) && len(once) < mostNearest {
			once = append(once, ref)
		}
	}
	cards, err := r.Reader.Posts(r.Ctx, once, store.Card)
	if err != nil {
		return nil, err
	}
	links := frame.LinksOf(r)
	all := make([]linked, len(cards))
	for i, card := range cards {
		all[i] = linked{Name: card.Title, Href: links.Post(card.Slug)}
	}
	return all, nil
}

// mostWords is how many words of an address are searched for.
const mostWords = 8

// slugWords gives the longest words of a slug, to be searched for.
func slugWords(slug string) string {
	words := strings.FieldsFunc(slug, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) && !unicode.IsMark(r) })
	words = slices.DeleteFunc(words, func(w string) bool { return len(w) < 3 || len(w) > 60 })
	slices.SortStableFunc(words, func(a, b string) int { return len(b) - len(a) })
	return strings.Join(words[:min(len(words), mostWords)], " ")
}
