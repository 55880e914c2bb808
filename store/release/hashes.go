package release

import "github.com/cespare/xxhash/v2"

// hashesColumn is ordinal → the XXH64 of the post's canonical JSON, by which two
// releases are compared without reading their posts. Releases that were built before
// there was one have none, and are compared post by post. That two forms of a post
// share a hash by accident does not happen in practice: one in 10^19 would.
const hashesColumn = "hashes"

func hashPost(json []byte) uint64 { return xxhash.Sum64(json) }

// hashes gives the column, nil where the release has none.
func hashes(tx *Tx) (*Column, error) {
	if !hashed(tx) {
		return nil, nil
	}
	return tx.column(hashesColumn)
}

func hashed(tx *Tx) bool {
	found, _ := tx.seek(bucketColumns, []byte(hashesColumn))
	return string(found) == hashesColumn
}
