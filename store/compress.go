package store

import (
	"bytes"
	"fmt"

	"github.com/klauspost/compress/zstd"
)

const (
	// maxDictionary is the size a dictionary aims for, in bytes.
	maxDictionary = 64 << 10
	// minSamples is how many posts a dictionary needs to be worth its bytes.
	minSamples = 64
	// maxSamples bounds the time and memory that a dictionary takes.
	maxSamples = 600
	// maxPostSize bounds, in bytes, what one post may unpack to.
	maxPostSize = 64 << 20
	// dictionaryID names the dictionary in each frame; a release has but one.
	dictionaryID = 1
)

// trainDictionary makes a zstd dictionary from sample posts; nil where there
// are too few of them to learn from, or too much alike.
func trainDictionary(samples [][]byte) (dictionary []byte) {
	if len(samples) < minSamples {
		return nil
	}
	// The library panics on samples it can learn nothing from.
	defer func() {
		if recover() != nil {
			dictionary = nil
		}
	}()
	// The text of the dictionary is that of the first samples; choosing phrases,
	// as trainers do, gained little and is not the same from run to run.
	var history []byte
	for _, s := range samples {
		if len(history)+len(s) > maxDictionary {
			break
		}
		history = append(history, s...)
	}
	trained, err := zstd.BuildDict(zstd.BuildDictOptions{
		ID: dictionaryID, Contents: samples, History: history, Offsets: [3]int{1, 4, 8}, Level: zstd.SpeedDefault,
	})
	if err != nil {
		return nil
	}
	// A dictionary that does not give back what went in is worse than none.
	c, err := newCompressor(trained)
	if err != nil {
		return nil
	}
	d, err := newDecompressor(trained)
	if err != nil {
		return nil
	}
	defer d.Close()
	back, err := d.DecodeAll(c.EncodeAll(samples[0], nil), nil)
	if err != nil || !bytes.Equal(back, samples[0]) {
		return nil
	}
	return trained
}

func newCompressor(dictionary []byte) (*zstd.Encoder, error) {
	options := []zstd.EOption{
		zstd.WithEncoderLevel(zstd.SpeedDefault), zstd.WithEncoderConcurrency(1),
		zstd.WithEncoderCRC(false), zstd.WithSingleSegment(true),
	}
	if len(dictionary) > 0 {
		options = append(options, zstd.WithEncoderDict(dictionary))
	}
	return zstd.NewWriter(nil, options...)
}

func newDecompressor(dictionary []byte) (*zstd.Decoder, error) {
	options := []zstd.DOption{
		zstd.WithDecoderConcurrency(0), zstd.WithDecoderLowmem(true), zstd.WithDecoderMaxMemory(maxPostSize),
	}
	if len(dictionary) > 0 {
		options = append(options, zstd.WithDecoderDicts(dictionary))
	}
	d, err := zstd.NewReader(nil, options...)
	if err != nil {
		return nil, fmt.Errorf("%w: dictionary: %w", ErrCorrupt, err)
	}
	return d, nil
}
