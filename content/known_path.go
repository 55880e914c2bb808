package content

import (
	"regexp"
	"slices"
	"strings"
)

// KnownPath gives the path of a fault as far as it is made of names that the fields of
// every post have. What follows is names that came with one post, and may say what is
// in it.
func KnownPath(path string) string {
	steps := strings.Split(path, ".")
	for i, step := range steps {
		if name := indexes.ReplaceAllString(step, ""); !slices.Contains(fieldNames, name) {
			return strings.Join(steps[:i], ".")
		}
	}
	return path
}

var indexes = regexp.MustCompile(`(\[[0-9]+\])+$`)

var fieldNames = slices.Concat(
	namesOf(recordFields), namesOf(metaFields), namesOf(anyBlockFields), namesOf(listItemFields), namesOf(outlineFields), namesOf(entityFields),
	namesOf(scoreFields), namesOf(revisionFields), namesOf(flagFields), namesOf(imageFields), namesOf(payloadFields))

func namesOf[T any](fields []field[T]) []string {
	names := make([]string, len(fields))
	for i, f := range fields {
		names[i] = f.name
	}
	return names
}
