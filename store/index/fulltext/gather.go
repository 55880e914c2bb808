package fulltext

import (
	"encoding/binary"
	"errors"
	"fmt"

	"alphanode/store/disk"
	"alphanode/store/file"
)

// GatherMemory is how many bytes of occurrences are gathered in memory before
// they are written out. While they are, as many more are gathered.
const GatherMemory = 96 << 20

// Gatherer turns the words of posts, in the order of ordinals, into the
// posts of words. What does not fit in memory goes to sorted runs on disk.
type Gatherer struct {
	disk    disk.Disk
	dir     string
	Lexicon *Lexicon
	spill   *disk.Spill // posts of stems
	words   *disk.Spill // those without a number: see addWord
	memory  int
	stems   []gatheredStem // by number
	key     []byte         // room, as posts is
	posts   []byte
	size    int                            // of what is gathered, in bytes
	lengths [len(searchFields)][]uint32    // of each field, by ordinal
	public  [len(searchFields)]fieldLength // over public posts

	wordStems, stemPosts *numberFile // columns, once they are made
	WordCount, StemCount int         // distinct ones, once they are written
}

// gatheredStem is what was gathered of a stem since the last run: for each post
// the distance of its ordinal to the one before, and its occurrence, with its
// length in front.
type gatheredStem struct {
	posts []byte
	last  uint32 // ordinal
}

// fieldLength is how many words a field has together, and in how many posts it
// has any.
type fieldLength struct{ words, posts int }

// NewGatherer begins to gather in a folder; memory is in bytes.
func NewGatherer(d disk.Disk, dir string, memory int, l *Lexicon) *Gatherer {
	return &Gatherer{
		disk: d, dir: dir, Lexicon: l, memory: memory,
		spill: disk.NewSpill(d, dir, "words", 0), words: disk.NewSpill(d, dir, "loose-words", min(memory, disk.SpillMemory)),
	}
}

// Add takes the words of the next post.
func (g *Gatherer) Add(ordinal uint32, public bool, words []byte) error {
	ok := true
	number := func() uint64 {
		n, used := binary.Uvarint(words)
		ok = ok && used > 0
		words = words[max(used, 0):]
		return n
	}
	part := func() (p []byte) {
		if p, words, ok = file.CutText(words); !ok {
			words = nil
		}
		return p
	}
	for field := range g.lengths {
		n := number()
		g.lengths[field] = append(g.lengths[field], uint32(n))
		if public && n > 0 {
			g.public[field].words += int(n)
			g.public[field].posts++
		}
	}
	for n := number(); n > 0 && ok; n-- {
		stem := number()
		g.addNumbered(ordinal, int(stem), part())
	}
	for n := number(); n > 0 && ok; n-- {
		stem := part()
		g.addLoose(ordinal, stem, part())
	}
	for n := number(); n > 0 && ok; n-- {
		word := part()
		if err := g.addWord(word, part(), public); err != nil {
			return err
		}
	}
	if !ok {
		return fmt.Errorf("words of a post: %w", file.ErrRecord)
	}
	if g.size < g.memory {
		return nil
	}
	g.take()
	return g.spill.WriteRun()
}

func (g *Gatherer) addNumbered(ordinal uint32, stem int, occurrence []byte) {
	if stem >= len(g.stems) {
		g.stems = append(g.stems, make([]gatheredStem, stem+1-len(g.stems)+len(g.stems)/4)...)
	}
	s := &g.stems[stem]
	before := len(s.posts)
	s.posts = binary.AppendUvarint(s.posts, uint64(ordinal-s.last))
	s.posts = file.AppendText(s.posts, occurrence)
	s.last = ordinal
	g.size += len(s.posts) - before
}

// addLoose takes a post of a stem without a number, of which little else comes: it
// is a record of its own.
func (g *Gatherer) addLoose(ordinal uint32, stem, occurrence []byte) {
	before := g.spill.Chunk.Size
	g.posts = binary.AppendUvarint(g.posts[:0], uint64(ordinal))
	g.posts = file.AppendText(g.posts, occurrence)
	g.spill.Chunk.Add(stem, g.posts)
	g.size += g.spill.Chunk.Size - before
}

// addWord takes a word without a number, and its stem, which is empty where it is
// the same. They are sorted by the stem first: no word has the byte 0.
func (g *Gatherer) addWord(word, stem []byte, public bool) error {
	if len(stem) == 0 {
		stem, word = word, nil
	}
	g.key = append(append(append(g.key[:0], stem...), 0), word...)
	return g.words.Add(g.key, file.FlagByte(public))
}

// take hands on what was gathered.
func (g *Gatherer) take() {
	for number := range g.stems {
		if s := &g.stems[number]; len(s.posts) > 0 {
			g.spill.Take(g.Lexicon.stemText(uint32(number)), s.posts)
			*s = gatheredStem{}
		}
	}
	g.size = 0
}

// Merge gives all stems in order. Those of a stem that was gathered in several
// runs, or has no number, come one after the other, each with ordinals that begin anew.
func (g *Gatherer) Merge() (*disk.SpillReader, error) {
	g.take()
	g.stems = nil
	return g.spill.Merge()
}

// Close gives back memory and files, whether all was written or not.
func (g *Gatherer) Close() (err error) {
	g.Forget()
	for _, f := range []*numberFile{g.wordStems, g.stemPosts} {
		if f != nil {
			err = errors.Join(err, f.close())
		}
	}
	return err
}

// Forget gives back the memory that words need, once all are written.
func (g *Gatherer) Forget() {
	g.spill.Close()
	g.words.Close()
	g.lengths = [len(searchFields)][]uint32{}
}

// averages gives the average length of each field.
func (g *Gatherer) averages() (all [len(searchFields)]float64) {
	for field, of := range g.public {
		all[field] = averageLength(of.words, of.posts)
	}
	return all
}

// lengthsOf gives the length of each field of a post.
func (g *Gatherer) lengthsOf(ordinal uint32) (lengths [len(searchFields)]uint32) {
	for field := range lengths {
		lengths[field] = g.lengths[field][ordinal]
	}
	return lengths
}

// StemParts is a stem with all its posts.
type StemParts struct {
	stem  string
	posts []gatheredPart // one or several, in order
}

// Weight is how many bytes the list takes.
func (g StemParts) Weight() (bytes int) {
	for _, part := range g.posts {
		bytes += len(part) + 48 // with its place
	}
	return bytes
}

type gatheredPart []byte

// each calls a function with every post of a part. It may write over the part, up
// to the end of the occurrence that it was given.
func (p gatheredPart) each(f func(ordinal uint32, occurrence []byte) error) error {
	var ordinal uint32
	for len(p) > 0 {
		distance, used := binary.Uvarint(p)
		if used <= 0 {
			return fmt.Errorf("posts of a word: %w", file.ErrRecord)
		}
		occurrence, rest, ok := file.CutText(p[used:])
		if !ok {
			return fmt.Errorf("posts of a word: %w", file.ErrRecord)
		}
		ordinal += uint32(distance)
		if err := f(ordinal, occurrence); err != nil {
			return err
		}
		p = rest
	}
	return nil
}
