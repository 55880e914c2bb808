package disk

import (
	"bufio"
	"encoding/binary"
	"fmt"
	"io"
	"os"
)

// RecordFile is a temporary file of records that are read back in the order in
// which they were written.
type RecordFile struct {
	File File
	Out  *bufio.Writer
}

// NewRecordFile makes such a file. Its folder is the caller's to clear.
func NewRecordFile(d Disk, path string) (*RecordFile, error) {
	f, err := d.Open(path, os.O_RDWR|os.O_CREATE|os.O_TRUNC, 0o600)
	if err != nil {
		return nil, err
	}
	return &RecordFile{f, bufio.NewWriterSize(f, 256<<10)}, nil
}

// Add writes a record behind those that are there.
func (r *RecordFile) Add(key, value []byte) error {
	var lengths []byte
	lengths = binary.AppendUvarint(lengths, uint64(len(key)))
	lengths = binary.AppendUvarint(lengths, uint64(len(value)))
	for _, part := range [][]byte{lengths, key, value} {
		if _, err := r.Out.Write(part); err != nil {
			return fmt.Errorf("write %s: %w", r.File.Name(), err)
		}
	}
	return nil
}

// Each reads all records. Their bytes are valid until f returns.
func (r *RecordFile) Each(f func(key, value []byte) error) error {
	if err := r.Out.Flush(); err != nil {
		return fmt.Errorf("write %s: %w", r.File.Name(), err)
	}
	if _, err := r.File.Seek(0, io.SeekStart); err != nil {
		return err
	}
	run := &spillRun{in: bufio.NewReaderSize(r.File, 256<<10)}
	var value []byte
	for {
		ok, err := run.advance()
		if !ok || err != nil {
			return err
		}
		if value, err = run.value(value); err != nil {
			return err
		}
		if err := f(run.key, value); err != nil {
			return err
		}
	}
}

// Close closes the file, which stays where it is.
func (r *RecordFile) Close() error { return r.File.Close() }
