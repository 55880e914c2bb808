package file

import (
	"bytes"
	"context"
	"fmt"

	bolt "go.etcd.io/bbolt"

	"alphanode/store"
)

// Compare compares every key and value of a release with those of a file that was
// built from its posts, and gives how many there are.
func Compare(ctx context.Context, tx *Tx, path string) (values int, err error) {
	again, err := bolt.Open(path, 0o400, &bolt.Options{ReadOnly: true, Timeout: openTimeout})
	if err != nil {
		return 0, err
	}
	defer again.Close()
	err = Guard(func() error {
		return again.View(func(rebuilt *bolt.Tx) error {
			own, other := tx.File.Passing(), &Passing{db: again, size: int(rebuilt.Size())}
			passed := func(bytes int) {
				own.Pass(bytes)
				other.Pass(bytes)
			}
			for _, name := range buckets {
				n, err := compareBucket(name, tx.Cursor(name), rebuilt.Bucket([]byte(name)), passed)
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

func compareBucket(name string, x *Cursor, rebuilt *bolt.Bucket, passed func(bytes int)) (values int, err error) {
	y := rebuilt.Cursor()
	k, v := x.First()
	l, w := y.First()
	for ; k != nil || l != nil; values++ {
		if !bytes.Equal(k, l) {
			return values, fmt.Errorf("%w: in %s found the key %q where its posts give %q", store.ErrCorrupt, name, k, l)
		}
		if !bytes.Equal(v, w) {
			return values, fmt.Errorf("%w: in %s the value of %q is not what its posts give", store.ErrCorrupt, name, k)
		}
		passed(len(v))
		k, v = x.Next()
		l, w = y.Next()
	}
	return values, nil
}
