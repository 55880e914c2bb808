package store

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"io"
)

// listsInWork bounds how many bytes the lists that are laid out at a time have
// together; each is there twice until it is written.
const listsInWork = 32 << 20

// writeWords writes the index of full text: every stem with its posts, all
// words and which stem each has.
func (a *assembler) writeWords(ctx context.Context) error {
	merged, err := a.words.merge()
	if err != nil {
		return err
	}
	defer merged.close()
	if err := a.writeLexicon(ctx); err != nil {
		return err
	}
	stem := uint32(0)
	averages := a.words.averages()
	err = pipeline(ctx, inWork{64, listsInWork},
		func(_ context.Context, emit func(stemParts) error) error { return eachGathered(merged, emit) },
		stemParts.weight,
		func() (func(stemParts) (laidOut, error), error) {
			return func(g stemParts) (laidOut, error) { return a.layOut(g, &averages) }, nil
		},
		func(l laidOut) error {
			key := ordinalKey(stem)
			stem++
			if err := a.stemPosts.add(l.public); err != nil {
				return err
			}
			return a.out.putRaw(bucketWordPosts, key, appendColumn(wordPostsName(key), l.list))
		})
	a.words.forget()
	a.columns.putLate(wordStems, a.wordStems.column)
	a.columns.putLate(stemPosts, a.stemPosts.column)
	return err
}

// eachGathered puts together what several runs have of a stem.
func eachGathered(merged *spillReader, emit func(stemParts) error) error {
	var g stemParts
	for {
		stem, posts, err := merged.next()
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
			g = stemParts{}
		}
		g.stem = string(stem)
		g.posts = append(g.posts, bytes.Clone(posts))
	}
	if len(g.posts) == 0 {
		return nil
	}
	return emit(g)
}

// laidOut is the list of a stem and how many public posts have it.
type laidOut struct {
	list   []byte
	public uint32
}

func (a *assembler) layOut(g stemParts, averages *[len(searchFields)]float64) (laidOut, error) {
	list := wordList{n: a.gathered.posts}
	public := uint32(0)
	for _, part := range g.posts {
		list.begin(part)
		err := part.each(func(ordinal uint32, occurrence []byte) error {
			occurrences, positions, err := readOccurrence(occurrence)
			if err != nil {
				return err
			}
			lengths := a.words.lengthsOf(ordinal)
			list.add(ordinal, impact(&occurrences, &lengths, averages), positions)
			if ordinal < uint32(a.gathered.public) {
				public++
			}
			return nil
		})
		if err != nil {
			return laidOut{}, err
		}
	}
	laid, err := list.append(nil)
	return laidOut{laid, public}, err
}

// Columns of the index of full text.
const (
	wordStems = "words/stems" // word → see wordStem
	stemPosts = "stems/posts" // stem → how many public posts have it
)

// wordPostsName is what the checksums of the list of a stem begin with.
func wordPostsName(key []byte) string { return bucketWordPosts + "/" + string(key) }

// wordPosts opens the list of a stem.
func (x *fullText) wordPosts(tx *readTx, stem uint32) (*wordPosts, error) {
	known := &x.lists[stem%uint32(len(x.lists))]
	if l := known.Load(); l != nil && l.stem == stem {
		return l, nil
	}
	key := binary.BigEndian.AppendUint32(nil, stem)
	found, value := tx.seek(bucketWordPosts, key)
	if !bytes.Equal(found, key) {
		value = nil // and so no column
	}
	data, err := newColumn(wordPostsName(key), value)
	if err != nil {
		return nil, err
	}
	l, err := openWordPosts(data, tx.file.info.Posts)
	if err != nil {
		return nil, err
	}
	l.stem = stem
	known.Store(l)
	return l, nil
}
