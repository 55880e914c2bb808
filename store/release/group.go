package release

import (
	"encoding/binary"
	"strconv"
	"strings"

	"alphanode/store"
	"alphanode/store/file"
)

// group names a group of posts that may have a tally; "" where a question is
// about no such group.
type group string

const groupAll group = "all"

func groupOfTerm(id store.TermID) group {
	return group("term\x00" + string(file.OrdinalKey(uint32(id))))
}

// term gives the term that the group's posts have.
func (g group) term() (id store.TermID, ok bool) {
	key, ok := strings.CutPrefix(string(g), "term\x00")
	if !ok {
		return 0, false
	}
	return store.TermID(binary.BigEndian.Uint32([]byte(key))), true
}

// groupOfTerms is of the posts that have two terms.
func groupOfTerms(a, b store.TermID) group {
	return group("terms\x00" + string(file.OrdinalKey(uint32(min(a, b)))) + string(file.OrdinalKey(uint32(max(a, b)))))
}

func groupOfFlag(name string, set bool) group {
	return group("flag\x00" + name + "\x00" + string(file.FlagByte(set)))
}

// groupFrom is of the posts whose number is at least this, one that some post
// has; groupTo of those whose number is at most this.
func groupFrom(f store.Field, n int64) group { return groupOfRange(f, "from", n) }
func groupTo(f store.Field, n int64) group   { return groupOfRange(f, "to", n) }

func groupOfRange(f store.Field, end string, n int64) group {
	return group("range\x00" + string(f) + "\x00" + end + "\x00" + strconv.FormatInt(n, 10))
}

// groupWithin is of the posts that have a term and at least this score.
func groupWithin(id store.TermID, f store.Field, n int64) group {
	return group("within\x00" + string(file.OrdinalKey(uint32(id))) + string(f) + "\x00" + strconv.FormatInt(n, 10))
}
