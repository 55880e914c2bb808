package plan

import (
	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"

	"alphanode/graph/model"
	"alphanode/graph/price"
	"alphanode/graph/schema"
	"alphanode/store"
)

// arguments are those of any field: each field has some of them.
type arguments struct {
	id, slug, reference, url, text string
	name                           string
	includeDeprecated              bool
	since                          string
	ids, exclude                   []string
	filter                         *store.Filter
	order                          *store.Order
	termOrder                      *store.TermOrder
	first, last, offset            *int
	after, before, typ, prefix     *string
	minSimilarity, diversity       *float64
	to                             model.SimilarTo
	kind                           store.Kind
	kinds                          []store.Kind
	ranges                         []store.RangeBy
	own                            *bool
	groupOrder                     *store.GroupOrder
	minCount                       *int
	match                          *store.Match
	language                       *string
	correct                        *bool
}

// set sets the argument that has this name in the schema to a value, or to what
// a pointer points at. Nil is as if the argument were not given.
func (a *arguments) set(name string, value any) {
	switch name {
	case "id":
		assign(&a.id, value)
	case "slug":
		assign(&a.slug, value)
	case "name":
		assign(&a.name, value)
	case "includeDeprecated":
		assign(&a.includeDeprecated, value)
	case "since":
		assign(&a.since, value)
	case "reference":
		assign(&a.reference, value)
	case "url":
		assign(&a.url, value)
	case "ids":
		assign(&a.ids, value)
	case "exclude":
		assign(&a.exclude, value)
	case "filter":
		assign(&a.filter, value)
	case "orderBy": // of posts, of terms or of groups
		assign(&a.order, value)
		assign(&a.termOrder, value)
		assign(&a.groupOrder, value)
	case "first":
		assign(&a.first, value)
	case "last":
		assign(&a.last, value)
	case "offset":
		assign(&a.offset, value)
	case "after":
		assign(&a.after, value)
	case "before":
		assign(&a.before, value)
	case "type":
		assign(&a.typ, value)
	case "query": // of terms or of a search
		assign(&a.prefix, value)
		assign(&a.text, value)
	case "minSimilarity":
		assign(&a.minSimilarity, value)
	case "diversity":
		assign(&a.diversity, value)
	case "to":
		assign(&a.to, value)
	case "kind":
		assign(&a.kind, value)
	case "by": // one kind or several, or ranges
		assign(&a.kind, value)
		assign(&a.kinds, value)
		assign(&a.ranges, value)
	case "minCount":
		assign(&a.minCount, value)
	case "match":
		assign(&a.match, value)
	case "language":
		assign(&a.language, value)
	case "correct":
		assign(&a.correct, value)
	case "own":
		assign(&a.own, value)
	default: // inside to
		setCompared(&a.to, name, value)
	}
}

// setCompared sets what a variable gave that stands inside the argument to. What was
// there may be the default of the variable.
func setCompared(to *model.SimilarTo, name string, value any) {
	terms := store.SimilarTerms{}
	assign(&terms, to.Terms) // a copy: that of the text is everyone's
	switch name {
	case "to.post":
		to.Post = nil
		assign(&to.Post, value)
		return
	case "to.terms":
		assign(&terms, value)
	case "to.terms.entities":
		terms.Entities = nil
		assign(&terms.Entities, value)
	case "to.terms.tools":
		terms.Tools = nil
		assign(&terms.Tools, value)
	case "to.terms.stack":
		terms.Stack = nil
		assign(&terms.Stack, value)
	default:
		return
	}
	to.Terms = &terms
}

func assign[T any](into *T, value any) {
	switch v := value.(type) {
	case T:
		*into = v
	case *T:
		if v != nil {
			*into = *v
		}
	}
}

func (a *arguments) similarQuery() store.SimilarQuery {
	return model.SimilarQuery(a.first, a.after, a.filter, a.exclude, a.minSimilarity, a.diversity)
}

func (a *arguments) window() store.Window {
	return model.Window(a.first, a.after, a.last, a.before, a.offset)
}

// givenArguments gives those of one field in an execution.
type givenArguments func(x *execution) (*arguments, bool)

// arguments reads the arguments of a field: once where no variable is in them.
// Else they are in each execution the variables that were read for it, or what
// the generated code makes of the variables that were not.
func (c *compiler) arguments(f graphql.CollectedField) givenArguments {
	var constant arguments
	coerce := schema.Arguments[f.ObjectDefinition.Name+"."+f.Name]
	coerced, err := coerce(c.ctx, f.ArgumentMap(nil))
	for name, value := range coerced {
		constant.set(name, value)
	}
	if err == nil && !varies(f.Arguments) {
		return func(*execution) (*arguments, bool) { return &constant, true }
	}
	c.readable = c.readable && err == nil
	type taken struct {
		name     string
		variable int
	}
	var variables []taken
	for _, a := range f.Arguments {
		eachTaken(a.Name, a.Value, func(name, variable string) {
			variables = append(variables, taken{name, variableIndex(c.op.Operation, variable)})
		})
	}
	return func(x *execution) (*arguments, bool) {
		if x.variables == nil {
			args := constant
			for _, v := range variables {
				args.set(v.name, x.values[v.variable])
			}
			return &args, true
		}
		if args := x.coerced[f.Field]; args != nil {
			return args, true
		}
		args, ok := c.coerced(x, f, coerce)
		if x.coerced == nil {
			x.coerced = map[*ast.Field]*arguments{}
		}
		if ok { // else each place in the answer has its error
			x.coerced[f.Field] = args
		}
		return args, ok
	}
}

// coerced gives the arguments as the generated executor would.
func (c *compiler) coerced(x *execution, f graphql.CollectedField, coerce schema.ArgumentReader) (*arguments, bool) {
	all := f.ArgumentMap(x.variables)
	coerced, err := coerce(x.ctx, all)
	if err != nil {
		ctx := x.at(f) // so that the error has its path
		_, err = coerce(ctx, all)
		graphql.AddError(ctx, err)
		return nil, false
	}
	args := &arguments{}
	for name, value := range coerced {
		args.set(name, value)
	}
	return args, true
}

// eachTaken calls a function with each variable in an argument and the name by
// which [arguments.set] takes it. It reports false where a variable stands inside
// a value and cannot be taken.
func eachTaken(name string, v *ast.Value, take func(name, variable string)) bool {
	switch {
	case v.Kind == ast.Variable:
		take(name, v.Raw)
		return true
	case v.Kind == ast.ObjectValue && (name == "to" || name == "to.terms"):
		all := true
		for _, child := range v.Children {
			all = eachTaken(name+"."+child.Name, child.Value, take) && all
		}
		return all
	default:
		return len(price.AppendVariables(nil, v)) == 0
	}
}

// varies reports whether there is a variable in the arguments.
func varies(list ast.ArgumentList) bool {
	for _, argument := range list {
		if len(price.AppendVariables(nil, argument.Value)) > 0 {
			return true
		}
	}
	return false
}

// variableIndex gives the place of a variable among those of an operation.
func variableIndex(op *ast.OperationDefinition, name string) int {
	for i, v := range op.VariableDefinitions {
		if v.Variable == name {
			return i
		}
	}
	return -1 // validation refuses a variable that is not defined
}
