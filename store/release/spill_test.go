package release

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"runtime"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"alphanode/content"
	"alphanode/store"
	"alphanode/synth"
)

// TestSpillSorts holds a spill of many runs, records larger than a slab among
// them, against a stable sort in memory.
func TestSpillSorts(t *testing.T) {
	t.Parallel()
	rnd := rand.New(rand.NewPCG(1, 1))
	s := newSpill(systemDisk{}, t.TempDir(), "run", 1<<20)
	defer s.close()
	type record struct{ key, value string }
	var want []record
	for i := range 3000 {
		size := rnd.IntN(3000)
		if i%500 == 99 {
			size = slabSize + i
		}
		r := record{fmt.Sprint("key-", rnd.IntN(1000)), string(bytes.Repeat([]byte{byte(i)}, size))}
		want = append(want, r)
		if err := s.add([]byte(r.key), []byte(r.value)); err != nil {
			t.Fatal(err)
		}
	}
	slices.SortStableFunc(want, func(a, b record) int { return bytes.Compare([]byte(a.key), []byte(b.key)) })
	merged, err := s.merge()
	if err != nil {
		t.Fatal(err)
	}
	defer merged.close()
	for i, w := range want {
		key, value, err := merged.next()
		if err != nil || string(key) != w.key || string(value) != w.value {
			t.Fatalf("record %d: found %s with %d bytes, %v; expected %s with %d", i, key, len(value), err, w.key, len(w.value))
		}
	}
	if _, _, err := merged.next(); !errors.Is(err, io.EOF) {
		t.Errorf("behind the last: found %v", err)
	}
}

// TestMergeHoldsNoValues: to merge runs takes as much memory for large records as
// for small ones, but for the one that is given. It is not parallel, as it looks at
// the memory of the process.
func TestMergeHoldsNoValues(t *testing.T) {
	const runs, size = 60, 1 << 20
	s := newSpill(systemDisk{}, t.TempDir(), "run", 1) // every record makes a run
	defer s.close()
	value := make([]byte, size)
	for i := range runs {
		if err := s.add(fmt.Append(nil, "key-", i%7), value); err != nil {
			t.Fatal(err)
		}
	}
	held := func() uint64 {
		var m runtime.MemStats
		runtime.GC()
		runtime.ReadMemStats(&m)
		return m.HeapAlloc
	}
	before := held()
	merged, err := s.merge()
	if err != nil {
		t.Fatal(err)
	}
	defer merged.close()
	for n := range runs {
		if _, got, err := merged.next(); err != nil || len(got) != size {
			t.Fatalf("record %d: found %d bytes, %v", n, len(got), err)
		}
		if n == runs/2 {
			if after := held(); after > before+runs*size/2 {
				t.Errorf("found %d bytes held in the midst of %d runs, expected at most %d", after-before, runs, runs*size/2)
			}
		}
	}
}

// TestSpillTellsWhatItCouldNotWrite: a run is written beside the adding, so its
// error comes later, but it comes.
func TestSpillTellsWhatItCouldNotWrite(t *testing.T) {
	t.Parallel()
	s := newSpill(systemDisk{}, t.TempDir()+"/missing", "run", 1)
	defer s.close()
	err := s.add([]byte("a"), []byte("1"))
	if err == nil {
		_, err = s.merge()
	}
	if err == nil {
		t.Error("found no error")
	}
}

func TestDraftRoundTrip(t *testing.T) {
	t.Parallel()
	v, generator := newVocabulary(), synth.New(7)
	posts := []*content.Post{{Slug: "bare", Title: "Bare"}}
	for k := range int64(50) {
		posts = append(posts, generator.Post(k+1))
	}
	for _, p := range posts {
		want := newDraft(p, p.AppendJSON(nil), v)
		laid := want.append(nil)
		got, err := readDraft(laid)
		if diff := cmp.Diff(want, got, cmp.AllowUnexported(draft{}, facts{}), cmpopts.EquateEmpty()); err != nil || diff != "" {
			t.Fatalf("%s: %v\n%s", p.Slug, err, diff)
		}
		for n := range len(laid) - len(want.json) {
			if _, err := readDraft(laid[:n]); !errors.Is(err, errRecord) {
				t.Fatalf("%s: a draft cut off at %d of %d bytes: found %v", p.Slug, n, len(laid), err)
			}
		}
	}
}

// TestPacking: what is packed with the dictionary of any sample comes out
// again, the same sample gives the same dictionary, and broken blocks are
// errors.
func TestPacking(t *testing.T) {
	t.Parallel()
	generator := synth.New(3)
	var posts [][]byte
	for k := range int64(200) {
		posts = append(posts, generator.Post(k+1).AppendJSON(nil))
	}
	for _, n := range []int{0, 1, 2, 64, 150} {
		dictionary := trainDictionary(posts[:n])
		if !bytes.Equal(dictionary, trainDictionary(posts[:n])) {
			t.Errorf("%d samples gave two dictionaries", n)
		}
		packing, err := newPacking(dictionary)
		if err != nil {
			t.Fatalf("%d samples: %v", n, err)
		}
		packer := packer{packing: packing}
		var plain, packed int
		for _, post := range posts[150:] {
			p := packer.pack(post)
			back, err := packing.unpack(nil, p)
			if err != nil || !bytes.Equal(back, post) {
				t.Fatalf("%d samples: another post came out, %v", n, err)
			}
			plain, packed = plain+len(post), packed+len(p)
			if _, err := packing.unpack(nil, p[:len(p)/2]); !errors.Is(err, store.ErrCorrupt) {
				t.Fatalf("half a block: found %v", err)
			}
		}
		if n == 150 && packed*4 > plain {
			t.Errorf("posts of the samples' kind were packed from %d bytes to %d", plain, packed)
		}
	}
	packing, err := newPacking(trainDictionary(nil))
	if err != nil {
		t.Fatal(err)
	}
	for _, block := range [][]byte{nil, {0xff, 0xff, 0xff, 0x7f, 0}} { // no length; 256 MB
		if _, err := packing.unpack(nil, block); !errors.Is(err, store.ErrCorrupt) {
			t.Errorf("%x: found %v", block, err)
		}
	}
	if _, err := newPacking(nil); !errors.Is(err, store.ErrCorrupt) {
		t.Errorf("no dictionary: found %v", err)
	}
}
