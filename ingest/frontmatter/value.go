package frontmatter

import (
	"encoding/json"
	"fmt"
	"math/big"
	"regexp"
	"strings"

	"alphanode/content"
)

// value is a value of any of the three languages.
type value struct {
	kind    kind
	line    int
	text    string // of a text, or a number or word of JSON
	list    []*value
	members []member
	index   map[string]int // of members by name, from the moment there are many

	made origin // of a table of TOML: by what it may still be added to
}

type kind int

const (
	text kind = iota
	literal
	list
	table
)

type member struct {
	name  string
	line  int
	value *value
}

// find gives the place of a member, or -1.
func (v *value) find(name string) int {
	if v.index != nil {
		if at, ok := v.index[name]; ok {
			return at
		}
		return -1
	}
	for at := range v.members {
		if v.members[at].name == name {
			return at
		}
	}
	return -1
}

func (v *value) add(m member) {
	v.members = append(v.members, m)
	switch {
	case v.index != nil:
		v.index[m.name] = len(v.members) - 1
	case len(v.members) == 16:
		v.index = map[string]int{}
		for at, m := range v.members {
			v.index[m.name] = at
		}
	}
}

// jsonNumber is the grammar of numbers in RFC 8259, section 6.
var jsonNumber = regexp.MustCompile(`^-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][-+]?[0-9]+)?$`)

// number gives a number of YAML or TOML as JSON has it, with every digit. What
// JSON has none for stays a text: not a number, infinity, 0123, which is octal
// to some readers and an identifier to who wrote it.
func number(s string) *value {
	plain := strings.TrimPrefix(strings.ReplaceAll(s, "_", ""), "+")
	if sign := strings.TrimPrefix(plain, "-"); strings.HasPrefix(sign, ".") {
		plain = plain[:len(plain)-len(sign)] + "0" + sign
	}
	if jsonNumber.MatchString(plain) {
		return &value{kind: literal, text: plain}
	}
	const most = 256 // digits: turning them over is quadratic
	if digits := strings.TrimPrefix(plain, "-"); len(digits) > 2 && len(digits) < most && digits[0] == '0' && strings.ContainsRune("xXoObB", rune(digits[1])) {
		if n, ok := new(big.Int).SetString(plain, 0); ok {
			return &value{kind: literal, text: n.String()}
		}
	}
	return &value{kind: text, text: s}
}

// writer writes values as JSON, within the bounds.
type writer struct {
	doc    *Document
	line   int // of the member that is written
	values int
	bytes  int
}

func (w *writer) members(root *value) error {
	for _, m := range w.last(root, "") {
		w.line = m.line
		out, err := w.append(nil, m.value, m.name, 1)
		if err != nil {
			return err
		}
		w.bytes += len(out)
		w.doc.Members = append(w.doc.Members, Member{m.name, json.RawMessage(out), m.line})
	}
	return nil
}

// last gives the members of a table, of those with one name the last, and notes
// the others.
func (w *writer) last(v *value, path string) []member {
	kept := value{}
	for _, m := range v.members {
		at := kept.find(m.name)
		if at < 0 {
			kept.add(m)
			continue
		}
		name := m.name
		if path != "" {
			name = path + "." + name
		}
		w.doc.Repeated = append(w.doc.Repeated, Repeated{name, kept.members[at].line, m.line})
		kept.members[at] = m
	}
	return kept.members
}

func (w *writer) append(dst []byte, v *value, path string, depth int) ([]byte, error) {
	w.values++
	switch {
	case depth > MaxDepth:
		return nil, tooDeep(w.line)
	case w.values > maxValues || w.bytes+len(dst) > maxOutput:
		return nil, tooMuch(w.line)
	}
	var err error
	switch v.kind {
	case text:
		dst = content.AppendString(dst, v.text)
	case literal:
		dst = append(dst, v.text...)
	case list:
		dst = append(dst, '[')
		for i, item := range v.list {
			if i > 0 {
				dst = append(dst, ',')
			}
			if dst, err = w.append(dst, item, path, depth+1); err != nil {
				return nil, err
			}
		}
		dst = append(dst, ']')
	case table:
		dst = append(dst, '{')
		for i, m := range w.last(v, path) {
			if i > 0 {
				dst = append(dst, ',')
			}
			dst = append(content.AppendString(dst, m.name), ':')
			if dst, err = w.append(dst, m.value, path+"."+m.name, depth+1); err != nil {
				return nil, err
			}
		}
		dst = append(dst, '}')
	}
	return dst, nil
}

func tooDeep(line int) error {
	return &Error{line, fmt.Sprintf("a value nested deeper than %d levels", MaxDepth), fmt.Sprintf("at most %d levels", MaxDepth)}
}

func tooMuch(line int) error {
	return &Error{line, fmt.Sprintf("more than %d values or %d bytes, aliases counted where they stand", maxValues, maxOutput), "fewer"}
}
