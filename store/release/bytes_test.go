package release_test

import (
	"testing"

	"alphanode/content"
	"alphanode/store/catalogue"
	"alphanode/synth"
)

// TestBytesOfARelease holds the files that 500 posts give, and then a change of some
// of them, against those that every build of this format has made: the same posts
// give the same bytes, whoever builds them. It changes with FormatVersion, or with what is
// added that can be missing.
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
		{first, "", "ef9f9e1ffd081c227cca3c71f2a8182a8e4739423f54c20078d64a1fbc61b83c"},
		{second, "r1", "6a548929f4db431405c450935a566f8fac2494bdf0d398bacb39ebae4c653314"},
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
