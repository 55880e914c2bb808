package addresses

import (
	"alphanode/store"
	"alphanode/store/file"
	"alphanode/store/posts"
)

// Find gives the post that stood at an address, which is in its normal form; NoRef where
// the view sees none.
func Find(tx *file.Tx, address string) (store.Ref, error) {
	ref, err := posts.Ordinal(tx, file.BucketAddresses, address)
	if err != nil || ref != store.NoRef || tx.View == store.Preview {
		return ref, err
	}
	return posts.Ordinal(tx, file.BucketAddresses, publicKey(address))
}

// publicKey is the key of the post that the public finds at an address where another one,
// which it does not see, comes before. No address in its normal form ends like that.
func publicKey(address string) string { return address + "\x00" }
