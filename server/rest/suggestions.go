package rest

import (
	"net/url"
	"slices"
	"strings"

	"alphanode/server/route"
	"alphanode/server/schema"
	"alphanode/store"
)

// suggestions are what may have been meant by the terms and the words of the filter that
// no post has, or hardly any, behind those that a ranked list has for what it was asked.
func suggestions(r *route.Request, own ...store.Suggestion) ([]store.Suggestion, error) {
	found, err := r.Reader.Suggest(r.Ctx, r.Filter)
	if err != nil {
		return nil, route.InAddress(r.Query, err)
	}
	return store.MergeSuggestions(own, found), nil
}

// appendSuggestions appends a member of the envelope, with a comma in front; nothing
// where there is nothing to say.
func appendSuggestions(r *route.Request, dst []byte, all []store.Suggestion) []byte {
	if len(all) == 0 {
		return dst
	}
	dst = append(dst, `,"suggestions":[`...)
	for i, s := range all {
		dst = append(separate(dst, i), '{')
		if s.Kind != "" { // else it is a word of a text
			dst = append(dst, `"kind":`...)
			dst = append(appendString(dst, string(s.Kind)), ',')
		}
		dst = append(dst, `"value":`...)
		dst = appendString(dst, s.Value)
		dst = append(dst, `,"nearest":[`...)
		for j, name := range s.Nearest {
			dst = appendString(separate(dst, j), name)
		}
		dst = append(dst, ']')
		if s.Parts != nil {
			dst = append(dst, `,"instead":`...)
			dst = appendString(dst, instead(r.Query, &s))
		}
		dst = append(dst, '}')
	}
	return append(dst, ']')
}

// instead says how to ask for several terms in place of one value that lists them.
func instead(q *route.Query, s *store.Suggestion) string {
	names := []string{string(s.Kind), string(s.Kind) + ".all", string(s.Kind) + ".not"}
	name := names[max(0, slices.IndexFunc(names, func(name string) bool { return slices.Contains(q.Values[name], s.Value) }))]
	pairs := make([]string, len(s.Parts))
	for i, part := range s.Parts {
		pairs[i] = name + "=" + url.QueryEscape(part)
	}
	return strings.Join(pairs, "&")
}

func suggestedKinds() []string {
	names := make([]string, len(store.SuggestedKinds))
	for i, kind := range store.SuggestedKinds {
		names[i] = string(kind)
	}
	return names
}

var suggestionShape = object("What may have been meant by something that is not there.",
	maybe("kind", &schema.Schema{Type: "string", Enum: suggestedKinds(), Description: "The field of the filter, or entityType; left out where it is a word of a text."}),
	is("value", text("What was asked for, as it was written; a word of a text as it is searched for, in lower case and without accents.", "Rediz")),
	is("nearest", listOf("Up to five names that posts have, the nearest first; of a value that lists several, those that are in it.", text("", "Redis"))),
	maybe("instead", text("Where the value lists several terms with commas: the parameters that ask for each of them.", "tool=git&tool=c")))

// The member of the envelope of what takes a filter, of lists that are ranked, and of lists
// of terms.
var (
	suggested       = suggestedFor("For the first ten terms that the filter names and no post has, and words of search that are in no post, or hardly any.")
	rankedSuggested = suggestedFor("For the first ten terms that are asked for and no post has, or words that hardly any has, then for those of the filter.")
	listedSuggested = suggestedFor("Of an empty list: for a type that no entity has, and for a beginning that no name has.")
)

func suggestedFor(what string) schema.Property {
	return maybe("suggestions", listOf(what+" Left out where there are none.", component("Suggestion")))
}
