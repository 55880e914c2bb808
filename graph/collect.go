package graph

import (
	"slices"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"

	"alphanode/graph/model"
)

// answerKey is a key of the answer: two are compared without reading them.
type answerKey struct {
	json string // with the colon
}

// answerKeys are those of an operation, one for each alias.
type answerKeys struct {
	ofField map[*ast.Field]*answerKey
	ofAlias map[string]*answerKey
}

func newAnswerKeys() answerKeys {
	return answerKeys{map[*ast.Field]*answerKey{}, map[string]*answerKey{}}
}

// of gives the key that a field has. A GraphQL name needs no escaping.
func (k answerKeys) of(f *ast.Field) *answerKey {
	key, met := k.ofField[f]
	if met {
		return key
	}
	key, met = k.ofAlias[f.Alias]
	if !met {
		key = &answerKey{`"` + f.Alias + `":`}
		k.ofAlias[f.Alias] = key
	}
	k.ofField[f] = key
	return key
}

// collect gives the fields of a selection on an object of this type, each once for
// each key of the answer, with all that is selected under that key: validation has
// seen to it that these are the same field.
func (c *compiler) collect(typ string, set ast.SelectionSet) []graphql.CollectedField {
	satisfied := []string{typ}
	for _, abstract := range c.schema.Implements[typ] {
		satisfied = append(satisfied, abstract.Name)
	}
	fields := make([]graphql.CollectedField, 0, len(set))
	places := make(map[*answerKey]int, len(set))
	model.EachIncluded(c.op, set, satisfied, func(f *ast.Field) {
		key := c.keys.of(f)
		place, met := places[key]
		if !met {
			places[key] = len(fields)
			fields = append(fields, graphql.CollectedField{Field: f, Selections: slices.Clip(f.SelectionSet)})
			return
		}
		known := &fields[place]
		known.Selections = append(known.Selections, f.SelectionSet...)
	})
	c.fields += len(fields)
	return fields
}
