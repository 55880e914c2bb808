package release

import (
	"bytes"

	"github.com/cespare/xxhash/v2"

	"alphanode/store"
	"alphanode/store/file"
	"alphanode/store/posts"
)

// Footprint makes the reader note what its answers rest on from now on.
func (r *Reader) Footprint() *Footprint {
	r.footprint = &Footprint{}
	return r.footprint
}

// note runs a function that notes something, where anything is noted.
func (r *Reader) note(f func(*Footprint)) {
	if r.footprint != nil {
		r.footprint.note(f)
	}
}

// noteQuestion notes a question about the posts that match a filter and have a
// term, which is found again in another release by its slug.
func (r *Reader) noteQuestion(tx *file.Tx, filter *store.Filter, term *store.TermID, fields fieldSet) error {
	if r.footprint == nil {
		return nil
	}
	a := asked{filter: filter, fields: fields}
	if term != nil {
		found, err := r.release.terms.Terms(tx, []store.TermID{*term})
		if err != nil {
			return err
		}
		a.kind, a.slug = found[0].Kind, found[0].Slug
	}
	r.note(func(f *Footprint) { f.question(a) })
	return nil
}

// noteSimilar notes a list of similar posts: the weights of their features rest on
// all posts.
func (r *Reader) noteSimilar(filter *store.Filter) {
	r.note(func(f *Footprint) {
		f.namesTerms(store.KindEntity, store.KindTool, store.KindStack)
		f.whole(similarFields)
		f.question(asked{filter: filter})
	})
}

// noteText notes a post by its JSON, which begins with its slug.
func noteText(f *Footprint, json []byte, part store.Part) {
	slug, _, ok := bytes.Cut(json[min(len(`{"slug":"`), len(json)):], []byte{'"'})
	if ok && !bytes.Contains(slug, []byte{'\\'}) {
		f.readHash(xxhash.Sum64(slug), part)
		return
	}
	escaped, err := posts.CardSlug(json)
	if err != nil {
		f.tie() // who cannot say what was read carries it nowhere
		return
	}
	f.read(escaped, part)
}
