package content

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf16"
	"unicode/utf8"

	"github.com/go-faster/jx"
)

// Record is one record of an import: a post, or the removal of one.
type Record struct {
	Post    *Post
	Removed string // the slug to remove where Post is nil
}

// Decode reads the JSON form of one record, `{"slug":"…","deleted":true}`
// included. It gives every fault of shape it finds: a wrong type, an unknown
// or repeated field, a missing one. Meta it has no name for goes to Extra.
//
// The values themselves are checked by [Post.Validate], not here.
func Decode(line []byte) (Record, Faults) {
	if i := invalidUTF8(line); i >= 0 {
		return Record{}, Faults{{
			Found:    fmt.Sprintf("the byte 0x%02x at byte %d", line[i], i+1),
			Expected: "UTF-8",
		}}
	}
	if i := loneSurrogate(line); i >= 0 {
		return Record{}, Faults{{
			Found:    fmt.Sprintf("%s at byte %d, half of a surrogate pair", line[i:i+6], i+1),
			Expected: "characters",
		}}
	}
	d := newDecoder(line)
	r := record{post: &Post{}}
	if err := object(d, &r, recordFields, d.rejectUnknown); err != nil {
		return Record{}, append(d.faults, syntaxFault(line, err))
	}
	if !d.atEnd() {
		return Record{}, append(d.faults, Fault{Found: "more text after the object", Expected: "one JSON object"})
	}
	switch {
	case r.deleted && r.fields > 2:
		d.fault("a removal with other fields", `only "slug" and "deleted"`)
	case r.deleted && NormalSlug(r.post.Slug) == "":
		d.push("slug")
		d.fault("nothing", "the slug of the post to remove")
	}
	if len(d.faults) > 0 {
		return Record{}, d.faults
	}
	if r.deleted {
		return Record{Removed: r.post.Slug}, nil
	}
	r.post.Meta.Extra = d.extra
	return Record{Post: r.post}, nil
}

// DecodeFaulty gives what can be read of a record that Decode finds faults in, and so
// tells of which post it is. It gives nil where nothing can.
func DecodeFaulty(line []byte) *Post {
	d := newDecoder(line)
	r := record{post: &Post{}}
	if invalidUTF8(line) >= 0 || object(d, &r, recordFields, d.rejectUnknown) != nil {
		return nil
	}
	return r.post
}

// DecodePost reads the canonical JSON of one post, as AppendJSON wrote it.
func DecodePost(canonical []byte) (*Post, error) {
	r, faults := Decode(canonical)
	if len(faults) > 0 {
		return nil, faults
	}
	if r.Post == nil {
		return nil, fmt.Errorf("found the removal of %q, expected a post", r.Removed)
	}
	return r.Post, nil
}

// DecodeScore reads a score, as Score.AppendJSON wrote it.
func DecodeScore(canonical []byte) (*Score, error) { return decodePart(canonical, scoreFields) }

// DecodeImage reads an image, as Image.AppendJSON wrote it.
func DecodeImage(canonical []byte) (*Image, error) { return decodePart(canonical, imageFields) }

// decodePart reads an object that is a part of a post.
func decodePart[T any](canonical []byte, fields []field[T]) (*T, error) {
	d := newDecoder(canonical)
	part := new(T)
	if err := object(d, part, fields, d.rejectUnknown); err != nil {
		return nil, err
	}
	if len(d.faults) > 0 {
		return nil, d.faults
	}
	return part, nil
}

// record is a Record while it is read.
type record struct {
	post    *Post
	deleted bool
	fields  int // how many were there
}

// decoder reads JSON values into Go values. A value of the wrong type is a
// fault and is passed over; only broken JSON is an error and ends the reading.
type decoder struct {
	in     *jx.Decoder
	line   []byte // what in reads
	shared string // the same; texts without escapes are parts of it
	path   []step
	faults Faults
	extra  Extra    // unknown meta, by its path below meta
	block  anyBlock // room for the block being read
}

func newDecoder(line []byte) *decoder {
	return &decoder{in: jx.DecodeBytes(line), line: line, shared: string(line), path: make([]step, 0, 8)}
}

// str reads a string. Where it stands in the line as it is, it costs no memory
// of its own: a post has a hundred texts and more.
func (d *decoder) str() (string, error) {
	b, err := d.in.StrBytes()
	if err != nil || len(b) == 0 {
		return "", err
	}
	if at := cap(d.line) - cap(b); at >= 0 && at+len(b) <= len(d.line) && &d.line[at] == &b[0] {
		return d.shared[at : at+len(b)], nil
	}
	return string(b), nil
}

// step is one part of the path to the value being read: a name, or an index
// where that is not negative.
type step struct {
	name  string
	index int
}

func (d *decoder) push(name string) { d.path = append(d.path, step{name: name, index: -1}) }
func (d *decoder) pop()             { d.path = d.path[:len(d.path)-1] }

func (d *decoder) at() string {
	var w strings.Builder
	for i, s := range d.path {
		switch {
		case s.index >= 0:
			w.WriteString("[" + strconv.Itoa(s.index) + "]")
		case i == 0:
			w.WriteString(s.name)
		default:
			w.WriteString("." + s.name)
		}
	}
	return w.String()
}

// maxFaults bounds how many faults of one post are reported.
const maxFaults = 100

func (d *decoder) fault(found, expected string) {
	if len(d.faults) < maxFaults {
		d.faults = append(d.faults, Fault{Path: shortenPath(d.at()), Found: found, Expected: expected})
	}
}

// atEnd reports whether nothing but white space follows. What is no JSON at all
// counts as invalid to jx, just as the end does; passing it over tells them
// apart.
func (d *decoder) atEnd() bool {
	if d.in.Next() != jx.Invalid {
		return false
	}
	err := d.in.Skip()
	return errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF)
}

