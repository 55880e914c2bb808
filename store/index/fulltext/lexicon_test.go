package fulltext

import (
	"encoding/binary"
	"errors"
	"fmt"
	"maps"
	"math/rand/v2"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	bolt "go.etcd.io/bbolt"
	"golang.org/x/sync/errgroup"

	"alphanode/content"
	"alphanode/store/disk"
	"alphanode/store/file"
	"alphanode/text"
)

// modelPost is where a word stands in a post.
type modelPost struct {
	Ordinal   uint32
	Positions string
}

// analysisOf takes posts by what their slug says, so that an archive has several.
func analysisOf(ordinal int) text.Analysis {
	return []text.Analysis{text.English, text.English, text.French, text.Plain}[ordinal%4]
}

// wordsOfModel gives the words of posts by their keys, and where they stand, how many
// public posts have each, and the words of each stem, as maps do.
func wordsOfModel(posts []*content.Post) (words map[string][]modelPost, public map[string]uint32, stems map[string][]string) {
	words, public, stems = map[string][]modelPost{}, map[string]uint32{}, map[string][]string{}
	for ordinal, p := range posts {
		own, a := map[string][]int{}, analysisOf(ordinal)
		position := 0
		eachSearched(content.TextsOf(p), func(_ int, piece content.Piece) {
			text.Each(piece.Text(), func(word string, _ int) {
				for _, form := range text.Forms(word) {
					own[keyOf(a, form)] = append(own[keyOf(a, form)], position)
				}
				position++
			})
			position++
		})
		for key, positions := range own {
			if _, folded := cutKey(key); len(words[key]) == 0 {
				stem := keyOf(a, a.Stem(folded))
				stems[stem] = append(stems[stem], key)
			}
			words[key] = append(words[key], modelPost{uint32(ordinal), fmt.Sprint(positions)})
			if ordinal < len(posts)/2 { // public posts come first
				public[key]++
			}
		}
	}
	for _, of := range stems {
		slices.Sort(of)
	}
	return words, public, stems
}

// modelPosts makes posts of words that rarely come again, of forms of one stem, and
// of some with other letters.
func modelPosts(rnd *rand.Rand) []*content.Post {
	word := func() string {
		letters := []string{"a", "e", "k", "s", "T", "é", "缓"}
		if rnd.IntN(3) > 0 {
			letters = letters[:5]
		}
		var w strings.Builder
		for range 1 + rnd.IntN(4) {
			w.WriteString(letters[rnd.IntN(len(letters))])
		}
		return w.String() + []string{"", "", "s", "ed", "ing", "'s"}[rnd.IntN(6)]
	}
	posts := make([]*content.Post, 60)
	for i := range posts {
		p := &content.Post{Slug: fmt.Sprint("p-", i), Title: word()}
		if rnd.IntN(3) == 0 {
			p.Meta.Revision = &content.Revision{Status: "draft"}
		}
		for range rnd.IntN(4) {
			var words []string
			for range rnd.IntN(60) {
				words = append(words, word())
			}
			p.Body = append(p.Body, content.Paragraph{Text: strings.Join(words, " ")})
		}
		posts[i] = p
	}
	return posts
}

// TestLexicon holds what a build finds of words against maps, however few of them
// have a number, however often they are written to disk, and whichever of two
// readers is faster.
func TestLexicon(t *testing.T) {
	t.Parallel()
	rnd := rand.New(rand.NewPCG(12, 1))
	for _, most := range []int{1, 2 << 10, 6 << 10, 1 << 30} {
		for _, memory := range []int{1 << 10, 1 << 30} {
			posts := modelPosts(rnd)
			wantWords, wantPublic, wantStems := wordsOfModel(posts)
			l := NewLexicon(most)
			g := NewGatherer(disk.System{}, t.TempDir(), memory, l)
			defer g.Close()
			for ordinal, words := range readByTwo(t, posts, l) {
				if err := g.Add(uint32(ordinal), posts[ordinal].Public(), words); err != nil {
					t.Fatal(err)
				}
			}
			if loose := len(wantWords) - len(l.words.ends); (loose > 0) != (most < 1<<30) {
				t.Errorf("%d bytes of numbered words: found %d words of %d without a number", most, loose, len(wantWords))
			}
			found := writtenWords(t, g, len(posts))
			for what, diff := range map[string]string{
				"places": cmp.Diff(wantWords, found.places),
				"words":  cmp.Diff(slices.Sorted(maps.Keys(wantWords)), found.words),
				"stems":  cmp.Diff(wantStems, found.stems),
			} {
				if diff != "" {
					t.Fatalf("%d bytes of numbered words, %d gathered: %s\n%s", most, memory, what, diff)
				}
			}
			for i, key := range found.words {
				if n := found.public.Uint32(i); n != wantPublic[key] {
					t.Fatalf("%q: found %d public posts, expected %d", key, n, wantPublic[key])
				}
			}
		}
	}
}

