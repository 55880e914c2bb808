package fulltext

import (
	"encoding/binary"
	"fmt"

	"alphanode/store/disk"
	"alphanode/store/file"
	"alphanode/text"
)

// GatherMemory is how many bytes of occurrences are gathered in memory before
// they are written out. While they are, as many more are gathered.
const GatherMemory = 96 << 20

// Gatherer turns the words of posts, in the order of ordinals, into the
// posts of words. What does not fit in memory goes to sorted runs on disk.
type Gatherer struct {
	disk     disk.Disk
	dir      string
	Lexicon  *Lexicon
	spill    *disk.Spill // posts of words
	memory   int
	words    []gatheredWord                 // by number
	posts    []byte                         // room
	size     int                            // of what is gathered, in bytes
	lengths  [len(searchFields)][]uint32    // of each field, by ordinal
	public   [len(searchFields)]fieldLength // over public posts
	analyses [text.Analyses]file.AnalysisPosts

	written              *written // once lists are laid out
	WordCount, StemCount int      // distinct ones, once they are written
}

// gatheredWord is what was gathered of a word since the last run: for each post
// the distance of its ordinal to the one before, and its occurrence, with its
// length in front.
type gatheredWord struct {
	posts []byte
	last  uint32 // ordinal
}

// fieldLength is how many words a field has together, and in how many posts it
// has any.
type fieldLength struct{ words, posts int }

// NewGatherer begins to gather in a folder; memory is in bytes.
func NewGatherer(d disk.Disk, dir string, memory int, l *Lexicon) *Gatherer {
	return &Gatherer{disk: d, dir: dir, Lexicon: l, memory: memory, spill: disk.NewSpill(d, dir, "words", 0)}
}

// Add takes the words of the next post.
func (g *Gatherer) Add(ordinal uint32, public bool, words []byte) error {
	ok := len(words) > 0 && int(words[0]) < len(g.analyses)
	if !ok {
		return fmt.Errorf("words of a post: %w", file.ErrRecord)
	}
	of := &g.analyses[words[0]]
	if of.Posts++; public {
		of.Public++
	}
	words = words[1:]
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
		word := number()
		g.addNumbered(ordinal, int(word), part())
	}
	for n := number(); n > 0 && ok; n-- {
		key := part()
		g.addLoose(ordinal, key, part())
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

func (g *Gatherer) addNumbered(ordinal uint32, word int, occurrence []byte) {
	if word >= len(g.words) {
		g.words = append(g.words, make([]gatheredWord, word+1-len(g.words)+len(g.words)/4)...)
	}
	w := &g.words[word]
	before := len(w.posts)
	w.posts = binary.AppendUvarint(w.posts, uint64(ordinal-w.last))
	w.posts = file.AppendText(w.posts, occurrence)
	w.last = ordinal
	g.size += len(w.posts) - before
}

// addLoose takes a post of a word without a number, of which little else comes: it
// is a record of its own.
func (g *Gatherer) addLoose(ordinal uint32, key, occurrence []byte) {
	before := g.spill.Chunk.Size
	g.posts = binary.AppendUvarint(g.posts[:0], uint64(ordinal))
	g.posts = file.AppendText(g.posts, occurrence)
	g.spill.Chunk.Add(key, g.posts)
	g.size += g.spill.Chunk.Size - before
}

// take hands on what was gathered.
func (g *Gatherer) take() {
	for number := range g.words {
		if w := &g.words[number]; len(w.posts) > 0 {
			g.spill.Take(g.Lexicon.key(uint32(number)), w.posts)
			*w = gatheredWord{}
		}
	}
	g.size = 0
}

// Merge gives all words in order. Those of a word that was gathered in several
// runs, or has no number, come one after the other, each with ordinals that begin anew.
// The lexicon is not needed any more.
func (g *Gatherer) Merge() (*disk.SpillReader, error) {
	g.take()
	g.words = nil
	return g.spill.Merge()
}

// Analyses says by which analyses the words of posts are taken, of how many posts each.
func (g *Gatherer) Analyses() (all []file.AnalysisPosts) {
	for a, of := range g.analyses {
		if of.Analysis = text.Analysis(a); of.Posts > 0 {
			all = append(all, of)
		}
	}
	return all
}

// Close gives back memory and files, whether all was written or not.
func (g *Gatherer) Close() error {
	g.spill.Close()
	g.lengths = [len(searchFields)][]uint32{}
	if g.written == nil {
		return nil
	}
	return g.written.close()
}

// Lengths gives the average length of each field, as four times its binary logarithm.
func (g *Gatherer) Lengths() (all []int) {
	for _, of := range g.public {
		all = append(all, averageLength(of.words, of.posts))
	}
	return all
}

// averagesOf gives the average length of each field, in words.
func averagesOf(lengths []int) (all [len(searchFields)]float64) {
	for field := range all {
		if field < len(lengths) {
			all[field] = lengthOf(lengths[field])
		}
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

// WordParts is a word with all its posts.
type WordParts struct {
	key   string
	posts []gatheredPart // one or several, in order
}

// Weight is how many bytes the list takes.
func (g WordParts) Weight() (bytes int) {
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
