package ingest_test

import (
	"bytes"
	"fmt"
	"io"
	"runtime"
	"testing"

	"alphanode/ingest"
	"alphanode/ingest/ndjson"
	"alphanode/ingest/record"
)

// sameRecord gives one record again and again, with a number in its slug, without
// holding them.
type sameRecord struct {
	left, number int
	padding      []byte
	record       io.Reader
	read         int // bytes
}

func (s *sameRecord) Read(p []byte) (int, error) {
	for {
		if s.record != nil {
			if n, err := s.record.Read(p); err == nil {
				s.read += n
				return n, nil
			}
		}
		if s.left == 0 {
			return 0, io.EOF
		}
		s.left, s.number = s.left-1, s.number+1
		s.record = io.MultiReader(
			bytes.NewReader(fmt.Appendf(nil, `{"slug":"post-%d","title":"t","intro":"`, s.number)), bytes.NewReader(s.padding),
			bytes.NewReader([]byte("\"}\n")))
	}
}

// TestReadsNoFurtherAhead: what is read and not yet given out is bounded by its
// bytes, however many processors decode. It is not parallel, as it changes how many
// there are.
func TestReadsNoFurtherAhead(t *testing.T) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(8))
	const size, records = 6 << 20, 40
	in := &sameRecord{left: records, padding: bytes.Repeat([]byte{'x'}, size)}
	given, furthest := 0, 0
	err := ingest.Read(t.Context(), "f", in, ingest.NDJSON, func(i record.Item) error {
		if i.Post == nil {
			t.Fatal(i.Rejects)
		}
		furthest = max(furthest, in.read-given)
		given += size
		return nil
	})
	if err != nil || given != records*size {
		t.Fatalf("found %d of %d records: %v", given/size, records, err)
	}
	// What is decoded, and what was read with the record that was cut last.
	if most := 2 * ndjson.MaxRecord; furthest > most {
		t.Errorf("found %d bytes read and not given out, expected at most %d", furthest, most)
	}
	t.Logf("at most %d MiB were read and not given out", furthest>>20)
}
