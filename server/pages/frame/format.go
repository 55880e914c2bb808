package frame

import (
	"fmt"
	"html/template"

	"alphanode/server/readable"
	"alphanode/store"
)

// functions are those that templates write figures and dates with.
var functions = template.FuncMap{
	"number": number,
	"date":   readable.Day,
	"plural": Plural,
}

// number is [readable.Number] of any integer.
func number(n any) (string, error) {
	switch n := n.(type) {
	case int:
		return readable.Number(n), nil
	case int64:
		return readable.Number(n), nil
	case *int:
		return readable.Number(*n), nil
	case *int64:
		return readable.Number(*n), nil
	}
	return "", fmt.Errorf("%T is no count", n)
}

// Plural writes a count with what is counted: 1 post, 2 posts.
func Plural(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return readable.Number(n) + " " + many
}

// Day writes a day.
func Day(d store.Day) string {
	text, err := d.MarshalText()
	if err != nil {
		return ""
	}
	return readable.Day(string(text))
}
