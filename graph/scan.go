package graph

import "bytes"

// The JSON that a release holds was written by content: one line without
// spaces between tokens, and sealed by a checksum. So it is not parsed again
// but cut, and values go into an answer as they stand.

// endOfString gives the index behind a string that begins at i.
func endOfString(json []byte, i int) int {
	for i++; ; i++ {
		i += bytes.IndexByte(json[i:], '"')
		backslashes := 0
		for json[i-1-backslashes] == '\\' {
			backslashes++
		}
		if backslashes%2 == 0 {
			return i + 1
		}
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

// findMembers puts the values of an object's members that have these names
// into values, which stand in the order of names; nil where a member is not
// there.
func findMembers(object []byte, names []string, values [][]byte) {
	clear(values)
	missing := len(names)
	for i := 1; missing > 0 && object[i] != '}'; {
		if object[i] == ',' {
			i++
		}
		end := endOfString(object, i)
		name := object[i+1 : end-1]
		i = end + len(":")
		end = endOfValue(object, i)
		for k, wanted := range names {
			if string(name) == wanted {
				values[k] = object[i:end]
				missing--
				break
			}
		}
		i = end
	}
}

// elements gives the elements of an array one by one.
func elements(array []byte) func(yield func([]byte) bool) {
	return func(yield func([]byte) bool) {
		for i := 1; array[i] != ']'; {
			if array[i] == ',' {
				i++
			}
			end := endOfValue(array, i)
			if !yield(array[i:end]) {
				return
			}
			i = end
		}
	}
}
