package record

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zstd"
	utf16 "golang.org/x/text/encoding/unicode"
)

// Source is a text that was unpacked where it was packed, from its first
// character that is not white space on.
type Source struct {
	*bufio.Reader
	Line   int    // of the first character
	Indent string // the white space before it in its line
	close  func()
}

const (
	headSize  = 16 << 10 // bytes of a source held for looking at and for lines
	SniffSize = 512      // bytes that tell what a source is

	// maxWindow bounds the memory that unpacking zstd may claim.
	maxWindow = 64 << 20
)

// Open begins to read a text. An error is one of the reader, or a [SourceError].
func Open(r io.Reader) (*Source, error) {
	src := &Source{Reader: bufio.NewReaderSize(r, headSize), Line: 1, close: func() {}}
	packing, err := src.packing()
	if err != nil {
		return nil, err
	}
	switch packing {
	case "gzip":
		z, err := gzip.NewReader(src.Reader)
		if err != nil {
			return nil, fmt.Errorf("unpacking gzip: %w", err)
		}
		src.Reader = bufio.NewReaderSize(unpacking{z, "gzip"}, headSize)
	case "zstd":
		z, err := zstd.NewReader(src.Reader, zstd.WithDecoderConcurrency(1), zstd.WithDecoderMaxWindow(maxWindow))
		if err != nil {
			return nil, fmt.Errorf("unpacking zstd: %w", err)
		}
		src.Reader = bufio.NewReaderSize(unpacking{z, "zstd"}, headSize)
		src.close = z.Close
	}
	if err := src.fromUTF16(); err != nil {
		src.close()
		return nil, err
	}
	if err := src.begin(); err != nil {
		src.close()
		return nil, err
	}
	return src, nil
}

// Close ends unpacking. It does not close the reader that was given to Open.
func (s *Source) Close() { s.close() }

// Head gives the next n bytes, or as many as there are, without taking them.
func (s *Source) Head(n int) ([]byte, error) {
	head, err := s.Peek(n)
	if errors.Is(err, io.EOF) {
		err = nil
	}
	return head, err
}

// packing names how the source is packed, by its first bytes.
func (s *Source) packing() (string, error) {
	head, err := s.Head(4)
	switch {
	case bytes.HasPrefix(head, []byte("\x1f\x8b")):
		return "gzip", err
	case bytes.HasPrefix(head, []byte("\x28\xb5\x2f\xfd")):
		return "zstd", err
	default:
		return "", err
	}
}

// Mark is the byte order mark, with which each file begins that some editors write. Files
// that were joined have it further on too.
const Mark = "\ufeff"

// fromUTF16 reads UTF-16 as UTF-8: spreadsheets and some databases save it. It is known
// by its byte order mark, or by the first character, which is one of ASCII in mark-up,
// JSON and tables.
func (s *Source) fromUTF16() error {
	head, err := s.Head(4)
	if err != nil || len(head) < 2 {
		return err
	}
	order := utf16.LittleEndian
	switch {
	case bytes.HasPrefix(head, []byte("\xff\xfe")):
	case bytes.HasPrefix(head, []byte("\xfe\xff")):
		order = utf16.BigEndian
	case len(head) == 4 && head[0] != 0 && head[1] == 0 && head[2] != 0 && head[3] == 0:
	case len(head) == 4 && head[0] == 0 && head[1] != 0 && head[2] == 0 && head[3] != 0:
		order = utf16.BigEndian
	default:
		return nil
	}
	s.Reader = bufio.NewReaderSize(utf16.UTF16(order, utf16.UseBOM).NewDecoder().Reader(s.Reader), headSize)
	return nil
}

// begin passes over byte order marks and leading white space, and refuses what
// is empty or no text.
func (s *Source) begin() error {
	packing, err := s.packing()
	if err != nil {
		return err
	}
	if packing != "" {
		return &SourceError{Kind: ErrContent, Found: packing + " inside a packed file", Expected: "text packed at most once"}
	}
	var indent []byte
	for afterReturn := false; ; {
		r, _, err := s.ReadRune()
		switch {
		case errors.Is(err, io.EOF):
			return &SourceError{Kind: ErrEmpty, Found: "an empty file", Expected: "posts"}
		case err != nil:
			return err
		case r == '\n' && afterReturn: // which ended the line
		case r == '\n', r == '\r':
			s.Line++
			indent = indent[:0]
		case string(r) == Mark:
		case unicode.IsSpace(r):
			if len(indent) < maxIndent {
				indent = utf8.AppendRune(indent, r)
			}
		default:
			_ = s.UnreadRune() // always possible after ReadRune
			s.Indent = string(indent)
			return s.refuseBinary()
		}
		afterReturn = r == '\r'
	}
}

// maxIndent bounds, in bytes, what is kept of the white space before the first character.
const maxIndent = 256

func (s *Source) refuseBinary() error {
	head, err := s.Head(SniffSize)
	if err != nil {
		return err
	}
	kind := http.DetectContentType(head)
	if strings.HasPrefix(kind, "text/") && !strings.Contains(kind, "utf-16") || looksLikeText(head) {
		return nil
	}
	return &SourceError{
		Kind: ErrContent, Found: kind, Expected: "UTF-8 text or JSON, as it is or packed with gzip or zstd", Binary: !strings.HasPrefix(kind, "text/"),
	}
}

// looksLikeText guards against titles that begin like the magic of a binary
// format, as BM25 begins like a bitmap.
func looksLikeText(head []byte) bool {
	for i := 0; i < len(head); {
		r, n := utf8.DecodeRune(head[i:])
		if r == utf8.RuneError && n == 1 && (utf8.FullRune(head[i:]) || len(head) < SniffSize) {
			return false
		}
		if r < ' ' && r != '\t' && r != '\n' && r != '\r' {
			return false
		}
		i += n
	}
	return true
}

// unpacking names the packing in the errors of its reader.
type unpacking struct {
	io.Reader
	name string
}

func (u unpacking) Read(p []byte) (int, error) {
	n, err := u.Reader.Read(p)
	if err != nil && err != io.EOF {
		err = fmt.Errorf("unpacking %s: %w", u.name, err)
	}
	return n, err
}
