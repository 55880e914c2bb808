package release

import (
	"context"
	"encoding/binary"

	"github.com/cespare/xxhash/v2"

	"alphanode/store"
	"alphanode/store/cursor"
	"alphanode/store/file"
	"alphanode/store/posts"
)

// sumStep is how many posts are gone through between looks at the context.
const sumStep = 1 << 16

// KnownSum gives the sum of the posts that match a filter, where the release
// remembers it. It reads nothing.
func (r *Reader) KnownSum(filter *store.Filter) (sum uint64, ok bool) {
	n, ok := r.release.engine.Remembered.Get(r.sumOf(filter))
	return uint64(n), ok
}

// Sum tells what is selected, in any release: where it is the same, so are the posts,
// each of them byte by byte, and their order. It reads no post, but their hashes, and
// the release remembers it. In releases without hashes it tells what is selected in
// the very same file.
func (s *Selection) Sum(ctx context.Context) (uint64, error) {
	r := s.reader
	return call(ctx, r, func(tx *file.Tx) (uint64, error) {
		seq, err := s.reader.release.orders.Sequence(tx, store.Order{Field: store.FieldSlug})
		if err != nil {
			return 0, err
		}
		hashes, err := posts.Hashes(tx)
		if err != nil {
			return 0, err
		}
		digest := xxhash.New()
		if hashes == nil {
			_, _ = digest.WriteString(r.release.manifest.SHA256) // which never fails
		}
		var room [8]byte
		for place := range seq.N {
			if place%sumStep == 0 && ctx.Err() != nil {
				return 0, ctx.Err()
			}
			ordinal := seq.OrdinalAt(place)
			if ordinal >= tx.Size() || s.members != nil && !s.members.Contains(int(ordinal)) {
				continue
			}
			hash := uint64(ordinal)
			if hashes != nil {
				hash = uint64(hashes.Int64(int(ordinal)))
			}
			binary.LittleEndian.PutUint64(room[:], hash)
			_, _ = digest.Write(room[:])
		}
		sum := digest.Sum64()
		r.release.engine.Remembered.Put(r.sumOf(s.filter), int(sum))
		return sum, nil
	})
}

// sumOf is the question for a sum.
func (r *Reader) sumOf(filter *store.Filter) cursor.Key {
	return append(cursor.Question(nil).Text("sum").Filter(filter), byte(r.view)).Key()
}
