package content

import (
	"encoding/json"
	"maps"
)

// DecodeInto reads some fields of a post, as [Decode] does, into one that has others: lists
// go on, anything else is replaced. What meta has no name for joins Extra. Where there are
// faults the post stays as it was.
func DecodeInto(p *Post, part json.RawMessage) Faults {
	trial, faults := Decode(part)
	switch {
	case len(faults) > 0:
		return faults
	case trial.Post == nil:
		return Faults{{Found: "the removal of a post", Expected: "fields of a post"}}
	}
	d := newDecoder(part)
	r := record{post: p}
	if err := object(d, &r, recordFields, d.rejectUnknown); err != nil {
		return Faults{syntaxFault(part, err)}
	}
	if p.Meta.Extra == nil {
		p.Meta.Extra = d.extra
	} else {
		maps.Copy(p.Meta.Extra, d.extra)
	}
	return nil
}