// readByTwo finds the words of posts as two workers of a build do.
func readByTwo(t *testing.T, posts []*content.Post, l *Lexicon) [][]byte {
	t.Helper()
	read := make([][]byte, len(posts))
	var group errgroup.Group
	for worker := range 2 {
		group.Go(func() error {
			r := NewReader(l)
			for i := worker; i < len(posts); i += 2 {
				read[i] = r.Read(posts[i], analysisOf(i))
			}
			return nil
		})
	}
	if err := group.Wait(); err != nil {
		t.Fatal(err)
	}
	return read
}

func unpackedPositions(packed []byte) (positions []int) {
	at := 0
	for len(packed) > 0 {
		distance, used := binary.Uvarint(packed)
		at += int(distance)
		positions, packed = append(positions, at), packed[used:]
	}
	return positions
}

// readBack is what was written of words.
type readBack struct {
	places map[string][]modelPost
	words  []string
	stems  map[string][]string
	public *file.Column
}

// writtenWords writes what was gathered of so many posts, half of which are public, and
// reads it back.
func writtenWords(t *testing.T, g *Gatherer, posts int) readBack {
	t.Helper()
	found := readBack{places: map[string][]modelPost{}, stems: map[string][]string{}}
	path := filepath.Join(t.TempDir(), "release.db")
	out, err := file.NewWriter(disk.System{}, path, file.PageSize)
	if err != nil {
		t.Fatal(err)
	}
	merged, err := g.Merge()
	if err != nil {
		t.Fatal(err)
	}
	defer merged.Close()
	layout, err := g.Layout(posts, posts/2)
	if err != nil {
		t.Fatal(err)
	}
	err = Each(merged, func(w WordParts) error {
		for _, part := range w.posts {
			err := part.each(func(ordinal uint32, occurrence []byte) error {
				_, packed, err := readOccurrence(occurrence)
				found.places[w.key] = append(found.places[w.key], modelPost{ordinal, fmt.Sprint(unpackedPositions(packed))})
				return err
			})
			if err != nil {
				return err
			}
		}
		laid, err := layout.LayOut(w)
		if err != nil {
			return err
		}
		return layout.Write(out, laid)
	})
	if err := errors.Join(err, layout.End(t.Context(), out), out.Close()); err != nil {
		t.Fatal(err)
	}
	column := func(f *numberFile) *file.Column {
		data, err := f.column()
		if err != nil {
			t.Fatal(err)
		}
		return file.CheckedColumn(data)
	}
	db, err := bolt.Open(path, 0o600, &bolt.Options{ReadOnly: true})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	texts := func(bucket string) (all []string) {
		err := db.View(func(tx *bolt.Tx) error {
			return tx.Bucket([]byte(bucket)).ForEach(func(key, value []byte) error {
				payload, err := file.Unseal(bucket, key, value)
				for len(payload) > 0 && err == nil {
					text, rest, ok := file.ReadText(payload)
					if !ok {
						return file.ErrRecord
					}
					all, payload = append(all, text), rest
				}
				return err
			})
		})
		if err != nil {
			t.Fatal(err)
		}
		return all
	}
	found.words, found.public = texts(file.BucketWords), column(g.written.posts)
	ends, mates := column(g.written.ends), column(g.written.mates)
	first := uint32(0)
	stems := texts(file.BucketStems)
	for i, stem := range stems {
		for ; first < ends.Uint32(i); first++ {
			found.stems[stem] = append(found.stems[stem], found.words[mates.Uint32(int(first))])
		}
	}
	if len(found.words) != g.WordCount || len(stems) != g.StemCount {
		t.Fatalf("found %d words and %d stems, told %d and %d", len(found.words), len(stems), g.WordCount, g.StemCount)
	}
	return found
}

// TestWordTable holds a table against a map, cleared and filled again.
func TestWordTable(t *testing.T) {
	t.Parallel()
	rnd := rand.New(rand.NewPCG(12, 2))
	var table wordTable
	for range 20 {
		numbers := map[string]uint32{}
		for range rnd.IntN(2000) {
			word := strings.Repeat("ab", rnd.IntN(3)) + fmt.Sprint(rnd.IntN(1000))
			if rnd.IntN(100) == 0 {
				word = ""
			}
			number, ok := table.find(word)
			want, known := numbers[word]
			if ok != known || ok && number != want {
				t.Fatalf("%q: found %d, %v, expected %d, %v", word, number, ok, want, known)
			}
			if !ok {
				numbers[word] = table.add(word)
			}
		}
		var sorted []string
		for number := range table.ends {
			sorted = append(sorted, string(table.at(uint32(number))))
		}
		slices.Sort(sorted)
		if want := slices.Sorted(maps.Keys(numbers)); !slices.Equal(sorted, want) {
			t.Fatalf("found %q, expected %q", sorted, want)
		}
		table.clear()
	}
}
