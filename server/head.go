package server

import (
	"net/http"
	"strings"
)

// head is the header of an answer, as fields in the order in which they are
// sent. Names are canonical, as http.CanonicalHeaderKey writes them. It is a
// list because a map of twenty lists costs more to fill, copy and sort than
// most answers cost to find.
type head []headerField

type headerField struct{ name, value string }

// Get gives the value of a field, "" where it is not there.
func (h head) Get(name string) string {
	for _, f := range h {
		if f.name == name {
			return f.value
		}
	}
	return ""
}

// Add adds a field beside those of the same name.
func (h *head) Add(name, value string) { *h = append(*h, headerField{name, value}) }

// Set gives a field its only value.
func (h *head) Set(name, value string) {
	for i, f := range *h {
		if f.name == name {
			(*h)[i].value = value
			return
		}
	}
	h.Add(name, value)
}

// Del takes a field away.
func (h *head) Del(name string) {
	kept := (*h)[:0]
	for _, f := range *h {
		if f.name != name {
			kept = append(kept, f)
		}
	}
	*h = kept
}

// headOf makes a head of what an http.Handler set.
func headOf(header http.Header) head {
	h := make(head, 0, len(header)+4)
	for name, values := range header {
		for _, value := range values {
			h.Add(name, value)
		}
	}
	return h
}

// set puts the fields into the header of net/http.
func (h head) set(header http.Header) {
	for _, f := range h {
		header[f.name] = append(header[f.name], f.value)
	}
}

// oneLine makes a value safe to send: a line's end in it would begin a field
// of its own.
var oneLine = strings.NewReplacer("\r", " ", "\n", " ")

// appendTo appends the fields as lines.
func (h head) appendTo(dst []byte) []byte {
	for _, f := range h {
		dst = append(append(dst, f.name...), ": "...)
		if strings.IndexByte(f.value, '\n') < 0 && strings.IndexByte(f.value, '\r') < 0 {
			dst = append(dst, f.value...)
		} else {
			dst = append(dst, oneLine.Replace(f.value)...)
		}
		dst = append(dst, "\r\n"...)
	}
	return dst
}
