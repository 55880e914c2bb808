package file

import (
	"encoding/binary"
	"errors"
)

// ErrRecord is what is wrong with a record of which a part is not there.
var ErrRecord = errors.New("record ends too early")

// AppendText appends a text, or any other part of a record, with its length in front.
func AppendText[T string | []byte](dst []byte, s T) []byte {
	return append(binary.AppendUvarint(dst, uint64(len(s))), s...)
}

// ReadText reads a text that AppendText laid out, as a copy, and gives what stands behind it.
func ReadText(b []byte) (s string, rest []byte, ok bool) {
	text, rest, ok := CutText(b)
	return string(text), rest, ok
}

// CutText is ReadText without a copy.
func CutText(b []byte) (text, rest []byte, ok bool) {
	n, used := binary.Uvarint(b)
	if used <= 0 || n > uint64(len(b)-used) {
		return nil, nil, false
	}
	b = b[used:]
	return b[:n], b[n:], true
}

// FlagByte is a fact in a byte.
func FlagByte(set bool) []byte {
	if set {
		return []byte{1}
	}
	return []byte{0}
}
