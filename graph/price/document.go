package price

import "github.com/vektah/gqlparser/v2/ast"

// eachSelected visits every field, inline fragment and spread of a document.
func eachSelected(doc *ast.QueryDocument, visit func(ast.Selection)) {
	var walk func(ast.SelectionSet)
	walk = func(set ast.SelectionSet) {
		for _, selected := range set {
			visit(selected)
			switch s := selected.(type) {
			case *ast.Field:
				walk(s.SelectionSet)
			case *ast.InlineFragment:
				walk(s.SelectionSet)
			}
		}
	}
	for _, operation := range doc.Operations {
		walk(operation.SelectionSet)
	}
	for _, fragment := range doc.Fragments {
		walk(fragment.SelectionSet)
	}
}

// EachField visits every field of a document.
func EachField(doc *ast.QueryDocument, visit func(*ast.Field)) {
	eachSelected(doc, func(selected ast.Selection) {
		if f, ok := selected.(*ast.Field); ok {
			visit(f)
		}
	})
}

// EachDirective visits every directive of a selection in a document.
func EachDirective(doc *ast.QueryDocument, visit func(*ast.Directive)) {
	eachSelected(doc, func(selected ast.Selection) {
		var list ast.DirectiveList
		switch s := selected.(type) {
		case *ast.Field:
			list = s.Directives
		case *ast.InlineFragment:
			list = s.Directives
		case *ast.FragmentSpread:
			list = s.Directives
		}
		for _, d := range list {
			visit(d)
		}
	})
}
