package php

import (
	"encoding/json"
	"fmt"
	"math"
	"strconv"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"

	"alphanode/content"
)

// The bounds of what is read. A value alone has depth 1.
const (
	MaxDepth = 32       // how deep values may nest
	MaxText  = 64 << 20 // bytes of a serialised text
	maxCount = 1 << 20  // values in one text
)

// An object becomes a map: its properties, and under these keys what else there is of it.
const (
	ClassKey = "__PHP_Incomplete_Class_Name" // the name of its class, as PHP keeps that of a class it does not have
	caseKey  = "case"                        // the case of an enumeration
	dataKey  = "serialized"                  // the text of an object that writes itself
)

// Error says where a text is not what serialize() writes.
type Error struct {
	Offset          int // in bytes, from the beginning of the text
	Found, Expected string
}

func (e *Error) Error() string {
	return fmt.Sprintf("serialised PHP, byte %d: found %s, expected %s", e.Offset, e.Found, e.Expected)
}

// Decode gives a serialised value as JSON. An array whose keys are 0, 1, 2 … in
// order becomes a list, any other one a map; INF and NAN become texts. What was
// mended or given up is told in warnings: texts whose lengths are wrong, that
// are no UTF-8, references to what holds them. An error is an [*Error]; its
// time and memory are bounded by a multiple of the length of the text.
func Decode(text string) (value json.RawMessage, warnings []string, err error) {
	if len(text) > MaxText {
		return nil, nil, &Error{0, fmt.Sprintf("%d bytes", len(text)), fmt.Sprintf("at most %d", MaxText)}
	}
	d := decoder{text: text}
	wrong := d.document()
	if wrong == nil {
		return d.out, d.warnings.list, nil
	}
	ends := mend(text)
	if ends == nil {
		return nil, nil, wrong
	}
	d = decoder{text: text, ends: ends}
	d.warnings.add(fmt.Sprintf("the lengths of %d texts were wrong and were mended", len(ends)))
	if again := d.document(); again != nil {
		return nil, nil, again
	}
	return d.out, d.warnings.list, nil
}

// decoder appends JSON to out while it reads the text.
type decoder struct {
	text     string
	at       int
	ends     map[int]int // of texts whose lengths are wrong: where they begin, and where they end
	out      []byte
	warnings warnings

	// References name values by their number. Copies are read from the text
	// again, and what they hold is not counted again.
	values  []int // where each value begins
	open    []int // where the values begin that are being read
	copying bool
}

func (d *decoder) wrong(found, expected string) *Error { return &Error{d.at, found, expected} }

// unexpected says what stands in the text in place of what is expected.
func (d *decoder) unexpected(expected string) *Error {
	const shown = 20 // bytes
	rest := d.text[d.at:]
	switch {
	case rest == "":
		return d.wrong("the end", expected)
	case len(rest) > shown:
		rest = rest[:shown]
	}
	return d.wrong(strconv.QuoteToASCII(rest), expected)
}

func (d *decoder) document() *Error {
	d.at = skipSpace(d.text, 0)
	if err := d.value(1); err != nil {
		return err
	}
	if d.at = skipSpace(d.text, d.at); d.at < len(d.text) {
		return d.unexpected("nothing behind the value")
	}
	return nil
}

func (d *decoder) value(depth int) *Error {
	if depth > MaxDepth {
		return d.wrong("a value nested deeper than "+strconv.Itoa(MaxDepth)+" levels", "at most that")
	}
	// Copies of copies grow without end.
	if limit := 8*len(d.text) + 1<<16; len(d.out) > limit {
		return d.wrong("references that make more than "+strconv.Itoa(limit)+" bytes", "less")
	}
	begin := d.at
	kind, err := d.kind()
	if err != nil {
		return err
	}
	if !d.copying && kind != 'R' {
		if len(d.values) == maxCount {
			return d.wrong("more than "+strconv.Itoa(maxCount)+" values", "at most that")
		}
		d.values = append(d.values, begin)
	}
	d.open = append(d.open, begin)
	defer func() { d.open = d.open[:len(d.open)-1] }()
	switch kind {
	case 'N':
		d.out = append(d.out, "null"...)
		return d.skip(";")
	case 'b':
		return d.boolean()
	case 'i':
		n, err := d.integer(';')
		d.out = strconv.AppendInt(d.out, n, 10)
		return err
	case 'd':
		return d.float()
	case 's', 'S':
		s, err := d.str(kind)
		d.out = content.AppendString(d.out, d.utf8(s))
		return err
	case 'a':
		n, err := d.count()
		if err != nil {
			return err
		}
		return d.array(n, depth)
	case 'O', 'C', 'E':
		return d.object(kind, depth)
	default: // R and r
		return d.reference(depth)
	}
}

// kind reads the letter of a value and its colon.
func (d *decoder) kind() (byte, *Error) {
	if d.at+1 < len(d.text) {
		c, next := d.text[d.at], d.text[d.at+1]
		if c == 'N' && next == ';' {
			d.at++
			return c, nil
		}
		if next == ':' && strings.IndexByte("bidsSaOCERr", c) >= 0 {
			d.at += 2
			return c, nil
		}
	}
	return 0, d.unexpected("a value")
}

func (d *decoder) skip(token string) *Error {
	if !strings.HasPrefix(d.text[d.at:], token) {
		return d.unexpected(strconv.Quote(token))
	}
	d.at += len(token)
	return nil
}

