package release

import (
	"encoding/base64"
	"encoding/binary"
	"fmt"

	"alphanode/store"
)

// A cursor says what was asked and where in the answer it points: the value
// the list is ordered by and the slug. It holds no release, so a walk goes on
// across a publish, from the place where the same post would stand.
type cursor struct {
	question uint64 // what was asked
	absent   bool   // the post has no value
	number   int64  // the value, of a list ordered by numbers
	text     string // the value, of a list ordered by texts
	slug     string
}

func (c cursor) String() string {
	var room [128]byte
	b := binary.LittleEndian.AppendUint64(room[:0], c.question)
	if c.absent {
		b = append(b, 1)
	} else {
		b = append(b, 0)
		b = binary.AppendVarint(b, c.number)
		b = append(binary.AppendUvarint(b, uint64(len(c.text))), c.text...)
	}
	var text [192]byte
	return string(base64.RawURLEncoding.AppendEncode(text[:0], append(b, c.slug...)))
}

// parseCursor reads the cursor in the argument of this name.
func parseCursor(argument, s string, question uint64) (c cursor, err error) {
	malformed := &store.ArgumentError{Name: argument, Found: fmt.Sprintf("%.40q", s), Expected: "a cursor from an earlier answer"}
	b, err := base64.RawURLEncoding.DecodeString(s)
	if err != nil || len(b) < 9 || b[8] > 1 {
		return c, malformed
	}
	c.question, c.absent = binary.LittleEndian.Uint64(b), b[8] == 1
	b = b[9:]
	if !c.absent {
		n, used := binary.Varint(b)
		if used <= 0 {
			return c, malformed
		}
		c.number, b = n, b[used:]
		length, used := binary.Uvarint(b)
		if used <= 0 || length > uint64(len(b)-used) {
			return c, malformed
		}
		c.text, b = string(b[used:][:length]), b[used:][length:]
	}
	c.slug = string(b)
	if c.question != question {
		return c, &store.ArgumentError{Name: argument, Found: "a cursor of another list", Expected: "a cursor from the same list: the same filter and the same order"}
	}
	return c, nil
}
