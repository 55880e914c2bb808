package build

import (
	"bytes"
	"context"
	"path/filepath"

	"alphanode/store/disk"
	"alphanode/store/file"
	"alphanode/store/posts"
)

// CompareRebuilt builds a release anew from its own posts, in a folder, and compares
// every value with the release's own. It gives how many there are.
func CompareRebuilt(ctx context.Context, dir string, p Parent) (values int, err error) {
	path := filepath.Join(dir, "rebuilt.db")
	_, err = File(ctx, path, Input{
		Disk: disk.System{}, Dir: dir, Parent: p, Records: NewRecords(disk.System{}, dir, 0),
		Unhashed: !posts.Hashed(p.Tx),
	})
	if err != nil {
		return 0, err
	}
	return file.Compare(ctx, p.Tx, path)
}

// PacksByItself reports whether the dictionary of a release is the one that its own
// posts give.
func PacksByItself(ctx context.Context, p Parent) (bool, error) {
	var own sampler
	if err := file.Guard(func() error { return own.offerAll(ctx, p, nil) }); err != nil {
		return false, err
	}
	return bytes.Equal(p.Posts.Packing.From, trainDictionary(own.posts())), nil
}
