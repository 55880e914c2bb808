package server_test

import (
	"bytes"
	"compress/gzip"
	"io"
	"strings"
	"testing"

	"github.com/andybalholm/brotli"
	"github.com/klauspost/compress/zstd"
)

// TestFixedAnswersArePacked: what is from no release is packed like all else, and says so to caches.
func TestFixedAnswersArePacked(t *testing.T) {
	t.Parallel()
	h := serving(t)
	readers := map[string]func(io.Reader) (io.Reader, error){
		"br":   func(r io.Reader) (io.Reader, error) { return brotli.NewReader(r), nil },
		"gzip": func(r io.Reader) (io.Reader, error) { return gzip.NewReader(r) },
		"zstd": func(r io.Reader) (io.Reader, error) { return zstd.NewReader(r) },
	}
	for _, target := range []string{"/openapi.json", "/schema.graphqls", "/"} {
		plain := get(t, h, target)
		if vary := plain.header.Get("Vary"); !strings.Contains(vary, "Accept-Encoding") {
			t.Errorf("%s: found Vary %q, expected Accept-Encoding in it", target, vary)
		}
		if len(plain.body) < 1<<10 { // fits into a packet
			continue
		}
		tags := map[string]string{plain.header.Get("ETag"): "identity"}
		for coding, unpack := range readers {
			for range 2 { // made, and kept
				r := get(t, h, target, "Accept-Encoding: "+coding)
				if r.header.Get("Content-Encoding") != coding || len(r.body) > len(plain.body)*3/4 {
					t.Fatalf("%s: found %q and %d bytes of %d, expected %s", target, r.header.Get("Content-Encoding"), len(r.body), len(plain.body), coding)
				}
				unpacked, err := unpack(bytes.NewReader([]byte(r.body)))
				if err != nil {
					t.Fatal(err)
				}
				if body, err := io.ReadAll(unpacked); err != nil || string(body) != plain.body {
					t.Errorf("%s as %s: found %d other bytes (%v)", target, coding, len(body), err)
				}
				tag := r.header.Get("ETag")
				if other, taken := tags[tag]; taken && other != coding {
					t.Errorf("%s: %s has the tag of %s", target, coding, other)
				}
				tags[tag] = coding
				if again := get(t, h, target, "Accept-Encoding: "+coding, "If-None-Match: "+tag); again.status != 304 {
					t.Errorf("%s as %s: found %d for its own tag, expected 304", target, coding, again.status)
				}
			}
		}
		if r := get(t, h, target, "Accept-Encoding: gzip;q=0, identity"); r.header.Get("Content-Encoding") != "" || r.body != plain.body {
			t.Errorf("%s: found %q, expected it as it is", target, r.header.Get("Content-Encoding"))
		}
	}
}
