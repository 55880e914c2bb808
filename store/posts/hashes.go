package posts

import (
	"github.com/cespare/xxhash/v2"

	"alphanode/store/file"
)

// HashesColumn is ordinal → the XXH64 of the post's canonical JSON, by which two
// releases are compared without reading their posts. Releases that were built before
// there was one have none, and are compared post by post. That two forms of a post
// share a hash by accident does not happen in practice: one in 10^19 would.
const HashesColumn = "hashes"

// Hash is what the column has of a post's canonical JSON.
func Hash(json []byte) uint64 { return xxhash.Sum64(json) }

// Hashes gives the column, nil where the release has none.
func Hashes(tx *file.Tx) (*file.Column, error) {
	if !Hashed(tx) {
		return nil, nil
	}
	return tx.Column(HashesColumn)
}

// Hashed reports whether the release has the column.
func Hashed(tx *file.Tx) bool {
	found, _ := tx.Seek(file.BucketColumns, []byte(HashesColumn))
	return string(found) == HashesColumn
}
