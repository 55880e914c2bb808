package plan

import (
	"errors"
	"math"
	"strconv"

	"github.com/go-faster/jx"
	"github.com/vektah/gqlparser/v2/ast"

	"alphanode/graph/model"
	"alphanode/store"
)

// The values of variables are read straight from their JSON into what the store
// takes, without the maps that the generated executor makes of them. Only what
// is as the schema wants it is read so; anything else, such as a text for a
// number or an unknown field, is errUnusual: the generated executor then
// coerces it or says what is wrong.

// errUnusual is for values that are left to the generated executor.
var errUnusual = errors.New("an unusual value")

// input reads the JSON of a variable: a pointer to what the store takes, or a
// list of it. Null gives nil.
type input func(d *jx.Decoder) (any, error)

// inputOf gives the input of a variable's type, nil where there is none.
func inputOf(t *ast.Type) input {
	if t.Elem != nil {
		switch t.Elem.String() {
		case "String!", "ID!":
			return inputList(readText)
		case "FacetField!":
			return inputList(nameIn(model.FacetFields))
		case "RangeBy!":
			return inputList(readRangeBy)
		}
		return nil
	}
	switch t.NamedType {
	case "String", "ID":
		return inputValue(readText)
	case "Boolean":
		return inputValue(readTruth)
	case "Int":
		return inputValue(readInt[int])
	case "Float":
		return inputValue(readFloat)
	case "FacetField":
		return inputValue(nameIn(model.FacetFields))
	case "SearchMatch":
		return inputValue(nameIn(model.SearchMatches))
	case "TermKind":
		return inputValue(nameIn(model.TermKinds))
	case "PostOrder":
		return inputValue(readPostOrder)
	case "TermOrder":
		return inputValue(readTermOrder)
	case "ScoreGroupOrder":
		return inputValue(readGroupOrder)
	case "PostFilter":
		return inputValue(readFilter)
	case "SimilarTo":
		return inputValue(readSimilarTo)
	case "SimilarTerms":
		return inputValue(readSimilarTerms)
	}
	return nil
}

// inputOf gives the input of a variable's type. A server may be without search: its
// filters have none then.
func (p *Planner) inputOf(t *ast.Type) input {
	if t.NamedType == "PostFilter" && p.schema.Types["PostFilter"].Fields.ForName("search") == nil {
		return inputValue(readFilterWithoutSearch)
	}
	return inputOf(t)
}

// reading reads a JSON value that is not null.
type reading[T any] func(d *jx.Decoder, into *T) error

func inputValue[T any](read reading[T]) input {
	return func(d *jx.Decoder) (any, error) {
		var value *T
		if err := optional(d, &value, read); err != nil || value == nil {
			return nil, err
		}
		return value, nil
	}
}

func inputList[T any](read reading[T]) input {
	return func(d *jx.Decoder) (any, error) {
		var list []T
		if err := listOf(d, &list, read); err != nil || list == nil {
			return nil, err
		}
		return list, nil
	}
}

// optional reads a value; null gives nil.
func optional[T any](d *jx.Decoder, into **T, read reading[T]) error {
	if d.Next() == jx.Null {
		*into = nil
		return d.Null()
	}
	*into = new(T)
	return read(d, *into)
}

// given reads a value of which the zero one is none; so does null.
func given[T any](d *jx.Decoder, into *T, read reading[T]) error {
	if d.Next() == jx.Null {
		var none T
		*into = none
		return d.Null()
	}
	return read(d, into)
}

// listOf reads a list, for which one value of it may stand; null gives nil.
func listOf[T any](d *jx.Decoder, into *[]T, read reading[T]) error {
	if d.Next() == jx.Null {
		*into = nil
		return d.Null()
	}
	if d.Next() != jx.Array {
		*into = make([]T, 1)
		return read(d, &(*into)[0])
	}
	list := []T{}
	elements, err := d.ArrIter()
	if err != nil {
		return err
	}
	for elements.Next() {
		var element T
		if err := read(d, &element); err != nil {
			return err
		}
		list = append(list, element)
	}
	*into = list
	return elements.Err()
}

// eachMember visits the members of an object; visit reads the value.
func eachMember(d *jx.Decoder, visit func(name []byte) error) error {
	members, err := d.ObjIter()
	if err != nil {
		return err
	}
	for members.Next() {
		if err := visit(members.Key()); err != nil {
			return err
		}
	}
	return members.Err()
}

func readText(d *jx.Decoder, into *string) (err error) {
	*into, err = d.Str()
	return err
}

func readTruth(d *jx.Decoder, into *bool) (err error) {
	*into, err = d.Bool()
	return err
}

// numberText gives the text of a number.
func numberText(d *jx.Decoder) (string, error) {
	if d.Next() != jx.Number {
		return "", errUnusual
	}
	text, err := d.Num()
	return string(text), err
}

// readLong reads an integer of 64 bits.
func readLong(d *jx.Decoder, into *int64) error {
	text, err := numberText(d)
	if err == nil {
		*into, err = strconv.ParseInt(text, 10, 64)
	}
	return err
}

// readInt reads an integer of 32 bits.
func readInt[T int | int64](d *jx.Decoder, into *T) error {
	var n int64
	if err := readLong(d, &n); err != nil {
		return err
	}
	if n < math.MinInt32 || n > math.MaxInt32 {
		return errUnusual
	}
	*into = T(n)
	return nil
}

func readFloat(d *jx.Decoder, into *float64) error {
	text, err := numberText(d)
	if err == nil {
		*into, err = strconv.ParseFloat(text, 64)
	}
	return err
}

func readDay(d *jx.Decoder, into *store.Day) error {
	text, err := d.Str()
	if err != nil {
		return err
	}
	*into, err = store.ParseDay(text)
	return err
}

// readName reads the name of a value of an enum.
func readName[T comparable](d *jx.Decoder, names model.Enum[T], into *T) error {
	name, err := d.Str()
	if err != nil {
		return err
	}
	value, ok := names[name]
	if !ok {
		return errUnusual
	}
	*into = value
	return nil
}

// nameIn gives the reading of a name of an enum.
func nameIn[T comparable](names model.Enum[T]) reading[T] {
	return func(d *jx.Decoder, into *T) error { return readName(d, names, into) }
}

func readPostOrder(d *jx.Decoder, o *store.Order) error {
	return readOrder(d, model.PostOrderFields, &o.Field, &o.Desc)
}

func readTermOrder(d *jx.Decoder, o *store.TermOrder) error {
	return readOrder(d, model.TermOrderFields, &o.ByPostCount, &o.Desc)
}

func readGroupOrder(d *jx.Decoder, o *store.GroupOrder) error {
	return readOrder(d, model.ScoreGroupOrderFields, &o.Field, &o.Desc)
}

// readOrder reads an order, whose direction may be left out, by one of fields.
func readOrder[T comparable](d *jx.Decoder, fields model.Enum[T], field *T, desc *bool) error {
	ordered := false
	err := eachMember(d, func(name []byte) error {
		switch string(name) {
		case "field":
			ordered = true
			return readName(d, fields, field)
		case "direction":
			return readName(d, model.Directions, desc)
		}
		return errUnusual
	})
	if err == nil && !ordered {
		err = errUnusual
	}
	return err
}
