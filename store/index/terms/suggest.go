package terms

import (
	"bytes"
	"cmp"
	"context"
	"encoding/binary"
	"slices"
	"strings"
	"unicode/utf8"

	"alphanode/content"
	"alphanode/store"
	"alphanode/store/file"
	"alphanode/text"
)

// Unknown is a value that means no term of a kind.
type Unknown struct {
	Kind  store.Kind
	Value string
	Type  string // the identity of a type, where entities of another are not meant; else ""
}

// Among reports whether a value is one of some: each is asked for once, however it is
// written.
func (u Unknown) Among(others []Unknown) bool {
	identity := content.Identity(u.Value)
	return slices.ContainsFunc(others, func(o Unknown) bool {
		return o.Kind == u.Kind && o.Type == u.Type && content.Identity(o.Value) == identity
	})
}

// Unknown gives the values of a filter, and of those inside it, that mean no term of the
// view, as far as there are suggestions for so many. Of the others it gives a term that
// each means.
func (x *Index) Unknown(ctx context.Context, tx *file.Tx, f *store.Filter) (unknown []Unknown, known []*store.Term, err error) {
	for inside := range f.Within() {
		for _, c := range inside.TermConditions() {
			for value := range c.Filter.Values() {
				asked := Unknown{Kind: c.Kind, Value: value}
				if len(unknown) == store.MaxSuggestions || slices.Contains(unknown, asked) {
					continue
				}
				meant, err := x.firstMeant(ctx, tx, asked)
				if err != nil {
					return nil, nil, err
				}
				switch {
				case meant != nil:
					known = append(known, meant)
				case !asked.Among(unknown):
					unknown = append(unknown, asked)
				}
			}
		}
	}
	return unknown, known, nil
}

// firstMeant gives the commonest of the view's terms that a value means, nil where there
// is none.
func (x *Index) firstMeant(ctx context.Context, tx *file.Tx, u Unknown) (*store.Term, error) {
	meant, err := x.Meant(ctx, tx, u.Kind, u.Value)
	if err != nil {
		return nil, err
	}
	for _, t := range meant {
		if u.Type == "" || content.Identity(t.Type) == u.Type {
			return t, nil
		}
	}
	return nil, nil
}

// maxParts bounds how many parts of a value are looked up.
const maxParts = 20

// parts notes it where a value that means nothing is a list of what may mean something.
func (x *Index) parts(ctx context.Context, tx *file.Tx, s *store.Suggestion, typ string) error {
	if !strings.Contains(s.Value, ",") {
		return nil
	}
	parts := strings.Split(s.Value, ",")
	for i := range parts {
		parts[i] = strings.TrimSpace(parts[i])
	}
	parts = slices.DeleteFunc(parts, func(part string) bool { return part == "" })
	for _, part := range parts[:min(len(parts), maxParts)] {
		meant, err := x.firstMeant(ctx, tx, Unknown{Kind: s.Kind, Value: part, Type: typ})
		if err != nil {
			return err
		}
		if meant != nil {
			s.Parts = parts
			if len(s.Nearest) < store.MaxNearest && !slices.Contains(s.Nearest, meant.Name) {
				s.Nearest = append(s.Nearest, meant.Name)
			}
		}
	}
	return nil
}

// mostCompared bounds how many names are held against values, each value counted: what is
// only said beside an answer must not be what it costs. Where a kind has more, the answer
// has no names for the values that are left.
const mostCompared = 100_000

// Suggest gives the names nearest to the first of some values. Near are
// names a few edits away and names that contain the value; the nearest is that
// with the fewest edits, then that of more posts, then the first by name. Where
// parts of a value are names, the nearest are these.
func (x *Index) Suggest(ctx context.Context, tx *file.Tx, unknown []Unknown) ([]store.Suggestion, error) {
	if len(unknown) == 0 {
		return nil, nil
	}
	unknown = unknown[:min(len(unknown), store.MaxSuggestions)]
	found := make([]store.Suggestion, len(unknown))
	for i, u := range unknown {
		found[i] = store.Suggestion{Value: store.HideSecrets(u.Value), Kind: u.Kind, Nearest: []string{}}
		if err := x.parts(ctx, tx, &found[i], u.Type); err != nil {
			return nil, err
		}
	}
	left := mostCompared
	for _, kind := range store.Kinds {
		var words []*misspelling
		for i, u := range unknown {
			if u.Kind != kind || found[i].Parts != nil {
				continue
			}
			if m := misspell(u); m != nil {
				m.into = &found[i]
				words = append(words, m)
			}
		}
		if len(words) == 0 {
			continue
		}
		names, err := x.Seen(tx, kind)
		if err != nil {
			return nil, err
		}
		words = words[:min(len(words), left/max(names, 1))]
		if left -= names * len(words); len(words) == 0 {
			continue
		}
		if err := x.lookAround(ctx, tx, kind, words); err != nil {
			return nil, err
		}
		for _, m := range words {
			if err := x.tell(tx, m); err != nil {
				return nil, err
			}
		}
	}
	return found, nil
}

