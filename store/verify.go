package store

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"path/filepath"

	bolt "go.etcd.io/bbolt"
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
	v := Verified{Release: name, Bytes: release.manifest.Size, Posts: release.file.info.Posts}
	if err := checkFile(c.releaseDir(name), release.manifest); err != nil {
		return v, fmt.Errorf("verify: %w", err)
	}
	dir, err := os.MkdirTemp("", "alphanode-verify-*")
	if err != nil {
		return v, fmt.Errorf("verify: %w", err)
	}
	defer os.RemoveAll(dir)
	if v.Values, err = release.compareRebuilt(ctx, dir); err != nil {
		return v, fmt.Errorf("verify release %s: %w", name, err)
	}
	return v, nil
}

// compareRebuilt builds the release anew from its own posts and compares.
func (r *Release) compareRebuilt(ctx context.Context, dir string) (values int, err error) {
	tx, err := r.file.begin(ctx, Preview)
	if err != nil {
		return 0, err
	}
	defer r.file.end(tx)
	path := filepath.Join(dir, dbFile)
	_, err = buildFile(ctx, path, input{
		disk: systemDisk{}, dir: dir, parent: parent{r.manifest.Name, r.posts, tx}, records: newBuildRecords(systemDisk{}, dir),
		stemming: r.file.info.Stemming, unhashed: !hashed(tx),
	})
	if err != nil {
		return 0, err
	}
	again, err := bolt.Open(path, 0o400, &bolt.Options{ReadOnly: true, Timeout: openTimeout})
	if err != nil {
		return 0, err
	}
	defer again.Close()
	err = guard(func() error {
		return again.View(func(rebuilt *bolt.Tx) error {
			own, other := r.file.passing(), &passing{db: again, size: int(rebuilt.Size())}
			passed := func(bytes int) {
				own.pass(bytes)
				other.pass(bytes)
			}
			for _, name := range buckets {
				n, err := compareBuckets(name, tx.cursor(name), rebuilt.Bucket([]byte(name)), passed)
				if values += n; err != nil {
					return err
				}
				if err := ctx.Err(); err != nil {
					return err
				}
			}
			return nil
		})
	})
	return values, err
}

func compareBuckets(name string, x *leafCursor, rebuilt *bolt.Bucket, passed func(bytes int)) (values int, err error) {
	y := rebuilt.Cursor()
	k, v := x.First()
	l, w := y.First()
	for ; k != nil || l != nil; values++ {
		if !bytes.Equal(k, l) {
			return values, fmt.Errorf("%w: in %s found the key %q where its posts give %q", ErrCorrupt, name, k, l)
		}
		if !bytes.Equal(v, w) {
			return values, fmt.Errorf("%w: in %s the value of %q is not what its posts give", ErrCorrupt, name, k)
		}
		passed(len(v))
		k, v = x.Next()
		l, w = y.Next()
	}
	return values, nil
}
