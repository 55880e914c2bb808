package build

import (
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"

	"github.com/klauspost/compress/s2"
	"github.com/klauspost/compress/zstd"
	bolt "go.etcd.io/bbolt"

	"alphanode/content"
	"alphanode/store/disk"
	"alphanode/store/file"
	"alphanode/store/posts"
	"alphanode/synth"
)

// BenchmarkEncoding weighs ways to store posts and cards against each other, in
// one run: bytes on disk, and the time to read one at random. The decision and
// its figures stand in docs/decisions.md.
func BenchmarkEncoding(b *testing.B) {
	const n = 10_000
	generator := synth.New(1)
	var list, cards, samples [][]byte
	var input int
	for k := range int64(n) {
		p := generator.Post(k + 1)
		json := p.AppendJSON(nil)
		input += len(json) + 1
		list = append(list, json)
		cards = append(cards, posts.AppendCard(nil, p, p.Updated()))
		if len(samples) < maxSamples {
			samples = append(samples, json)
		}
	}
	dictionary := trainDictionary(samples)
	packing, err := posts.NewPacking(dictionary)
	if err != nil {
		b.Fatal(err)
	}
	for _, e := range []encoding{
		plain(), s2Encoding(),
		{"s2-dictionary", func(src []byte) []byte { return (&posts.Packer{Packing: packing}).Pack(src) }, packing.Unpack},
		{"s2-dictionary-better", func(src []byte) []byte { return packing.Dictionary.EncodeBetter(nil, src) }, packing.Unpack},
		zstdEncoding(b, "zstd", zstd.SpeedDefault, nil),
		zstdEncoding(b, "zstd-dictionary-fastest", zstd.SpeedFastest, dictionary),
		zstdEncoding(b, "zstd-dictionary", zstd.SpeedDefault, dictionary),
	} {
		for _, page := range []int{4 << 10, 16 << 10, 64 << 10} {
			if page != file.PageSize && e.name != "s2-dictionary" {
				continue // the page size is weighed with the chosen encoding alone
			}
			b.Run(fmt.Sprintf("post/%s/page=%dk", e.name, page>>10), func(b *testing.B) {
				benchmarkRead(b, e, list, page, input, func(json []byte) error { _, err := content.DecodePost(json); return err })
			})
			b.Run(fmt.Sprintf("card/%s/page=%dk", e.name, page>>10), func(b *testing.B) {
				benchmarkRead(b, e, cards, page, input, func(json []byte) error { _, err := posts.ReadCard(json); return err })
			})
		}
	}
}

type encoding struct {
	name   string
	encode func(src []byte) []byte
	decode func(dst, src []byte) ([]byte, error)
}

func plain() encoding {
	return encoding{"json", func(src []byte) []byte { return append([]byte(nil), src...) },
		func(dst, src []byte) ([]byte, error) { return append(dst[:0], src...), nil }}
}

func s2Encoding() encoding {
	return encoding{"s2", func(src []byte) []byte { return s2.EncodeBetter(nil, src) },
		func(dst, src []byte) ([]byte, error) { return s2.Decode(dst[:cap(dst)], src) }}
}

func zstdEncoding(b *testing.B, name string, level zstd.EncoderLevel, dictionary []byte) encoding {
	options := []zstd.EOption{zstd.WithEncoderLevel(level), zstd.WithEncoderCRC(false), zstd.WithSingleSegment(true)}
	if dictionary != nil {
		options = append(options, zstd.WithEncoderDictRaw(1, dictionary))
	}
	enc, err := zstd.NewWriter(nil, options...)
	if err != nil {
		b.Fatal(err)
	}
	dec, err := zstd.NewReader(nil, zstd.WithDecoderConcurrency(0), zstd.WithDecoderDictRaw(1, dictionary))
	if err != nil {
		b.Fatal(err)
	}
	return encoding{name, func(src []byte) []byte { return enc.EncodeAll(src, nil) },
		func(dst, src []byte) ([]byte, error) { return dec.DecodeAll(src, dst[:0]) }}
}

// benchmarkRead writes a file of nothing but these values and reads them.
func benchmarkRead(b *testing.B, e encoding, values [][]byte, page, input int, use func([]byte) error) {
	path := filepath.Join(b.TempDir(), "values.db")
	w, err := file.NewWriter(disk.System{}, path, page)
	if err != nil {
		b.Fatal(err)
	}
	for i, v := range values {
		if err := w.Put(file.BucketPosts, file.OrdinalKey(uint32(i)), e.encode(v)); err != nil {
			b.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		b.Fatal(err)
	}
	info, err := os.Stat(path)
	if err != nil {
		b.Fatal(err)
	}
	db, err := bolt.Open(path, 0o400, &bolt.Options{ReadOnly: true, NoStatistics: true})
	if err != nil {
		b.Fatal(err)
	}
	defer db.Close()
	tx, err := db.Begin(false)
	if err != nil {
		b.Fatal(err)
	}
	defer func() { _ = tx.Rollback() }() // a read transaction
	bucket := tx.Bucket([]byte(file.BucketPosts))
	rnd := rand.New(rand.NewPCG(1, 1))
	var scratch []byte
	b.ReportAllocs()
	for b.Loop() {
		i := rnd.IntN(len(values))
		key := file.OrdinalKey(uint32(i))
		payload, err := file.Unseal(file.BucketPosts, key, bucket.Get(key))
		if err != nil {
			b.Fatal(err)
		}
		if scratch, err = e.decode(scratch, payload); err != nil {
			b.Fatal(err)
		}
		if len(scratch) != len(values[i]) {
			b.Fatal("another value was read")
		}
		if err := use(scratch); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(info.Size())/float64(len(values)), "bytes/value")
	b.ReportMetric(float64(info.Size())/float64(input), "of-ndjson")
}
