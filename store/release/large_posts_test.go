package release_test

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"alphanode/content"
	"alphanode/store/build"
	"alphanode/store/catalogue"
)

// largePosts are posts of some megabytes, of every shape, with small ones
// between them.
func largePosts(rnd *rand.Rand) []*content.Post {
	prose := func(bytes int) string {
		var w strings.Builder
		for w.Len() < bytes {
			fmt.Fprintf(&w, "word%d the ", rnd.IntN(3000))
		}
		return w.String()
	}
	shapes := []func(p *content.Post){
		func(p *content.Post) { p.Body = []content.Block{content.Paragraph{Text: prose(6 << 20)}} },
		func(p *content.Post) {
			for range content.MaxBlocks {
				p.Body = append(p.Body, content.Paragraph{Text: prose(200)})
			}
		},
		func(p *content.Post) {
			p.Body = []content.Block{content.List{Items: make([]content.ListItem, 200_000)}}
		},
		func(p *content.Post) { p.Intro = prose(2 << 20) },
		func(p *content.Post) { p.Meta.Extra = content.Extra{"blob": []byte(`"` + prose(2<<20) + `"`)} },
		func(p *content.Post) {
			for i := range content.MaxList {
				p.Meta.Tools = append(p.Meta.Tools, fmt.Sprint("tool ", i, strings.Repeat("t", 200)))
				p.Meta.Notes = append(p.Meta.Notes, prose(1000))
			}
		},
		draft,
	}
	var posts []*content.Post
	for i := range 2 * len(shapes) {
		p := post(fmt.Sprintf("post-%08x-%d", rnd.Uint32(), i))
		if i < len(shapes) {
			shapes[i](p)
		}
		p.Settle()
		posts = append(posts, p)
	}
	return posts
}

// TestSameBytesHoweverLittleIsInWork: how many posts are prepared at a time changes
// nothing of what is built, on nothing and onto a release of the same posts.
func TestSameBytesHoweverLittleIsInWork(t *testing.T) {
	t.Parallel()
	posts := largePosts(random(t))
	again := func(p *content.Post) *content.Post {
		other := *p
		other.Title += " changed"
		return &other
	}
	var want [2]string
	for _, bytes := range []int{1 << 30, 1 << 20} {
		c, err := catalogue.Make(t.TempDir())
		if err != nil {
			t.Fatal(err)
		}
		for i, given := range [][]*content.Post{posts, {again(posts[0]), again(posts[5]), again(posts[9])}} {
			b, err := c.Import(t.Context(), catalogue.ImportOptions{Onto: []string{"", "r1"}[i], Memory: build.Memory{Posts: bytes}})
			if err != nil {
				t.Fatal(err)
			}
			for n, p := range given {
				if err := b.Add(content.Record{Post: p}, catalogue.Origin{File: "test", Line: n + 1}); err != nil {
					t.Fatal(err)
				}
			}
			m, err := b.Finish(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			if want[i] == "" {
				want[i] = m.SHA256
			}
			if m.SHA256 != want[i] {
				t.Errorf("with %d bytes of posts in work %s is another file", bytes, m.Name)
			}
		}
	}
}
