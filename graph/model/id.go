package model

import (
	"encoding/base64"
	"strconv"
	"strings"

	"alphanode/apierror"
)

// The types that have global ids, as the ids name them.
const (
	TypePost   = "Post"
	TypeEntity = "Entity"
	TypeTool   = "Tool"
)

// GlobalID is the same in every release that has the slug.
func GlobalID(typ, slug string) string {
	return base64.RawURLEncoding.EncodeToString([]byte(typ + ":" + slug))
}

// NodeID is a global id taken apart.
type NodeID struct{ Type, Slug string }

// parseID takes a global id apart. An id that GlobalID cannot have made is an
// error.
func parseID(argument, id string) (NodeID, error) {
	raw, err := base64.RawURLEncoding.Strict().DecodeString(id)
	typ, slug, ok := strings.Cut(string(raw), ":")
	// The decoder passes over ends of lines, but a node has one id.
	if err != nil || strings.ContainsAny(id, "\r\n") || !ok || slug == "" || typ != TypePost && typ != TypeEntity && typ != TypeTool {
		const expected = "an id as a post, an entity or a tool gave it"
		found := strconv.Quote(Shorten(id))
		return NodeID{}, apierror.New(apierror.BadRequest, argument+": found "+found+", expected "+expected,
			apierror.Field{Location: argument, Value: found, Expected: expected})
	}
	return NodeID{typ, slug}, nil
}

// ParseIDs takes many global ids apart; argument gives the name of each.
func ParseIDs(ids []string, argument func(i int) string) ([]NodeID, error) {
	parsed := make([]NodeID, len(ids))
	for i, id := range ids {
		var err error
		if parsed[i], err = parseID(argument(i), id); err != nil {
			return nil, err
		}
	}
	return parsed, nil
}

// NameOfID names the argument that is one id.
func NameOfID(int) string { return "id" }

// NameInIDs names one of several ids.
func NameInIDs(i int) string { return "ids[" + strconv.Itoa(i) + "]" }

// MaxIDs is the most ids that nodes takes.
const MaxIDs = 100

// CheckIDs refuses more ids than MaxIDs.
func CheckIDs(ids []string) error {
	if len(ids) <= MaxIDs {
		return nil
	}
	found, expected := strconv.Itoa(len(ids))+" ids", "at most "+strconv.Itoa(MaxIDs)
	return apierror.New(apierror.BadRequest, "ids: found "+found+", expected "+expected,
		apierror.Field{Location: "ids", Value: found, Expected: expected})
}
