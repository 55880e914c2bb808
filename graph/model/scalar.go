package model

import (
	"context"
	"encoding/json"
	"io"
	"maps"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/99designs/gqlgen/graphql"
	"github.com/go-faster/jx"

	"alphanode/content"
	"alphanode/store"
)

// MarshalString writes a text. In content the empty string stands for an
// absent text, so in a field that may be null it is written as null.
func MarshalString(s string) graphql.ContextMarshaler {
	return graphql.ContextWriterFunc(func(ctx context.Context, w io.Writer) error {
		if s == "" && nullable(ctx) {
			graphql.Null.MarshalGQL(w)
			return nil
		}
		_, err := w.Write(AppendText(nil, s))
		return err
	})
}

// AppendText appends a text as the release has its texts written.
func AppendText(dst []byte, s string) []byte {
	if plain(s) {
		return append(append(append(dst, '"'), s...), '"')
	}
	w := jx.Writer{Buf: dst}
	w.Str(s)
	return w.Buf
}

// plain reports whether a text is written as it stands.
func plain(s string) bool {
	for i := range len(s) {
		if c := s[i]; c < ' ' || c > '~' || c == '"' || c == '\\' {
			return false
		}
	}
	return true
}

// nullable reports whether the value being written, the field's own or an
// element of its list, may be null.
func nullable(ctx context.Context) bool {
	field := graphql.GetFieldContext(ctx)
	if field == nil || field.Field.Field == nil || field.Field.Definition == nil {
		return false
	}
	t := field.Field.Definition.Type
	for t.Elem != nil {
		t = t.Elem
	}
	return !t.NonNull
}

// UnmarshalString reads a text. Null, which is refused before where there must be one, is
// the empty text, as in content.
func UnmarshalString(_ context.Context, v any) (string, error) {
	if v == nil {
		return "", nil
	}
	if s, ok := v.(string); ok {
		return s, nil
	}
	return "", Mismatch("a string")
}

// MarshalInt writes an Int.
func MarshalInt(n int) graphql.Marshaler { return graphql.MarshalInt(n) }

// UnmarshalInt reads an Int, which in GraphQL has 32 bits.
func UnmarshalInt(v any) (int, error) {
	n, err := UnmarshalInt64(v)
	return int(n), err
}

// MarshalInt64 writes an Int that Go holds in 64 bits.
func MarshalInt64(n int64) graphql.Marshaler { return graphql.MarshalInt64(n) }

// UnmarshalInt64 reads an Int, which in GraphQL has 32 bits, for an int64.
func UnmarshalInt64(v any) (int64, error) {
	n, ok := Integer(v)
	if !ok || n < math.MinInt32 || n > math.MaxInt32 {
		return 0, Mismatch("an integer from -2147483648 to 2147483647")
	}
	return n, nil
}

// MarshalLong writes a Long as a JSON number.
func MarshalLong(n int64) graphql.Marshaler { return graphql.MarshalInt64(n) }

// UnmarshalLong reads a Long, from a number or from a string of digits.
func UnmarshalLong(v any) (int64, error) {
	n, ok := Integer(v)
	if s, text := v.(string); text {
		var err error
		n, err = strconv.ParseInt(s, 10, 64)
		ok = err == nil
	}
	if !ok {
		return 0, Mismatch("an integer of 64 bits, as a number or a string of digits")
	}
	return n, nil
}

// Integer takes the integers that literals, JSON variables and the variables of
// a program come as. 2.0 and 2e0 are integers too: JSON has one kind of number.
func Integer(v any) (int64, bool) {
	switch v := v.(type) {
	case int64:
		return v, true
	case int:
		return int64(v), true
	case json.Number:
		if n, err := v.Int64(); err == nil {
			return n, true
		}
		return wholeNumber(string(v))
	case float64:
		return int64(v), v == math.Trunc(v) && math.Abs(v) < 1<<53
	default:
		return 0, false
	}
}

// wholeNumber reads an integer that is written with a fraction or an exponent, exactly.
func wholeNumber(text string) (int64, bool) {
	mantissa, exponent, _ := strings.Cut(strings.ToLower(text), "e")
	shift := 0
	if exponent != "" {
		var err error
		if shift, err = strconv.Atoi(exponent); err != nil || shift < -maxShift || shift > maxShift {
			return 0, strings.Trim(mantissa, "-0.") == "" // 0, whatever it is multiplied by
		}
	}
	whole, fraction, _ := strings.Cut(mantissa, ".")
	digits := strings.TrimRight(whole+fraction, "0") // of at least one: a minus may be left
	shift += len(whole+fraction) - len(digits) - len(fraction)
	if strings.Trim(digits, "-0") == "" {
		return 0, true
	}
	if shift < 0 || shift > maxDigits {
		return 0, false
	}
	n, err := strconv.ParseInt(digits+strings.Repeat("0", shift), 10, 64)
	return n, err == nil
}

// maxDigits is the most that an integer of 64 bits has; maxShift is the largest power
// of ten that is looked at, for a text may have as many digits.
const (
	maxDigits = 19
	maxShift  = 1 << 20
)

// MarshalDate writes a day as 2006-01-02.
func MarshalDate(d store.Day) graphql.Marshaler { return graphql.MarshalString(d.String()) }

// UnmarshalDate reads a day as 2006-01-02.
func UnmarshalDate(v any) (store.Day, error) {
	s, ok := v.(string)
	day, err := store.ParseDay(s)
	if !ok || err != nil {
		return 0, Mismatch("a day as YYYY-MM-DD")
	}
	return day, nil
}

// MarshalBound writes a number, or a day as YYYY-MM-DD.
func MarshalBound(b store.Bound) graphql.Marshaler {
	return graphql.WriterFunc(func(w io.Writer) { _, _ = w.Write(b.AppendJSON(nil)) }) // the writer keeps its own errors
}

// UnmarshalBound reads an integer of 64 bits, or a day as YYYY-MM-DD.
func UnmarshalBound(v any) (store.Bound, error) {
	if n, ok := Integer(v); ok {
		return store.NumberBound(n), nil
	}
	day, err := UnmarshalDate(v)
	if err != nil {
		return store.Bound{}, Mismatch("an integer of 64 bits, or a day as YYYY-MM-DD")
	}
	return store.DayBound(day), nil
}

// MarshalJSON writes unknown meta as an object, its values byte for byte as
// they are stored.
func MarshalJSON(extra content.Extra) graphql.Marshaler {
	return graphql.WriterFunc(func(w io.Writer) {
		var out jx.Writer
		out.ObjStart()
		for i, name := range slices.Sorted(maps.Keys(extra)) {
			if i > 0 {
				out.Comma()
			}
			out.FieldStart(name)
			out.Raw(extra[name])
		}
		out.ObjEnd()
		_, _ = w.Write(out.Buf) // the writer keeps its own errors
	})
}

// UnmarshalJSON is there because a scalar must have one; no input is JSON.
func UnmarshalJSON(v any) (content.Extra, error) {
	return nil, Mismatch("no value: JSON is only sent")
}

// Mismatch says what a value should have been.
type Mismatch string

func (m Mismatch) Error() string { return "expected " + string(m) }
