package build

import (
	"context"
	"errors"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"testing"

	"alphanode/store/disk"
)

// numbers is a source of the numbers below n.
func numbers(n int) func(context.Context, func(int) error) error {
	return func(_ context.Context, emit func(int) error) error {
		for i := range n {
			if err := emit(i); err != nil {
				return err
			}
		}
		return nil
	}
}

// one is what each number weighs.
func one(int) int { return 1 }

func double() (func(int) (int, error), error) {
	return func(i int) (int, error) { return 2 * i, nil }, nil
}

func TestPipelineKeepsTheOrder(t *testing.T) {
	t.Parallel()
	for _, n := range []int{0, 1, 64, 1000} {
		var got []int
		err := pipeline(t.Context(), inWork{64, 1 << 20}, numbers(n), one, double, func(i int) error { got = append(got, i); return nil })
		if err != nil || len(got) != n || !slices.IsSorted(got) {
			t.Errorf("%d numbers: found %d, %v", n, len(got), err)
		}
	}
}

// TestPipelineNeverEndsShort: whatever fails or whoever leaves, what was not
// sunk is never passed over without an error.
func TestPipelineNeverEndsShort(t *testing.T) {
	t.Parallel()
	broken := errors.New("broken")
	none := func(int) error { return nil }
	failing := func() (func(int) (int, error), error) {
		return func(i int) (int, error) {
			if i == 500 {
				return 0, broken
			}
			return i, nil
		}, nil
	}
	cut := func(ctx context.Context, emit func(int) error) error {
		return errors.Join(numbers(300)(ctx, emit), broken)
	}
	for name, run := range map[string]func() error{
		"source": func() error { return pipeline(t.Context(), inWork{64, 1 << 20}, cut, one, double, none) },
		"worker": func() error { return pipeline(t.Context(), inWork{64, 1 << 20}, numbers(100_000), one, failing, none) },
		"maker": func() error {
			return pipeline(t.Context(), inWork{64, 1 << 20}, numbers(100_000), one, func() (func(int) (int, error), error) { return nil, broken }, none)
		},
		"sink": func() error {
			return pipeline(t.Context(), inWork{64, 1 << 20}, numbers(100_000), one, double, func(i int) error {
				if i == 600 {
					return broken
				}
				return nil
			})
		},
	} {
		if err := run(); !errors.Is(err, broken) {
			t.Errorf("%s: found %v", name, err)
		}
	}
	for leaveAt := range 300 {
		ctx, leave := context.WithCancel(t.Context())
		sunk := 0
		err := pipeline(ctx, inWork{64, 1 << 20}, numbers(150), one, double, func(int) error {
			if sunk++; sunk == leaveAt {
				leave()
			}
			return nil
		})
		leave()
		if err == nil && sunk != 150 {
			t.Fatalf("left at %d: found %d of 150 and no error", leaveAt, sunk)
		}
	}
}

// TestPipelineBoundsWhatIsInWork: what has left the source and not come to the sink
// never weighs more together than it may, but for an item that does so alone.
func TestPipelineBoundsWhatIsInWork(t *testing.T) {
	t.Parallel()
	rnd := rand.New(rand.NewPCG(3, 4))
	for range 50 {
		most := inWork{1 + rnd.IntN(64), 1 + rnd.IntN(5000)}
		weights := make([]int, 1+rnd.IntN(2000))
		for i := range weights {
			switch weights[i] = rnd.IntN(100); rnd.IntN(20) {
			case 0:
				weights[i] = rnd.IntN(2 * most.bytes)
			case 1:
				weights[i] = 0
			}
		}
		var mu sync.Mutex
		items, weight, highest := 0, 0, 0
		next := 0
		err := pipeline(t.Context(), most,
			func(_ context.Context, emit func(int) error) error {
				for _, w := range weights {
					if err := emit(w); err != nil {
						return err
					}
					mu.Lock()
					if w > 0 {
						items, weight = items+1, weight+w
					}
					if items > 1 {
						highest = max(highest, weight)
					}
					mu.Unlock()
				}
				return nil
			},
			func(w int) int { return w },
			func() (func(int) (int, error), error) { return func(w int) (int, error) { return w, nil }, nil },
			func(w int) error {
				mu.Lock()
				defer mu.Unlock()
				if w > 0 {
					items, weight = items-1, weight-w
				}
				if w != weights[next] {
					t.Errorf("item %d: found %d, expected %d", next, w, weights[next])
				}
				next++
				return nil
			})
		if err != nil || next != len(weights) {
			t.Fatalf("sunk %d of %d: %v", next, len(weights), err)
		}
		if highest > most.bytes {
			t.Fatalf("found %d bytes in work, expected at most %d", highest, most.bytes)
		}
	}
}

// TestTornRun: a run that ends inside a record is no run that ends.
func TestTornRun(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	s := disk.NewSpill(disk.System{}, dir, "run", 1) // every record makes a run
	for _, key := range []string{"b", "a", "c"} {
		if err := s.Add([]byte(key), make([]byte, 5000)); err != nil {
			t.Fatal(err)
		}
	}
	r, err := s.Merge()
	if err != nil {
		t.Fatal(err)
	}
	var keys string
	for {
		key, _, err := r.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		keys += string(key)
	}
	if err := r.Close(); err != nil || keys != "abc" {
		t.Errorf("found %q, %v", keys, err)
	}
	f, err := disk.NewRecordFile(disk.System{}, filepath.Join(dir, "records"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if err := errors.Join(f.Add([]byte("key"), []byte("value")), f.Out.Flush(), os.Truncate(f.File.Name(), 6)); err != nil {
		t.Fatal(err)
	}
	if err := f.Each(func(_, _ []byte) error { return nil }); !errors.Is(err, io.ErrUnexpectedEOF) {
		t.Errorf("found %v", err)
	}
}
