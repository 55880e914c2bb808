package graph

import (
	"slices"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"
)

// The executor gathers the fields of a selection by comparing each with all before
// it, by their aliases: a fragment of long ones that is spread often took half a
// second so. Here a field costs the same however many others there are.

// walk visits the fields of a selection on an object, as @skip and @include say.
type walk struct {
	op        *graphql.OperationContext
	satisfied []string // the types that the object is of; nil for any
	visit     func(*ast.Field)
	spread    map[string]bool // the fragments met
}

// eachIncluded visits the fields of a selection on an object of these types, of any
// where there are none.
func eachIncluded(op *graphql.OperationContext, set ast.SelectionSet, satisfied []string, visit func(*ast.Field)) {
	w := walk{op: op, satisfied: satisfied, visit: visit}
	w.selection(set)
}

func (w *walk) selection(set ast.SelectionSet) {
	for _, selected := range set {
		switch s := selected.(type) {
		case *ast.Field:
			if w.included(s.Directives) {
				w.visit(s)
			}
		case *ast.InlineFragment:
			if w.included(s.Directives) && w.satisfies(s.TypeCondition) {
				w.selection(s.SelectionSet)
			}
		case *ast.FragmentSpread:
			if w.spread[s.Name] || !w.included(s.Directives) {
				continue
			}
			if w.spread == nil {
				w.spread = map[string]bool{}
			}
			if w.spread[s.Name] = true; w.satisfies(s.Definition.TypeCondition) {
				w.selection(s.Definition.SelectionSet)
			}
		}
	}
}

func (w *walk) satisfies(condition string) bool {
	return w.satisfied == nil || condition == "" || slices.Contains(w.satisfied, condition)
}

// included tells what @skip and @include say, whose arguments were checked.
func (w *walk) included(list ast.DirectiveList) bool {
	for _, d := range list {
		if on, _ := d.ArgumentMap(w.op.Variables)["if"].(bool); d.Name == "skip" && on || d.Name == "include" && !on {
			return false
		}
	}
	return true
}

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
	eachIncluded(c.op, set, satisfied, func(f *ast.Field) {
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