// misspelling is a value that names are held against.
type misspelling struct {
	name  *text.WordShape
	typed *text.WordShape // of an entity that may have been named by type:name or slug, else nil
	typ   string          // the only type that is looked at, "" where each is
	edits int             // how many a name may be away
	near  []nearName      // the best so far
	into  *store.Suggestion
}

type nearName struct {
	edits int
	posts uint32
	name  string // its identity
	place uint32 // by name
	id    store.TermID
}

func (n nearName) compare(o nearName) int {
	return cmp.Or(cmp.Compare(n.edits, o.edits), cmp.Compare(o.posts, n.posts), cmp.Compare(n.place, o.place), cmp.Compare(n.id, o.id))
}

// misspell gives nil for a value to which no name can be near.
func misspell(u Unknown) *misspelling {
	if len(u.Value) > text.MaxLetters*utf8.UTFMax {
		return nil
	}
	folded := content.Identity(u.Value)
	m := &misspelling{name: &text.WordShape{}, typ: u.Type}
	m.name.Of([]byte(folded))
	if m.name.Letters < 2 || m.name.Letters > text.MaxLetters {
		return nil
	}
	m.edits = min(max(1, m.name.Letters/3), text.MaxEdits)
	if u.Kind == store.KindEntity && strings.ContainsAny(folded, ":-") {
		m.typed = &text.WordShape{}
		m.typed.Of(text.Dashed(nil, []byte(folded)))
	}
	return m
}

// lookAround holds every name of a kind against some values.
func (x *Index) lookAround(ctx context.Context, tx *file.Tx, kind store.Kind, words []*misspelling) error {
	values, err := x.Values(tx, kind)
	if err != nil {
		return err
	}
	names, err := x.Seen(tx, kind)
	if err != nil {
		return err
	}
	if err := tx.Pay(ctx, names*(file.PriceOfTopic+len(words)*file.PriceOfNear)); err != nil {
		return err
	}
	anyTyped := slices.ContainsFunc(words, func(m *misspelling) bool { return m.typed != nil })
	prefix := IDKey(kind, "")
	cursor := tx.Cursor(file.BucketTermIDs)
	var name, typed text.WordShape
	var room []byte
	looked := 0
	for k, v := cursor.Seek(prefix); bytes.HasPrefix(k, prefix); k, v = cursor.Next() {
		if looked++; looked%1024 == 0 && ctx.Err() != nil {
			return ctx.Err()
		}
		folded, typ, _ := bytes.Cut(k[len(prefix):], []byte{0})
		name.Of(folded)
		if anyTyped {
			room = text.Dashed(append(text.Dashed(room[:0], typ), '-'), folded)
			typed.Of(room)
		}
		for _, m := range words {
			if m.typ != "" && m.typ != string(typ) {
				continue
			}
			most := m.edits
			if len(m.near) == store.MaxNearest { // what is farther away than these is not wanted
				most = min(most, m.near[store.MaxNearest-1].edits)
			}
			edits, near := m.name.Away(&name, most)
			if m.typed != nil {
				if e, ok := m.typed.Away(&typed, most); ok && (!near || e < edits) {
					edits, near = e, true
				}
			}
			if !near || len(m.near) == store.MaxNearest && edits > m.near[store.MaxNearest-1].edits {
				continue
			}
			payload, err := file.Unseal(file.BucketTermIDs, k, v)
			if err != nil {
				return err
			}
			id := store.TermID(binary.LittleEndian.Uint32(payload))
			if posts, place := values.of(id); posts > 0 { // else none that the view sees
				m.add(nearName{edits, posts, string(folded), place, id})
			}
		}
	}
	return nil
}

// add takes a name if it is among the best. Of a name that entities of several
// types have, the best stays.
func (m *misspelling) add(n nearName) {
	same := func(o nearName) bool { return o.name == n.name }
	m.near = text.KeepNearest(m.near, n, same, nearName.compare, store.MaxNearest)
}

// tell writes the names as the view spells them.
func (x *Index) tell(tx *file.Tx, m *misspelling) error {
	for _, n := range m.near {
		terms, err := x.Terms(tx, []store.TermID{n.id})
		if err != nil {
			return err
		}
		m.into.Nearest = append(m.into.Nearest, terms[0].Name)
	}
	return nil
}
