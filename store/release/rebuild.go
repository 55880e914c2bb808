package release

import (
	"bytes"
	"context"
	"path/filepath"

	"alphanode/store/disk"
	"alphanode/store/file"
	"alphanode/store/posts"
)

// compareRebuilt builds a release anew from its own posts, in a folder, and compares
// every value with the release's own. It gives how many there are.
func compareRebuilt(ctx context.Context, dir string, p parent) (values int, err error) {
	path := filepath.Join(dir, "rebuilt.db")
	_, err = buildFile(ctx, path, input{
		disk: disk.System{}, dir: dir, parent: p, records: newBuildRecords(disk.System{}, dir, 0), unhashed: !posts.Hashed(p.tx),
	})
	if err != nil {
		return 0, err
	}
	return file.Compare(ctx, p.tx, path)
}

// packsByItself reports whether the dictionary of a release is the one that its own
// posts give.
func packsByItself(ctx context.Context, p parent) (bool, error) {
	var own sampler
	if err := file.Guard(func() error { return own.offerAll(ctx, p, nil) }); err != nil {
		return false, err
	}
	return bytes.Equal(p.posts.Packing.From, trainDictionary(own.posts())), nil
}
