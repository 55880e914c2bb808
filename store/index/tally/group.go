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

// GroupAll is of all posts.
const GroupAll Group = "all"

// OfTerm is of the posts that have a term.
func OfTerm(id store.TermID) Group {
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

// OfTerms is of the posts that have two terms.
func OfTerms(a, b store.TermID) Group {
	return Group("terms\x00" + string(file.OrdinalKey(uint32(min(a, b)))) + string(file.OrdinalKey(uint32(max(a, b)))))
}

// OfFlag is of the posts that have a flag set, or not.
func OfFlag(name string, set bool) Group {
	return Group("flag\x00" + name + "\x00" + string(file.FlagByte(set)))
}

// From is of the posts whose number is at least this, one that some post
// has; To of those whose number is at most this.
func From(f store.Field, n int64) Group { return groupOfRange(f, "from", n) }

// To is of the posts whose number is at most this; see From.
func To(f store.Field, n int64) Group { return groupOfRange(f, "to", n) }

func groupOfRange(f store.Field, end string, n int64) Group {
	return Group("range\x00" + string(f) + "\x00" + end + "\x00" + strconv.FormatInt(n, 10))
}

// Within is of the posts that have a term and at least this score.
func Within(id store.TermID, f store.Field, n int64) Group {
	return Group("within\x00" + string(file.OrdinalKey(uint32(id))) + string(f) + "\x00" + strconv.FormatInt(n, 10))
}
