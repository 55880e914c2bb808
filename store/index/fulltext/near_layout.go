package fulltext

import (
	"cmp"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"path/filepath"

	"alphanode/store/disk"
	"alphanode/store/file"
	"alphanode/text"
)

// Columns of the words by how many letters they have, of those with as many the ones of public posts
// first: so what only drafts have is neither looked at nor paid for by the public.
const (
	nearEnds     = "near/ends"     // letters → where the words with so many end, those of public posts; and all
	nearWords    = "near/words"    // the words
	nearSketches = "near/sketches" // the text.Sketch of each
)

// nearWritten is what waits to become these columns.
type nearWritten struct {
	spill    *disk.Spill // letters, whether only drafts have it, word → sketch
	ends     [2 * (text.MaxLetters + 1)]uint32
	words    *numberFile
	sketches *numberFile
}

func newNearWritten(d disk.Disk, dir string, memory int) (n *nearWritten, err error) {
	n = &nearWritten{spill: disk.NewSpill(d, dir, "near", memory)}
	if n.words, err = newNumberFile(d, filepath.Join(dir, "near-words.tmp")); err != nil {
		return n, err
	}
	n.sketches, err = newNumberFile(d, filepath.Join(dir, "near-sketches.tmp"))
	return n, err
}

// add takes the next word. One of a single letter may have been any, and is near to none.
func (n *nearWritten) add(number uint32, folded string, public bool) error {
	sketch, letters := text.SketchOf(folded)
	if letters < 2 || letters > text.MaxLetters {
		return nil
	}
	end := 2 * letters
	if !public {
		end++
	}
	n.ends[end]++
	key := binary.BigEndian.AppendUint32([]byte{byte(end)}, number)
	return n.spill.Add(key, binary.LittleEndian.AppendUint64(nil, uint64(sketch)))
}

// end puts all words in order.
func (n *nearWritten) end(ctx context.Context) error {
	for i := range n.ends[1:] {
		n.ends[i+1] += n.ends[i]
	}
	merged, err := n.spill.Merge()
	if err != nil {
		return err
	}
	defer merged.Close()
	for {
		key, sketch, err := merged.Next()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		if len(key) != 5 || len(sketch) != 8 {
			return fmt.Errorf("words by their letters: %w", file.ErrRecord)
		}
		err = cmp.Or(ctx.Err(), n.words.add(binary.BigEndian.Uint32(key[1:])),
			n.sketches.add(binary.LittleEndian.Uint32(sketch)), n.sketches.add(binary.LittleEndian.Uint32(sketch[4:])))
		if err != nil {
			return err
		}
	}
}

func (n *nearWritten) putColumns(c *file.Columns) {
	ends := make([]byte, 0, 4*len(n.ends))
	for _, end := range n.ends {
		ends = binary.LittleEndian.AppendUint32(ends, end)
	}
	c.Put(nearEnds, ends)
	c.PutLate(nearWords, n.words.column)
	c.PutLate(nearSketches, n.sketches.column)
}

func (n *nearWritten) close() (err error) {
	n.spill.Close()
	for _, f := range []*numberFile{n.words, n.sketches} {
		if f != nil {
			err = errors.Join(err, f.close())
		}
	}
	return err
}
