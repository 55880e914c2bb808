package plan

import (
	"slices"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"

	"alphanode/graph/model"
)

// AnswerKey is a key of the answer: two are compared without reading them.
type AnswerKey struct {
	json string // with the colon
}

// AnswerKeys are those of an operation, one for each alias.
type AnswerKeys struct {
	ofField map[*ast.Field]*AnswerKey
	ofAlias map[string]*AnswerKey
}

// NewAnswerKeys makes those of an operation of which no field was met.
func NewAnswerKeys() AnswerKeys {
	return AnswerKeys{map[*ast.Field]*AnswerKey{}, map[string]*AnswerKey{}}
}

// Of gives the key that a field has. A GraphQL name needs no escaping.
func (k AnswerKeys) Of(f *ast.Field) *AnswerKey {
	key, met := k.ofField[f]
	if met {
		return key
	}
	key, met = k.ofAlias[f.Alias]
	if !met {
		key = &AnswerKey{`"` + f.Alias + `":`}
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
	places := make(map[*AnswerKey]int, len(set))
	model.EachIncluded(c.op, set, satisfied, func(f *ast.Field) {
		key := c.keys.Of(f)
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
