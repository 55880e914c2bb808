package terms

import (
	"slices"

	"alphanode/store"
)

// termColumn lists the terms of a view and kind (and of entities perhaps of
// one type) in an order.
func termColumn(v store.View, k store.Kind, typ string, o store.TermOrder) string {
	name := "terms/" + v.Name() + "/" + string(k) + "/"
	if o.ByPostCount {
		name += "count"
	} else {
		name += "name"
	}
	if o.Desc {
		name += "-desc"
	}
	if typ != "" {
		name += "/" + typ
	}
	return name
}

// IDKey is the key by which a term is found by its identity.
func IDKey(k store.Kind, identity string) []byte {
	return slices.Concat([]byte(k), []byte{0}, []byte(identity))
}

func termSlugKey(v store.View, k store.Kind, slug string) []byte {
	return slices.Concat([]byte(v.Name()), []byte{0}, []byte(k), []byte{0}, []byte(slug))
}