// wrongType notes that the next value is not what was expected and passes it
// over.
func (d *decoder) wrongType(expected string) error {
	raw, err := d.in.Raw()
	if err != nil {
		return err
	}
	d.fault(shorten(string(raw)), expected)
	return nil
}

// field says how one named field of T is read.
type field[T any] struct {
	name string
	read func(*decoder, *T) error
}

// object reads an object by its table of fields. A field given twice, and one
// the table does not know, are never passed over in silence.
func object[T any](d *decoder, dst *T, fields []field[T], unknown func(name string) error) error {
	if d.in.Next() != jx.Object {
		return d.wrongType("an object")
	}
	var seen uint64
	next := 0 // fields mostly come in the order of the table
	return d.in.ObjBytes(func(_ *jx.Decoder, key []byte) error {
		i := -1
		for n := range fields {
			if at := (next + n) % len(fields); fields[at].name == string(key) {
				i = at
				break
			}
		}
		if i < 0 {
			d.push(string(key))
			defer d.pop()
			return unknown(string(key))
		}
		d.push(fields[i].name)
		defer d.pop()
		if seen&(1<<i) != 0 {
			d.fault("the field twice", "each field once")
			return d.in.Skip()
		}
		seen |= 1 << i
		next = i + 1
		if d.in.Next() == jx.Null {
			return d.in.Null() // null is an absent value
		}
		return fields[i].read(d, dst)
	})
}

// list reads an array, element by element.
func list[T any](d *decoder, dst *[]T, read func(*decoder, *T) error) error {
	if d.in.Next() != jx.Array {
		return d.wrongType("a list")
	}
	d.path = append(d.path, step{})
	defer d.pop()
	return d.in.Arr(func(*jx.Decoder) error {
		d.path[len(d.path)-1].index = len(*dst)
		var none T
		*dst = append(*dst, none)
		return read(d, &(*dst)[len(*dst)-1])
	})
}

func (d *decoder) text(dst *string) error {
	if d.in.Next() != jx.String {
		return d.wrongType("a string")
	}
	s, err := d.str()
	*dst = s
	return err
}

func (d *decoder) boolean(dst *bool) error {
	if d.in.Next() != jx.Bool {
		return d.wrongType("true or false")
	}
	b, err := d.in.Bool()
	*dst = b
	return err
}

func (d *decoder) int64(dst *int64) error {
	const expected = "an integer of at most 64 bits"
	if d.in.Next() != jx.Number {
		return d.wrongType(expected)
	}
	raw, err := d.in.Raw()
	if err != nil {
		return err
	}
	n, ok := ParseInteger(string(raw))
	if !ok {
		d.fault(shorten(string(raw)), expected)
		return nil
	}
	*dst = n
	return nil
}

func (d *decoder) int(dst *int) error {
	var n int64
	err := d.int64(&n)
	*dst = int(n)
	return err
}

// optional reads a value that may be absent. What is there already goes on.
func optional[T any](d *decoder, dst **T, read func(*decoder, *T) error) error {
	if *dst == nil {
		*dst = new(T)
	}
	return read(d, *dst)
}

func (d *decoder) rejectUnknown(name string) error {
	d.fault(UnknownField, "one of the post's fields; facts without a field go to meta.extra")
	return d.in.Skip()
}

// keepUnknown puts meta without a name of its own into Extra, by its path
// below meta.
func (d *decoder) keepUnknown(string) error {
	return d.keep(strings.TrimPrefix(d.at(), "meta."))
}

// keep reads the next value into Extra under a name not yet taken.
func (d *decoder) keep(name string) error {
	if _, taken := d.extra[name]; taken {
		d.fault("the field twice", "each field once, in meta or in meta.extra")
		return d.in.Skip()
	}
	value, err := d.canonical()
	if err != nil {
		return err
	}
	if d.extra == nil {
		d.extra = Extra{}
	}
	d.extra[name] = value
	return nil
}

func invalidUTF8(b []byte) int {
	if utf8.Valid(b) {
		return -1
	}
	for i := 0; i < len(b); {
		r, n := utf8.DecodeRune(b[i:])
		if r == utf8.RuneError && n == 1 {
			return i
		}
		i += n
	}
	return -1
}

// loneSurrogate finds an escape such as \ud800 that is no character, for which
// the decoder would put another in its place. It gives -1 where there is none.
func loneSurrogate(line []byte) int {
	if !bytes.Contains(line, []byte(`\ud`)) && !bytes.Contains(line, []byte(`\uD`)) {
		return -1
	}
	unit := func(i int) (rune, bool) {
		if i+6 > len(line) || line[i] != '\\' || line[i+1] != 'u' {
			return 0, false
		}
		n, err := strconv.ParseUint(string(line[i+2:i+6]), 16, 16)
		return rune(n), err == nil
	}
	for i := 0; i < len(line); i++ {
		if line[i] != '\\' {
			continue
		}
		first, ok := unit(i)
		if !ok || !utf16.IsSurrogate(first) {
			i++ // what is escaped begins no escape
			continue
		}
		second, _ := unit(i + 6)
		if utf16.DecodeRune(first, second) == unicode.ReplacementChar {
			return i
		}
		i += 11
	}
	return -1
}

func syntaxFault(line []byte, err error) Fault {
	cause := err
	for {
		inner, ok := cause.(interface{ Unwrap() error })
		if !ok || inner.Unwrap() == nil {
			break
		}
		cause = inner.Unwrap()
	}
	return Fault{Found: fmt.Sprintf("%s in %s", cause, quote(string(line))), Expected: "a JSON object"}
}
