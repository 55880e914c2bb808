package cursor

import (
	"encoding/base64"
	"encoding/binary"
	"fmt"

	"alphanode/store"
)

// A cursor says what was asked and where in the answer it points: the value
// the list is ordered by and the slug. It holds no release, so a walk goes on
// across a publish, from the place where the same post would stand.
type Cursor struct {
	Question uint64 // what was asked
	Absent   bool   // the post has no value
	Number   int64  // the value, of a list ordered by numbers
	Text     string // the value, of a list ordered by texts
	Slug     string
}

func (c Cursor) String() string {
	var room [128]byte
	b := binary.LittleEndian.AppendUint64(room[:0], c.Question)
	if c.Absent {
		b = append(b, 1)
	} else {
		b = append(b, 0)
		b = binary.AppendVarint(b, c.Number)
		b = append(binary.AppendUvarint(b, uint64(len(c.Text))), c.Text...)
	}
	var text [192]byte
	return string(base64.RawURLEncoding.AppendEncode(text[:0], append(b, c.Slug...)))
}

// Parse reads the cursor in the argument of this name.
func Parse(argument, s string, question uint64) (c Cursor, err error) {
	malformed := &store.ArgumentError{Name: argument, Found: fmt.Sprintf("%.40q", s), Expected: "a cursor from an earlier answer"}
	b, err := base64.RawURLEncoding.DecodeString(s)
	if err != nil || len(b) < 9 || b[8] > 1 {
		return c, malformed
	}
	c.Question, c.Absent = binary.LittleEndian.Uint64(b), b[8] == 1
	b = b[9:]
	if !c.Absent {
		n, used := binary.Varint(b)
		if used <= 0 {
			return c, malformed
		}
		c.Number, b = n, b[used:]
		length, used := binary.Uvarint(b)
		if used <= 0 || length > uint64(len(b)-used) {
			return c, malformed
		}
		c.Text, b = string(b[used:][:length]), b[used:][length:]
	}
	c.Slug = string(b)
	if c.Question != question {
		return c, &store.ArgumentError{Name: argument, Found: "a cursor of another list", Expected: "a cursor from the same list: the same filter and the same order"}
	}
	return c, nil
}
