package order

import "alphanode/store/file"

// Titles are the distinct folded titles. Title number g is that of group g of
// the order by title.
func Titles(tx *file.Tx) file.Texts {
	return file.Texts{Tx: tx, Bucket: file.BucketTitles, Total: tx.File.Info.Titles}
}
