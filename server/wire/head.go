package wire

import (
	"net/http"
	"strings"
	"unsafe"
)

// Head is the header of an answer, as fields in the order in which they are
// sent. Names are canonical, as http.CanonicalHeaderKey writes them. It is a
// list because a map of twenty lists costs more to fill, copy and sort than
// most answers cost to find.
type Head []Field

// Field is one of its lines.
type Field struct{ Name, Value string }

// Get gives the value of a field, "" where it is not there.
func (h Head) Get(name string) string {
	for _, f := range h {
		if f.Name == name {
			return f.Value
		}
	}
	return ""
}

// Add adds a field beside those of the same name.
func (h *Head) Add(name, value string) { *h = append(*h, Field{name, value}) }

// Set gives a field its only value.
func (h *Head) Set(name, value string) {
	for i, f := range *h {
		if f.Name == name {
			(*h)[i].Value = value
			return
		}
	}
	h.Add(name, value)
}

// Del takes a field away.
func (h *Head) Del(name string) {
	kept := (*h)[:0]
	for _, f := range *h {
		if f.Name != name {
			kept = append(kept, f)
		}
	}
	*h = kept
}

// HeadOf makes a head of what an http.Handler set.
func HeadOf(header http.Header) Head {
	h := make(Head, 0, len(header)+4)
	for name, values := range header {
		for _, value := range values {
			h.Add(name, value)
		}
	}
	return h
}

// CopyTo puts the fields into the header of net/http.
func (h Head) CopyTo(header http.Header) {
	for _, f := range h {
		header[f.Name] = append(header[f.Name], f.Value)
	}
}

// oneLine makes a value safe to send: a line's end in it would begin a field
// of its own.
var oneLine = strings.NewReplacer("\r", " ", "\n", " ")

// appendTo appends the fields as lines.
func (h Head) appendTo(dst []byte) []byte {
	for _, f := range h {
		dst = append(append(dst, f.Name...), ": "...)
		if strings.IndexByte(f.Value, '\n') < 0 && strings.IndexByte(f.Value, '\r') < 0 {
			dst = append(dst, f.Value...)
		} else {
			dst = append(dst, oneLine.Replace(f.Value)...)
		}
		dst = append(dst, "\r\n"...)
	}
	return dst
}

// SealedHead is a header that is sent again and again, as fields and as lines.
type SealedHead struct {
	Fields    Head
	lines     []byte      // nil where it is sent once
	unchanged *SealedHead // where the body is not sent, because the reader has it; nil where it is not made yet
}

// Seal makes the lines of a header, and those for readers who have the body.
func Seal(fields Head) *SealedHead {
	h := &SealedHead{Fields: fields, lines: fields.appendTo(nil)}
	h.unchanged = h.OfUnchanged()
	h.unchanged.lines = h.unchanged.Fields.appendTo(nil)
	return h
}

// Size is about how many bytes of memory it takes, but for the values, which lines
// hold once more and others own.
func (h *SealedHead) Size() int {
	n := int(unsafe.Sizeof(*h)) + cap(h.Fields)*int(unsafe.Sizeof(Field{})) + cap(h.lines)
	if h.unchanged != nil {
		n += h.unchanged.Size()
	}
	return n
}

// OfUnchanged leaves of the header what a reader needs who has the body (RFC 9110,
// 15.4.5).
func (h *SealedHead) OfUnchanged() *SealedHead {
	if h.unchanged != nil {
		return h.unchanged
	}
	var left Head
	for _, f := range h.Fields {
		switch f.Name {
		case "Etag", "Cache-Control", "Content-Location", "Vary", "Access-Control-Allow-Origin", "Access-Control-Expose-Headers", "Timing-Allow-Origin":
			left = append(left, f)
		}
	}
	return &SealedHead{Fields: left}
}

// appendTo appends the lines.
func (h *SealedHead) appendTo(dst []byte) []byte {
	if h.lines != nil {
		return append(dst, h.lines...)
	}
	return h.Fields.appendTo(dst)
}
