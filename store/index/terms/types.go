package terms

import (
	"bytes"
	"cmp"
	"context"
	"slices"
	"strings"

	"alphanode/store"
	"alphanode/store/file"
)

// Types gives the types of entities, those that most entities have first, then by type.
// A type is spelled as the entity of it spells it that most posts have. There are as many
// lists of entities as types, each under the name of its own, so no entity is looked at
// but these.
func (x *Index) Types(ctx context.Context, tx *file.Tx, first int) ([]store.EntityType, error) {
	if err := (store.Window{First: &first}).Check(); err != nil {
		return nil, err
	}
	type typed struct {
		typ      string
		entities *file.Column // by the number of posts
	}
	var all []typed
	prefix := []byte(termColumn(tx.View, store.KindEntity, "", store.TermOrder{ByPostCount: true, Desc: true}) + "/")
	cursor := tx.Cursor(file.BucketColumns)
	for k, _ := cursor.Seek(prefix); bytes.HasPrefix(k, prefix); k, _ = cursor.Next() {
		if err := tx.Pay(ctx, file.PriceOfLookup); err != nil {
			return nil, err
		}
		entities, err := tx.Column(string(k))
		if err != nil {
			return nil, err
		}
		all = append(all, typed{string(k[len(prefix):]), entities})
	}
	slices.SortFunc(all, func(a, b typed) int {
		return cmp.Or(cmp.Compare(b.entities.Len32(), a.entities.Len32()), strings.Compare(a.typ, b.typ))
	})
	all = all[:min(first, len(all))]
	types := make([]store.EntityType, len(all))
	for i, t := range all {
		commonest, err := x.Terms(tx, []store.TermID{store.TermID(t.entities.Uint32(0))})
		if err != nil {
			return nil, err
		}
		types[i] = store.EntityType{Type: commonest[0].Type, EntityCount: t.entities.Len32()}
	}
	return types, nil
}
