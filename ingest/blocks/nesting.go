package blocks

import (
	"slices"

	"golang.org/x/net/html/atom"
)

// closeImplied closes what the start of an element ends without saying so.
func (t *tree) closeImplied(tag atom.Atom) {
	if top := t.top().tag; elements[tag]&apart != 0 && top == atom.P {
		t.close(len(t.open) - 1)
	} else if kinds[tag] == hasHeading && kinds[top] == hasHeading {
		t.close(len(t.open) - 1)
	}
	switch tag {
	case atom.A:
		t.closeWithin([]atom.Atom{atom.A}, func(n *node) bool { return n.is(fence) && n.tag != atom.Li })
	case atom.Li:
		t.closeWithin([]atom.Atom{atom.Li}, func(n *node) bool { return kinds[n.tag]&(hasList|hasTable|hasQuote) != 0 || n.tag == atom.Td })
	case atom.Dt, atom.Dd:
		t.closeWithin([]atom.Atom{atom.Dt, atom.Dd}, func(n *node) bool { return n.is(fence) || n.tag == atom.Dl })
	case atom.Td, atom.Th:
		t.closeWithin([]atom.Atom{atom.Td, atom.Th}, isTable)
	case atom.Tr:
		t.closeWithin([]atom.Atom{atom.Tr}, isTable)
	case atom.Thead, atom.Tbody, atom.Tfoot:
		t.closeWithin([]atom.Atom{atom.Thead, atom.Tbody, atom.Tfoot, atom.Caption, atom.Colgroup}, isTable)
	case atom.Option:
		t.closeWithin([]atom.Atom{atom.Option}, func(n *node) bool { return n.tag == atom.Select })
	}
}

func isTable(n *node) bool { return n.tag == atom.Table }

// closeWithin closes the innermost open element of these names, if no limit stands within
// which it is open.
func (t *tree) closeWithin(tags []atom.Atom, limit func(*node) bool) bool {
	for i := len(t.open) - 1; i > 0; i-- {
		if slices.Contains(tags, t.open[i].tag) {
			t.close(i)
			return true
		}
		if limit(t.open[i]) {
			return false
		}
	}
	return false
}

// end closes an element. An end without a beginning says nothing, but for those of
// paragraphs and breaks.
func (t *tree) end(tag atom.Atom, name string) {
	switch traits := elements[tag]; {
	case tag == atom.Br:
		t.start(node{tag: atom.Br, name: "br", traits: traits}, false)
		return
	case traits&void != 0:
		return
	}
	for i := len(t.open) - 1; i > 0; i-- {
		n := t.open[i]
		if n.tag == tag && (tag != 0 || n.name == name) {
			t.close(i)
			return
		}
		if holds(n, tag) {
			break
		}
	}
	if tag == atom.P {
		t.start(node{tag: atom.P, name: "p", traits: apart}, true)
	}
}

// holds reports whether the end of another element does not end this one: an inline element
// ends nothing that is a world of its own, and a cell ends with its row or table alone.
func holds(n *node, ended atom.Atom) bool {
	switch n.tag {
	case atom.Td, atom.Th, atom.Caption:
		return !isTablePart(ended)
	case atom.Table:
		return true
	}
	return n.is(fence) && elements[ended]&apart == 0
}

func isTablePart(tag atom.Atom) bool {
	return tag == atom.Table || tag == atom.Tr || tag == atom.Thead || tag == atom.Tbody || tag == atom.Tfoot
}
