package build

import (
	"encoding/binary"
	"slices"

	"github.com/klauspost/compress/s2"

	"alphanode/content"
)

const (
	// maxDictionary bounds a dictionary, in bytes; s2 allows no more.
	maxDictionary = s2.MaxDictSize
	// dictionaryShare is how many bytes of samples stand behind each byte of the
	// dictionary of a small archive, where it must not cost more than it saves.
	dictionaryShare = 8
	// pieceSize is how many bytes of a sample are chosen together.
	pieceSize = 512
	// gramSize is how many bytes in a row make a gram; rarer matches save little.
	gramSize = 8
	// gramBits is the size of the tables of grams. Two grams that meet in a slot
	// count as one, which costs the dictionary a little of its worth.
	gramBits = 20
)

// trainDictionary makes an s2 dictionary of the pieces of text that the samples
// have most in common. It rests on the samples and their order alone, and there
// always is one, if only of the bare fields of a post.
//
// It is the way of Liao, Petri, Moffat and Wirth (Effective Construction of
// Relative Lempel-Ziv Dictionaries, 2016): the samples are cut into as many
// stretches as the dictionary is to have pieces, and each stretch gives the
// piece whose grams most samples have; a gram counts once.
func trainDictionary(samples [][]byte) []byte {
	text := slices.Concat(samples...)
	size := min(maxDictionary, len(text)/dictionaryShare)
	cover := newCover(samples)
	stretch := len(text) / max(1, size/pieceSize)
	var pieces [][]byte
	for total, before := 0, -1; total < size && total > before; {
		before = total
		for from := 0; from+stretch <= len(text) && total < size; from += stretch {
			piece := cover.take(text[from : from+stretch])
			if len(piece) > 0 {
				pieces = append(pieces, piece)
				total += len(piece)
			}
		}
	}
	// The best come last: what does not fit is cut off in front, and s2 looks
	// behind first.
	slices.Reverse(pieces)
	pieces = append(pieces, (&content.Post{}).AppendJSON(nil))
	return s2.MakeDict(slices.Concat(pieces...), []byte(`{"slug":"`)).Bytes()
}

// cover knows in how many samples each gram is, and which grams are chosen.
type cover struct {
	samples []uint32 // by gram: how many have it beside the first; 0 once it is chosen
	inside  []uint16 // by gram: how often it is in the piece being weighed
}

func gram(text []byte) uint64 {
	return binary.LittleEndian.Uint64(text) * 0x9E3779B97F4A7C15 >> (64 - gramBits)
}

func newCover(samples [][]byte) *cover {
	c := &cover{make([]uint32, 1<<gramBits), make([]uint16, 1<<gramBits)}
	seen := make([]uint32, 1<<gramBits) // by gram: the last sample that had it, from 1
	for i, sample := range samples {
		for at := range max(0, len(sample)-gramSize+1) {
			g := gram(sample[at:])
			switch number := uint32(i + 1); seen[g] {
			case number:
			case 0:
				seen[g] = number
			default:
				seen[g] = number
				c.samples[g]++
			}
		}
	}
	return c
}

// take chooses the piece of a text that most samples have, and nothing where
// none of it is worth a place.
func (c *cover) take(text []byte) []byte {
	const grams = pieceSize - gramSize + 1
	best, start, score := 0, 0, 0
	leave := func(at int) {
		g := gram(text[at:])
		if c.inside[g]--; c.inside[g] == 0 {
			score -= int(c.samples[g])
		}
	}
	last := len(text) - gramSize // where a gram can begin
	for at := 0; at <= last; at++ {
		g := gram(text[at:])
		if c.inside[g]++; c.inside[g] == 1 {
			score += int(c.samples[g])
		}
		if at >= grams {
			leave(at - grams)
		}
		if score > best {
			best, start = score, max(0, at-grams+1)
		}
	}
	for at := max(0, last-grams+1); at <= last; at++ {
		leave(at)
	}
	if best == 0 {
		return nil
	}
	piece := text[start:min(start+pieceSize, len(text))]
	for len(piece) > gramSize && c.samples[gram(piece)] == 0 {
		piece = piece[1:]
	}
	for len(piece) > gramSize && c.samples[gram(piece[len(piece)-gramSize:])] == 0 {
		piece = piece[:len(piece)-1]
	}
	for at := range len(piece) - gramSize + 1 {
		c.samples[gram(piece[at:])] = 0
	}
	return piece
}
