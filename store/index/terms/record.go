package terms

import (
	"bytes"
	"cmp"
	"context"
	"encoding/binary"
	"fmt"
	"slices"
	"strings"

	"alphanode/content"
	"alphanode/store"
	"alphanode/store/file"
	"alphanode/store/index/facts"
)

// termRecord is what a release holds of a term: how each view sees it. A draft
// must not show in a name, a slug or a count that the public sees.
type termRecord struct {
	Kind     store.Kind
	Identity string
	views    [2]termView // by View
}

// termView is a term as one view sees it; with no posts it is not there.
type termView struct {
	posts     uint32
	Slug      string
	Name, Typ string // the spelling most of the view's posts use
}

func (t *termRecord) append(dst []byte) []byte {
	dst = file.AppendText(dst, string(t.Kind))
	dst = file.AppendText(dst, t.Identity)
	for _, v := range t.views {
		dst = binary.AppendUvarint(dst, uint64(v.posts))
		dst = file.AppendText(dst, v.Slug)
		dst = file.AppendText(dst, v.Name)
		dst = file.AppendText(dst, v.Typ)
	}
	return dst
}

func readTermRecord(b []byte) (*termRecord, error) {
	var t termRecord
	var ok bool
	text := func() (s string) {
		if ok {
			s, b, ok = file.ReadText(b)
		}
		return s
	}
	ok = true
	t.Kind, t.Identity = store.Kind(text()), text()
	for i := range t.views {
		n, used := binary.Uvarint(b)
		if used <= 0 {
			return nil, fmt.Errorf("%w: term: %w", store.ErrCorrupt, file.ErrRecord)
		}
		b = b[used:]
		t.views[i] = termView{posts: uint32(n), Slug: text(), Name: text(), Typ: text()}
	}
	if !ok {
		return nil, fmt.Errorf("%w: term: %w", store.ErrCorrupt, file.ErrRecord)
	}
	return &t, nil
}

// Read reads of a term record only what a view sees.
func Read(b []byte, id store.TermID, v store.View) (store.Term, error) {
	t := store.Term{ID: id}
	ok := true
	text := func() (s []byte) {
		if ok {
			s, b, ok = file.CutText(b)
		}
		return s
	}
	kind := text()
	if i := slices.IndexFunc(store.Kinds, func(k store.Kind) bool { return string(k) == string(kind) }); i >= 0 {
		t.Kind = store.Kinds[i]
	}
	text() // identity
	var slug, name, typ []byte
	for range v + 1 {
		n, used := binary.Uvarint(b)
		if used <= 0 {
			return t, fmt.Errorf("%w: term: %w", store.ErrCorrupt, file.ErrRecord)
		}
		t.PostCount, b = int(n), b[used:]
		slug, name, typ = text(), text(), text()
	}
	if !ok {
		return t, fmt.Errorf("%w: term: %w", store.ErrCorrupt, file.ErrRecord)
	}
	var room [128]byte
	all := string(append(append(append(room[:0], slug...), name...), typ...)) // of which each text is a part
	t.Slug, all = all[:len(slug)], all[len(slug):]
	t.Name, t.Type = all[:len(name)], all[len(name):]
	return t, nil
}

// ReadName reads of a term record only its kind and how a view spells it.
func ReadName(b []byte, v store.View) (kind store.Kind, name, typ string, err error) {
	t, err := Read(b, 0, v)
	return t.Kind, t.Name, t.Type, err
}

// ReadTermView reads of a term record only how a view sees it.
func ReadTermView(b []byte, v store.View) (t termView, err error) {
	ok := true
	text := func() (s []byte) {
		if ok {
			s, b, ok = file.CutText(b)
		}
		return s
	}
	text() // kind
	text() // identity
	var slug, name, typ []byte
	for range v + 1 {
		n, used := binary.Uvarint(b)
		if used <= 0 {
			ok = false
			break
		}
		b = b[used:]
		t.posts, slug, name, typ = uint32(n), text(), text(), text()
	}
	if !ok {
		return termView{}, fmt.Errorf("%w: term: %w", store.ErrCorrupt, file.ErrRecord)
	}
	t.Slug, t.Name, t.Typ = string(slug), string(name), string(typ)
	return t, nil
}

// nameIn gives of a term record the name's identity, as it lies there.
func nameIn(record []byte) ([]byte, error) {
	if _, rest, ok := file.CutText(record); ok { // the kind
		if identity, _, ok := file.CutText(rest); ok {
			name, _, _ := bytes.Cut(identity, []byte{0})
			return name, nil
		}
	}
	return nil, fmt.Errorf("%w: term: %w", store.ErrCorrupt, file.ErrRecord)
}

