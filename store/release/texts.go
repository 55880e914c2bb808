package release

import (
	"bytes"
	"fmt"

	"alphanode/store"
)

// Texts are distinct texts, numbered in their order, in a bucket that
// holds textsPerChunk of them to a value.
type Texts struct {
	tx     *Tx
	bucket string
	total  int
}

const textsPerChunk = 256

// payload gives a chunk, until it is called again. It is checked as a copy: on its
// texts hangs whether one is there.
func (s Texts) payload(chunk int) ([]byte, error) {
	key := ordinalKey(uint32(chunk))
	found, value := s.tx.seek(s.bucket, key)
	if !bytes.Equal(found, key) {
		return nil, fmt.Errorf("%w: nothing at %s %q", store.ErrCorrupt, s.bucket, key)
	}
	s.tx.texts = append(s.tx.texts[:0], value...)
	return unseal(s.bucket, key, s.tx.texts)
}

func (s Texts) chunk(number int) ([]string, error) {
	payload, err := s.payload(number)
	if err != nil {
		return nil, err
	}
	texts := make([]string, 0, textsPerChunk)
	all := string(payload) // of which each text is a part
	for len(payload) > 0 {
		text, rest, ok := cutText(payload)
		if !ok {
			return nil, fmt.Errorf("%w: %s: %w", store.ErrCorrupt, s.bucket, errRecord)
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
	text, _, ok := readText(payload)
	if !ok {
		return "", fmt.Errorf("%w: %s: %w", store.ErrCorrupt, s.bucket, errRecord)
	}
	return text, nil
}

// search gives the number of the first text for which the predicate holds; it
// must hold for every text behind that one.
func (s Texts) search(holds func(text string) bool) (number int, err error) {
	low, high := 0, (s.total+textsPerChunk-1)/textsPerChunk // chunks
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
	texts, err := s.chunk(low - 1)
	if err != nil {
		return 0, err
	}
	for i, text := range texts {
		if holds(text) {
			return (low-1)*textsPerChunk + i, nil
		}
	}
	return min(low*textsPerChunk, s.total), nil
}

// at gives the text with a number.
func (s Texts) at(number int) (string, error) {
	payload, err := s.payload(number / textsPerChunk)
	if err != nil {
		return "", err
	}
	for i := 0; ; i++ {
		text, rest, ok := cutText(payload)
		if !ok {
			return "", fmt.Errorf("%w: no text %d in %s", store.ErrCorrupt, number, s.bucket)
		}
		if i == number%textsPerChunk {
			return string(text), nil
		}
		payload = rest
	}
}

// textChunks lays out texts, which come in order, as the values of a bucket.
type textChunks struct {
	out     *Writer
	bucket  string
	total   int // texts
	payload []byte
}

func (c *textChunks) add(text []byte) error {
	c.payload = appendText(c.payload, text)
	if c.total++; c.total%textsPerChunk == 0 {
		return c.flush()
	}
	return nil
}

// flush writes the last chunk.
func (c *textChunks) flush() error {
	if len(c.payload) == 0 {
		return nil
	}
	payload := c.payload
	c.payload = nil // the writer has it until it commits
	return c.out.put(c.bucket, ordinalKey(uint32((c.total-1)/textsPerChunk)), payload)
}
