package php

import (
	"slices"
	"strconv"
	"strings"

	"alphanode/content"
)

// array reads n entries and the brace behind them. It is written as a list for
// as long as its keys are those of one.
func (d *decoder) array(n, depth int) *Error {
	m := members{decoder: d, begin: len(d.out)}
	d.out = append(d.out, '[')
	for range n {
		key, number, err := d.key()
		if err != nil {
			return err
		}
		if m.keys == nil && number && key == strconv.Itoa(len(m.items)) {
			m.item()
		} else {
			if m.keys == nil {
				m.makeMap()
			}
			if !m.member(key, "") {
				d.warnings.add("of entries with one key the first was kept")
			}
		}
		if err := m.value(depth); err != nil {
			return err
		}
	}
	m.close()
	return d.skip("}")
}

// key reads the key of an entry. JSON writes both kinds as text.
func (d *decoder) key() (key string, number bool, err *Error) {
	begin := d.at
	kind, err := d.kind()
	switch {
	case err != nil:
		return "", false, err
	case kind == 'i':
		n, err := d.integer(';')
		return strconv.FormatInt(n, 10), true, err
	case kind == 's' || kind == 'S':
		key, err = d.str(kind)
		return key, false, err
	}
	d.at = begin
	return "", false, d.unexpected("an integer or a text as key")
}

// object reads an object as a map of its class and properties.
func (d *decoder) object(kind byte, depth int) *Error {
	class, err := d.quoted(kind)
	if err != nil {
		return err
	}
	m := members{decoder: d, begin: len(d.out)}
	d.out = append(d.out, '{')
	m.keys = map[string]bool{}
	if kind == 'E' { // class and case, in one text
		class, name, _ := strings.Cut(class, ":")
		m.text(ClassKey, class)
		m.text(caseKey, name)
		m.close()
		return d.skip(";")
	}
	m.text(ClassKey, class)
	if err := d.skip(":"); err != nil {
		return err
	}
	if kind == 'C' {
		data, err := d.braced()
		if err != nil {
			return err
		}
		m.text(dataKey, data)
		m.close()
		return nil
	}
	n, err := d.count()
	if err != nil {
		return err
	}
	for range n {
		key, _, err := d.key()
		if err != nil {
			return err
		}
		if owner, name := property(key); !m.member(name, owner) {
			d.warnings.add("of properties with one name the first was kept")
		}
		if err := m.value(depth); err != nil {
			return err
		}
	}
	m.close()
	return d.skip("}")
}

// braced reads what an object that writes itself has written: a length, and so
// many bytes in braces.
func (d *decoder) braced() (string, *Error) {
	n, err := d.integer(':')
	if err != nil {
		return "", err
	}
	if err := d.skip("{"); err != nil {
		return "", err
	}
	if n < 0 || n > int64(len(d.text)-d.at) {
		return "", d.wrong("a length of "+strconv.FormatInt(n, 10), "no more than there is text")
	}
	data := d.text[d.at : d.at+int(n)]
	d.at += int(n)
	return data, d.skip("}")
}

// property takes the name of a property from its key: \0*\0name is protected,
// \0Class\0name private.
func property(key string) (owner, name string) {
	if strings.HasPrefix(key, "\x00") {
		if owner, name, ok := strings.Cut(key[1:], "\x00"); ok {
			return owner, name
		}
	}
	return "", key
}

// members writes a list or a map.
type members struct {
	*decoder
	begin int
	items []int           // where the items of a list begin in out
	keys  map[string]bool // of a map; nil in a list
	from  int             // where the member begins that is being written
	twice bool            // it is left out
}

// comma begins another item or member.
func (m *members) comma() {
	m.from = len(m.out)
	if m.from > m.begin+1 {
		m.out = append(m.out, ',')
	}
}

func (m *members) item() {
	m.comma()
	m.items = append(m.items, len(m.out))
}

// member begins a member; ok is false where there is one of its name already.
// One of another class has the class before its name then.
func (m *members) member(key, owner string) (ok bool) {
	key = m.utf8(key)
	if m.keys[key] && owner != "" {
		key = m.utf8(owner) + "::" + key
	}
	m.twice = m.keys[key]
	m.keys[key] = true
	m.comma()
	m.out = append(content.AppendString(m.out, key), ':')
	return !m.twice
}

// value writes the value of the item or member that was begun.
func (m *members) value(depth int) *Error {
	if err := m.decoder.value(depth + 1); err != nil {
		return err
	}
	if m.twice {
		m.out, m.twice = m.out[:m.from], false
	}
	return nil
}

func (m *members) text(key, value string) {
	m.member(key, "")
	m.out = content.AppendString(m.out, m.utf8(value))
}

// makeMap writes what is there of a list as a map.
func (m *members) makeMap() {
	m.keys = make(map[string]bool, len(m.items)+1)
	items := slices.Clone(m.out[m.begin:])
	m.out = append(m.out[:m.begin], '{')
	for i, begin := range m.items {
		end := m.begin + len(items)
		if i+1 < len(m.items) {
			end = m.items[i+1] - 1 // without the comma
		}
		m.member(strconv.Itoa(i), "")
		m.out = append(m.out, items[begin-m.begin:end-m.begin]...)
	}
}

func (m *members) close() {
	if m.keys != nil {
		m.out = append(m.out, '}')
		return
	}
	m.out = append(m.out, ']')
}
