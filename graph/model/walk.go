package model

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

// EachIncluded visits the fields of a selection on an object of these types, of any
// where there are none.
func EachIncluded(op *graphql.OperationContext, set ast.SelectionSet, satisfied []string, visit func(*ast.Field)) {
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
