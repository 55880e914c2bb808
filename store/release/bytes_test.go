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
		{first, "", "f3831719b2b5bb918ed41dae70b99ba214d921ca97a7309c3e924454b5d86332"},
		{second, "r1", "09375ab79975090e0717452a62b77ea1a6c89367ad03535e2d0fc01fa4ac67da"},
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
