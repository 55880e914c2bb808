package store

import "slices"

// termColumn lists the terms of a view and kind (and of entities perhaps of
// one type) in an order.
func termColumn(v View, k Kind, typ string, o TermOrder) string {
	name := "terms/" + v.name() + "/" + string(k) + "/"
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

func termIDKey(k Kind, identity string) []byte {
	return slices.Concat([]byte(k), []byte{0}, []byte(identity))
}

func termSlugKey(v View, k Kind, slug string) []byte {
	return slices.Concat([]byte(v.name()), []byte{0}, []byte(k), []byte{0}, []byte(slug))
}
