package fields

import (
	"encoding/json"

	"alphanode/content"
)

// Extra keeps a value in meta.extra under the name that its source has for it, in canonical
// JSON. Of a name that is there already the values become a list. An error says what of the
// value cannot be kept.
func Extra(p *content.Post, name string, value json.RawMessage) error {
	var one content.Post
	if faults := content.DecodeInto(&one, nested("meta.extra", nestedIn(name, value))); len(faults) > 0 {
		return faults
	}
	kept := one.Meta.Extra[name]
	switch before := p.Meta.Extra[name]; {
	case p.Meta.Extra == nil:
		p.Meta.Extra = content.Extra{}
	case before == nil:
	case before[0] == '[' && len(before) > len("[]"):
		kept = append(append(before[:len(before)-1:len(before)-1], ','), append(kept, ']')...)
	case before[0] == '[':
		kept = list(kept)
	default:
		kept = list(before, kept)
	}
	p.Meta.Extra[name] = kept
	return nil
}

// nestedIn is the object that has one value, under a name that may hold dots.
func nestedIn(name string, value json.RawMessage) json.RawMessage {
	b := append([]byte("{"), quoted(name)...)
	return append(append(append(b, ':'), value...), '}')
}
