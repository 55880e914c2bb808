package file

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"sync/atomic"

	"alphanode/store"
	"alphanode/store/disk"
)

// Posts and cards are read by ordinal, and ordinals have no gaps. So a segment
// holds the records of consecutive ordinals, and where a record lies follows
// by arithmetic. A segment is the records, each with its checksum, then for
// each of them where it ends, then a checksum of these ends.
const (
	segmentSize = 256 // records
	// maxSegmented is how many bytes a record in a segment may have. A larger
	// one stands in the bucket overflow, and in its segment there is nothing:
	// so a segment has at most 16 MiB, whatever it is of.
	maxSegmented = 64 << 10
)

// segmentChecksum is begun with the bucket and the number of what is summed up,
// so that bytes in another's place are noticed too.
func segmentChecksum(seed, number uint32, b []byte) uint32 {
	return crc32.Update(seed^number, castagnoli, b)
}

func segmentSeed(bucket string) uint32 { return crc32.Checksum([]byte(bucket), castagnoli) }

// overflowKey is that of a record which is too large for its segment.
func overflowKey(bucket string, ordinal uint32) []byte {
	return binary.BigEndian.AppendUint32([]byte(bucket+"\x00"), ordinal)
}

// Segments are all records of a bucket, in the mapped file. A segment is looked
// up when it is first used and its ends are checked then; a record is checked
// at each read.
type Segments struct {
	bucket string
	seed   uint32
	count  uint32                    // of records
	Used   []atomic.Pointer[segment] // by number; nil until then
}

type segment struct {
	records []byte
	ends    []byte // 32-bit numbers
}

// NewSegments gives the records of a bucket, of which there are so many.
func NewSegments(bucket string, count int) *Segments {
	return &Segments{bucket, segmentSeed(bucket), uint32(count), make([]atomic.Pointer[segment], (count+segmentSize-1)/segmentSize)}
}

// Record gives the record of an ordinal, which points into the mapped file.
func (s *Segments) Record(tx *Tx, ordinal uint32) ([]byte, error) {
	if ordinal >= s.count {
		return nil, fmt.Errorf("%w: no record %d in %s", store.ErrCorrupt, ordinal, s.bucket)
	}
	number, i := ordinal/segmentSize, int(ordinal%segmentSize)
	used := s.Used[number].Load()
	if used == nil {
		var err error
		if used, err = s.find(tx, number); err != nil {
			return nil, err
		}
	}
	start, end := 0, int(binary.LittleEndian.Uint32(used.ends[i*4:]))
	if i > 0 {
		start = int(binary.LittleEndian.Uint32(used.ends[i*4-4:]))
	}
	if start == end {
		return tx.Must(BucketOverflow, overflowKey(s.bucket, ordinal))
	}
	// The ends were checked, but what is mapped can change under us.
	if start > end-ChecksumSize || end > len(used.records) {
		return nil, fmt.Errorf("%w: record %d in %s ends before it begins", store.ErrCorrupt, ordinal, s.bucket)
	}
	record, sum := used.records[start:end-ChecksumSize], used.records[end-ChecksumSize:end]
	if binary.LittleEndian.Uint32(sum) != segmentChecksum(s.seed, ordinal, record) {
		return nil, fmt.Errorf("%w: checksum of record %d in %s does not match", store.ErrCorrupt, ordinal, s.bucket)
	}
	return record, nil
}

// find looks a segment up. Its bytes stay valid while the release is open, as
// those of a column do.
func (s *Segments) find(tx *Tx, number uint32) (*segment, error) {
	key := OrdinalKey(number)
	at, value := tx.Seek(s.bucket, key)
	if !bytes.Equal(at, key) {
		value = nil // and so no segment
	}
	n := len(value) - ChecksumSize
	most := int(min(segmentSize, s.count-number*segmentSize))
	if n < most*4 || binary.LittleEndian.Uint32(value[n:]) != segmentChecksum(s.seed, number, value[n-most*4:n]) {
		return nil, fmt.Errorf("%w: checksum of segment %d in %s does not match", store.ErrCorrupt, number, s.bucket)
	}
	found := &segment{value[:n-most*4], value[n-most*4 : n]}
	s.Used[number].Store(found)
	return found, nil
}

// SegmentWriter writes the records of a bucket, in the order of their ordinals
// from 0 on.
type SegmentWriter struct {
	out      *Writer
	overflow *disk.RecordFile // takes the records that are too large
	bucket   string
	seed     uint32
	next     uint32 // ordinal
	records  []byte // of the segment being filled
	ends     []byte
}

// NewSegmentWriter writes to a bucket; records that are too large for a segment go to
// overflow.
func NewSegmentWriter(out *Writer, overflow *disk.RecordFile, bucket string) *SegmentWriter {
	return &SegmentWriter{out: out, overflow: overflow, bucket: bucket, seed: segmentSeed(bucket)}
}

// Add writes the record of the next ordinal.
func (w *SegmentWriter) Add(record []byte) error {
	ordinal := w.next
	w.next++
	if len(record) > maxSegmented {
		if err := w.overflow.Add(overflowKey(w.bucket, ordinal), record); err != nil {
			return err
		}
	} else {
		w.records = append(w.records, record...)
		w.records = binary.LittleEndian.AppendUint32(w.records, segmentChecksum(w.seed, ordinal, record))
	}
	w.ends = binary.LittleEndian.AppendUint32(w.ends, uint32(len(w.records)))
	if w.next%segmentSize != 0 {
		return nil
	}
	return w.Flush()
}

// Flush writes the segment that is being filled; none follows one that is not
// full.
func (w *SegmentWriter) Flush() error {
	if len(w.ends) == 0 {
		return nil
	}
	number := (w.next - 1) / segmentSize
	value := append(w.records, w.ends...)
	value = binary.LittleEndian.AppendUint32(value, segmentChecksum(w.seed, number, w.ends))
	// The file keeps the value until it commits. The next one has about its size.
	w.records, w.ends = make([]byte, 0, len(value)+len(value)/8), w.ends[:0]
	return w.out.PutRaw(w.bucket, OrdinalKey(number), value)
}
