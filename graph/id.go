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

// nodeID is a global id taken apart.
type nodeID struct{ Type, Slug string }

// parseID takes a global id apart. An id that globalID cannot have made is an
// error.
func parseID(argument, id string) (nodeID, error) {
	raw, err := base64.RawURLEncoding.Strict().DecodeString(id)
	typ, slug, ok := strings.Cut(string(raw), ":")
	// The decoder passes over ends of lines, but a node has one id.
	if err != nil || strings.ContainsAny(id, "\r\n") || !ok || slug == "" || typ != typePost && typ != typeEntity && typ != typeTool {
		const expected = "an id as a post, an entity or a tool gave it"
		found := strconv.Quote(shorten(id))
		return nodeID{}, apierror.New(apierror.BadRequest, argument+": found "+found+", expected "+expected,
			apierror.Field{Location: argument, Value: found, Expected: expected})
	}
	return nodeID{typ, slug}, nil
}

// parseIDs takes many global ids apart; argument gives the name of each.
func parseIDs(ids []string, argument func(i int) string) ([]nodeID, error) {
	parsed := make([]nodeID, len(ids))
	for i, id := range ids {
		var err error
		if parsed[i], err = parseID(argument(i), id); err != nil {
			return nil, err
		}
	}
	return parsed, nil
}

func nameOfID(int) string { return "id" }

func nameInIDs(i int) string { return "ids[" + strconv.Itoa(i) + "]" }

// maxIDs is the most ids that nodes takes.
const maxIDs = 100

func checkIDs(ids []string) error {
	if len(ids) <= maxIDs {
		return nil
	}
	found, expected := strconv.Itoa(len(ids))+" ids", "at most "+strconv.Itoa(maxIDs)
	return apierror.New(apierror.BadRequest, "ids: found "+found+", expected "+expected,
		apierror.Field{Location: "ids", Value: found, Expected: expected})
}
