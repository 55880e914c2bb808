package release

import "context"

// listsInWork bounds how many bytes the lists that are laid out at a time have
// together; each is there twice until it is written.
const listsInWork = 32 << 20

// writeWords writes the index of full text: every stem with its posts, all
// words and which stem each has.
func (a *assembler) writeWords(ctx context.Context) error {
	merged, err := a.words.merge()
	if err != nil {
		return err
	}
	defer merged.Close()
	if err := a.words.writeLexicon(ctx, a.out); err != nil {
		return err
	}
	lists, err := a.words.layout(a.gathered.Posts, a.gathered.Public)
	if err != nil {
		return err
	}
	err = pipeline(ctx, inWork{64, listsInWork},
		func(_ context.Context, emit func(stemParts) error) error { return eachGathered(merged, emit) },
		stemParts.weight,
		func() (func(stemParts) (laidOut, error), error) { return lists.layOut, nil },
		func(l laidOut) error { return lists.write(a.out, l) })
	a.words.forget()
	a.words.putColumns(a.columns)
	return err
}
