package graph

import (
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"
)

// measured is what is known of an operation that was found right before: its
// extent for some values of the variables on which it depends. The other
// arguments in its text are right for ever, so that only the values of its
// variables are left to be checked.
type measured struct {
	lengths []string // the variables that say how long a list is

	mu      sync.Mutex
	extents map[string]extent // by the values of lengths
}

// maxExtents bounds how many extents of one operation are remembered.
const maxExtents = 256

func newMeasured(op *graphql.OperationContext) *measured {
	m := &measured{extents: map[string]extent{}}
	eachField(op.Doc, func(f *ast.Field) {
		for _, argument := range f.Arguments {
			switch argument.Name {
			case "first", "last", "ids", "by": // those that costs takes
				m.lengths = appendVariables(m.lengths, argument.Value)
			}
		}
	})
	return m
}

// appendVariables appends the variables in a value.
func appendVariables(names []string, v *ast.Value) []string {
	if v.Kind == ast.Variable && !slices.Contains(names, v.Raw) {
		names = append(names, v.Raw)
	}
	for _, child := range v.Children {
		names = appendVariables(names, child.Value)
	}
	return names
}

// extent gives the extent of the operation with its variables. It reports false
// where that is not known, or where a variable may be wrong.
func (m *measured) extent(schema *ast.Schema, op *graphql.OperationContext) (extent, bool) {
	for _, v := range op.Operation.VariableDefinitions {
		// Null may be right for the variable and wrong for an argument.
		if value, given := op.Variables[v.Variable]; given && (value == nil || checkInput(schema, v.Type, value, v.Variable) != nil) {
			return extent{}, false
		}
	}
	key, ok := m.key(op)
	if !ok {
		return extent{}, false
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	e, ok := m.extents[key]
	return e, ok
}

// keep remembers the extent of an operation whose arguments were all right.
func (m *measured) keep(op *graphql.OperationContext, e extent) {
	key, ok := m.key(op)
	m.mu.Lock()
	defer m.mu.Unlock()
	if ok && len(m.extents) < maxExtents {
		m.extents[key] = e
	}
}

// key is made of how long the lists are that variables say.
func (m *measured) key(op *graphql.OperationContext) (string, bool) {
	if len(m.lengths) == 0 {
		return "", true
	}
	var key strings.Builder
	for _, name := range m.lengths {
		value, given := op.Variables[name]
		n, isNumber := integer(value)
		list, isList := value.([]any)
		_, isText := value.(string)
		switch {
		case !given:
			key.WriteString("-")
		case isNumber:
			key.WriteString(strconv.FormatInt(n, 10))
		case isList:
			key.WriteString("l" + strconv.Itoa(len(list)))
		case isText: // stands for a list of one
			key.WriteString("l1")
		default:
			return "", false
		}
		key.WriteByte(' ')
	}
	return key.String(), true
}
