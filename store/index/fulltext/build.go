package fulltext

import (
	"bytes"
	"cmp"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"path/filepath"

	"alphanode/store/disk"
	"alphanode/store/file"
)

// Each puts together what several runs have of a word.
func Each(merged *disk.SpillReader, emit func(WordParts) error) error {
	var g WordParts
	for {
		key, posts, err := merged.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return err
		}
		if len(g.posts) > 0 && g.key != string(key) {
			if err := emit(g); err != nil {
				return err
			}
			g = WordParts{}
		}
		g.key = string(key)
		g.posts = append(g.posts, bytes.Clone(posts))
	}
	if len(g.posts) == 0 {
		return nil
	}
	return emit(g)
}

// LaidOut is a word with its list and how many public posts have it.
type LaidOut struct {
	key, stem string
	list      []byte
	public    uint32
}

// Layout lays out the lists of words, for many goroutines, and writes them, for one.
type Layout struct {
	words    *Gatherer
	averages [len(searchFields)]float64
	posts    int
	public   uint32
}

// written is what waits for the lists to be written: the words, in order, how many
// public posts have each, and all of them by their stems.
type written struct {
	words *disk.RecordFile
	posts *numberFile // word → public posts
	stems *disk.Spill // key of a stem → word
	ends  *numberFile // stem → where its words end
	mates *numberFile // the words of stems, one stem after the other
	near  *nearWritten
}

func (w *written) close() (err error) {
	w.stems.Close()
	if w.words != nil {
		err = w.words.Close()
	}
	if w.near != nil {
		err = errors.Join(err, w.near.close())
	}
	for _, f := range []*numberFile{w.posts, w.ends, w.mates} {
		if f != nil {
			err = errors.Join(err, f.close())
		}
	}
	return err
}

// Layout begins to lay out what was gathered, of so many posts.
func (g *Gatherer) Layout(posts, public int) (l *Layout, err error) {
	g.written = &written{stems: disk.NewSpill(g.disk, g.dir, "stems", min(g.memory, disk.SpillMemory))}
	if g.written.words, err = disk.NewRecordFile(g.disk, filepath.Join(g.dir, "words.tmp")); err != nil {
		return nil, err
	}
	for _, f := range []struct {
		of   **numberFile
		name string
	}{{&g.written.posts, "word-posts.tmp"}, {&g.written.ends, "stem-ends.tmp"}, {&g.written.mates, "stem-words.tmp"}} {
		if *f.of, err = newNumberFile(g.disk, filepath.Join(g.dir, f.name)); err != nil {
			return nil, err
		}
	}
	if g.written.near, err = newNearWritten(g.disk, g.dir, min(g.memory, disk.SpillMemory)); err != nil {
		return nil, err
	}
	return &Layout{words: g, averages: averagesOf(g.Lengths()), posts: posts, public: uint32(public)}, nil
}

// LayOut makes the list of a word.
func (l *Layout) LayOut(g WordParts) (LaidOut, error) {
	list := wordList{n: l.posts}
	public := uint32(0)
	for _, part := range g.posts {
		list.begin(part)
		err := part.each(func(ordinal uint32, occurrence []byte) error {
			occurrences, positions, err := readOccurrence(occurrence)
			if err != nil {
				return err
			}
			lengths := l.words.lengthsOf(ordinal)
			list.add(ordinal, impact(&occurrences, &lengths, &l.averages), positions)
			if ordinal < l.public {
				public++
			}
			return nil
		})
		if err != nil {
			return LaidOut{}, err
		}
	}
	laid, err := list.append(nil)
	a, folded := cutKey(g.key)
	return LaidOut{g.key, a.Stem(folded), laid, public}, err
}

