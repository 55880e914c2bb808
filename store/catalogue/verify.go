package catalogue

import (
	"context"
	"fmt"
	"os"

	"alphanode/store/build"
	"alphanode/store/release"
)

// Verified says what a verification looked at.
type Verified struct {
	Release string `json:"release"`
	Bytes   int64  `json:"bytes"`
	Posts   int    `json:"posts"`
	Values  int    `json:"values"` // keys compared, over all buckets
}

// Verify checks every byte and every index of a release. It holds the file
// against its checksum, reads every post, builds all indexes anew from the
// posts, in a folder for temporary files, and compares every key and value
// with the release's own. It changes nothing. The error is ErrCorrupt where
// anything differs, and says what.
func (c *Catalogue) Verify(ctx context.Context, name string) (Verified, error) {
	release, err := c.Open(name)
	if err != nil {
		return Verified{}, fmt.Errorf("verify: %w", err)
	}
	defer release.Close()
	v := Verified{Release: name, Bytes: release.Manifest().Size, Posts: release.Manifest().Posts}
	if err := checkFile(c.ReleaseDir(name), release.Manifest()); err != nil {
		return v, fmt.Errorf("verify: %w", err)
	}
	if v.Values, err = rebuildAside(ctx, release); err != nil {
		return v, fmt.Errorf("verify release %s: %w", name, err)
	}
	return v, nil
}

// rebuildAside is rebuild in a folder for temporary files.
func rebuildAside(ctx context.Context, r *release.Release) (values int, err error) {
	dir, err := os.MkdirTemp("", "alphanode-verify-*")
	if err != nil {
		return 0, err
	}
	defer os.RemoveAll(dir)
	return rebuild(ctx, r, dir)
}

// rebuild builds a release anew from its own posts, and compares.
func rebuild(ctx context.Context, r *release.Release, dir string) (values int, err error) {
	own, done, err := beginParent(ctx, r)
	if err != nil {
		return 0, err
	}
	defer done()
	return build.CompareRebuilt(ctx, dir, own)
}
