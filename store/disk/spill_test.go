package disk

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"runtime"
	"slices"
	"testing"
)

// TestSpillSorts holds a spill of many runs, records larger than a slab among
// them, against a stable sort in memory.
func TestSpillSorts(t *testing.T) {
	t.Parallel()
	rnd := rand.New(rand.NewPCG(1, 1))
	s := NewSpill(System{}, t.TempDir(), "run", 1<<20)
	defer s.Close()
	type record struct{ key, value string }
	var want []record
	for i := range 3000 {
		size := rnd.IntN(3000)
		if i%500 == 99 {
			size = slabSize + i
		}
		r := record{fmt.Sprint("key-", rnd.IntN(1000)), string(bytes.Repeat([]byte{byte(i)}, size))}
		want = append(want, r)
		if err := s.Add([]byte(r.key), []byte(r.value)); err != nil {
			t.Fatal(err)
		}
	}
	slices.SortStableFunc(want, func(a, b record) int { return bytes.Compare([]byte(a.key), []byte(b.key)) })
	merged, err := s.Merge()
	if err != nil {
		t.Fatal(err)
	}
	defer merged.Close()
	for i, w := range want {
		key, value, err := merged.Next()
		if err != nil || string(key) != w.key || string(value) != w.value {
			t.Fatalf("record %d: found %s with %d bytes, %v; expected %s with %d", i, key, len(value), err, w.key, len(w.value))
		}
	}
	if _, _, err := merged.Next(); !errors.Is(err, io.EOF) {
		t.Errorf("behind the last: found %v", err)
	}
}

// TestMergeHoldsNoValues: to merge runs takes as much memory for large records as
// for small ones, but for the one that is given. It is not parallel, as it looks at
// the memory of the process.
func TestMergeHoldsNoValues(t *testing.T) {
	const runs, size = 60, 1 << 20
	s := NewSpill(System{}, t.TempDir(), "run", 1) // every record makes a run
	defer s.Close()
	value := make([]byte, size)
	for i := range runs {
		if err := s.Add(fmt.Append(nil, "key-", i%7), value); err != nil {
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
	merged, err := s.Merge()
	if err != nil {
		t.Fatal(err)
	}
	defer merged.Close()
	for n := range runs {
		if _, got, err := merged.Next(); err != nil || len(got) != size {
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
	s := NewSpill(System{}, t.TempDir()+"/missing", "run", 1)
	defer s.Close()
	err := s.Add([]byte("a"), []byte("1"))
	if err == nil {
		_, err = s.Merge()
	}
	if err == nil {
		t.Error("found no error")
	}
}
