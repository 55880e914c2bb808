package graph

import (
	"encoding/base64"
	"strconv"
	"strings"

	"alphanode/apierror"
)

// The types that have global ids, as the ids name them.
const (
	typePost   = "Post"
	typeEntity = "Entity"
	typeTool   = "Tool"
)

// globalID is the same in every release that has the slug.
func globalID(typ, slug string) string {
	return base64.RawURLEncoding.EncodeToString([]byte(typ + ":" + slug))
}

// parseID takes a global id apart. An id that globalID cannot have made is an
// error.
func parseID(argument, id string) (typ, slug string, err error) {
	raw, err := base64.RawURLEncoding.Strict().DecodeString(id)
	typ, slug, ok := strings.Cut(string(raw), ":")
	if err != nil || !ok || slug == "" || typ != typePost && typ != typeEntity && typ != typeTool {
		const expected = "an id as a post, an entity or a tool gave it"
		found := strconv.Quote(shorten(id))
		return "", "", apierror.New(apierror.BadRequest, argument+": found "+found+", expected "+expected,
			apierror.Field{Location: argument, Value: found, Expected: expected})
	}
	return typ, slug, nil
}
