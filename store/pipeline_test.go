package store

import (
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"slices"
	"testing"
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

func double() (func(int) (int, error), error) {
	return func(i int) (int, error) { return 2 * i, nil }, nil
}

func TestPipelineKeepsTheOrder(t *testing.T) {
	t.Parallel()
	for _, n := range []int{0, 1, 64, 1000} {
		var got []int
		err := pipeline(t.Context(), 64, numbers(n), double, func(i int) error { got = append(got, i); return nil })
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
		"source": func() error { return pipeline(t.Context(), 64, cut, double, none) },
		"worker": func() error { return pipeline(t.Context(), 64, numbers(100_000), failing, none) },
		"maker": func() error {
			return pipeline(t.Context(), 64, numbers(100_000), func() (func(int) (int, error), error) { return nil, broken }, none)
		},
		"sink": func() error {
			return pipeline(t.Context(), 64, numbers(100_000), double, func(i int) error {
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
		err := pipeline(ctx, 64, numbers(150), double, func(int) error {
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

// TestTornRun: a run that ends inside a record is no run that ends.
func TestTornRun(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	s := newSpill(systemDisk{}, dir, "run", 1) // every record makes a run
	for _, key := range []string{"b", "a", "c"} {
		if err := s.add([]byte(key), make([]byte, 5000)); err != nil {
			t.Fatal(err)
		}
	}
	r, err := s.merge()
	if err != nil {
		t.Fatal(err)
	}
	var keys string
	for {
		key, _, err := r.next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		keys += string(key)
	}
	if err := r.close(); err != nil || keys != "abc" {
		t.Errorf("found %q, %v", keys, err)
	}
	f, err := newRecordFile(systemDisk{}, filepath.Join(dir, "records"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.close()
	if err := errors.Join(f.add([]byte("key"), []byte("value")), f.out.Flush(), os.Truncate(f.file.Name(), 6)); err != nil {
		t.Fatal(err)
	}
	if err := f.each(func(_, _ []byte) error { return nil }); !errors.Is(err, io.ErrUnexpectedEOF) {
		t.Errorf("found %v", err)
	}
}
