package tally

import (
	"encoding/binary"
	"strconv"
	"strings"

	"alphanode/store"
	"alphanode/store/file"
)

// Group names a group of posts that may have a tally; "" where a question is
// about no such group.
type Group string

const GroupAll Group = "all"

func GroupOfTerm(id store.TermID) Group {
	return Group("term\x00" + string(file.OrdinalKey(uint32(id))))
}

// term gives the term that the group's posts have.
func (g Group) term() (id store.TermID, ok bool) {
	key, ok := strings.CutPrefix(string(g), "term\x00")
	if !ok {
		return 0, false
	}
	return store.TermID(binary.BigEndian.Uint32([]byte(key))), true
}

// GroupOfTerms is of the posts that have two terms.
func GroupOfTerms(a, b store.TermID) Group {
	return Group("terms\x00" + string(file.OrdinalKey(uint32(min(a, b)))) + string(file.OrdinalKey(uint32(max(a, b)))))
}

func GroupOfFlag(name string, set bool) Group {
	return Group("flag\x00" + name + "\x00" + string(file.FlagByte(set)))
}

// GroupFrom is of the posts whose number is at least this, one that some post
// has; groupTo of those whose number is at most this.
func GroupFrom(f store.Field, n int64) Group { return groupOfRange(f, "from", n) }
func GroupTo(f store.Field, n int64) Group   { return groupOfRange(f, "to", n) }

func groupOfRange(f store.Field, end string, n int64) Group {
	return Group("range\x00" + string(f) + "\x00" + end + "\x00" + strconv.FormatInt(n, 10))
}

// GroupWithin is of the posts that have a term and at least this score.
func GroupWithin(id store.TermID, f store.Field, n int64) Group {
	return Group("within\x00" + string(file.OrdinalKey(uint32(id))) + string(f) + "\x00" + strconv.FormatInt(n, 10))
}