// nameKey is what terms are ordered by name with: the name's identity.
func (t *termRecord) nameKey() string {
	name, _, _ := strings.Cut(t.Identity, "\x00")
	return name
}

// RecordOf reads all that is known of a term, for each view.
func RecordOf(tx *file.Tx, id store.TermID) (*termRecord, error) {
	payload, err := tx.Must(file.BucketTerms, file.OrdinalKey(uint32(id)))
	if err != nil {
		return nil, err
	}
	return readTermRecord(payload)
}

func (t *termRecord) seenBy(v store.View, id store.TermID) *store.Term {
	s := t.views[v]
	return &store.Term{ID: id, Kind: t.Kind, Slug: s.Slug, Name: s.Name, Type: s.Typ, PostCount: int(s.posts)}
}

// Lookup finds terms by slug; nil stands for one that the view does not see.
func (x *Index) Lookup(tx *file.Tx, kind store.Kind, slugs []string) ([]*store.Term, error) {
	terms := make([]*store.Term, len(slugs))
	for i, slug := range slugs {
		id, ok, err := BySlug(tx, kind, slug)
		if err != nil {
			return nil, err
		}
		if !ok {
			continue
		}
		rec, err := RecordOf(tx, id)
		if err != nil {
			return nil, err
		}
		terms[i] = rec.seenBy(tx.View, id)
	}
	return terms, nil
}

// Meant gives the terms of the view that a value of a filter means, those that most posts
// have first.
func (x *Index) Meant(ctx context.Context, tx *file.Tx, kind store.Kind, value string) ([]*store.Term, error) {
	if err := tx.Pay(ctx, PriceOfName(value)); err != nil {
		return nil, err
	}
	ids, err := x.Resolve(tx, kind, value)
	if err != nil {
		return nil, err
	}
	all, err := x.Terms(tx, ids)
	if err != nil {
		return nil, err
	}
	all = slices.DeleteFunc(all, func(t *store.Term) bool { return t.PostCount == 0 })
	slices.SortStableFunc(all, func(a, b *store.Term) int {
		return cmp.Or(cmp.Compare(b.PostCount, a.PostCount), strings.Compare(a.Slug, b.Slug))
	})
	return all, nil
}

// BySlug gives the number of the term with a slug, which is of a view; false where there
// is none.
func BySlug(tx *file.Tx, kind store.Kind, slug string) (store.TermID, bool, error) {
	return termID(tx, file.BucketTermSlugs, termSlugKey(tx.View, kind, slug))
}

// Named gives the number of the term with a name and, of an entity, a type; false where there
// is none.
func Named(tx *file.Tx, kind store.Kind, name, typ string) (store.TermID, bool, error) {
	return termID(tx, file.BucketTermIDs, IDKey(kind, facts.Term{Kind: kind, Name: name, Typ: typ}.Identity()))
}

func termID(tx *file.Tx, bucket string, key []byte) (store.TermID, bool, error) {
	n, ok, err := tx.Number(bucket, key)
	return store.TermID(n), ok, err
}

// longestName is the longest value that can mean a term: type:name of an entity.
const longestName = 2*content.MaxName + 1

// lookUpTerms gives every term that a value of a filter means: by name, by slug,
// and an entity also by type:name. An entity's name means it under each type.
func lookUpTerms(tx *file.Tx, kind store.Kind, value string) ([]store.TermID, error) {
	if len(value) > longestName {
		return nil, nil // and each colon below costs a look
	}
	var ids []store.TermID
	add := func(id store.TermID, ok bool, err error) error {
		if ok {
			ids = append(ids, id)
		}
		return err
	}
	if err := add(BySlug(tx, kind, content.NormalSlug(value))); err != nil {
		return nil, err
	}
	if kind != store.KindEntity {
		return ids, add(Named(tx, kind, value, ""))
	}
	prefix := IDKey(kind, content.Identity(value)+"\x00")
	cursor := tx.Cursor(file.BucketTermIDs)
	for k, v := cursor.Seek(prefix); bytes.HasPrefix(k, prefix); k, v = cursor.Next() {
		payload, err := file.Unseal(file.BucketTermIDs, k, v)
		if err != nil {
			return nil, err
		}
		ids = append(ids, store.TermID(binary.LittleEndian.Uint32(payload)))
	}
	// A type or a name may itself hold a colon: each is tried as the border.
	for i := range len(value) {
		if value[i] != ':' {
			continue
		}
		if err := add(Named(tx, kind, value[i+1:], value[:i])); err != nil {
			return nil, err
		}
	}
	return ids, nil
}

// PriceOfName is what it costs to look up the terms that a value means.
func PriceOfName(value string) int {
	if len(value) > longestName {
		return file.PriceOfLookup
	}
	return file.PriceOfLookup*(2+strings.Count(value, ":")) + file.PriceOfTyped*len(value)
}
