package fulltext

import (
	"encoding/binary"
	"math/rand/v2"
	"slices"
	"testing"

	"alphanode/store/file"
	"alphanode/store/sets"
)

// TestWordPosts lays out lists of every form and reads them back, span by span
// and post by post.
func TestWordPosts(t *testing.T) {
	t.Parallel()
	rnd := rand.New(rand.NewPCG(1, 2))
	forms := map[byte]int{}
	for _, n := range []int{1, 63, 300, 70_000, 200_001} {
		for _, share := range []float64{0, 0.0001, 0.003, 0.03, 0.3, 0.9, 1} {
			list := wordList{n: n}
			list.begin(nil)
			var positions [][]uint32
			for ordinal := range n {
				// Posts come in stretches, so that chunks and spans differ.
				if near := rnd.Float64(); near >= share*2*float64((ordinal/5000)%2) && near >= share*share {
					continue
				}
				var own []uint32
				var packed []byte
				at := uint32(0)
				for range 1 + rnd.IntN(4) {
					distance := uint32(rnd.IntN(400))
					at += distance
					own, packed = append(own, at), binary.AppendUvarint(packed, uint64(distance))
				}
				positions = append(positions, own)
				list.add(uint32(ordinal), byte(1+rnd.IntN(255)), packed)
			}
			laid, err := list.append(nil)
			if err != nil {
				t.Fatal(err)
			}
			read, err := openWordPosts(file.CheckedColumn(laid), n)
			if err != nil {
				t.Fatal(err)
			}
			forms[read.form]++
			checkWordPosts(t, read, &list, positions)
			if t.Failed() {
				t.Fatalf("%d of %d posts", len(list.ordinals), n)
			}
		}
	}
	if len(forms) != 3 {
		t.Errorf("found lists of the forms %v, expected all three", forms)
	}
}

func checkWordPosts(t *testing.T, read *list, list *wordList, positions [][]uint32) {
	t.Helper()
	if read.count != len(list.ordinals) {
		t.Errorf("found %d posts, expected %d", read.count, len(list.ordinals))
	}
	want := sets.NewBits(list.n)
	for _, ordinal := range list.ordinals {
		want.Add(int(ordinal))
	}
	for chunk := range sets.ChunksFor(list.n) {
		part := want[chunk*sets.ChunkPlaces/64 : min((chunk+1)*sets.ChunkPlaces/64, len(want))]
		found, ones := make([]uint64, len(part)), make([]uint64, len(part))
		for i := range ones {
			ones[i] = 0xf0f0f0f0f0f0f0f0
		}
		read.unite(found, chunk)
		read.keep(ones, chunk)
		for i := range part {
			if found[i] != part[i] || ones[i] != part[i]&0xf0f0f0f0f0f0f0f0 {
				t.Fatalf("chunk %d, word %d: found %x and %x, expected %x", chunk, i, found[i], ones[i], part[i])
			}
		}
	}
	forward, anywhere := wordPositions{list: read}, wordPositions{list: read}
	i := 0
	var span wordSpan
	tops := make([]byte, sets.SpansFor(list.n))
	for i, ordinal := range list.ordinals {
		tops[ordinal/sets.SpanPlaces] = max(tops[ordinal/sets.SpanPlaces], list.impacts[i])
	}
	if found := read.spanMaxima(make([]byte, len(tops))); !slices.Equal(found, tops) {
		t.Fatalf("found the highest impacts %v, expected %v", found, tops)
	}
	for number := range sets.SpansFor(list.n) {
		read.span(number, &span)
		for at := range sets.SpanPlaces {
			ordinal := number*sets.SpanPlaces + at
			if has := ordinal < list.n && want.Contains(ordinal); span.has(at) != has {
				t.Fatalf("post %d: found %t", ordinal, !has)
			} else if !has {
				continue
			}
			if span.before+span.place(at) != i || span.impacts[span.place(at)] != list.impacts[i] {
				t.Fatalf("post %d: found number %d, impact %d, expected %d, %d", ordinal, span.before+span.place(at), span.impacts[span.place(at)], i, list.impacts[i])
			}
			if i%3 == 0 {
				if found := forward.of(i).appendTo(nil, 0); !slices.Equal(found, positions[i]) {
					t.Fatalf("post %d: found at %v, expected %v", ordinal, found, positions[i])
				}
			}
			if j := i * 7919 % len(positions); i%50 == 0 && !slices.Equal(anywhere.of(j).appendTo(nil, 0), positions[j]) {
				t.Fatalf("number %d: found it elsewhere than at %v", j, positions[j])
			}
			i++
		}
	}
}
