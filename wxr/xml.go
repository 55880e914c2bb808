package wxr

import (
	"bytes"
	"encoding/xml"
	"strings"
	"unicode/utf8"
)

// allowed reports whether XML 1.0 can have a character at all.
func allowed(r rune) bool {
	return r == '\t' || r == '\n' || r == '\r' || r >= 0x20 && r <= 0xd7ff || r >= 0xe000 && r <= 0xfffd || r >= 0x10000 && r <= utf8.MaxRune
}

// clean leaves out what XML cannot have, even as a reference, and gives each line the end
// that it has after it was read.
func clean(s string) string {
	s = strings.ReplaceAll(strings.ReplaceAll(s, "\r\n", "\n"), "\r", "\n")
	return strings.Map(func(r rune) rune {
		if !allowed(r) {
			return -1
		}
		return r
	}, s)
}

// element is `<name>text</name>`.
func (w *Writer) element(indent, name, text string) {
	w.out.WriteString(indent + "<" + name + ">")
	w.escaped(text)
	w.out.WriteString("</" + name + ">\n")
}

// cdata is `<name><![CDATA[text]]></name>`, as WordPress writes texts.
func (w *Writer) cdata(indent, name, text string) {
	w.out.WriteString(indent + "<" + name + "><![CDATA[" + strings.ReplaceAll(clean(text), "]]>", "]]]]><![CDATA[>") + "]]></" + name + ">\n")
}

func (w *Writer) escaped(text string) {
	var b bytes.Buffer
	_ = xml.EscapeText(&b, []byte(clean(text))) // into memory
	_, _ = w.out.Write(b.Bytes())               // the error is kept, and told at the end
}
