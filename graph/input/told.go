package input

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"

	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/validator/core"

	"alphanode/apierror"
	"alphanode/graph/model"
)

// unfit tells a value as it was sent: its kind, as JSON has them, and as much of it as tells
// which it was.
func unfit(value any, expected string) *Misfit {
	switch v := value.(type) {
	case nil:
		return &Misfit{"", "", "null", expected}
	case bool:
		return &Misfit{"", "the boolean ", strconv.FormatBool(v), expected}
	case string:
		return &Misfit{"", "the string ", strconv.Quote(model.Shorten(v)), expected}
	case []any:
		return &Misfit{"", "the list ", shortJSON(v), expected}
	case map[string]any:
		return &Misfit{"", "the object ", shortJSON(v), expected}
	default:
		return &Misfit{"", "the number ", model.Shorten(fmt.Sprint(v)), expected}
	}
}

func shortJSON(value any) string {
	var text bytes.Buffer
	encoder := json.NewEncoder(&text)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(value); err != nil { // nothing that was read as JSON, or in a text
		return "that cannot be written"
	}
	return model.Shorten(strings.TrimSuffix(text.String(), "\n"))
}

func valuesOf(enum *ast.Definition) (names []string) {
	for _, value := range enum.EnumValues {
		names = append(names, value.Name)
	}
	return names
}

func fieldsOf(object *ast.Definition) (names []string) {
	for _, field := range object.Fields {
		names = append(names, field.Name)
	}
	return names
}

// maxNamed is how many values of an enum, or fields of an object, are named.
const maxNamed = 12

func listOf(names []string) string {
	if len(names) > maxNamed {
		return strings.Join(names[:maxNamed], ", ") + ", …"
	}
	return strings.Join(names, ", ")
}

// longestName is how long what was sent may be, in bytes, to be taken for a mistyped name:
// to compare takes as long as both together.
const longestName = 64

// nearest asks whether the name was meant that means here what was sent, or that is nearest
// to it, as is done of what stands in a text; "" where there is none, or something else was
// sent.
func nearest(sent any, names []string) string {
	name, ok := sent.(string)
	if !ok || len(name) > longestName {
		return ""
	}
	if meant := apierror.Meant(name, names); meant != nil {
		return "; did you mean " + apierror.Alternatives(meant) + "?"
	}
	if near := core.SuggestionList(name, names); len(near) > 0 {
		return "; did you mean " + near[0] + "?"
	}
	return ""
}
