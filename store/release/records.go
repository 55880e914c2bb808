package release

import (
	"bufio"
	"encoding/binary"
	"fmt"
	"io"
	"os"
)

// recordFile is a temporary file of records that are read back in the order in
// which they were written.
type recordFile struct {
	file file
	out  *bufio.Writer
}

func newRecordFile(d disk, path string) (*recordFile, error) {
	f, err := d.open(path, os.O_RDWR|os.O_CREATE|os.O_TRUNC, 0o600)
	if err != nil {
		return nil, err
	}
	return &recordFile{f, bufio.NewWriterSize(f, 256<<10)}, nil
}

func (r *recordFile) add(key, value []byte) error {
	var lengths []byte
	lengths = binary.AppendUvarint(lengths, uint64(len(key)))
	lengths = binary.AppendUvarint(lengths, uint64(len(value)))
	for _, part := range [][]byte{lengths, key, value} {
		if _, err := r.out.Write(part); err != nil {
			return fmt.Errorf("write %s: %w", r.file.Name(), err)
		}
	}
	return nil
}

// each reads all records. Their bytes are valid until f returns.
func (r *recordFile) each(f func(key, value []byte) error) error {
	if err := r.out.Flush(); err != nil {
		return fmt.Errorf("write %s: %w", r.file.Name(), err)
	}
	if _, err := r.file.Seek(0, io.SeekStart); err != nil {
		return err
	}
	run := &spillRun{in: bufio.NewReaderSize(r.file, 256<<10)}
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

func (r *recordFile) close() error { return r.file.Close() }
