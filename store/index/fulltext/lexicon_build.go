package fulltext

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"path/filepath"

	"alphanode/store/disk"
	"alphanode/store/file"
)

// WriteLexicon writes all words and all stems of a build, each in order, and keeps
// for a column which stem each word has. What the lexicon has is sorted in memory.
// Words without a number are sorted on disk: by their stems first, so that each learns
// the place of its stem, then by themselves. It ends the lexicon, whose memory is
// needed.
func (g *Gatherer) WriteLexicon(ctx context.Context, out *file.Writer) (err error) {
	if g.wordStems, err = newNumberFile(g.disk, filepath.Join(g.dir, "word-stems.tmp")); err != nil {
		return err
	}
	l := g.Lexicon
	stems := l.stems.sorted()
	places := make([]uint32, len(stems)) // of each, by number, among all stems
	loose := disk.NewSpill(g.disk, g.dir, "sorted-words", g.words.Memory)
	defer loose.Close()
	stem, value := uint32(0), []byte(nil)
	err = eachText(ctx, &l.stems, stems, g.words, func(t sortedText) error {
		if t.known {
			places[t.number] = stem
		}
		stem++
		return nil
	}, func(t looseText) error {
		word := t.tail
		if len(word) == 0 {
			word = t.head
		}
		value = binary.AppendUvarint(value[:0], uint64(wordStem{stem - 1, t.number == 1}.number()))
		return loose.Add(word, value)
	})
	if err != nil {
		return err
	}
	words := file.TextChunks{Out: out, Bucket: file.BucketWords}
	err = eachText(ctx, &l.words, l.words.sorted(), loose, func(t sortedText) error {
		if t.known {
			w := wordStemOf(l.stemOf[t.number])
			w.stem = places[w.stem]
			if err := g.wordStems.add(w.number()); err != nil {
				return err
			}
		}
		return words.Add(t.text)
	}, func(t looseText) error { return g.wordStems.add(t.number) })
	if err == nil {
		err = words.Flush()
	}
	if err != nil {
		return err
	}
	all := file.TextChunks{Out: out, Bucket: file.BucketStems}
	err = eachText(ctx, &l.stems, stems, g.words,
		func(t sortedText) error { return all.Add(t.text) },
		func(looseText) error { return nil })
	if err == nil {
		err = all.Flush()
	}
	g.WordCount, g.StemCount = words.Total, all.Total
	l.forget()
	return err
}

// sortedText is a text of a table, with its number, or one that only a spill has.
type sortedText struct {
	text   []byte
	known  bool
	number uint32
}

// looseText is what the records of a spill with one key say: the key up to the byte 0,
// what of it is behind, and the bits of all their numbers.
type looseText struct {
	head, tail []byte
	number     uint32
}

// eachText calls f with every text of a table, whose order is given, and every head of
// a spill, each once and all in order; and behind each text loose with what the spill
// has of it.
func eachText(ctx context.Context, table *wordTable, order []uint32, s *disk.Spill, f func(sortedText) error, loose func(looseText) error) error {
	merged, err := s.Merge()
	if err != nil {
		return err
	}
	row := looseRow{merged: merged}
	defer merged.Close()
	if err := row.next(); err != nil {
		return err
	}
	var room []byte
	for len(order) > 0 || row.more {
		if err := ctx.Err(); err != nil {
			return err
		}
		var t sortedText
		if len(order) > 0 && (!row.more || bytes.Compare(table.at(order[0]), row.head) <= 0) {
			t = sortedText{table.at(order[0]), true, order[0]}
			order = order[1:]
		} else {
			room = append(room[:0], row.head...)
			t.text = room
		}
		if err := f(t); err != nil {
			return err
		}
		for row.more && bytes.Equal(row.head, t.text) {
			if err := loose(row.looseText); err != nil {
				return err
			}
			if err := row.next(); err != nil {
				return err
			}
		}
	}
	return nil
}

// looseRow gives what a spill has, key by key.
type looseRow struct {
	looseText
	more   bool // there is one
	merged *disk.SpillReader
	key    []byte // of which head and tail are parts
	after  []byte // the key of the record behind, which is read already
	bits   uint32 // its number
	read   bool   // it is there
}

func (r *looseRow) next() error {
	if !r.read {
		if err := r.readAfter(); err != nil || !r.read {
			r.more = false
			return err
		}
	}
	r.key, r.after = r.after, r.key
	r.number, r.more = r.bits, true
	r.head, r.tail, _ = bytes.Cut(r.key, []byte{0})
	for {
		if err := r.readAfter(); err != nil {
			return err
		}
		if !r.read || !bytes.Equal(r.after, r.key) {
			return nil
		}
		r.number |= r.bits
	}
}

// readAfter reads the next record, as far as there is one.
func (r *looseRow) readAfter() error {
	key, value, err := r.merged.Next()
	if r.read = err == nil; !r.read {
		if errors.Is(err, io.EOF) {
			return nil
		}
		return err
	}
	number, used := binary.Uvarint(value)
	if used <= 0 {
		return fmt.Errorf("words without a number: %w", file.ErrRecord)
	}
	r.after, r.bits = append(r.after[:0], key...), uint32(number)
	return nil
}
