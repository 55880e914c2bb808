package graph

import (
	"context"
	"strconv"

	"alphanode/apierror"
	"alphanode/graph/price"
)

// To read a request costs work before anything is known of the operation: its JSON
// is parsed, its text too, and the values of its variables are checked one by one. So
// it is priced by its bytes and its values, and these are counted before.

// maxNested is how many lists and objects may stand in each other in the variables,
// or in a value in the text. maxNestedJSON is how many may in the JSON of a request: one
// that nests deeper is none, whatever it asks.
const (
	maxNested     = 128
	maxNestedJSON = 1000
)

// freeToRead is up to what price, in units, it costs nothing to read a request: it
// is one of the usual size.
const freeToRead = 150

// bytesRead is how many bytes of a request are read for one unit.
const bytesRead = 32

// sizeOf counts the lists and objects that stand in each other in a JSON text, and
// its values, or about as many where it is not JSON. What stands deep counts for more:
// each level is gone through for it.
func sizeOf[T []byte | string](json T) (nested, values int) {
	depth := 0
	for i := 0; i < len(json); i++ {
		switch json[i] {
		case '{', '[':
			depth++
			nested = max(nested, depth)
			values += depth / 8
		case '}', ']':
			depth--
		case ',':
			values++
		case '"':
			for i++; i < len(json) && json[i] != '"'; i++ {
				if json[i] == '\\' {
					i++
				}
			}
		}
	}
	return nested, values
}

// priceOfReading is what it costs to read so many bytes and values, in units. A value
// is decoded, checked, counted and copied.
func priceOfReading(bytes, values int) int { return max(0, bytes/bytesRead+3*values-freeToRead) }

// payToRead pays for a request of so many bytes before its JSON texts are parsed, and
// refuses values that nest too deep in these: around them there are so many objects.
func payToRead[T []byte | string](ctx context.Context, bytes, around int, texts ...T) error {
	values := 0
	for _, text := range texts {
		nested, more := sizeOf(text)
		if nested > maxNestedJSON {
			return malformed("variables", "lists and objects that nest deeper", "at most "+strconv.Itoa(maxNestedJSON)+" in each other")
		}
		if nested > around+maxNested {
			return tooNested("variables")
		}
		values += more
	}
	return price.Spend(ctx, priceOfReading(bytes, values))
}

// tooNested refuses values that nest too deep.
func tooNested(location string) error {
	expected := "at most " + strconv.Itoa(maxNested) + " lists and objects in each other"
	return apierror.New(apierror.TooComplex, location+": found a value that nests deeper, expected "+expected+". Write a filter with fewer levels.",
		apierror.Field{Location: location, Value: "a value that nests deeper", Expected: expected})
}
