package release

import (
	"bytes"

	"github.com/cespare/xxhash/v2"

	"alphanode/store"
	"alphanode/store/file"
	"alphanode/store/footprint"
	"alphanode/store/posts"
)

// Note makes the reader note what its answers rest on from now on.
func (r *Reader) Note() *footprint.Footprint {
	r.footprint = &footprint.Footprint{}
	return r.footprint
}

// note runs a function that notes something, where anything is noted.
func (r *Reader) note(f func(*footprint.Footprint)) {
	if r.footprint != nil {
		r.footprint.Note(f)
	}
}

// noteQuestion notes a question about the posts that match a filter and have a
// term, which is found again in another release by its slug.
func (r *Reader) noteQuestion(tx *file.Tx, filter *store.Filter, term *store.TermID, fields footprint.FieldSet) error {
	if r.footprint == nil {
		return nil
	}
	a := footprint.Asked{Filter: filter, Fields: fields}
	if term != nil {
		found, err := r.release.terms.Terms(tx, []store.TermID{*term})
		if err != nil {
			return err
		}
		a.Kind, a.Slug = found[0].Kind, found[0].Slug
	}
	r.note(func(f *footprint.Footprint) { f.Question(a) })
	return nil
}

// noteSimilar notes a list of similar posts: the weights of their features rest on
// all posts.
func (r *Reader) noteSimilar(filter *store.Filter) {
	r.note(func(f *footprint.Footprint) {
		f.NamesTerms(store.KindEntity, store.KindTool, store.KindStack)
		f.Whole(footprint.SimilarFields)
		f.Question(footprint.Asked{Filter: filter})
	})
}

// noteText notes a post by its JSON, which begins with its slug.
func noteText(f *footprint.Footprint, json []byte, part store.Part) {
	slug, _, ok := bytes.Cut(json[min(len(`{"slug":"`), len(json)):], []byte{'"'})
	if ok && !bytes.Contains(slug, []byte{'\\'}) {
		f.ReadHash(xxhash.Sum64(slug), part)
		return
	}
	escaped, err := posts.CardSlug(json)
	if err != nil {
		f.Tie() // who cannot say what was read carries it nowhere
		return
	}
	f.Read(escaped, part)
}
