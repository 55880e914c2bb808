package catalogue

import (
	"fmt"

	"alphanode/content"
	"alphanode/store/build"
)

// dispute is a given post whose reference another post of the parent has. It
// stands unless that post is given anew or removed.
type dispute struct {
	slug, owner, reference string
	origin                 Origin
	status                 string // of the given post
}

// owner is the slug of the parent's post with a reference, "" where there is
// none.
func (b *Import) owner(reference string) (slug string, err error) {
	if b.parent == nil || reference == "" {
		return "", nil
	}
	return b.parent.SlugOfReference(b.in.Parent.Tx, reference)
}

// slugFor is the slug of a post that has none, given the owner of its reference. A
// post that is taken down keeps the slug that it had, so that it stays out.
func (b *Import) slugFor(p *content.Post, owner string) string {
	if owner == "" {
		owner = b.takedowns.owner(p.Meta.Reference)
	}
	if owner == "" {
		owner = p.DeriveSlug()
	}
	return owner
}

// LeaveOut reports whether a record with faults, of which p could be read, is of a
// post that is taken down. Then it is left out like one without, and its faults are
// of no interest.
func (b *Import) LeaveOut(p *content.Post, origin Origin) (bool, error) {
	slug := content.NormalSlug(p.Slug)
	if slug == "" {
		owner, err := b.owner(p.Meta.Reference)
		if err != nil {
			return false, err
		}
		slug = b.slugFor(p, owner)
	}
	return b.leaveOut(slug, origin), nil
}

func (b *Import) leaveOut(slug string, origin Origin) bool {
	if !b.takedowns.has(slug) {
		return false
	}
	b.leftOut++
	if b.options.TakenDown != nil {
		b.options.TakenDown(slug, origin)
	}
	return true
}

func (b *Import) claim(taken map[build.Fingerprint]Origin, path, value string, origin Origin) error {
	key := build.FingerprintOf(value)
	if first, ok := taken[key]; ok {
		return &RejectedError{Origin: origin, Fault: content.Fault{
			Path: path, Found: fmt.Sprintf("%q, which %s has too", value, first), Expected: "one that no other post has",
		}}
	}
	taken[key] = origin
	return nil
}

// Conflicts gives the posts whose reference belongs to another post of the
// parent that stays. They are left out of the release. It is asked when every
// record was added, and judges each post once.
func (b *Import) Conflicts() []*RejectedError {
	var conflicts []*RejectedError
	records := b.in.Records
	// A post that is left out keeps its old form, and with it its old reference:
	// so what was judged before is judged again until nothing changes.
	for changed := true; changed; {
		changed = false
		for _, d := range b.disputed {
			_, given := b.slugs[build.FingerprintOf(d.owner)]
			if records.Dropped(d.slug) || b.options.Replace || given && !records.Dropped(d.owner) {
				continue
			}
			records.Drop(d.slug)
			changed = true
			conflicts = append(conflicts, &RejectedError{Origin: d.origin, Status: d.status, Fault: content.Fault{
				Path:     "meta.reference",
				Found:    fmt.Sprintf("%q, which the post %q has in release %s", d.reference, d.owner, b.options.Onto),
				Expected: "one that no other post has, or the removal of that post",
			}})
		}
	}
	return conflicts
}
