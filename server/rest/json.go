package rest

import (
	"math"
	"strconv"

	"github.com/go-faster/jx"
)

func appendString(dst []byte, s string) []byte {
	w := jx.Writer{Buf: dst}
	w.Str(s)
	return w.Buf
}

func appendFraction(dst []byte, f float64) []byte {
	return strconv.AppendFloat(dst, f, 'f', -1, 64)
}

// appendDecimals9 appends a number from 0 to 1 that has at most 9 decimals, in
// the shortest form.
func appendDecimals9(dst []byte, f float64) []byte {
	n := uint32(math.Round(f * 1e9))
	if n == 0 || n >= 1e9 {
		return append(dst, '0'+byte(n/1e9))
	}
	text := [...]byte{'0', '.', '0', '0', '0', '0', '0', '0', '0', '0', '0'}
	for i := len(text) - 1; n > 0; i-- {
		text[i] += byte(n % 10)
		n /= 10
	}
	end := len(text)
	for text[end-1] == '0' {
		end--
	}
	return append(dst, text[:end]...)
}

// lookup reads one value out of a JSON object by its path; nil where it is not
// there. The bytes are those of the object.
func lookup(object []byte, path ...string) ([]byte, error) {
	d := jx.DecodeBytes(object)
	fields, err := d.ObjIter()
	if err != nil {
		return nil, err
	}
	for fields.Next() {
		if string(fields.Key()) != path[0] {
			if err := d.Skip(); err != nil {
				return nil, err
			}
			continue
		}
		value, err := d.Raw()
		if err != nil || len(path) == 1 {
			return value, err
		}
		return lookup(value, path[1:]...)
	}
	return nil, fields.Err()
}

// appendLower appends the name of a kind as REST spells it, in lower case.
func appendLower(dst []byte, name string) []byte {
	for i := range len(name) {
		dst = append(dst, name[i]|0x20) // they are letters of ASCII
	}
	return dst
}