func (d *decoder) boolean() *Error {
	n, err := d.integer(';')
	if err == nil {
		d.out = strconv.AppendBool(d.out, n != 0)
	}
	return err
}

func (d *decoder) integer(end byte) (int64, *Error) {
	digits, ok := until(d.text, d.at, end)
	n, err := strconv.ParseInt(digits, 10, 64)
	if !ok || err != nil {
		return 0, d.unexpected("an integer of at most 64 bits and " + strconv.QuoteRune(rune(end)))
	}
	d.at += len(digits) + 1
	return n, nil
}

// maxNumber bounds a number, in bytes.
const maxNumber = 400

// until gives what stands before a character that is not far.
func until(text string, at int, end byte) (string, bool) {
	text = text[at:min(at+maxNumber, len(text))]
	n := strings.IndexByte(text, end)
	return text[:max(n, 0)], n >= 0
}

// float keeps the digits as they are written where JSON writes them so too.
func (d *decoder) float() *Error {
	digits, ok := until(d.text, d.at, ';')
	f, err := strconv.ParseFloat(digits, 64)
	if !ok || strings.ContainsAny(digits, "xXpP_") || err != nil && !math.IsInf(f, 0) {
		return d.unexpected(`a number and ";"`)
	}
	switch {
	case math.IsInf(f, 0) || math.IsNaN(f):
		d.out = content.AppendString(d.out, digits)
	case json.Valid([]byte(digits)):
		d.out = append(d.out, digits...)
	default: // such as .5
		d.out = strconv.AppendFloat(d.out, f, 'g', -1, 64)
	}
	d.at += len(digits) + 1
	return nil
}

// count reads how many entries an array or object has, and the brace before
// them. An entry takes four bytes at least.
func (d *decoder) count() (int, *Error) {
	n, err := d.integer(':')
	if err != nil {
		return 0, err
	}
	if n < 0 || n > int64(len(d.text)-d.at)/4 {
		return 0, d.wrong(strconv.FormatInt(n, 10)+" entries", "no more than there is text")
	}
	return int(n), d.skip("{")
}

// str reads a text: its length in bytes, and so many of them in quotes. In one
// of kind S, \41 is a byte.
func (d *decoder) str(kind byte) (string, *Error) {
	s, err := d.quoted(kind)
	if err != nil {
		return "", err
	}
	return s, d.skip(";")
}

func (d *decoder) quoted(kind byte) (string, *Error) {
	n, err := d.integer(':')
	if err != nil {
		return "", err
	}
	if err := d.skip(`"`); err != nil {
		return "", err
	}
	begin := d.at
	if end, ok := d.ends[begin]; ok {
		n = int64(end - begin)
	}
	if n < 0 || n > int64(len(d.text)-begin) {
		return "", d.wrong("a length of "+strconv.FormatInt(n, 10), "no more than there is text")
	}
	if kind == 'S' {
		return d.escaped(n)
	}
	d.at += int(n)
	return d.text[begin:d.at], d.skip(`"`)
}

// escaped reads a text in which a byte may be written as \ and two hexadecimal
// digits; n counts what it stands for.
func (d *decoder) escaped(n int64) (string, *Error) {
	var s []byte
	for ; n > 0; n-- {
		if d.at == len(d.text) {
			return "", d.unexpected("the rest of a text")
		}
		c, width := d.text[d.at], 1
		if c == '\\' {
			digits := d.text[d.at+1 : min(d.at+3, len(d.text))]
			hex, err := strconv.ParseUint(digits, 16, 8)
			if err != nil || len(digits) < 2 {
				return "", d.unexpected(`\ and two hexadecimal digits`)
			}
			c, width = byte(hex), 3
		}
		s = append(s, c)
		d.at += width
	}
	return string(s), d.skip(`"`)
}

// utf8 gives a text in UTF-8. What is none is most often the windows-1252 of an
// older database.
func (d *decoder) utf8(s string) string {
	if utf8.ValidString(s) {
		return s
	}
	if read, err := charmap.Windows1252.NewDecoder().String(s); err == nil && !strings.ContainsRune(read, utf8.RuneError) {
		d.warnings.add("a text that is no UTF-8 was read as windows-1252")
		return read
	}
	d.warnings.add("bytes of a text that are no UTF-8 were replaced")
	return strings.ToValidUTF8(s, "\ufffd")
}

// reference copies the value that has the number, as far as it is one that has
// ended.
func (d *decoder) reference(depth int) *Error {
	begin := d.at - len("R:")
	n, err := d.integer(';')
	if err != nil {
		return err
	}
	if n < 1 || n > int64(len(d.values)) || d.values[n-1] == begin {
		d.at = begin
		return d.unexpected("a reference to a value before it")
	}
	target := d.values[n-1]
	for _, open := range d.open {
		if open == target {
			d.warnings.add("a reference to the value that holds it was left out")
			d.out = append(d.out, "null"...)
			return nil
		}
	}
	behind, copying := d.at, d.copying
	d.at, d.copying = target, true
	err = d.value(depth)
	if err == nil {
		d.at = behind
	}
	d.copying = copying
	return err
}

// warnings are each kept once.
type warnings struct{ list []string }

func (w *warnings) add(message string) {
	for _, before := range w.list {
		if before == message {
			return
		}
	}
	w.list = append(w.list, message)
}

// space may stand around a value.
const space = " \t\r\n"

func skipSpace(text string, at int) int {
	return len(text) - len(strings.TrimLeft(text[at:], space))
}