// Write writes the list of the next word.
func (l *Layout) Write(out *file.Writer, list LaidOut) error {
	w, number := l.words.written, uint32(l.words.WordCount)
	l.words.WordCount++
	if err := w.words.Add([]byte(list.key), nil); err != nil {
		return err
	}
	if err := w.posts.add(list.public); err != nil {
		return err
	}
	if err := w.stems.Add([]byte(list.key[:1]+list.stem), binary.AppendUvarint(nil, uint64(number))); err != nil {
		return err
	}
	_, folded := cutKey(list.key)
	if err := w.near.add(number, folded, list.public > 0); err != nil {
		return err
	}
	key := file.OrdinalKey(number)
	return out.PutRaw(file.BucketWordPosts, key, file.AppendColumn(wordPostsName(key), list.list))
}

// End writes all words and all stems, each in order, once all lists are written.
func (l *Layout) End(ctx context.Context, out *file.Writer) error {
	words := file.TextChunks{Out: out, Bucket: file.BucketWords}
	err := l.words.written.words.Each(func(key, _ []byte) error { return cmp.Or(ctx.Err(), words.Add(key)) })
	if err == nil {
		err = words.Flush()
	}
	if err != nil {
		return err
	}
	if err := l.words.writeStems(ctx, out); err != nil {
		return err
	}
	return l.words.written.near.end(ctx)
}

// writeStems writes all stems, and keeps for columns which words each has.
func (g *Gatherer) writeStems(ctx context.Context, out *file.Writer) error {
	merged, err := g.written.stems.Merge()
	if err != nil {
		return err
	}
	defer merged.Close()
	stems := file.TextChunks{Out: out, Bucket: file.BucketStems}
	mates, stem := uint32(0), []byte(nil)
	end := func() error { // of a stem, and so of its words
		if mates == 0 {
			return nil
		}
		return cmp.Or(ctx.Err(), g.written.ends.add(mates), stems.Add(stem))
	}
	for {
		key, value, err := merged.Next()
		if errors.Is(err, io.EOF) {
			err = cmp.Or(end(), stems.Flush())
			g.StemCount = stems.Total
			return err
		}
		if err != nil {
			return err
		}
		if !bytes.Equal(key, stem) {
			if err := end(); err != nil {
				return err
			}
			stem = append(stem[:0], key...)
		}
		number, used := binary.Uvarint(value)
		if used <= 0 {
			return fmt.Errorf("words of a stem: %w", file.ErrRecord)
		}
		if err := g.written.mates.add(uint32(number)); err != nil {
			return err
		}
		mates++
	}
}

// PutColumns puts the columns of words and stems. It is called when all lists are written,
// and they are read before Close.
func (g *Gatherer) PutColumns(c *file.Columns) {
	c.PutLate(wordPostsColumn, g.written.posts.column)
	c.PutLate(stemEnds, g.written.ends.column)
	c.PutLate(stemWords, g.written.mates.column)
	g.written.near.putColumns(c)
}

// Columns of the index of full text.
const (
	wordPostsColumn = "words/posts" // word → how many public posts have it
	stemEnds        = "stems/ends"  // stem → where its words end in stemWords
	stemWords       = "stems/words" // the words of all stems, in order
)

// wordPostsName is what the checksums of the list of a word begin with.
func wordPostsName(key []byte) string { return file.BucketWordPosts + "/" + string(key) }

// wordPosts opens the list of a word.
func (x *Index) wordPosts(tx *file.Tx, word uint32) (*list, error) {
	known := &x.lists[word%uint32(len(x.lists))]
	if l := known.Load(); l != nil && l.word == word {
		return l, nil
	}
	key := binary.BigEndian.AppendUint32(nil, word)
	found, value := tx.Seek(file.BucketWordPosts, key)
	if !bytes.Equal(found, key) {
		value = nil // and so no column
	}
	data, err := file.NewColumn(wordPostsName(key), value)
	if err != nil {
		return nil, err
	}
	l, err := openWordPosts(data, tx.File.Info.Posts)
	if err != nil {
		return nil, err
	}
	l.word = word
	known.Store(l)
	return l, nil
}
