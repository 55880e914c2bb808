package fulltext

import (
	"bufio"
	"encoding/binary"
	"fmt"
	"io"
	"os"

	"alphanode/store/disk"
)

// numberFile is a column of 32-bit numbers that waits in a temporary file, where it
// is too long to wait in memory.
type numberFile struct {
	file disk.File
	out  *bufio.Writer
	size int // bytes
}

func newNumberFile(d disk.Disk, path string) (*numberFile, error) {
	f, err := d.Open(path, os.O_RDWR|os.O_CREATE|os.O_TRUNC, 0o600)
	if err != nil {
		return nil, err
	}
	return &numberFile{file: f, out: bufio.NewWriterSize(f, 64<<10)}, nil
}

func (n *numberFile) add(number uint32) error {
	if _, err := n.out.Write(binary.LittleEndian.AppendUint32(n.out.AvailableBuffer(), number)); err != nil {
		return fmt.Errorf("write %s: %w", n.file.Name(), err)
	}
	n.size += 4
	return nil
}

// column reads all numbers, as encode32 lays them out, with room for the checksums
// of a column.
func (n *numberFile) column() ([]byte, error) {
	if err := n.out.Flush(); err != nil {
		return nil, fmt.Errorf("write %s: %w", n.file.Name(), err)
	}
	if _, err := n.file.Seek(0, io.SeekStart); err != nil {
		return nil, err
	}
	data := make([]byte, n.size, n.size+n.size/1000+8)
	if _, err := io.ReadFull(n.file, data); err != nil {
		return nil, fmt.Errorf("read %s: %w", n.file.Name(), err)
	}
	return data, nil
}

func (n *numberFile) close() error { return n.file.Close() }
