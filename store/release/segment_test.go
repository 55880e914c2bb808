package release_test

import (
	"bytes"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"alphanode/content"
	"alphanode/store"
	"alphanode/store/storetest"
)

// incompressible gives letters that no packing makes shorter by much.
func incompressible(rnd *rand.Rand, n int) string {
	letters := make([]byte, n)
	for i := range letters {
		letters[i] = '0' + byte(rnd.IntN(75))
	}
	return strings.ReplaceAll(string(letters), `\`, "x")
}

// variedSizes are posts of several segments, public and not, among them some
// whose records or cards are too large for one.
func variedSizes(rnd *rand.Rand, n int) []*content.Post {
	posts := make([]*content.Post, n)
	for i := range posts {
		p := post(fmt.Sprintf("post-%05d", rnd.Uint32()))
		p.Meta.Tools = []string{"tool", fmt.Sprintf("tool %d", i%7)}
		p.Meta.Flags.NeedsHumanReview = i%5 == 0
		p.PublishedAt = "2026-01-02"
		switch i % 50 {
		case 7:
			p.Body = []content.Block{content.Code{Source: incompressible(rnd, 200<<10)}}
		case 8:
			p.Meta.Summary = incompressible(rnd, 100<<10)
		case 9:
			p.Body = []content.Block{content.Code{Source: incompressible(rnd, 60<<10+rnd.IntN(16<<10))}} // on both sides of the bound
		case 10:
			draft(p)
		}
		p.Settle()
		posts[i] = p
	}
	return posts
}

// TestEveryRecordIsRead: each post and card of several segments is what was
// given, by every way of reading it.
func TestEveryRecordIsRead(t *testing.T) {
	t.Parallel()
	rnd := random(t)
	posts := variedSizes(rnd, storetest.Times(700))
	c := storetest.Catalogue(t, posts...)
	if _, err := c.Verify(t.Context(), "r1"); err != nil {
		t.Fatal(err)
	}
	release, err := c.Open("r1")
	if err != nil {
		t.Fatal(err)
	}
	defer release.Close()
	r := release.Reader(store.Preview)
	var refs []store.Ref
	for _, p := range posts {
		found, err := r.Lookup(t.Context(), p.Slug)
		if err != nil {
			t.Fatal(err)
		}
		refs = append(refs, found[0])
	}
	days, err := r.Days(t.Context(), refs)
	if err != nil {
		t.Fatal(err)
	}
	for _, part := range []store.Part{store.Card, store.Whole} {
		whole := part == store.Whole
		wholes, err := r.Posts(t.Context(), refs, part)
		if err != nil {
			t.Fatal(err)
		}
		rows, _, err := r.Raw(t.Context(), refs, part, make([]byte, 0, 1000))
		if err != nil {
			t.Fatal(err)
		}
		const before = `{"data":[`
		all, texts, err := r.AppendTexts(t.Context(), []byte(before), refs, part, store.Room{Spare: 10})
		if err != nil {
			t.Fatal(err)
		}
		if cap(all)-len(all) < 10 {
			t.Errorf("%d bytes of room are left, expected at least 10", cap(all)-len(all))
		}
		for i, p := range posts {
			own := string(p.AppendJSON(nil))
			text := storetest.Sent(p)
			if !whole { // cards, which are sent with their days behind what is stored
				card := rows[i].JSON[:len(rows[i].JSON)-1]
				own, text = string(rows[i].JSON), string(append(days[i].OfCard().AppendMembers(bytes.Clone(card)), '}'))
			}
			switch {
			case wholes[i].Slug != p.Slug || wholes[i].Updated != p.PublishedAt || wholes[i].Meta.Summary != p.Meta.Summary || len(wholes[i].Tools) != 2:
				t.Errorf("post %d was decoded as another one", i)
			case string(rows[i].JSON) != own || rows[i].Ref != refs[i] || !slices.Equal(rows[i].Tools, wholes[i].Tools) || rows[i].NoIndex != (whole && p.Meta.Flags.NeedsHumanReview):
				t.Errorf("row %d, whole %t, is not its post: %+.200v", i, whole, rows[i])
			case string(texts[i].JSON) != text || texts[i].Ref != refs[i] || texts[i].NoIndex != rows[i].NoIndex:
				t.Errorf("text %d, whole %t, is not its post: %.200s", i, whole, texts[i].JSON)
			}
		}
		var joined [][]byte
		for _, text := range texts {
			joined = append(joined, text.JSON)
		}
		if want := before + string(bytes.Join(joined, []byte{','})); string(all) != want {
			t.Errorf("whole %t: the texts are not joined by commas", whole)
		}
	}
	lines := strings.Split(strings.TrimSpace(export(t, c, "r1")), "\n")
	slices.SortFunc(posts, func(a, b *content.Post) int { return strings.Compare(a.Slug, b.Slug) })
	for i, p := range posts {
		if lines[i] != string(p.AppendJSON(nil)) {
			t.Errorf("line %d of the export is not post %s", i, p.Slug)
		}
	}
	if _, _, err := r.AppendTexts(t.Context(), nil, []store.Ref{store.Ref(len(posts))}, store.Card, store.Room{}); !errors.Is(err, store.ErrCorrupt) {
		t.Errorf("a post that is not there: found %v", err)
	}
}

// TestTextBySlug is that of the post, where the view has it.
func TestTextBySlug(t *testing.T) {
	t.Parallel()
	release := storetest.Release(t, post("a"), post("b", draft))
	all, text, err := release.Reader(store.Public).AppendText(t.Context(), []byte("["), "a", 1)
	if want := string(post("a").AppendJSON(nil)); err != nil || string(text.JSON) != want || string(all) != "["+want {
		t.Errorf("found %s, %s, %v, expected %s", all, text.JSON, err, want)
	}
	for _, slug := range []string{"b", "c", ""} {
		if _, _, err := release.Reader(store.Public).AppendText(t.Context(), nil, slug, 0); !errors.Is(err, store.ErrNotFound) {
			t.Errorf("%q: found %v", slug, err)
		}
	}
	if _, _, err := release.Reader(store.Preview).AppendText(t.Context(), nil, "b", 0); err != nil {
		t.Error(err)
	}
}

// TestDamagedRecords flips bits only where the records of posts and cards lie:
// a read gives the post as it was, or an error.
func TestDamagedRecords(t *testing.T) {
	t.Parallel()
	rnd := random(t)
	posts := variedSizes(rnd, 60)
	c := storetest.Catalogue(t, posts...)
	path := filepath.Join(c.Dir(), "releases", "r1", "release.db")
	sound, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(path, 0o644); err != nil {
		t.Fatal(err)
	}
	read := func() (cards, whole []string, err error) {
		release, err := c.Open("r1")
		if err != nil {
			return nil, nil, err
		}
		defer release.Close()
		r := release.Reader(store.Preview)
		for ref := range store.Ref(len(posts)) {
			for part, texts := range map[store.Part]*[]string{store.Card: &cards, store.Whole: &whole} {
				_, found, err := r.AppendTexts(t.Context(), nil, []store.Ref{ref}, part, store.Room{})
				if err != nil && !errors.Is(err, store.ErrCorrupt) {
					t.Errorf("found %v", err)
				}
				text := ""
				if err == nil {
					text = string(found[0].JSON)
				}
				*texts = append(*texts, text)
			}
		}
		return cards, whole, nil
	}
	wantCards, wantWhole, err := read()
	if err != nil {
		t.Fatal(err)
	}
	first := bytes.Index(sound, []byte(`{"slug":"post-`)) // of a card
	refused := 0
	for range storetest.Times(60) {
		damaged := slices.Clone(sound)
		at := first + rnd.IntN(8<<10)
		if rnd.IntN(2) == 0 {
			at = rnd.IntN(len(sound))
		}
		damaged[at] ^= 1 << rnd.IntN(8)
		if err := os.WriteFile(path, damaged, 0o644); err != nil {
			t.Fatal(err)
		}
		cards, whole, err := read()
		if err != nil {
			continue
		}
		for i := range posts {
			if cards[i] == "" || whole[i] == "" {
				refused++
			}
			if cards[i] != "" && cards[i] != wantCards[i] || whole[i] != "" && whole[i] != wantWhole[i] {
				t.Errorf("the byte at %d was changed: post %d was read as another one", at, i)
			}
		}
	}
	if refused == 0 && !testing.Short() {
		t.Error("no flip was noticed")
	}
}
