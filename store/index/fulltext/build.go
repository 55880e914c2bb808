package fulltext

import (
	"bytes"
	"encoding/binary"
	"errors"
	"io"
	"path/filepath"

	"alphanode/store/disk"
	"alphanode/store/file"
)

// Each puts together what several runs have of a stem.
func Each(merged *disk.SpillReader, emit func(StemParts) error) error {
	var g StemParts
	for {
		stem, posts, err := merged.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return err
		}
		if len(g.posts) > 0 && g.stem != string(stem) {
			if err := emit(g); err != nil {
				return err
			}
			g = StemParts{}
		}
		g.stem = string(stem)
		g.posts = append(g.posts, bytes.Clone(posts))
	}
	if len(g.posts) == 0 {
		return nil
	}
	return emit(g)
}

// LaidOut is the list of a stem and how many public posts have it.
type LaidOut struct {
	list   []byte
	public uint32
}

// Layout lays out the lists of stems, for many goroutines, and writes them, for one.
type Layout struct {
	words    *Gatherer
	averages [len(searchFields)]float64
	posts    int
	public   uint32
	next     uint32 // stem
}

// Layout begins to lay out what was gathered, of so many posts.
func (g *Gatherer) Layout(posts, public int) (l *Layout, err error) {
	g.stemPosts, err = newNumberFile(g.disk, filepath.Join(g.dir, "stem-posts.tmp"))
	return &Layout{words: g, averages: g.averages(), posts: posts, public: uint32(public)}, err
}

// LayOut makes the list of a stem.
func (l *Layout) LayOut(g StemParts) (LaidOut, error) {
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
	return LaidOut{laid, public}, err
}

// Write writes the list of the next stem.
func (l *Layout) Write(out *file.Writer, list LaidOut) error {
	key := file.OrdinalKey(l.next)
	l.next++
	if err := l.words.stemPosts.add(list.public); err != nil {
		return err
	}
	return out.PutRaw(file.BucketWordPosts, key, file.AppendColumn(wordPostsName(key), list.list))
}

// PutColumns puts the columns of stems. It is called when all lists are written, and
// they are read before Close.
func (g *Gatherer) PutColumns(c *file.Columns) {
	c.PutLate(wordStems, g.wordStems.column)
	c.PutLate(stemPosts, g.stemPosts.column)
}

// Columns of the index of full text.
const (
	wordStems = "words/stems" // word → see wordStem
	stemPosts = "stems/posts" // stem → how many public posts have it
)

// wordPostsName is what the checksums of the list of a stem begin with.
func wordPostsName(key []byte) string { return file.BucketWordPosts + "/" + string(key) }

// wordPosts opens the list of a stem.
func (x *Index) wordPosts(tx *file.Tx, stem uint32) (*list, error) {
	known := &x.lists[stem%uint32(len(x.lists))]
	if l := known.Load(); l != nil && l.stem == stem {
		return l, nil
	}
	key := binary.BigEndian.AppendUint32(nil, stem)
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
	l.stem = stem
	known.Store(l)
	return l, nil
}
