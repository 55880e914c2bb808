package file

import (
	"bytes"
	"fmt"
	"sort"

	"alphanode/store"
)

// Texts are distinct texts, numbered in their order, in a bucket that
// holds TextsPerChunk of them to a value.
type Texts struct {
	Tx     *Tx
	Bucket string
	Total  int
}

// TextsPerChunk is how many texts stand in one value.
const TextsPerChunk = 256

// payload gives a chunk, until it is called again. It is checked as a copy: on its
// texts hangs whether one is there.
func (s Texts) payload(chunk int) ([]byte, error) {
	key := OrdinalKey(uint32(chunk))
	found, value := s.Tx.Seek(s.Bucket, key)
	if !bytes.Equal(found, key) {
		return nil, fmt.Errorf("%w: nothing at %s %q", store.ErrCorrupt, s.Bucket, key)
	}
	s.Tx.texts = append(s.Tx.texts[:0], value...)
	return Unseal(s.Bucket, key, s.Tx.texts)
}

// Chunk gives the texts of the chunk with this number.
func (s Texts) Chunk(number int) ([]string, error) {
	payload, err := s.payload(number)
	if err != nil {
		return nil, err
	}
	texts := make([]string, 0, TextsPerChunk)
	all := string(payload) // of which each text is a part
	for len(payload) > 0 {
		text, rest, ok := CutText(payload)
		if !ok {
			return nil, fmt.Errorf("%w: %s: %w", store.ErrCorrupt, s.Bucket, ErrRecord)
		}
		end := len(all) - len(rest)
		texts = append(texts, all[end-len(text):end])
		payload = rest
	}
	return texts, nil
}

// first reads no more of a chunk than its first text.
func (s Texts) first(chunk int) (string, error) {
	payload, err := s.payload(chunk)
	if err != nil {
		return "", err
	}
	text, _, ok := ReadText(payload)
	if !ok {
		return "", fmt.Errorf("%w: %s: %w", store.ErrCorrupt, s.Bucket, ErrRecord)
	}
	return text, nil
}

// Search gives the number of the first text for which the predicate holds; it
// must hold for every text behind that one.
func (s Texts) Search(holds func(text string) bool) (number int, err error) {
	low, high := 0, (s.Total+TextsPerChunk-1)/TextsPerChunk // chunks
	for low < high {
		mid := (low + high) / 2
		first, err := s.first(mid)
		if err != nil {
			return 0, err
		}
		if holds(first) {
			high = mid
		} else {
			low = mid + 1
		}
	}
	if low == 0 {
		return 0, nil
	}
	texts, err := s.Chunk(low - 1)
	if err != nil {
		return 0, err
	}
	return (low-1)*TextsPerChunk + sort.Search(len(texts), func(i int) bool { return holds(texts[i]) }), nil
}

// At gives the text with a number.
func (s Texts) At(number int) (string, error) {
	payload, err := s.payload(number / TextsPerChunk)
	if err != nil {
		return "", err
	}
	for i := 0; ; i++ {
		text, rest, ok := CutText(payload)
		if !ok {
			return "", fmt.Errorf("%w: no text %d in %s", store.ErrCorrupt, number, s.Bucket)
		}
		if i == number%TextsPerChunk {
			return string(text), nil
		}
		payload = rest
	}
}

// EachOf calls a function with the texts that have some numbers, which are in order. A text is
// good until the function returns.
func (s Texts) EachOf(numbers []uint32, f func(number int, text []byte)) error {
	chunk, next, rest := -1, 0, []byte(nil)
	for _, n := range numbers {
		number := int(n)
		if of := number / TextsPerChunk; of != chunk {
			var err error
			if rest, err = s.payload(of); err != nil {
				return err
			}
			chunk, next = of, of*TextsPerChunk
		}
		for ; next <= number; next++ {
			text, behind, ok := CutText(rest)
			if !ok {
				return fmt.Errorf("%w: no text %d in %s", store.ErrCorrupt, number, s.Bucket)
			}
			if rest = behind; next == number {
				f(number, text)
			}
		}
	}
	return nil
}

// TextChunks lays out texts, which come in order, as the values of a bucket.
type TextChunks struct {
	Out     *Writer
	Bucket  string
	Total   int // texts
	payload []byte
}

// Add lays out the next text.
func (c *TextChunks) Add(text []byte) error {
	c.payload = AppendText(c.payload, text)
	if c.Total++; c.Total%TextsPerChunk == 0 {
		return c.Flush()
	}
	return nil
}

// Flush writes the last chunk.
func (c *TextChunks) Flush() error {
	if len(c.payload) == 0 {
		return nil
	}
	payload := c.payload
	c.payload = nil // the writer has it until it commits
	return c.Out.Put(c.Bucket, OrdinalKey(uint32((c.Total-1)/TextsPerChunk)), payload)
}
