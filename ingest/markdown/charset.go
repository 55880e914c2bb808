package markdown

import (
	"bytes"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/unicode"

	"alphanode/content"
)

// KindCharset is the kind of warning of a text that is not UTF-8.
const KindCharset = "text that is not UTF-8"

// decoded gives a text as UTF-8: UTF-16 says by its first bytes what it is, and what is
// neither is windows-1252, as old editors wrote it.
func decoded(text []byte) (utf8Text []byte, warning string, err error) {
	if bytes.HasPrefix(text, []byte("\xff\xfe")) || bytes.HasPrefix(text, []byte("\xfe\xff")) {
		text, err = unicode.UTF16(unicode.LittleEndian, unicode.ExpectBOM).NewDecoder().Bytes(text)
		if err != nil {
			return nil, "", &content.Fault{Found: "UTF-16 that cannot be read", Expected: "UTF-8"}
		}
		return text, "read as UTF-16", nil
	}
	if bytes.IndexByte(text, 0) >= 0 {
		return nil, "", &content.Fault{Found: "a file that is no text", Expected: "UTF-8"}
	}
	if utf8.Valid(text) {
		return text, "", nil
	}
	text, err = charmap.Windows1252.NewDecoder().Bytes(text)
	return text, "read as windows-1252", err
}
