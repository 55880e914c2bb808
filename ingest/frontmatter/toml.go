package frontmatter

import (
	"bytes"
	"errors"
	"fmt"
	"strings"

	"github.com/pelletier/go-toml/v2/unstable"
)

// origin says by what a table of TOML was made, and so what may be added to it.
type origin int

const (
	implied  origin = iota // by the name of a table below it
	dotted                 // by a dotted key
	headed                 // by its own [header]
	complete               // written as a value
)

// tomlReader builds values from the expressions of a document. The parser is
// used rather than its decoder, since that gives neither the order nor the
// lines of names, nor dates as they are written.
type tomlReader struct {
	parser unstable.Parser
	data   []byte
	seen   int // bytes of data that line has counted
	line   int
	root   *value
}

func readTOML(m matter) (*value, error) {
	r := &tomlReader{data: m.text, line: m.line, root: &value{kind: table, made: headed}}
	r.parser.Reset(m.text)
	into := r.root
	for r.parser.NextExpression() {
		var err error
		switch e := r.parser.Expression(); e.Kind {
		case unstable.KeyValue:
			err = r.set(into, e, dotted)
		case unstable.Table, unstable.ArrayTable:
			into, err = r.header(e)
		}
		if err != nil {
			return nil, err
		}
	}
	if err := r.parser.Error(); err != nil {
		line := r.line
		var at *unstable.ParserError
		if errors.As(err, &at) && at.Highlight != nil {
			line = m.line + bytes.Count(m.text[:r.parser.Range(at.Highlight).Offset], []byte("\n"))
		}
		return nil, &Error{line, "TOML that cannot be read: " + strings.TrimPrefix(err.Error(), "toml: "), "names and values"}
	}
	return r.root, nil
}

// at moves on to the line of a node. Nodes are read in the order of the text.
func (r *tomlReader) at(n *unstable.Node) int {
	if end := int(n.Raw.Offset); end > r.seen && end <= len(r.data) {
		r.line += bytes.Count(r.data[r.seen:end], []byte("\n"))
		r.seen = end
	}
	return r.line
}

// part is one name of a dotted key.
type part struct {
	name string
	line int
}

func (r *tomlReader) key(n *unstable.Node) []part {
	var parts []part
	for it := n.Key(); it.Next(); {
		parts = append(parts, part{string(it.Node().Data), r.at(it.Node())})
	}
	return parts
}

// header makes or finds the table that the lines below a header go to.
func (r *tomlReader) header(e *unstable.Node) (*value, error) {
	parts := r.key(e)
	into, err := r.below(r.root, parts[:len(parts)-1], implied)
	if err != nil {
		return nil, err
	}
	last := parts[len(parts)-1]
	found := into.find(last.name)
	if e.Kind == unstable.ArrayTable {
		item := &value{kind: table, line: last.line, made: headed}
		if found < 0 {
			into.add(member{last.name, last.line, &value{kind: list, line: last.line, list: []*value{item}, made: headed}})
			return item, nil
		}
		array := into.members[found].value
		if array.kind != list || array.made != headed {
			return nil, twice(last, into.members[found])
		}
		array.list = append(array.list, item)
		return item, nil
	}
	if found < 0 {
		made := &value{kind: table, line: last.line, made: headed}
		into.add(member{last.name, last.line, made})
		return made, nil
	}
	made := into.members[found].value
	if made.kind != table || made.made != implied {
		return nil, twice(last, into.members[found])
	}
	made.made = headed
	return made, nil
}

// below walks down to a table, and makes those that are missing.
func (r *tomlReader) below(into *value, parts []part, made origin) (*value, error) {
	if len(parts) > MaxDepth {
		return nil, &Error{parts[0].line, fmt.Sprintf("a name of %d parts", len(parts)), fmt.Sprintf("at most %d", MaxDepth)}
	}
	for _, p := range parts {
		found := into.find(p.name)
		if found < 0 {
			next := &value{kind: table, line: p.line, made: made}
			into.add(member{p.name, p.line, next})
			into = next
			continue
		}
		next := into.members[found].value
		if next.kind == list && next.made == headed && made == implied {
			next = next.list[len(next.list)-1]
		}
		if next.kind != table || next.made == complete || made == dotted && next.made != dotted {
			return nil, twice(p, into.members[found])
		}
		into = next
	}
	return into, nil
}

func (r *tomlReader) set(into *value, e *unstable.Node, made origin) error {
	// The value comes first in the tree and last in the text.
	parts := r.key(e)
	into, err := r.below(into, parts[:len(parts)-1], made)
	if err != nil {
		return err
	}
	last := parts[len(parts)-1]
	if found := into.find(last.name); found >= 0 {
		return twice(last, into.members[found])
	}
	v, err := r.value(e.Value(), last.line)
	if err == nil {
		into.add(member{last.name, last.line, v})
	}
	return err
}

// twice is an error in every reader of TOML.
func twice(p part, first member) error {
	return &Error{p.line, fmt.Sprintf("the name %s a second time (first on line %d)", quoted(p.name), first.line), "each name once"}
}

func (r *tomlReader) value(n *unstable.Node, line int) (*value, error) {
	var v *value
	switch n.Kind {
	case unstable.Array:
		v = &value{kind: list, made: complete}
		for it := n.Children(); it.Next(); {
			item, err := r.value(it.Node(), line)
			if err != nil {
				return nil, err
			}
			v.list = append(v.list, item)
		}
	case unstable.InlineTable:
		v = &value{kind: table, made: dotted}
		for it := n.Children(); it.Next(); {
			if err := r.set(v, it.Node(), dotted); err != nil {
				return nil, err
			}
		}
		v.made = complete
	case unstable.Bool:
		v = &value{kind: literal, text: string(n.Data)}
	case unstable.Integer, unstable.Float:
		v = number(string(n.Data))
	default: // texts, and dates and times as they are written
		v = &value{kind: text, text: string(n.Data)}
	}
	v.line = line
	return v, nil
}
