package ingest

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"unicode/utf8"

	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zstd"
)

// source is a text that was unpacked where it was packed, from its first
// character that is not white space on.
type source struct {
	*bufio.Reader
	line  int // of the first character
	close func()
}

const (
	headSize  = 16 << 10 // bytes of a source held for looking at and for lines
	sniffSize = 512      // bytes that tell what a source is

	// maxWindow bounds the memory that unpacking zstd may claim.
	maxWindow = 64 << 20
)

func openSource(r io.Reader) (source, error) {
	src := source{Reader: bufio.NewReaderSize(r, headSize), line: 1, close: func() {}}
	packing, err := src.packing()
	if err != nil {
		return source{}, err
	}
	switch packing {
	case "gzip":
		z, err := gzip.NewReader(src.Reader)
		if err != nil {
			return source{}, fmt.Errorf("unpacking gzip: %w", err)
		}
		src.Reader = bufio.NewReaderSize(unpacking{z, "gzip"}, headSize)
	case "zstd":
		z, err := zstd.NewReader(src.Reader, zstd.WithDecoderConcurrency(1), zstd.WithDecoderMaxWindow(maxWindow))
		if err != nil {
			return source{}, fmt.Errorf("unpacking zstd: %w", err)
		}
		src.Reader = bufio.NewReaderSize(unpacking{z, "zstd"}, headSize)
		src.close = z.Close
	}
	if err := src.begin(); err != nil {
		src.close()
		return source{}, err
	}
	return src, nil
}

// head gives the next n bytes, or as many as there are, without taking them.
func (s *source) head(n int) ([]byte, error) {
	head, err := s.Peek(n)
	if errors.Is(err, io.EOF) {
		err = nil
	}
	return head, err
}

// packing names how the source is packed, by its first bytes.
func (s *source) packing() (string, error) {
	head, err := s.head(4)
	switch {
	case bytes.HasPrefix(head, []byte("\x1f\x8b")):
		return "gzip", err
	case bytes.HasPrefix(head, []byte("\x28\xb5\x2f\xfd")):
		return "zstd", err
	default:
		return "", err
	}
}

// begin passes over a byte order mark and leading white space, and refuses what
// is empty or no text.
func (s *source) begin() error {
	packing, err := s.packing()
	if err != nil {
		return err
	}
	if packing != "" {
		return &SourceError{ErrContent, packing + " inside a packed file", "text packed at most once"}
	}
	mark, err := s.head(3)
	if err != nil {
		return err
	}
	if string(mark) == "\ufeff" {
		_, _ = s.Discard(3) // they are there
	}
	for {
		c, err := s.ReadByte()
		switch {
		case errors.Is(err, io.EOF):
			return &SourceError{ErrEmpty, "an empty file", "posts"}
		case err != nil:
			return err
		case c == '\n':
			s.line++
		case c != ' ' && c != '\t' && c != '\r':
			_ = s.UnreadByte() // always possible after ReadByte
			return s.refuseBinary()
		}
	}
}

func (s *source) refuseBinary() error {
	head, err := s.head(sniffSize)
	if err != nil {
		return err
	}
	kind := http.DetectContentType(head)
	if strings.HasPrefix(kind, "text/") && !strings.Contains(kind, "utf-16") || looksLikeText(head) {
		return nil
	}
	return &SourceError{ErrContent, kind, "UTF-8 text or JSON, as it is or packed with gzip or zstd"}
}

// looksLikeText guards against titles that begin like the magic of a binary
// format, as BM25 begins like a bitmap.
func looksLikeText(head []byte) bool {
	for i := 0; i < len(head); {
		r, n := utf8.DecodeRune(head[i:])
		if r == utf8.RuneError && n == 1 && (utf8.FullRune(head[i:]) || len(head) < sniffSize) {
			return false
		}
		if r < ' ' && r != '\t' && r != '\n' && r != '\r' {
			return false
		}
		i += n
	}
	return true
}

// detect tells the format of the text. What is neither JSON nor mark-up is
// taken for page text, so that a page cut before its meta box is rejected with
// its file and line rather than called unknown.
func (s *source) detect() (Format, error) {
	head, err := s.head(sniffSize)
	if err != nil {
		return "", err
	}
	if head[0] == '{' || head[0] == '[' {
		return NDJSON, nil
	}
	if kind := http.DetectContentType(head); strings.HasPrefix(kind, "text/html") || strings.HasPrefix(kind, "text/xml") {
		return "", &SourceError{ErrContent, kind, "page text or JSON"}
	}
	return Page, nil
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
