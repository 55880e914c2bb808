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

// modelPost is where a stem stands in a post.
type modelPost struct {
	Ordinal   uint32
	Positions string
}

// modelWord is a word of an archive.
type modelWord struct {
	Stem   string
	Public bool
}

// wordsOfModel gives the words of posts, and where their stems stand, as maps do.
func wordsOfModel(posts []*content.Post) (words map[string]modelWord, stems map[string][]modelPost) {
	words, stems = map[string]modelWord{}, map[string][]modelPost{}
	for ordinal, p := range posts {
		own := map[string][]int{}
		position := 0
		eachSearched(p, func(_ int, piece string) {
			text.Each(piece, func(word string, _ int) {
				folded := text.Fold(word)
				stem := text.EnglishStemming.Stem(folded)
				words[folded] = modelWord{stem, words[folded].Public || p.Public()}
				own[stem] = append(own[stem], position)
				position++
			})
			position++
		})
		for stem, positions := range own {
			stems[stem] = append(stems[stem], modelPost{uint32(ordinal), fmt.Sprint(positions)})
		}
	}
	return words, stems
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
			wantWords, wantStems := wordsOfModel(posts)
			l := NewLexicon(text.EnglishStemming, most)
			g := NewGatherer(disk.System{}, t.TempDir(), memory, l)
			defer g.Close()
			for ordinal, words := range readByTwo(t, posts, l) {
				if err := g.Add(uint32(ordinal), posts[ordinal].Public(), words); err != nil {
					t.Fatal(err)
				}
			}
			if diff := cmp.Diff(wantStems, gatheredStems(t, g)); diff != "" {
				t.Fatalf("%d bytes of numbered words, %d gathered: stems\n%s", most, memory, diff)
			}
			if loose := len(wantWords) - len(l.words.ends); (loose > 0) != (most < 1<<30) {
				t.Errorf("%d bytes of numbered words: found %d words of %d without a number", most, loose, len(wantWords))
			}
			words, stems, stemOf := writtenLexicon(t, g)
			if diff := cmp.Diff(slices.Sorted(maps.Keys(wantStems)), stems); diff != "" {
				t.Fatalf("%d bytes of numbered words, %d gathered: written stems\n%s", most, memory, diff)
			}
			if diff := cmp.Diff(slices.Sorted(maps.Keys(wantWords)), words); diff != "" {
				t.Fatalf("%d bytes of numbered words, %d gathered: written words\n%s", most, memory, diff)
			}
			for i, word := range words {
				w := wordStemOf(stemOf.Uint32(i))
				if found := (modelWord{stems[w.stem], w.public}); found != wantWords[word] {
					t.Fatalf("%d bytes of numbered words, %d gathered: %q: found %v, expected %v", most, memory, word, found, wantWords[word])
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
				read[i] = r.Read(posts[i])
			}
			return nil
		})
	}
	if err := group.Wait(); err != nil {
		t.Fatal(err)
	}
	return read
}

// gatheredStems reads where all stems stand.
func gatheredStems(t *testing.T, g *Gatherer) map[string][]modelPost {
	t.Helper()
	merged, err := g.Merge()
	if err != nil {
		t.Fatal(err)
	}
	defer merged.Close()
	found := map[string][]modelPost{}
	last := ""
	err = Each(merged, func(s StemParts) error {
		if s.stem <= last {
			t.Errorf("found stem %q behind %q", s.stem, last)
		}
		last = s.stem
		for _, part := range s.posts {
			err := part.each(func(ordinal uint32, occurrence []byte) error {
				_, packed, err := readOccurrence(occurrence)
				if err != nil {
					return err
				}
				found[s.stem] = append(found[s.stem], modelPost{ordinal, fmt.Sprint(unpackedPositions(packed))})
				return nil
			})
			if err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return found
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

// writtenLexicon writes all words and stems, and reads them back.
func writtenLexicon(t *testing.T, g *Gatherer) (words, stems []string, stemOf *file.Column) {
	t.Helper()
	dir := t.TempDir()
	path := filepath.Join(dir, "release.db")
	out, err := file.NewWriter(disk.System{}, path, file.PageSize)
	if err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(g.WriteLexicon(t.Context(), out), out.Close()); err != nil {
		t.Fatal(err)
	}
	data, err := g.wordStems.column()
	if err != nil {
		t.Fatal(err)
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
	if words, stems = texts(file.BucketWords), texts(file.BucketStems); len(words) != g.WordCount || len(stems) != g.StemCount || len(data) != 4*len(words) {
		t.Fatalf("found %d words, %d stems and %d bytes of a column, told %d and %d", len(words), len(stems), len(data), g.WordCount, g.StemCount)
	}
	return words, stems, file.CheckedColumn(data)
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
		for _, number := range table.sorted() {
			sorted = append(sorted, string(table.at(number)))
		}
		if want := slices.Sorted(maps.Keys(numbers)); !slices.Equal(sorted, want) {
			t.Fatalf("found %q in order, expected %q", sorted, want)
		}
		table.clear()
	}
}
