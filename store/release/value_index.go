package release

import (
	"encoding/binary"

	"alphanode/store"
	"alphanode/store/file"
)

// valueIndex says which terms of one kind each post has. The terms of a kind
// are its values, numbered from 0. Posts that have the same values share a set
// of them, so that counting by value is counting by set: one step for a post,
// however many values it has.
type valueIndex struct {
	kind    store.Kind
	width   int          // bytes of a set's number: 1, 2 or 4
	posts   *file.Column // ordinal → number of the post's set
	starts  *file.Column // set → where its values begin in members; one more entry is the end
	members *file.Column // the values of the sets, one set after the other
	terms   *file.Column // value → term
	ranks   *file.Column // value → its place by name, as the view spells it
	totals  *file.Column // value → how many posts of the view have it
}

// Names of the columns of a value index.
func setsColumn(k store.Kind) string       { return "facets/" + string(k) + "/sets" }
func setStartsColumn(k store.Kind) string  { return "facets/" + string(k) + "/starts" }
func setMembersColumn(k store.Kind) string { return "facets/" + string(k) + "/members" }
func valueTermsColumn(k store.Kind) string { return "facets/" + string(k) + "/terms" }

func valueRanksColumn(k store.Kind, v store.View) string {
	return "facets/" + string(k) + "/ranks/" + v.Name()
}

func valueTotalsColumn(k store.Kind, v store.View) string {
	return "facets/" + string(k) + "/totals/" + v.Name()
}

// newValueIndex puts the index of a kind together from its columns, for a view
// of a release of so many posts.
func newValueIndex(k store.Kind, v store.View, posts int, read func(name string) (*file.Column, error)) (*valueIndex, error) {
	x := &valueIndex{kind: k}
	var err error
	for name, part := range map[string]**file.Column{
		setsColumn(k): &x.posts, setStartsColumn(k): &x.starts, setMembersColumn(k): &x.members,
		valueTermsColumn(k): &x.terms, valueRanksColumn(k, v): &x.ranks, valueTotalsColumn(k, v): &x.totals,
	} {
		if *part, err = read(name); err != nil {
			return nil, err
		}
	}
	x.width = len(x.posts.Data) / max(posts, 1)
	return x, nil
}

// valueIndexOf names the index of a kind for a view.
type valueIndexOf struct {
	kind store.Kind
	view store.View
}

func (x *termIndex) valueIndex(tx *file.Tx, k store.Kind) (*valueIndex, error) {
	of := valueIndexOf{k, tx.View}
	if values, ok := x.values.Load(of); ok {
		return values.(*valueIndex), nil
	}
	values, err := newValueIndex(k, tx.View, tx.File.Info.Posts, tx.Column)
	if err == nil {
		x.values.Store(of, values)
	}
	return values, err
}

// setWidth is how many bytes the number of a set takes where there are so many.
func setWidth(sets int) int {
	switch {
	case sets <= 1<<8:
		return 1
	case sets <= 1<<16:
		return 2
	default:
		return 4
	}
}

// appendSet appends the number of a set.
func appendSet(dst []byte, set uint32, width int) []byte {
	switch width {
	case 1:
		return append(dst, byte(set))
	case 2:
		return binary.LittleEndian.AppendUint16(dst, uint16(set))
	default:
		return binary.LittleEndian.AppendUint32(dst, set)
	}
}

// check checks what counting n posts will read, but for the numbers of their
// sets where they are few.
func (x *valueIndex) check(n int) {
	x.starts.CheckAll()
	x.members.CheckAll()
	x.posts.CheckFor(n)
}

// countSets adds posts to the counts of their sets.
func (x *valueIndex) countSets(posts, counts []uint32) {
	x.posts.CheckAt(posts, x.width)
	switch data := x.posts.Data; x.width {
	case 1:
		// Of two posts in a row with the same set, the second need not wait for
		// the count of the first.
		var others [1 << 8]uint32
		for ; len(posts) > 1; posts = posts[2:] {
			counts[data[posts[0]]]++
			others[data[posts[1]]]++
		}
		for _, post := range posts {
			counts[data[post]]++
		}
		for set := range counts {
			counts[set] += others[set]
		}
	case 2:
		for _, post := range posts {
			counts[binary.LittleEndian.Uint16(data[2*int(post):])]++
		}
	default:
		for _, post := range posts {
			counts[binary.LittleEndian.Uint32(data[4*int(post):])]++
		}
	}
}

// bySet reports whether n posts are best counted by set: not where there are
// many more sets than posts.
func (x *valueIndex) bySet(n int) bool { return x.sets() <= 2*n }

// set gives the number of a post's set, of which the block was checked.
func (x *valueIndex) set(post uint32) uint32 {
	switch data := x.posts.Data; x.width {
	case 1:
		return uint32(data[post])
	case 2:
		return uint32(binary.LittleEndian.Uint16(data[2*int(post):]))
	default:
		return binary.LittleEndian.Uint32(data[4*int(post):])
	}
}

// valuesOf gives the values of a set, four bytes each.
func (x *valueIndex) valuesOf(set uint32) []byte {
	bounds := x.starts.Data[4*int(set):]
	low, high := binary.LittleEndian.Uint32(bounds), binary.LittleEndian.Uint32(bounds[4:])
	return x.members.Data[4*int(low) : 4*int(high)]
}

func (x *valueIndex) sets() int   { return x.starts.Len32() - 1 }
func (x *valueIndex) values() int { return x.terms.Len32() }

// postsOf gives how many posts of the view have a term of the kind.
func (x *valueIndex) postsOf(id store.TermID) uint32 {
	low, high := 0, x.terms.Len32() // values are in the order of their terms
	for low < high {
		if mid := int(uint(low+high) / 2); x.terms.Uint32(mid) < uint32(id) {
			low = mid + 1
		} else {
			high = mid
		}
	}
	if low == x.terms.Len32() || x.terms.Uint32(low) != uint32(id) {
		return 0
	}
	return x.totals.Uint32(low)
}
