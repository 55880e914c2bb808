package file

import "sync/atomic"

// pageCopies are private copies of pages that were held against their checksums, of
// those pages that are asked for again and again. What such a copy says, the file said
// as it was written: nobody changes it, whatever becomes of the file, so that it need
// be neither copied nor summed again. It is safe for many goroutines.
type pageCopies struct{ slots [copiedPages]copySlot }

// copiedPages bounds how many pages of a release are kept so. A page has 16 KiB.
const copiedPages = 128

// copySlot is the place of all pages of one remainder. A page takes it that is asked
// for twice without another in between: a walk over all pages drives nobody out.
type copySlot struct {
	last atomic.Uint32 // the number of the page that was asked for in vain last, plus 1
	kept atomic.Pointer[pageCopy]
}

type pageCopy struct {
	id    int
	bytes []byte
}

// of gives the copy of a page, nil where there is none. Then keep says whether one is
// to be kept.
func (c *pageCopies) of(id int) (copied []byte, keep bool) {
	slot := &c.slots[id%copiedPages]
	if kept := slot.kept.Load(); kept != nil && kept.id == id {
		return kept.bytes, false
	}
	return nil, slot.last.Swap(uint32(id)+1) == uint32(id)+1
}

func (c *pageCopies) keep(id int, proven []byte) {
	c.slots[id%copiedPages].kept.Store(&pageCopy{id, proven})
}

func (c *pageCopies) forget() {
	for i := range c.slots {
		c.slots[i].kept.Store(nil)
	}
}
