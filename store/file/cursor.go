package file

import (
	"bytes"
	"fmt"

	"alphanode/store"
)

// Cursor goes over a bucket, and proves that it passes nothing over: what it
// gives, its checksum proves, but nothing stands behind what it does not give. So
// where a key that is wanted is not found, and wherever it goes on to another entry,
// it reads private copies of leaves that are checked then. The pages that led there
// prove nothing: that two keys are neighbours is proven by the one leaf that both lie
// in, or by the numbers of the two that follow each other.
//
// What it cannot prove is a Fault, which Guard makes an error. What it gives is
// valid until it is moved.
type Cursor struct {
	pages  *pages
	tree   *tree
	path   []step // the branches that led to the leaf
	branch node   // room for one of them
	leaf   node   // in which the entry lies that was given last
	i      int    // that entry; all are given where it is the count
	number uint32 // of the leaf
	wanted []byte // the key that was found as it is mapped
}

// step is a branch and the one of its children that was taken.
type step struct{ id, i int }

func astray() { panic(Fault{fmt.Errorf("%w: a page leads astray", store.ErrCorrupt)}) }

func (p *pages) cursor(t *tree) *Cursor {
	return &Cursor{pages: p, tree: t, branch: node{pages: p}, leaf: node{pages: p}}
}

// First gives the first entry.
func (c *Cursor) First() (key, value []byte) {
	c.descend(nil)
	c.copyLeaf()
	if c.pages.Known != nil && c.number != c.tree.begin {
		astray()
	}
	c.i = 0
	return c.given()
}

// Next gives the entry behind the one that was given last.
func (c *Cursor) Next() (key, value []byte) {
	if c.wanted != nil {
		wanted := c.wanted
		c.copyLeaf()
		if c.i = c.find(wanted); c.i == c.leaf.count() || !bytes.Equal(c.leaf.key(c.i), wanted) {
			astray()
		}
	}
	if c.i < c.leaf.count() {
		c.i++
	}
	return c.given()
}

// Seek gives the first entry whose key is not below one. That is not to be changed
// before Next.
func (c *Cursor) Seek(wanted []byte) (key, value []byte) {
	c.descend(wanted)
	c.leaf.begin = c.tree.at
	i, found := c.leaf.search(wanted)
	if found {
		c.i, c.wanted = i, wanted
		c.check(i)
		_, value = c.leaf.entry(i)
		return wanted, value // which was found there, whatever stands there by now
	}
	c.copyLeaf()
	c.i = c.find(wanted)
	if c.i == 0 && c.pages.Known != nil && c.number != c.tree.begin { // its first key is what leads to a leaf
		if c.leaf.count() == 0 || !bytes.Equal(c.leaf.key(0), wanted) {
			astray()
		}
	}
	key, value = c.given()
	if key != nil && bytes.Compare(key, wanted) < 0 {
		astray()
	}
	return key, value
}

func (c *Cursor) find(wanted []byte) int {
	i, _ := c.leaf.search(wanted)
	return i
}

// check checks, where that was not done before, the pages of the leaf up to the one on
// which the key of an entry begins.
func (c *Cursor) check(i int) {
	if c.pages.Known == nil {
		return
	}
	at, _, _ := c.leaf.keyAt(i)
	c.number = c.pages.leafOf(c.leaf.id + (c.leaf.begin+at)/c.pages.Size)
	c.within()
}

// within checks that the leaf is one of the bucket's.
func (c *Cursor) within() {
	if c.number < c.tree.begin || c.number >= c.tree.end {
		astray()
	}
}

// given is the entry that the cursor is at, which is in the next leaf where this one
// has no more; nil behind the last.
func (c *Cursor) given() (key, value []byte) {
	if c.i < c.leaf.count() {
		return c.leaf.entry(c.i)
	}
	before := c.number
	more := c.advance()
	if c.pages.Known != nil && more != (before+1 < c.tree.end) {
		astray()
	}
	if !more {
		return nil, nil
	}
	c.copyLeaf()
	if c.pages.Known != nil && c.number != before+1 {
		astray()
	}
	c.i = 0
	return c.leaf.entry(0)
}

// descend goes to the leaf in which a key is, if it is anywhere; to the first one for
// nil.
func (c *Cursor) descend(wanted []byte) {
	if err := c.pages.checkWays(c.tree); err != nil {
		panic(Fault{err})
	}
	c.path, c.wanted = c.path[:0], nil
	c.down(c.tree.root, wanted)
}

func (c *Cursor) down(id int, wanted []byte) {
	for c.branch.at(id); c.branch.kind() == branchKind; c.branch.at(id) {
		if len(c.path) == mostDeep || c.branch.count() == 0 {
			astray()
		}
		i := 0
		if wanted != nil {
			i = c.branch.lead(wanted)
		}
		id = c.branch.child(i)
		c.path = append(c.path, step{c.branch.id, i})
	}
	c.leaf.at(id)
	if c.leaf.kind() != leafKind {
		astray()
	}
}

// advance goes to the next leaf, and reports false where there is none.
func (c *Cursor) advance() bool {
	for len(c.path) > 0 {
		last := &c.path[len(c.path)-1]
		c.branch.at(last.id)
		if last.i++; last.i < c.branch.count() {
			c.down(c.branch.child(last.i), nil)
			return true
		}
		c.path = c.path[:len(c.path)-1]
	}
	return false
}

// copyLeaf makes the leaf a copy.
func (c *Cursor) copyLeaf() {
	c.leaf.at(c.leaf.id)
	c.leaf.copy()
	c.number, c.wanted = c.leaf.number, nil
	if c.pages.Known != nil {
		c.within()
	}
	if c.tree.whole {
		c.leaf.begin = c.findWhole()
	}
	if c.leaf.kind() != leafKind {
		astray()
	}
}

// findWhole gives where, in a copy of the root's leaf, the bucket lies that is whole in
// it.
func (c *Cursor) findWhole() (at int) {
	i, found := c.leaf.search([]byte(c.tree.name))
	if !found {
		astray()
	}
	at, key, value := c.leaf.keyAt(i)
	if value < bucketHeader || !bytes.Equal(c.leaf.bytes(at+key, 8), make([]byte, 8)) {
		astray()
	}
	return at + key + bucketHeader
}
