package release

import (
	"cmp"
	"context"
	"slices"

	"alphanode/content"
	"alphanode/store"
	"alphanode/store/file"
	"alphanode/store/footprint"
	"alphanode/store/posts"
)

// AppendTexts appends posts as JSON to dst, in the order of refs and with
// commas between them, and says where each of them stands in it. A NoRef is an
// error; so is a *LengthError. One post alone is never too long.
func (r *Reader) AppendTexts(ctx context.Context, dst []byte, refs []store.Ref, part store.Part, room store.Room) (all []byte, texts []store.Text, err error) {
	texts, err = call(ctx, r, func(tx *file.Tx) (texts []store.Text, err error) {
		days, err := r.release.orders.Days(tx)
		if err != nil {
			return nil, err
		}
		all, texts, err = r.release.posts.AppendTexts(ctx, tx, dst, refs, part, room, days.Of)
		return texts, err
	})
	r.noteTexts(texts, part)
	return all, texts, err
}

func (r *Reader) noteTexts(texts []store.Text, part store.Part) {
	r.note(func(f *footprint.Footprint) {
		for _, t := range texts {
			noteText(f, t.JSON, part)
		}
	})
}

// AppendText is AppendTexts for the post with this slug; ErrNotFound where this
// view has none.
func (r *Reader) AppendText(ctx context.Context, dst []byte, slug string, spare int) (all []byte, text store.Text, err error) {
	slug = content.NormalSlug(slug)
	r.note(func(f *footprint.Footprint) { f.Read(slug, store.Whole) })
	text, err = call(ctx, r, func(tx *file.Tx) (store.Text, error) {
		ref, err := posts.BySlug(tx, slug)
		if err != nil {
			return store.Text{}, err
		}
		if ref == store.NoRef {
			return store.Text{}, store.ErrNotFound
		}
		days, err := r.release.orders.Days(tx)
		if err != nil {
			return store.Text{}, err
		}
		var texts []store.Text
		if all, texts, err = r.release.posts.AppendTexts(ctx, tx, dst, []store.Ref{ref}, store.Whole, store.Room{Spare: spare}, days.Of); err != nil {
			return store.Text{}, err
		}
		return texts[0], nil
	})
	return all, text, err
}

// PostsJSON reads posts as AppendTexts does, in the order of refs. A NoRef
// gives nil.
func (r *Reader) PostsJSON(ctx context.Context, refs []store.Ref, part store.Part) ([][]byte, error) {
	known := slices.DeleteFunc(slices.Clone(refs), func(ref store.Ref) bool { return ref == store.NoRef })
	_, texts, err := r.AppendTexts(ctx, nil, known, part, store.Room{})
	if err != nil {
		return nil, err
	}
	rows := make([][]byte, len(refs))
	for i, ref := range refs {
		if ref != store.NoRef {
			rows[i], texts = texts[0].JSON, texts[1:]
		}
	}
	return rows, nil
}

// Days gives the days of posts that are read too, by which it is noted what the answer
// rests on; those of NoRef are none.
func (r *Reader) Days(ctx context.Context, refs []store.Ref) ([]store.Days, error) {
	return call(ctx, r, func(tx *file.Tx) ([]store.Days, error) {
		if err := tx.Pay(ctx, file.PriceOfDays*len(refs)); err != nil {
			return nil, err
		}
		days, err := r.release.orders.Days(tx)
		if err != nil {
			return nil, err
		}
		all := make([]store.Days, len(refs))
		for i, ref := range refs {
			if all[i] = store.DaysOf(store.NoDay, store.NoDay); ref != store.NoRef {
				all[i] = days.Of(ref)
			}
		}
		return all, nil
	})
}

// Raw reads posts as they are stored, in the order of refs; a NoRef gives a
// row without JSON. The JSON is appended to arena, which is given back for
// another use once the rows are no longer needed.
func (r *Reader) Raw(ctx context.Context, refs []store.Ref, part store.Part, arena []byte) ([]store.Raw, []byte, error) {
	all := arena
	rows, err := call(ctx, r, func(tx *file.Tx) (rows []store.Raw, err error) {
		rows, all, err = r.release.posts.Raw(ctx, tx, refs, part, arena)
		return rows, err
	})
	r.note(func(f *footprint.Footprint) {
		for _, row := range rows {
			if row.Ref != store.NoRef {
				noteText(f, row.JSON, part)
			}
		}
	})
	return rows, all, err
}

// PostTerms gives the terms of posts, in the order of refs.
func (r *Reader) PostTerms(ctx context.Context, refs []store.Ref) ([]store.PostTerms, error) {
	return call(ctx, r, func(tx *file.Tx) ([]store.PostTerms, error) {
		if err := tx.Pay(ctx, len(refs)*file.PriceOfText); err != nil {
			return nil, err
		}
		lists := make([][3][]store.TermID, len(refs))
		var ids []store.TermID
		for i, ref := range refs {
			record, err := r.release.posts.PostRecord(tx, ref)
			if err != nil {
				return nil, err
			}
			lists[i] = [...][]store.TermID{record.Tools, record.Entities, record.Stack}
			for _, list := range lists[i] {
				ids = append(ids, list...)
			}
		}
		if err := tx.Pay(ctx, len(ids)*file.PriceOfRelated); err != nil {
			return nil, err
		}
		terms, err := r.release.terms.Terms(tx, ids)
		if err != nil {
			return nil, err
		}
		r.note(func(f *footprint.Footprint) { f.ReadTerms(eachOnce(terms)) })
		found := make([]store.PostTerms, len(refs))
		for i := range found {
			for j, into := range []*[]*store.Term{&found[i].Tools, &found[i].Entities, &found[i].Stack} {
				n := len(lists[i][j])
				*into, terms = terms[:n:n], terms[n:]
			}
		}
		return found, nil
	})
}

// eachOnce gives terms without those that are there already, for posts share most.
func eachOnce(terms []*store.Term) []*store.Term {
	all := slices.Clone(terms)
	slices.SortFunc(all, func(a, b *store.Term) int { return cmp.Compare(a.ID, b.ID) })
	return slices.CompactFunc(all, func(a, b *store.Term) bool { return a.ID == b.ID })
}
