package markdown

import (
	"encoding/json"
	"regexp"
	"strings"
)

// Names, as plain ends them, of what says how to reach or to be somebody.
var privateNames = regexp.MustCompile(`(?:email|emailaddress|password|passwd|ipaddress)$|^(?:mail|ip|phone)$`)

func isPrivate(plainName string) bool { return privateNames.MatchString(plainName) }

// withoutPrivate gives a value without what its mappings have under private names.
func withoutPrivate(value json.RawMessage) json.RawMessage {
	if len(value) == 0 || value[0] != '{' && value[0] != '[' || !mayBePrivate(value) {
		return value
	}
	var kept any
	if value[0] == '[' {
		entries := entriesOf(value)
		for i := range entries {
			entries[i] = withoutPrivate(entries[i])
		}
		kept = entries
	} else {
		object := map[string]json.RawMessage{}
		members, _ := membersOf(value)
		for _, m := range members {
			if !isPrivate(plain(m.Name)) {
				object[m.Name] = withoutPrivate(m.Value)
			}
		}
		kept = object
	}
	out, err := json.Marshal(kept)
	if err != nil {
		return json.RawMessage("null")
	}
	return out
}

func mayBePrivate(value json.RawMessage) bool {
	small := strings.ToLower(string(value))
	for _, word := range []string{"mail", "pass", "ip", "phone"} {
		if strings.Contains(small, word) {
			return true
		}
	}
	return false
}
