package mapping

import (
	"encoding/json"
	"strings"

	"alphanode/ingest/fields"
)

// isPrivate reports whether a text is the address of a person or of a machine and nothing
// else, or the hash of a password.
func isPrivate(text string) bool {
	kept, _ := fields.Private("", textValue(text).json())
	return kept == nil
}

// isPrivateName reports whether no text may be kept under a name.
func isPrivateName(name string) bool {
	kept, _ := fields.Private(name, json.RawMessage(`"x"`))
	return kept == nil
}

// plainName is a name in small letters, without what parts its words.
func plainName(name string) string { return strings.ToLower(parting.Replace(name)) }

var parting = strings.NewReplacer("_", "", "-", "", " ", "", ".", "")
