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
// of its names, as far as none of the view's terms has it. Where the type is there, names
// of that type alone are meant; what names of other types begin with is no mistake. A list
// is asked for by one beginning, so there is nothing to ask for in parts.
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
	if q.Type != "" {
		begins, err := x.begins(ctx, tx, q)
		if err != nil || begins {
			return suggested, err
		}
		if suggested == nil {
			asked.Type = content.Identity(q.Type)
		}
	}
	meant, err := x.firstMeant(ctx, tx, asked)
	if err != nil {
		return nil, err
	}
	if meant != nil { // by its slug or with its type, which no name begins with
		return append(suggested, store.Suggestion{Value: store.HideSecrets(q.Prefix), Kind: q.Kind, Nearest: []string{meant.Name}}), nil
	}
	names, err := x.Suggest(ctx, tx, []Unknown{asked})
	for i := range names {
		names[i].Parts = nil
	}
	return store.MergeSuggestions(suggested, names), err
}

// begins reports whether names of any type begin with what is asked for.
func (x *Index) begins(ctx context.Context, tx *file.Tx, q store.TermQuery) (bool, error) {
	price, err := x.priceOfBeginning(tx, q)
	if err != nil {
		return false, err
	}
	if err := tx.Pay(ctx, price); err != nil {
		return false, err
	}
	list, err := x.termList(ctx, tx, store.TermQuery{Kind: q.Kind, Prefix: q.Prefix})
	return err == nil && list.len() > 0, err
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
