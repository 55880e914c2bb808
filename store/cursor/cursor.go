package cursor

import (
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"strings"

	"alphanode/store"
)

// A cursor says what was asked and where in the answer it points: the value
// the list is ordered by and the slug. It holds no release, so a walk goes on
// across a publish, from the place where the same post would stand. It ends with a
// checksum, so that one that was cut or changed on its way points nowhere instead of
// elsewhere. That is no secret: each server of an archive takes the cursors of the
// others, and who makes one by hand sees nothing that a filter would not show.
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
	b = append(b, c.Slug...)
	b = binary.LittleEndian.AppendUint32(b, checksum(b))
	var text [192]byte
	return string(base64.RawURLEncoding.AppendEncode(text[:0], b))
}

const checksumSize = 4

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

// checksum is the CRC32C, which any change of up to 32 bits that stand together makes
// another one, and so of any one character. It is summed here, for crc32.Checksum would
// have each cursor allocated once more.
func checksum(b []byte) uint32 {
	sum := ^uint32(0)
	for _, c := range b {
		sum = castagnoli[byte(sum)^c] ^ sum>>8
	}
	return ^sum
}

// Parse reads the cursor in the argument of this name.
func Parse(argument, s string, question uint64) (c Cursor, err error) {
	malformed := &store.ArgumentError{Name: argument, Found: fmt.Sprintf("%.40q", s), Expected: "a cursor from an earlier answer"}
	b, err := base64.RawURLEncoding.Strict().DecodeString(s)
	// The decoder passes over ends of lines, but a place has one cursor.
	if err != nil || strings.ContainsAny(s, "\r\n") || len(b) < 9+checksumSize {
		return c, malformed
	}
	b, sum := b[:len(b)-checksumSize], b[len(b)-checksumSize:]
	if checksum(b) != binary.LittleEndian.Uint32(sum) || b[8] > 1 {
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
