package release

import (
	"context"

	"alphanode/store/file"
)

// Read makes a read, which may fail.
func (r *Reader) Read(ctx context.Context, read func() (int, error)) (int, error) {
	return call(ctx, r, func(*file.Tx) (int, error) { return read() })
}

// ForgetFound drops what the release remembers of questions.
func (r *Release) ForgetFound() {
	r.engine.Forget()
	r.words.ForgetFound()
	r.similar.ForgetFound()
}

// ListsRead counts the blocks of lists of words that were read.
func (r *Release) ListsRead() (blocks int) { return r.words.BlocksRead() }
