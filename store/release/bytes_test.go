package release_test

import (
	"testing"

	"alphanode/content"
	"alphanode/store/catalogue"
	"alphanode/synth"
)

// TestBytesOfARelease holds the files that 500 posts give, and then a change of some
// of them, against those that every build of this format has made: the same posts
// give the same bytes, whoever builds them. It changes with FormatVersion alone.
func TestBytesOfARelease(t *testing.T) {
	t.Parallel()
	c, err := catalogue.Open(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	posts := synth.New(7)
	var first, second []content.Record
	for k := range int64(500) {
		first = append(first, content.Record{Post: posts.Post(k + 1)})
	}
	for k := range int64(20) { // ten are given anew, and ten are new
		second = append(second, content.Record{Post: posts.Post(k + 491)})
		second[k].Post.Title += ", revised"
	}
	second = append(second, content.Record{Removed: first[0].Post.Slug})
	for _, step := range []struct {
		records []content.Record
		onto    string
		sha256  string
	}{
		{first, "", "c24aa0163a28a20e70584ff5b5bd5e3020e12afd11e4515923fcd94e2c6a3856"},
		{second, "r1", "49cc0f0aef376c761376b7c5894e8a7b531eb6901d40c8107a5d510757c141d3"},
	} {
		m, err := buildOnto(t, c, catalogue.ImportOptions{Onto: step.onto}, step.records...)
		if err != nil {
			t.Fatal(err)
		}
		if m.SHA256 != step.sha256 {
			t.Errorf("%s: found %s of %d posts, expected %s", m.Name, m.SHA256, m.Posts, step.sha256)
		}
	}
}
