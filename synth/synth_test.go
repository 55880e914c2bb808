package synth_test

import (
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"sync"
	"testing"

	"alphanode/content"
	"alphanode/synth"
)

var update = flag.Bool("update", false, "write the golden files anew")

// TestGolden holds near and far posts against files: they must be the same on
// every machine and in every version.
func TestGolden(t *testing.T) {
	t.Parallel()
	g := synth.New(1)
	for _, k := range []int64{1, 2, 999, 1_000_000_007} {
		var got bytes.Buffer
		if err := json.Indent(&got, g.AppendJSON(nil, k), "", "  "); err != nil {
			t.Fatal(err)
		}
		path := filepath.Join("testdata", fmt.Sprintf("post-%d.json", k))
		if *update {
			if err := os.WriteFile(path, got.Bytes(), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		want, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(got.Bytes(), want) {
			t.Errorf("post %d is not as in %s", k, path)
		}
	}
}

// TestPostsDependOnNothingElse writes posts in another order, by many
// goroutines and by another generator.
func TestPostsDependOnNothingElse(t *testing.T) {
	t.Parallel()
	g, h := synth.New(7), synth.New(7)
	const n = 300
	want := make([][]byte, n)
	for k := range want {
		want[k] = g.AppendJSON(nil, int64(k)+1)
	}
	var group sync.WaitGroup
	for range 4 {
		group.Go(func() {
			for _, k := range rand.Perm(n) {
				if got := h.AppendJSON(nil, int64(k)+1); !bytes.Equal(got, want[k]) {
					t.Errorf("post %d differs", k+1)
				}
			}
		})
	}
	group.Wait()
	if bytes.Equal(synth.New(8).AppendJSON(nil, 1), want[0]) {
		t.Error("two seeds give the same post")
	}
}

// TestPostsAreSettledAndValid also holds the generator's own count of words and
// its mark-up against content's.
func TestPostsAreSettledAndValid(t *testing.T) {
	t.Parallel()
	g := synth.New(3)
	for k := int64(1); k <= 3000; k++ {
		if k == 2990 {
			k = 1 << 40
		}
		if k > 1<<40+20 {
			break
		}
		p := g.Post(k)
		before := p.AppendJSON(nil)
		if faults := p.Validate(); faults != nil {
			t.Fatalf("post %d: %v", k, faults)
		}
		paragraphs := 0
		for _, b := range p.Body {
			if _, ok := b.(content.Paragraph); ok {
				paragraphs++
			}
		}
		if paragraphs != *p.Meta.Payload.Paragraphs || paragraphs < 4 || paragraphs > 14 {
			t.Fatalf("post %d has %d paragraphs and says %d", k, paragraphs, *p.Meta.Payload.Paragraphs)
		}
		given := *p.Meta.ReadingTime
		p.Settle()
		if after := p.AppendJSON(nil); !bytes.Equal(before, after) {
			t.Fatalf("post %d is not settled:\n%s\n%s", k, before, after)
		}
		p.Meta.ReadingTime = nil
		if p.Complete(); *p.Meta.ReadingTime != given {
			t.Fatalf("post %d: reading time %d, expected %d", k, given, *p.Meta.ReadingTime)
		}
		r, faults := content.Decode(before)
		if faults != nil || !bytes.Equal(r.Post.AppendJSON(nil), before) {
			t.Fatalf("post %d does not come back from JSON: %v", k, faults)
		}
	}
}

func TestSlugsAndReferencesAreUnique(t *testing.T) {
	t.Parallel()
	g := synth.New(5)
	seen := map[string]int64{}
	for k := int64(1); k <= 20_000; k++ {
		p := g.Post(k)
		for _, name := range []string{"slug " + p.Slug, "reference " + p.Meta.Reference} {
			if other, ok := seen[name]; ok {
				t.Fatalf("posts %d and %d share %s", other, k, name)
			}
			seen[name] = k
		}
		if p.Slug != p.DeriveSlug() {
			t.Fatalf("post %d: found the slug %s, expected %s", k, p.Slug, p.DeriveSlug())
		}
	}
}

// TestDistributions checks the shape of an archive within wide bounds.
func TestDistributions(t *testing.T) {
	t.Parallel()
	const n = 20_000
	g := synth.New(11)
	technologies, problems, scenarios, paragraphs := map[string]int{}, map[string]int{}, map[string]int{}, map[int]int{}
	var hidden, review, popular, machine, bytes int
	for k := int64(1); k <= n; k++ {
		p := g.Post(k)
		technologies[p.Meta.Stack[0]]++
		problems[p.Meta.Outline[1].Text]++
		scenarios[p.Meta.Payload.Scenario]++
		paragraphs[*p.Meta.Payload.Paragraphs]++
		bytes += len(p.AppendJSON(nil))
		if !p.Public() {
			hidden++
		}
		if p.Meta.Flags.AIGeneratedStyle {
			machine++
		}
		if p.Meta.Flags.NeedsHumanReview {
			review++
		}
		if *p.Meta.ViewCount > 10_000 {
			popular++
		}
	}
	within := func(what string, found, low, high int) {
		t.Helper()
		if found < low || found > high {
			t.Errorf("%s: found %d, expected %d to %d", what, found, low, high)
		}
	}
	within("technologies", len(technologies), 60, 200)
	within("problems", len(problems), 200, 1000)
	within("scenarios", len(scenarios), 40, 100)
	within("numbers of paragraphs", len(paragraphs), 11, 11)
	within("the most popular technology", technologies["python services"], n/20, n/6)
	within("posts that are not public", hidden, n*3/100, n*5/100)
	within("posts in the style of a machine", machine, n*85/100, n*95/100)
	within("posts that need review", review, n*2/100, n*4/100)
	within("posts with very many views", popular, n/1000, n/50)
	within("bytes of a post", bytes/n, 4000, 6000)
}

func BenchmarkAppendJSON(b *testing.B) {
	g := synth.New(1)
	var line []byte
	b.ReportAllocs()
	for k := int64(1); b.Loop(); k++ {
		line = g.AppendJSON(line[:0], k)
		b.SetBytes(int64(len(line)))
	}
}
