package facts

import (
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"alphanode/content"
	"alphanode/store/file"
	"alphanode/synth"
)

func TestDraftRoundTrip(t *testing.T) {
	t.Parallel()
	v, generator := NewVocabulary(), synth.New(7)
	posts := []*content.Post{{Slug: "bare", Title: "Bare"}}
	for k := range int64(50) {
		posts = append(posts, generator.Post(k+1))
	}
	for _, p := range posts {
		want := NewDraft(p, p.AppendJSON(nil), v)
		laid := want.Append(nil)
		got, err := ReadDraft(laid)
		if diff := cmp.Diff(want, got, cmp.AllowUnexported(Draft{}, Facts{}), cmpopts.EquateEmpty()); err != nil || diff != "" {
			t.Fatalf("%s: %v\n%s", p.Slug, err, diff)
		}
		for n := range len(laid) - len(want.JSON) {
			if _, err := ReadDraft(laid[:n]); !errors.Is(err, file.ErrRecord) {
				t.Fatalf("%s: a draft cut off at %d of %d bytes: found %v", p.Slug, n, len(laid), err)
			}
		}
	}
}
