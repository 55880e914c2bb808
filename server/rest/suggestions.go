package rest

import (
	"net/url"
	"slices"
	"strings"

	"alphanode/server/route"
	"alphanode/server/schema"
	"alphanode/store"
)

// suggestions are what may have been meant by the terms of the filter that no post has.
func suggestions(r *route.Request) ([]store.Suggestion, error) {
	found, err := r.Reader.Suggest(r.Ctx, r.Filter)
	if err != nil {
		return nil, inREST(r.Query, err)
	}
	return found, nil
}

// rankedSuggestions are those for a list that is ordered by how well posts fit what was
// asked for, which is what its own suggestions are about: of the filter only values that
// list several terms.
func rankedSuggestions(r *route.Request, own []store.Suggestion) ([]store.Suggestion, error) {
	ofFilter, err := suggestions(r)
	lists := slices.DeleteFunc(ofFilter, func(s store.Suggestion) bool { return s.Parts == nil })
	return slices.Concat(own, lists), err
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
			dst = append(appendString(dst, suggestedKind(s.Kind)), ',')
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

// suggestedKind gives a kind as GraphQL spells it too.
func suggestedKind(kind store.Kind) string {
	if kind == store.KindCodeLanguage {
		return "CODE_LANGUAGE"
	}
	return strings.ToUpper(string(kind))
}

func suggestedKinds() []string {
	names := make([]string, len(store.Kinds))
	for i, kind := range store.Kinds {
		names[i] = suggestedKind(kind)
	}
	return names
}

var suggestionShape = object("What may have been meant by something that is not there.",
	maybe("kind", &schema.Schema{Type: "string", Enum: suggestedKinds()}),
	is("value", text("What was asked for, as it was written; a word of a text as it is searched for, in lower case and without accents.", "Rediz")),
	is("nearest", listOf("Up to five names that posts have, the nearest first; of a value that lists several, those that are in it.", text("", "Redis"))),
	maybe("instead", text("Where the value lists several terms with commas: the parameters that ask for each of them.", "tool=git&tool=c")))

// suggested is the member of the envelope of what takes a filter, and rankedSuggested
// that of lists that are ranked.
var (
	suggested = maybe("suggestions", listOf("For the first ten terms that the filter names and no post has; left out where there are none.",
		component("Suggestion")))
	rankedSuggested = maybe("suggestions", listOf("For the first ten terms or words that are asked for and no post has, and for those of the filter that list several with commas; left out where there are none.",
		component("Suggestion")))
)
