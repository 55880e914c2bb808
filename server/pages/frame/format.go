package frame

import (
	"fmt"
	"html/template"
	"strconv"
	"strings"
	"time"

	"alphanode/content"
	"alphanode/store"
)

// functions are those that templates write figures and dates with.
var functions = template.FuncMap{
	"number": number,
	"date":   Date,
	"plural": Plural,
}

// number is Number of any integer.
func number(n any) (string, error) {
	switch n := n.(type) {
	case int:
		return Number(n), nil
	case int64:
		return Number(int(n)), nil
	case *int:
		return Number(*n), nil
	case *int64:
		return Number(int(*n)), nil
	}
	return "", fmt.Errorf("%T is no count", n)
}

// Number writes a count, its thousands apart.
func Number(n int) string {
	digits := strconv.Itoa(n)
	sign := ""
	if digits[0] == '-' {
		sign, digits = "-", digits[1:]
	}
	var w strings.Builder
	w.WriteString(sign)
	for i, d := range digits {
		if i > 0 && (len(digits)-i)%3 == 0 {
			w.WriteByte(',')
		}
		w.WriteRune(d)
	}
	return w.String()
}

// Plural writes a count with what is counted: 1 post, 2 posts.
func Plural(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return Number(n) + " " + many
}

// Date writes a day or an instant, as posts have them, as a day of UTC for people; what is no date
// stays as it is.
func Date(given string) string {
	at, ok := content.ParseDate(given)
	if !ok {
		return given
	}
	return at.UTC().Format("2 Jan 2006")
}

// Day writes a day.
func Day(d store.Day) string {
	text, err := d.MarshalText()
	if err != nil {
		return ""
	}
	return Date(string(text))
}

// Moment writes an instant to the minute.
func Moment(at time.Time) string { return at.UTC().Format("2 Jan 2006, 15:04 UTC") }
