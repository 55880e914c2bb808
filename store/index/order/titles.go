package order

import (
	"strings"

	"alphanode/store"
	"alphanode/store/file"
	"alphanode/text"
)

// Titles are the identities of titles, each once, in the order of collation: number g is
// that of group g of the order by title. Where a title reads otherwise without accents,
// that stands with it, behind a zero.
type Titles struct{ texts file.Texts }

// TitlesOf gives the titles of a release.
func TitlesOf(tx *file.Tx) Titles {
	return Titles{file.Texts{Tx: tx, Bucket: file.BucketTitles, Total: tx.File.Info.Titles}}
}

// appendTitle lays out a title.
func appendTitle(dst []byte, identity, plain string) []byte {
	dst = append(dst, identity...)
	if plain != identity {
		dst = append(append(dst, 0), plain...)
	}
	return dst
}

func readTitle(laidOut string) (identity, plain string) {
	identity, plain, differ := strings.Cut(laidOut, "\x00")
	if !differ {
		plain = identity
	}
	return identity, plain
}

// At gives the title of a group.
func (t Titles) At(group int) (identity string, err error) {
	laidOut, err := t.texts.At(group)
	identity, _ = readTitle(laidOut)
	return identity, err
}

// plainAt gives the title of a group without accents.
func (t Titles) plainAt(group int) (string, error) {
	laidOut, err := t.texts.At(group)
	_, plain := readTitle(laidOut)
	return plain, err
}

// Group gives the group of a title; where none has it, the one before which it would stand.
func (t Titles) Group(identity string) (group int, found bool, err error) {
	collator := text.NewCollator()
	wanted := collator.Of(identity)
	group, err = t.texts.Search(func(laidOut string) bool {
		title, _ := readTitle(laidOut)
		return title == identity || collator.Of(title).Compare(wanted) >= 0
	})
	if err != nil || group == t.texts.Total {
		return group, false, err
	}
	at, err := t.At(group)
	return group, at == identity, err
}

// EachPlain calls a function with every title without its accents, and with the places of
// its group, until it gives false.
func (t Titles) EachPlain(f func(plain string, low, high int) bool) error {
	starts, err := t.texts.Tx.Column(StartsColumn(store.FieldTitle))
	if err != nil {
		return err
	}
	for group := 0; group < t.texts.Total; group += file.TextsPerChunk {
		chunk, err := t.texts.Chunk(group / file.TextsPerChunk)
		if err != nil {
			return err
		}
		for i, laidOut := range chunk {
			_, plain := readTitle(laidOut)
			if !f(plain, int(starts.Uint32(group+i)), int(starts.Uint32(group+i+1))) {
				return nil
			}
		}
	}
	return nil
}
