package plan

import (
	"bytes"
	"math"
	"strconv"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"

	"alphanode/graph/model"
)

// writer writes what one field, or one element of a list, is for a value. It
// reports false where it wrote no valid value, which makes null of what is
// around it.
type writer[T any] func(x *execution, value T) bool

// object writes the selected fields of an object, in the order of the
// selection.
type object[T any] []member[T]

type member[T any] struct {
	alias string
	key   string // the alias as JSON, with the colon
	leaf  bool   // whether nothing is selected of it: such a field may be null, but never tells an error
	write writer[T]
}

// write writes all fields even where one is not valid, so that every error is
// told.
func (o object[T]) write(x *execution, value T) bool {
	valid := true
	x.handle(len(o) * costOfField)
	x.out = append(x.out, '{')
	for i := range o {
		m := &o[i]
		if i > 0 {
			x.out = append(x.out, ',')
		}
		x.room(len(m.key))
		x.out = append(x.out, m.key...)
		if m.leaf {
			valid = m.write(x, value) && valid
			continue
		}
		x.path = append(x.path, step{alias: m.alias})
		valid = m.write(x, value) && valid
		x.path = x.path[:len(x.path)-1]
	}
	x.out = append(x.out, '}')
	return valid
}

// compileObject makes the object of a selection. field gives the writer of a
// field, nil for one that it does not cover.
func compileObject[T any](c *compiler, typ string, set ast.SelectionSet, field func(graphql.CollectedField) writer[T]) object[T] {
	fields := c.collect(typ, set)
	o := make(object[T], len(fields))
	for i, f := range fields {
		o[i] = member[T]{alias: f.Alias, key: c.keys.Of(f.Field).json, leaf: len(f.Selections) == 0}
		switch {
		case f.Name == "__typename":
			o[i].write = literal[T](strconv.Quote(typ))
			continue
		default:
			o[i].write = field(f)
		}
		if o[i].write == nil {
			c.uncovered = true
		} else if !f.Definition.Type.NonNull {
			o[i].write = orNull(o[i].write)
		}
	}
	return o
}

// orNull makes null of what is not valid.
func orNull[T any](write writer[T]) writer[T] {
	return func(x *execution, value T) bool {
		from := len(x.out)
		if !write(x, value) {
			x.truncate(from)
			x.out = append(x.out, "null"...)
		}
		return true
	}
}

// writeList writes n elements, none of which may be null.
func writeList(x *execution, n int, element func(i int) bool) bool {
	valid := true
	x.out = append(x.out, '[')
	at := len(x.path)
	x.path = append(x.path, step{})
	for i := range n {
		if i > 0 {
			x.out = append(x.out, ',')
		}
		x.path[at].index = i
		valid = element(i) && valid
	}
	x.path = x.path[:at]
	x.out = append(x.out, ']')
	return valid
}

func literal[T any](json string) writer[T] {
	return func(x *execution, _ T) bool {
		x.out = append(x.out, json...)
		return true
	}
}

// textOf writes a text; an empty one is null where the field may be.
func textOf[T any](f graphql.CollectedField, get func(T) string) writer[T] {
	optional := !f.Definition.Type.NonNull
	return func(x *execution, value T) bool {
		s := get(value)
		if s == "" && optional {
			return false
		}
		x.text(s)
		return true
	}
}

func numberOf[T any](get func(T) int) writer[T] {
	return func(x *execution, value T) bool {
		x.out = strconv.AppendInt(x.out, int64(get(value)), 10)
		return true
	}
}

func floatOf[T any](get func(T) float64) writer[T] {
	return func(x *execution, value T) bool {
		x.out = appendFloat(x.out, get(value))
		return true
	}
}

// appendFloat appends the shortest decimal that is this number. Similarities
// have at most 9 decimals: as whole numbers of billionths they are written in a
// fraction of the time.
func appendFloat(dst []byte, v float64) []byte {
	const one = 1_000_000_000
	billionths := math.Round(v * one)
	if v < 1e-4 || v >= 1 || billionths/one != v {
		return strconv.AppendFloat(dst, v, 'g', -1, 64)
	}
	at := len(dst)
	dst = strconv.AppendInt(append(dst, '0'), one+int64(billionths), 10)
	dst[at+1] = '.' // was the digit of one
	return bytes.TrimRight(dst, "0")
}

// nameOf writes the name of a value of an enum, which has each once.
func nameOf[T any, V comparable](names model.Enum[V], get func(T) V) writer[T] {
	written := make(map[V]string, len(names))
	for name, value := range names {
		written[value] = strconv.Quote(name)
	}
	return func(x *execution, value T) bool {
		name, ok := written[get(value)]
		x.out = append(x.out, name...)
		return ok
	}
}

func truthOf[T any](get func(T) bool) writer[T] {
	return func(x *execution, value T) bool {
		x.out = strconv.AppendBool(x.out, get(value))
		return true
	}
}

// text writes a text as the release has its texts written.
func (x *execution) text(s string) {
	x.room(len(s))
	x.out = model.AppendText(x.out, s)
}
