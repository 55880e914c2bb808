package terms

import (
	"bytes"
	"cmp"
	"context"
	"strings"

	"alphanode/content"
	"alphanode/store"
	"alphanode/store/file"
	"alphanode/text"
)

// SuggestListed says what may have been meant by the type of a list and by the beginning
// of its names, as far as none of the view's terms has it.
func (x *Index) SuggestListed(ctx context.Context, tx *file.Tx, q store.TermQuery) (suggested []store.Suggestion, err error) {
	if q.Type != "" {
		if suggested, err = x.suggestType(ctx, tx, q); err != nil {
			return nil, err
		}
	}
	if q.Prefix == "" {
		return suggested, nil
	}
	asked := Unknown{Kind: q.Kind, Value: q.Prefix}
	meant, err := x.firstMeant(ctx, tx, asked)
	if err != nil {
		return nil, err
	}
	if meant != nil {
		// A list with nothing of it in was asked by a slug, or by type:name, and names begin otherwise.
		if len(suggested) == 0 && (q.Type == "" || content.Identity(meant.Type) == content.Identity(q.Type)) {
			suggested = append(suggested, store.Suggestion{Kind: q.Kind, Value: store.HideSecrets(q.Prefix), Nearest: []string{meant.Name}})
		}
		return suggested, nil
	}
	names, err := x.Suggest(ctx, tx, []Unknown{asked})
	for i := range names {
		names[i].Parts = nil // a list is asked for one beginning
	}
	return store.MergeSuggestions(suggested, names), err
}

// nearType is a type that may have been meant.
type nearType struct {
	edits, terms int
	folded, name string
}

func (n nearType) compare(o nearType) int {
	return cmp.Or(cmp.Compare(n.edits, o.edits), cmp.Compare(o.terms, n.terms), strings.Compare(n.folded, o.folded))
}

// suggestType gives a suggestion where no term of the view has the type: types are held
// against it as names are. Each has a column that lists its terms.
func (x *Index) suggestType(ctx context.Context, tx *file.Tx, q store.TermQuery) ([]store.Suggestion, error) {
	if err := tx.Pay(ctx, PriceOfName(q.Type)); err != nil {
		return nil, err
	}
	listed, err := listColumn(tx, q.Kind, content.Identity(q.Type), store.TermOrder{})
	if err != nil || listed != nil {
		return nil, err
	}
	suggestion := store.Suggestion{Value: q.Type, Kind: store.KindEntityType, Nearest: []string{}}
	typed := misspell(Unknown{Kind: store.KindEntityType, Value: q.Type})
	if typed == nil {
		return []store.Suggestion{suggestion}, nil
	}
	var near []nearType
	prefix := []byte(termColumn(tx.View, q.Kind, "", store.TermOrder{}) + "/")
	cursor := tx.Cursor(file.BucketColumns)
	for k, _ := cursor.Seek(prefix); bytes.HasPrefix(k, prefix); k, _ = cursor.Next() {
		if err := tx.Pay(ctx, file.PriceOfNear); err != nil {
			return nil, err
		}
		var name text.WordShape
		name.Of(k[len(prefix):])
		edits, ok := typed.name.Away(&name, typed.edits)
		if !ok {
			continue
		}
		column, err := tx.Column(string(k))
		if err != nil {
			return nil, err
		}
		first, err := x.Terms(tx, []store.TermID{store.TermID(column.Uint32(0))})
		if err != nil {
			return nil, err
		}
		n := nearType{edits, column.Len32(), string(k[len(prefix):]), first[0].Type}
		near = text.KeepNearest(near, n, func(nearType) bool { return false }, nearType.compare, store.MaxNearest)
	}
	for _, n := range near {
		suggestion.Nearest = append(suggestion.Nearest, n.name)
	}
	return []store.Suggestion{suggestion}, nil
}
