package release

// titles are the distinct folded titles. Title number g is that of group g of
// the order by title.
func titles(tx *Tx) Texts {
	return Texts{tx, bucketTitles, tx.file.info.Titles}
}
