package price

import (
	"cmp"
	"slices"
	"strconv"
	"sync"

	"github.com/99designs/gqlgen/graphql"
	"github.com/go-faster/jx"
	"github.com/vektah/gqlparser/v2/ast"

	"alphanode/graph/model"
	"alphanode/store"
)

// Measured is what is known of an operation that was found right before: its
// extent for some values of the variables on which it depends. The other
// arguments in its text are right for ever, so that only the values of its
// variables are left to be checked.
type Measured struct {
	lengths []string // the variables that say how long a list is

	mu      sync.Mutex
	extents map[string]Extent // by the values of lengths
}

// maxExtents bounds how many extents of one operation are remembered.
const maxExtents = 256

func newMeasured(op *graphql.OperationContext) *Measured {
	m := &Measured{extents: map[string]Extent{}}
	EachField(op.Doc, func(f *ast.Field) {
		for _, argument := range f.Arguments {
			switch argument.Name {
			case "first", "last", "ids", "by": // those that Costs takes
				m.lengths = AppendVariables(m.lengths, argument.Value)
			}
		}
	})
	return m
}

// AppendVariables appends the variables in a value.
func AppendVariables(names []string, v *ast.Value) []string {
	if v.Kind == ast.Variable && !slices.Contains(names, v.Raw) {
		names = append(names, v.Raw)
	}
	for _, child := range v.Children {
		names = AppendVariables(names, child.Value)
	}
	return names
}

// extent gives the extent of the operation with its variables, which were coerced. It
// reports false where that is not known, or where a variable may be wrong.
func (m *Measured) extent(op *graphql.OperationContext) (Extent, bool) {
	for _, v := range op.Operation.VariableDefinitions {
		// Null may be right for the variable and wrong for an argument.
		if value, given := op.Variables[v.Variable]; given && value == nil {
			return Extent{}, false
		}
	}
	return m.Find(func(name string) any { return op.Variables[name] })
}

// Find gives the extent that was kept for the values of variables.
func (m *Measured) Find(variable func(name string) any) (Extent, bool) {
	var room [64]byte
	key, ok := m.appendKey(room[:0], variable)
	if !ok {
		return Extent{}, false
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	e, ok := m.extents[string(key)]
	return e, ok
}

// keep remembers the extent of an operation whose arguments were all right.
func (m *Measured) keep(op *graphql.OperationContext, e Extent) {
	key, ok := m.appendKey(nil, func(name string) any { return op.Variables[name] })
	m.mu.Lock()
	defer m.mu.Unlock()
	if ok && len(m.extents) < maxExtents {
		m.extents[string(key)] = e
	}
}

// appendKey appends how long the lists are that variables say, as costs count
// them.
func (m *Measured) appendKey(key []byte, variable func(name string) any) ([]byte, bool) {
	for _, name := range m.lengths {
		switch v := variable(name).(type) {
		case nil:
			key = append(key, '-')
		case *int:
			key = appendLength(key, *v)
		case []string:
			key = appendLength(key, len(v))
		case []store.Kind:
			key = appendLength(key, len(v))
		case []store.RangeBy:
			key = appendLength(key, len(v))
		case []any:
			key = appendLength(key, len(v))
		case string, *store.Kind: // of scoreGroups, which takes one
			key = appendLength(key, 1)
		default:
			n, ok := model.Integer(v)
			if !ok {
				return nil, false
			}
			key = appendLength(key, int(n))
		}
		key = append(key, ' ')
	}
	return key, true
}

// appendLength appends what length makes of a length: no other has a cost of
// its own.
func appendLength(key []byte, n int) []byte {
	return strconv.AppendInt(key, int64(length(&n, nil)), 10)
}

// costOfValues gives what the values of variables add to the cost of an operation: each
// argument that takes them reads them anew, whole. A single short value adds
// nothing. They are counted as they were sent, or as they stand in the text.
func costOfValues(doc *ast.QueryDocument, operation *ast.OperationDefinition, sent map[string]any) (cost int) {
	values := map[string]int{}
	for _, v := range operation.VariableDefinitions {
		n := ValuesOfDefault(v)
		if value, given := sent[v.Variable]; given {
			n = valuesIn(value)
		}
		if n > 1 {
			values[v.Variable] = n
		}
	}
	if len(values) == 0 {
		return 0
	}
	EachField(doc, func(f *ast.Field) {
		for _, argument := range f.Arguments {
			for _, name := range AppendVariables(nil, argument.Value) {
				cost = Plus(cost, values[name])
			}
		}
	})
	return cost
}

// ValuesOfDefault counts those of a default, 0 where there is none.
func ValuesOfDefault(v *ast.VariableDefinition) int {
	if v.DefaultValue == nil {
		return 0
	}
	value, err := v.DefaultValue.Value(nil)
	if err != nil {
		return 0 // that is for validation to tell
	}
	return valuesIn(value)
}

// LongText is how much of a text counts as a value of its own.
const LongText = 64

func valuesIn(value any) int {
	n := 1
	switch v := value.(type) {
	case string:
		n += len(v) / LongText
	case []any:
		for _, element := range v {
			n += valuesIn(element)
		}
	case map[string]any:
		for _, member := range v {
			n += valuesIn(member)
		}
	}
	return n
}

// ValuesInJSON counts as valuesIn does.
func ValuesInJSON(d *jx.Decoder) (n int, err error) {
	n = 1
	inner := func() error {
		more, err := ValuesInJSON(d)
		n += more
		return err
	}
	switch d.Next() {
	case jx.String:
		text, err := d.StrBytes()
		return 1 + len(text)/LongText, err
	case jx.Array:
		all, err := d.ArrIter()
		for err == nil && all.Next() {
			err = inner()
		}
		return n, cmp.Or(err, all.Err())
	case jx.Object:
		all, err := d.ObjIter()
		for err == nil && all.Next() {
			err = inner()
		}
		return n, cmp.Or(err, all.Err())
	default:
		return 1, d.Skip()
	}
}
