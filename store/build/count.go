package build

import (
	"context"

	"alphanode/store"
	"alphanode/store/file"
	"alphanode/store/index/facts"
)

// Count tells what [File] would come to, and writes no release: posts are compared and
// counted, not packed, and no index is made. Of Info it has what counts of posts are.
func Count(ctx context.Context, in Input) (Assembled, error) {
	defer in.Records.Close()
	a := &assembler{in: in, gathered: facts.NewGathered(in.Records.vocabulary)}
	err := file.Guard(func() error {
		return a.eachMerged(ctx, a.comparer, func(w written) error {
			a.count(&w)
			if w.change != removed {
				a.gathered.Add(&w.Facts)
				a.tell()
			}
			return nil
		})
	})
	if err != nil {
		return Assembled{}, err
	}
	return Assembled{file.Info{
		Format: store.FormatVersion, Posts: a.gathered.Posts, Public: a.gathered.Public, Wording: in.wording(), Counts: a.publicCounts(),
	}, a.changes}, nil
}

// comparer makes what one goroutine needs to compare posts.
func (a *assembler) comparer() (func(merged) (written, error), error) {
	return func(m merged) (w written, err error) {
		err = file.Guard(func() error { w, _, err = a.compare(m); return err })
		return w, err
	}, nil
}
