package release

import "alphanode/store/file"

// titles are the distinct folded titles. Title number g is that of group g of
// the order by title.
func titles(tx *file.Tx) file.Texts {
	return file.Texts{Tx: tx, Bucket: file.BucketTitles, Total: tx.File.Info.Titles}
}
