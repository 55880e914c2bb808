package fulltext

import (
	"hash/maphash"
)

// wordTable numbers texts from 0, in the order in which they come. A text takes its
// bytes and about 12 more, where one in a map takes some 150. All together may have
// up to 4 GiB. It is for one goroutine.
type wordTable struct {
	seed  maphash.Seed
	bytes []byte   // of all texts, one after the other
	ends  []uint32 // of each
	slots []uint32 // the number of a text, plus 1, where its hash says or the next free one; 0 is free
}

// find gives the number of a text.
func (t *wordTable) find(text string) (number uint32, ok bool) {
	if len(t.ends) == 0 {
		return 0, false
	}
	slot := t.slots[t.slot(text)]
	return slot - 1, slot > 0
}

// add numbers a text that find does not know.
func (t *wordTable) add(text string) (number uint32) {
	number = uint32(len(t.ends))
	t.bytes = append(t.bytes, text...)
	t.ends = append(t.ends, uint32(len(t.bytes)))
	if 4*len(t.ends) > 3*len(t.slots) {
		t.grow()
	} else {
		t.slots[t.slot(text)] = number + 1
	}
	return number
}

// at gives the text with a number. It stays as it is, whatever is added.
func (t *wordTable) at(number uint32) []byte {
	start, end := uint32(0), t.ends[number]
	if number > 0 {
		start = t.ends[number-1]
	}
	return t.bytes[start:end:end]
}

// slot gives where the text is, or where it belongs.
func (t *wordTable) slot(text string) int {
	mask := len(t.slots) - 1
	for slot := int(maphash.String(t.seed, text)) & mask; ; slot = (slot + 1) & mask {
		if n := t.slots[slot]; n == 0 || string(t.at(n-1)) == text {
			return slot
		}
	}
}

// grow doubles the slots, and gives each text its own again.
func (t *wordTable) grow() {
	if len(t.slots) == 0 {
		t.seed = maphash.MakeSeed()
	}
	t.slots = make([]uint32, max(2*len(t.slots), 1<<6))
	mask := len(t.slots) - 1
	for number := range uint32(len(t.ends)) {
		slot := int(maphash.Bytes(t.seed, t.at(number))) & mask
		for t.slots[slot] > 0 {
			slot = (slot + 1) & mask
		}
		t.slots[slot] = number + 1
	}
}

// clear forgets all texts, and keeps the room.
func (t *wordTable) clear() {
	if len(t.ends) == 0 {
		return
	}
	clear(t.slots)
	t.bytes, t.ends = t.bytes[:0], t.ends[:0]
}

// size is how many bytes of memory it takes.
func (t *wordTable) size() int { return cap(t.bytes) + 4*cap(t.ends) + 4*len(t.slots) }
