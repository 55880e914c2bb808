package schema

import (
	"strings"

	"github.com/vektah/gqlparser/v2/formatter"
)

// SDL is the schema in its own language, without some parts of it: as
// schema.graphqls has it where none of its types loses anything.
func SDL(without ...string) string {
	whole := true
	for _, part := range without {
		for typ := range partFields[part] {
			whole = whole && part == Introspection && typ == "Query" // whose fields are in no file
		}
	}
	if whole {
		return sources[0].Input
	}
	var b strings.Builder
	formatter.NewFormatter(&b).FormatSchema(Load(without...))
	return b.String()
}
