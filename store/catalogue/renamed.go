package catalogue

import (
	"context"
	"strconv"
	"strings"

	"alphanode/content"
	"alphanode/store"
	"alphanode/store/release"
)

// renamed gives the posts of a release of an older format whose slugs are not in the form
// that slugs have today, and the slugs that they get: that form or, where another post has
// it or it cannot be given, it with 8 hex digits of the SHA-256 of the old slug behind it.
// So no post is lost, and the same release gives the same slugs.
func renamed(ctx context.Context, r *release.Release) ([]store.Moved, error) {
	moved := []store.Moved{}
	err := r.EachSlug(ctx, func(slug []byte) error {
		if old := string(slug); content.NormalSlug(old) != old {
			moved = append(moved, store.Moved{From: old})
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	given := map[string]bool{}
	for i := range moved {
		if moved[i].To, err = freeSlug(ctx, r, moved[i].From, given); err != nil {
			return nil, err
		}
		given[moved[i].To] = true
	}
	return moved, nil
}

// freeSlug gives the slug that a post gets in place of an old one: none that another post
// of the release has or was given.
func freeSlug(ctx context.Context, r *release.Release, old string, given map[string]bool) (string, error) {
	const digits = 9 // with their hyphen
	normal := content.NormalSlug(old)
	if most := content.MaxSlug - digits; len(normal) > most { // NFC can be longer than what it is made of
		normal = strings.ToValidUTF8(normal[:most], "")
	}
	slug, hashed := normal, old
	for round := 1; ; round++ {
		held, err := r.Holds(ctx, []string{slug})
		if err != nil {
			return "", err
		}
		if len(held) == 0 && !given[slug] && content.CheckSlug(slug) == nil {
			return slug, nil
		}
		slug, hashed = content.DistinctSlug(normal, hashed), strconv.Itoa(round)+"\x00"+old
	}
}
