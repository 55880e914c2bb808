package wxr

import (
	"bufio"
	"io"
	"regexp"
	"strings"
	"unicode/utf8"

	"golang.org/x/net/html/charset"
	"golang.org/x/text/encoding/charmap"

	"alphanode/ingest/record"
)

// headSize is how far the beginning of a source is looked at, in bytes: an export has a
// page of comments before it says what it is.
const headSize = 8 << 10

// Looks tells an export of WordPress by how it begins.
func Looks(src *record.Source) bool {
	head, err := src.Head(headSize)
	return err == nil && isWXR.Match(head)
}

var isWXR = regexp.MustCompile(`https?://wordpress\.org/export/1\.|<wp:wxr_version>`)

var declared = regexp.MustCompile(`^\s*<\?xml\s[^>]*?encoding\s*=\s*["']([^"']*)["']`)

// inUTF8 gives the source in UTF-8, by the encoding that it declares. What was UTF-16
// is UTF-8 already when it comes here.
func inUTF8(src *bufio.Reader) (io.Reader, error) {
	head, _ := src.Peek(512) // an error comes again when it is read
	m := declared.FindSubmatch(head)
	if m == nil {
		return src, nil
	}
	label := strings.ToLower(string(m[1]))
	if label == "" || label == "utf-8" || label == "utf8" || strings.HasPrefix(label, "utf-16") {
		return src, nil
	}
	encoding, name := charset.Lookup(label)
	switch {
	case encoding == nil:
		return nil, &record.SourceError{Kind: record.ErrContent, Found: "the encoding " + record.Quoted(label), Expected: "UTF-8, or an encoding that browsers know"}
	case name == "utf-8":
		return src, nil
	}
	return encoding.NewDecoder().Reader(src), nil
}

// What may have to be done to a text, each a kind of warning.
const (
	kindControls   = "control characters removed"
	kindNoUTF8     = "text that is no UTF-8, read as windows-1252"
	kindTwice      = "text that was encoded twice"
	kindSyntax     = "mark-up that XML forbids"
	kindSerialized = "serialised value"
	kindStatus     = "status that is not known"
)

// clean makes good UTF-8 of a text, without control characters and with \n alone as
// line end, and names what it did that is worth a warning.
func clean(text []byte) (s string, did []string) {
	if !utf8.Valid(text) {
		text = mendUTF8(text)
		did = append(did, kindNoUTF8)
	}
	odd := false
	for _, c := range text {
		if c < ' ' && c != '\n' && c != '\t' || c == 0x7f {
			odd = true
			break
		}
	}
	if odd {
		controls := false
		kept := make([]byte, 0, len(text))
		for i, c := range text {
			switch {
			case c == '\r' && i+1 < len(text) && text[i+1] == '\n': // of \r\n, \n stays
			case c == '\r':
				kept = append(kept, '\n')
			case c < ' ' && c != '\n' && c != '\t' || c == 0x7f:
				controls = true
			default:
				kept = append(kept, c)
			}
		}
		if text = kept; controls {
			did = append(did, kindControls)
		}
	}
	s = string(text)
	if encodedTwice(s) {
		did = append(did, kindTwice)
	}
	return s, did
}

// mendUTF8 reads each byte that is no UTF-8 as windows-1252: most often the whole text
// was declared wrongly, or a part of it was pasted.
func mendUTF8(text []byte) []byte {
	mended := make([]byte, 0, len(text)+len(text)/8)
	for len(text) > 0 {
		r, n := utf8.DecodeRune(text)
		if r == utf8.RuneError && n == 1 {
			r = charmap.Windows1252.DecodeByte(text[0])
		}
		mended = utf8.AppendRune(mended, r)
		text = text[n:]
	}
	return mended
}

// encodedTwice reports whether letters were taken for windows-1252 that were UTF-8, as
// é becomes Ã©. Such a text is kept as it is: nobody can tell where that was meant.
func encodedTwice(s string) bool {
	for {
		i := strings.IndexByte(s, "Ãâ"[0])
		if i < 0 || i+1 == len(s) {
			return false
		}
		rest := s[i:]
		s = rest[1:]
		if rest[1] != "Ã"[1] && rest[1] != "Â"[1] && rest[1] != "â"[1] {
			continue
		}
		var b []byte
		for _, r := range rest {
			c, ok := charmap.Windows1252.EncodeRune(r)
			if !ok || len(b) == 3 {
				break
			}
			b = append(b, c)
		}
		if r, n := utf8.DecodeRune(b); r != utf8.RuneError && n > 1 {
			return true
		}
	}
}
