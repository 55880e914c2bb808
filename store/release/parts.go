package release

import (
	"encoding/binary"
	"errors"
)

// errRecord is what is wrong with a record of which a part is not there.
var errRecord = errors.New("record ends too early")

// appendText appends a text, or any other part of a record, with its length in front.
func appendText[T string | []byte](dst []byte, s T) []byte {
	return append(binary.AppendUvarint(dst, uint64(len(s))), s...)
}

func readText(b []byte) (s string, rest []byte, ok bool) {
	text, rest, ok := cutText(b)
	return string(text), rest, ok
}

// cutText is readText without a copy.
func cutText(b []byte) (text, rest []byte, ok bool) {
	n, used := binary.Uvarint(b)
	if used <= 0 || n > uint64(len(b)-used) {
		return nil, nil, false
	}
	b = b[used:]
	return b[:n], b[n:], true
}

// flagByte is a fact in a byte.
func flagByte(set bool) []byte {
	if set {
		return []byte{1}
	}
	return []byte{0}
}
