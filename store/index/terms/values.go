package terms

import (
	"encoding/binary"

	"alphanode/store"
	"alphanode/store/file"
)

// Values says which terms of one kind each post has. The terms of a kind
// are its values, numbered from 0. Posts that have the same values share a set
// of them, so that counting by value is counting by set: one step for a post,
// however many values it has.
type Values struct {
	kind    store.Kind
	Width   int          // bytes of a set's number: 1, 2 or 4
	Posts   *file.Column // ordinal → number of the post's set
	Starts  *file.Column // set → where its values begin in members; one more entry is the end
	Members *file.Column // the values of the sets, one set after the other
	Terms   *file.Column // value → term
	Ranks   *file.Column // value → its place by name, as the view spells it
	Totals  *file.Column // value → how many posts of the view have it
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

// OpenValues puts the index of a kind together from its columns, for a view
// of a release of so many posts.
func OpenValues(k store.Kind, v store.View, posts int, read func(name string) (*file.Column, error)) (*Values, error) {
	x := &Values{kind: k}
	var err error
	for name, part := range map[string]**file.Column{
		setsColumn(k): &x.Posts, setStartsColumn(k): &x.Starts, setMembersColumn(k): &x.Members,
		valueTermsColumn(k): &x.Terms, valueRanksColumn(k, v): &x.Ranks, valueTotalsColumn(k, v): &x.Totals,
	} {
		if *part, err = read(name); err != nil {
			return nil, err
		}
	}
	x.Width = len(x.Posts.Data) / max(posts, 1)
	return x, nil
}

// valueIndexOf names the index of a kind for a view.
type valueIndexOf struct {
	kind store.Kind
	view store.View
}

// Values gives which terms of a kind each post has. It is put together once for a view.
func (x *Index) Values(tx *file.Tx, k store.Kind) (*Values, error) {
	of := valueIndexOf{k, tx.View}
	if values, ok := x.values.Load(of); ok {
		return values.(*Values), nil
	}
	values, err := OpenValues(k, tx.View, tx.File.Info.Posts, tx.Column)
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

// Check checks what counting n posts will read, but for the numbers of their
// sets where they are few.
func (x *Values) Check(n int) {
	x.Starts.CheckAll()
	x.Members.CheckAll()
	x.Posts.CheckFor(n)
}

// CountSets adds posts to the counts of their sets.
func (x *Values) CountSets(posts, counts []uint32) {
	x.Posts.CheckAt(posts, x.Width)
	switch data := x.Posts.Data; x.Width {
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

// BySet reports whether n posts are best counted by set: not where there are
// many more sets than posts.
func (x *Values) BySet(n int) bool { return x.Sets() <= 2*n }

// Set gives the number of a post's set, of which the block was checked.
func (x *Values) Set(post uint32) uint32 {
	switch data := x.Posts.Data; x.Width {
	case 1:
		return uint32(data[post])
	case 2:
		return uint32(binary.LittleEndian.Uint16(data[2*int(post):]))
	default:
		return binary.LittleEndian.Uint32(data[4*int(post):])
	}
}

// ValuesOf gives the values of a set, four bytes each.
func (x *Values) ValuesOf(set uint32) []byte {
	bounds := x.Starts.Data[4*int(set):]
	low, high := binary.LittleEndian.Uint32(bounds), binary.LittleEndian.Uint32(bounds[4:])
	return x.Members.Data[4*int(low) : 4*int(high)]
}

// Sets is how many different sets of values posts have.
func (x *Values) Sets() int { return x.Starts.Len32() - 1 }

// Len is how many values there are.
func (x *Values) Len() int { return x.Terms.Len32() }

// of gives how many posts of the view have a term of the kind, and its place by name.
func (x *Values) of(id store.TermID) (posts, place uint32) {
	low, high := 0, x.Terms.Len32() // values are in the order of their terms
	for low < high {
		if mid := int(uint(low+high) / 2); x.Terms.Uint32(mid) < uint32(id) {
			low = mid + 1
		} else {
			high = mid
		}
	}
	if low == x.Terms.Len32() || x.Terms.Uint32(low) != uint32(id) {
		return 0, 0
	}
	return x.Totals.Uint32(low), x.Ranks.Uint32(low)
}
