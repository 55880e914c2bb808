package release

import (
	"github.com/cespare/xxhash/v2"

	"alphanode/store/file"
)

// hashesColumn is ordinal → the XXH64 of the post's canonical JSON, by which two
// releases are compared without reading their posts. Releases that were built before
// there was one have none, and are compared post by post. That two forms of a post
// share a hash by accident does not happen in practice: one in 10^19 would.
const hashesColumn = "hashes"

func hashPost(json []byte) uint64 { return xxhash.Sum64(json) }

// hashes gives the column, nil where the release has none.
func hashes(tx *file.Tx) (*file.Column, error) {
	if !hashed(tx) {
		return nil, nil
	}
	return tx.Column(hashesColumn)
}

func hashed(tx *file.Tx) bool {
	found, _ := tx.Seek(file.BucketColumns, []byte(hashesColumn))
	return string(found) == hashesColumn
}
