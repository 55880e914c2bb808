package build

import (
	"context"

	"alphanode/store/index/fulltext"
)

// listsInWork bounds how many bytes the lists that are laid out at a time have
// together; each is there twice until it is written.
const listsInWork = 32 << 20

// writeWords writes the index of full text: every word with its posts, and the words
// of each stem.
func (a *assembler) writeWords(ctx context.Context) error {
	merged, err := a.words.Merge()
	if err != nil {
		return err
	}
	defer merged.Close()
	lists, err := a.words.Layout(a.gathered.Posts, a.gathered.Public)
	if err != nil {
		return err
	}
	err = pipeline(ctx, inWork{64, listsInWork},
		func(_ context.Context, emit func(fulltext.WordParts) error) error {
			return fulltext.Each(merged, emit)
		},
		fulltext.WordParts.Weight,
		func() (func(fulltext.WordParts) (fulltext.LaidOut, error), error) { return lists.LayOut, nil },
		func(l fulltext.LaidOut) error { return lists.Write(a.out, l) })
	if err == nil {
		err = lists.End(ctx, a.out)
	}
	a.words.PutColumns(a.columns)
	return err
}
