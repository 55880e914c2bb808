package order

import "alphanode/store"

// OrderColumn and those below are names of columns. Places and starts belong to the ascending order; what a
// descending order looks like follows from them.
func OrderColumn(f store.Field) string  { return "order/" + string(f) }  // place → ordinal
func placeColumn(f store.Field) string  { return "place/" + string(f) }  // ordinal → place
func StartsColumn(f store.Field) string { return "starts/" + string(f) } // group of equal values → its first place
func ValuesColumn(f store.Field) string { return "values/" + string(f) } // group of equal values → the value
func hiddenColumn(f store.Field) string { return "hidden/" + string(f) } // the places of posts that are not public, in order
