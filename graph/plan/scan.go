package plan

import "bytes"

// The JSON that a release holds was written by content: one line without
// spaces between tokens, and sealed by a checksum. So it is not parsed again
// but cut, and values go into an answer as they stand.

// endOfString gives the index behind a string that begins at i.
func endOfString(json []byte, i int) int {
	quote := i + 1 + bytes.IndexByte(json[i+1:], '"')
	if json[quote-1] == '\\' {
		quote = unescapedQuote(json, quote)
	}
	return quote + 1
}

// unescapedQuote gives the first quote from i on, where one stands, that ends a
// string.
func unescapedQuote(json []byte, i int) int {
	for {
		backslashes := 0
		for json[i-1-backslashes] == '\\' {
			backslashes++
		}
		if backslashes%2 == 0 {
			return i
		}
		i += 1 + bytes.IndexByte(json[i+1:], '"')
	}
}

// endOfValue gives the index behind a value that begins at i.
func endOfValue(json []byte, i int) int {
	switch json[i] {
	case '"':
		return endOfString(json, i)
	case '{', '[':
		depth := 0
		for {
			switch json[i] {
			case '"':
				i = endOfString(json, i)
				continue
			case '{', '[':
				depth++
			case '}', ']':
				depth--
				if depth == 0 {
					return i + 1
				}
			}
			i++
		}
	default: // a number, true, false or null
		for json[i] != ',' && json[i] != '}' && json[i] != ']' {
			i++
		}
		return i
	}
}

// span is where a value stands in the JSON; empty where it is not there.
type span struct{ from, to int }

func (s span) of(json []byte) []byte { return json[s.from:s.to] }

// findMembers puts where the values of an object's members with these names
// stand into values, in the order of names. The names of members that are
// looked for need no escaping, and so have those beside them. It gives the
// index behind the last value that it looked at.
func findMembers(object []byte, names []string, values []span) int {
	clear(values)
	missing, next, i := len(names), 0, 1
	for missing > 0 && object[i] != '}' {
		if object[i] == ',' {
			i++
		}
		from := i + len(`"`)
		for i = from; object[i] != '"'; {
			i++
		}
		name := object[from:i]
		from = i + len(`":`)
		i = endOfValue(object, from)
		for k := range names { // often in the order in which they are stored
			at := next + k
			if at >= len(names) {
				at -= len(names)
			}
			if string(name) == names[at] {
				values[at] = span{from, i}
				missing--
				next = at + 1
				break
			}
		}
	}
	return i
}

// findMember gives the value of one member, empty where it is not there.
func findMember(object []byte, name string) []byte {
	var value [1]span
	findMembers(object, []string{name}, value[:])
	return value[0].of(object)
}

// firstElement gives the first element of a list of objects, empty where there is none.
func firstElement(list []byte) []byte {
	if len(list) <= len("[]") {
		return nil
	}
	return list[1:endOfValue(list, 1)]
}

// endOfObject gives the index behind an object, of whose members one begins or
// ends at i.
func endOfObject(json []byte, i int) int {
	for json[i] != '}' {
		if json[i] == ',' {
			i++
		}
		i = endOfString(json, i)
		i = endOfValue(json, i+len(`:`))
	}
	return i + 1
}
