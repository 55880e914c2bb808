package fleet

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"os"
	"slices"
	"strings"
	"time"

	"golang.org/x/sync/errgroup"

	"alphanode/store/catalogue"
)

// blockSize is how much of a file is in one block, in bytes. A transport reads no file from
// an offset in less time than all of it, so to go on is to ask for the blocks that are lacking.
const blockSize = 4 << 20

// atOnce is how many blocks travel at the same time: one is on its way while another is
// hashed and written.
const atOnce = 2

// blockTime is how long the fleet may take to take a block: who sends one holds the lock of a data
// directory, so it does not go on for ever. Two of them are on a line of 1 Mbit/s for 70 seconds.
const blockTime = 5 * time.Minute

// parcel says of what a release consists.
type parcel struct {
	Manifest string `json:"manifest"` // in bytes, as it stands in the folder of the release
	Files    []file `json:"files"`
}

// file is one file of a release.
type file struct {
	Name   string   `json:"name"`
	Size   int64    `json:"size"`
	SHA256 string   `json:"sha256"`
	Blocks []string `json:"blocks"` // each of blockSize, but the last
}

func (p *parcel) blocks() []string {
	var all []string
	for _, f := range p.Files {
		all = append(all, f.Blocks...)
	}
	return all
}

func (p *parcel) size() (sum int64) {
	for _, f := range p.Files {
		sum += f.Size
	}
	return sum
}

// encoded gives a parcel as a paper: the same files give the same.
func (p *parcel) encoded() ([]byte, error) { return json.Marshal(p) }

// parcelOf reads the files of a release and says what they consist of.
func parcelOf(ctx context.Context, b *catalogue.Built) (*parcel, error) {
	p := &parcel{Manifest: string(b.Stated)}
	for _, name := range slices.Sorted(maps.Keys(b.Files)) {
		f, err := fileOf(ctx, name, b.Files[name])
		if err != nil {
			return nil, err
		}
		p.Files = append(p.Files, f)
	}
	return p, nil
}

func fileOf(ctx context.Context, name, path string) (f file, err error) {
	in, err := os.Open(path)
	if err != nil {
		return f, err
	}
	defer in.Close()
	f.Name = name
	whole, buffer := newSum(), make([]byte, blockSize)
	for {
		if err := ctx.Err(); err != nil {
			return f, err
		}
		n, err := io.ReadFull(in, buffer)
		if n > 0 {
			f.Size += int64(n)
			f.Blocks = append(f.Blocks, sumOf(buffer[:n]))
			_, _ = whole.Write(buffer[:n]) // a hash takes all
		}
		switch err {
		case nil:
		case io.EOF, io.ErrUnexpectedEOF:
			f.SHA256 = whole.String()
			return f, nil
		default:
			return f, fmt.Errorf("read %s: %w", path, err)
		}
	}
}

// push puts what the fleet lacks of a release: its blocks, then the parcel.
func (m *Member) push(ctx context.Context, b *catalogue.Built) (form, *parcel, error) {
	p, err := parcelOf(ctx, b)
	if err != nil {
		return form{}, nil, err
	}
	if err := m.pushBlocks(ctx, p, b); err != nil {
		return form{}, nil, err
	}
	data, err := p.encoded()
	if err != nil {
		return form{}, nil, err
	}
	name, err := putPaper(ctx, m.transport, data)
	if err != nil {
		return form{}, nil, err
	}
	return form{Format: b.Manifest.Format, Manifest: sumOf(b.Stated), SHA256: b.Manifest.SHA256, Size: p.size(), Parcel: name}, p, nil
}

// pushBlocks puts the blocks that the fleet lacks.
func (m *Member) pushBlocks(ctx context.Context, p *parcel, b *catalogue.Built) error {
	there, err := m.there(ctx)
	if err != nil {
		return err
	}
	var sent int64
	tasks, ctx := errgroup.WithContext(ctx)
	tasks.SetLimit(atOnce)
	for _, f := range p.Files {
		for i, sum := range f.Blocks {
			size := min(blockSize, f.Size-int64(i)*blockSize)
			if there[sum] == size && size > 0 {
				continue
			}
			there[sum] = size
			sent += size
			tasks.Go(func() error { return m.pushBlock(ctx, b.Files[f.Name], sum, int64(i)*blockSize, size) })
		}
	}
	if err := tasks.Wait(); err != nil {
		return fmt.Errorf("send release %s to the fleet: %w", b.Manifest.Name, err)
	}
	m.log.Debug("sent to the fleet", "release", b.Manifest.Name, "bytes", sent, "of", p.size())
	return nil
}

// there gives the sizes of the blocks that the fleet has.
func (m *Member) there(ctx context.Context) (map[string]int64, error) {
	files, err := m.transport.List(ctx, blocksPrefix)
	if err != nil {
		return nil, fmt.Errorf("list what the fleet has: %w", err)
	}
	there := make(map[string]int64, len(files))
	for _, f := range files {
		there[strings.TrimPrefix(f.Name, blocksPrefix)] = f.Size
	}
	return there, nil
}

func (m *Member) pushBlock(ctx context.Context, path, sum string, offset, size int64) error {
	in, err := os.Open(path)
	if err != nil {
		return err
	}
	defer in.Close()
	data := make([]byte, size)
	if _, err := in.ReadAt(data, offset); err != nil {
		return fmt.Errorf("read %s: %w", path, err)
	}
	if sumOf(data) != sum {
		return fmt.Errorf("read %s: %w", path, errOtherBytes)
	}
	ctx, cancel := context.WithTimeout(ctx, blockTime)
	defer cancel()
	return m.transport.Put(ctx, blocksPrefix+sum, size, bytes.NewReader(data))
}

// readParcel gives a parcel. Papers never change, so it is remembered.
func (m *Member) readParcel(ctx context.Context, name string) (*parcel, error) {
	m.mu.Lock()
	known := m.parcels[name]
	m.mu.Unlock()
	if known != nil {
		return known, nil
	}
	data, err := m.paper(ctx, name)
	if err != nil {
		return nil, err
	}
	p := new(parcel)
	if err := json.Unmarshal(data, p); err != nil {
		return nil, fmt.Errorf("read parcel %s: %w", name, err)
	}
	if err := p.checkFiles(); err != nil {
		return nil, fmt.Errorf("read parcel %s: %w", name, err)
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	m.parcels[name] = p
	return p, nil
}

// forgetParcel has a parcel read anew.
func (m *Member) forgetParcel(name string) {
	m.mu.Lock()
	defer m.mu.Unlock()
	delete(m.parcels, name)
}

// forget lets go of parcels that the head does not name.
func (m *Member) forget(h *head) {
	named := map[string]bool{}
	for _, s := range h.Releases {
		for _, f := range s.Forms {
			named[f.Parcel] = true
		}
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	maps.DeleteFunc(m.bad, func(name string, _ bool) bool { return h.find(name) == nil })
	maps.DeleteFunc(m.parcels, func(name string, _ *parcel) bool { return !named[name] })
}
