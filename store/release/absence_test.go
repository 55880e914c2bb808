package release_test

import (
	"bytes"
	"context"
	"errors"
	"flag"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"sync"
	"testing"

	"alphanode/content"
	"alphanode/store"
	"alphanode/store/release"
	"alphanode/store/storetest"
)

var openFlips = flag.Int("open-flips", 150, "how many bits are flipped, one at a time, in a release that is open and was read")

// flipper flips bits in the file of a release that is mapped elsewhere.
type flipper struct {
	t    testing.TB
	f    *os.File
	data []byte
}

func newFlipper(t testing.TB, path string) *flipper {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(path, 0o644); err != nil {
		t.Fatal(err)
	}
	f, err := os.OpenFile(path, os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { f.Close() })
	return &flipper{t, f, data}
}

// flip writes the byte of a bit with that bit turned, or as it was.
func (f *flipper) flip(bit int, turned bool) {
	b := f.data[bit/8]
	if turned {
		b ^= 1 << (bit % 8)
	}
	if _, err := f.f.WriteAt([]byte{b}, int64(bit/8)); err != nil {
		f.t.Error(err)
	}
}

// pick gives a bit of a key, of what stands first on a page (its header, and where its
// keys are), or of anything.
func (f *flipper) pick(rnd *rand.Rand, keys []string) int {
	const page = 16 << 10
	switch rnd.IntN(4) {
	case 0, 1:
		key := []byte(keys[rnd.IntN(len(keys))])
		var places []int
		for at := 0; ; at++ {
			i := bytes.Index(f.data[at:], key)
			if i < 0 {
				break
			}
			at += i
			places = append(places, at)
		}
		if len(places) > 0 {
			return places[rnd.IntN(len(places))]*8 + rnd.IntN(len(key)*8)
		}
	case 2:
		return (rnd.IntN(len(f.data)/page)*page + rnd.IntN(600)) * 8
	}
	return rnd.IntN(len(f.data) * 8)
}

// absences asks for what is there and for what is not, and says whether all answers
// that came are right.
func absences(ctx context.Context, r *release.Reader, posts []*content.Post, tools []string, known map[string]store.Ref) error {
	check := func(what, key string, got store.Ref, err error) error {
		want, ok := known[what+key]
		if !ok {
			want = store.NoRef
		}
		if err != nil && !errors.Is(err, store.ErrCorrupt) || err == nil && got != want {
			return fmt.Errorf("%s %q: found %v, %v, expected %v", what, key, got, err, want)
		}
		return nil
	}
	for _, p := range posts {
		for _, slug := range []string{p.Slug, p.Slug + "-", p.Slug[:len(p.Slug)-1]} {
			refs, err := r.Lookup(ctx, slug)
			if err := check("slug", slug, append(refs, 0)[0], err); err != nil {
				return err
			}
		}
		for _, reference := range []string{p.Meta.Reference, p.Meta.Reference + " "} {
			ref, err := r.LookupReference(ctx, reference)
			if err := check("reference", reference, ref, err); err != nil {
				return err
			}
		}
	}
	for _, address := range append([]string{"/none"}, storetest.RandomAddresses...) {
		ref, err := r.LookupAddress(ctx, address)
		if err := check("address", address, ref, err); err != nil {
			return err
		}
	}
	for _, slug := range tools {
		terms, err := r.LookupTerms(ctx, store.KindTool, slug, slug+"-none")
		if err != nil && !errors.Is(err, store.ErrCorrupt) || err == nil && (terms[0] == nil || terms[1] != nil) {
			return fmt.Errorf("tool %q: found %v, %v", slug, terms, err)
		}
	}
	return nil
}

// TestAbsenceIsProvenEachTime flips bits of a release after everything of it was read
// once: on it, an answer is right or an error, however soon the bit is turned back.
func TestAbsenceIsProvenEachTime(t *testing.T) {
	t.Parallel()
	for _, n := range []int{8, storetest.Times(900)} { // small buckets lie in the root, large ones in many leaves
		t.Run(fmt.Sprint(n, " posts"), func(t *testing.T) {
			t.Parallel()
			rnd := random(t)
			posts := storetest.RandomPosts(rnd, n)
			c := storetest.Catalogue(t, posts...)
			release, err := c.Open("r1")
			if err != nil {
				t.Fatal(err)
			}
			defer release.Close()
			r := release.Reader(store.Preview)
			known := map[string]store.Ref{}
			var keys []string
			for _, p := range posts {
				refs, err := r.Lookup(t.Context(), p.Slug)
				if err != nil || refs[0] == store.NoRef {
					t.Fatal(err)
				}
				known["slug"+p.Slug] = refs[0]
				keys = append(keys, p.Slug)
				if p.Meta.Reference != "" {
					known["reference"+p.Meta.Reference] = refs[0]
					keys = append(keys, p.Meta.Reference)
				}
			}
			page, err := r.FindTerms(t.Context(), store.TermQuery{Kind: store.KindTool, Window: store.Window{First: ptr(100)}})
			if err != nil {
				t.Fatal(err)
			}
			var tools []string
			for _, term := range page.Terms {
				tools = append(tools, term.Slug)
			}
			keys = append(keys, tools...)
			model := storetest.NewModel(posts)
			for _, address := range storetest.RandomAddresses {
				if p := model.At(store.Preview, address); p != nil {
					known["address"+address] = known["slug"+p.Slug]
				}
				keys = append(keys, address)
			}
			if err := absences(t.Context(), r, posts, tools, known); err != nil {
				t.Fatal(err)
			}
			f := newFlipper(t, filepath.Join(c.Dir(), "releases", "r1", "release.db"))
			some := func() []*content.Post {
				rnd.Shuffle(len(posts), func(i, j int) { posts[i], posts[j] = posts[j], posts[i] })
				return posts[:min(len(posts), 100)]
			}
			for range storetest.Times(*openFlips) / 2 {
				bit := f.pick(rnd, keys)
				f.flip(bit, true)
				if err := absences(t.Context(), r, posts, tools, known); err != nil {
					t.Errorf("bit %d is flipped: %v", bit, err)
				}
				// It comes and goes.
				ctx, stop := context.WithCancel(t.Context())
				var flipping sync.WaitGroup
				flipping.Go(func() {
					for turned := true; ctx.Err() == nil; turned = !turned {
						f.flip(bit, turned)
					}
				})
				if err := absences(t.Context(), r, some(), tools, known); err != nil {
					t.Errorf("bit %d comes and goes: %v", bit, err)
				}
				stop()
				flipping.Wait()
				f.flip(bit, false)
				if err := absences(t.Context(), r, some(), tools, known); err != nil {
					t.Errorf("bit %d was flipped: %v", bit, err)
				}
			}
		})
	}
}
