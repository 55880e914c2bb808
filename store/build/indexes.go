package build

import (
	"encoding/json"
	"slices"

	"alphanode/store"
	"alphanode/store/file"
	"alphanode/store/index/facts"
	"alphanode/store/index/order"
	"alphanode/store/index/similar"
	"alphanode/store/index/terms"
	"alphanode/store/posts"
	"alphanode/store/sets"
	"alphanode/text"
)

// writeIndexes writes what was gathered beside the posts.
func (a *assembler) writeIndexes(bySlug []uint32) error {
	if err := a.writeReferences(); err != nil {
		return err
	}
	if err := a.addresses.Build(bySlug, a.gathered.Public, a.out); err != nil {
		return err
	}
	a.gathered.References = facts.Texts{} // from here on memory is dear
	for i, flag := range facts.Flags {
		bitmap, err := a.gathered.Flags[i].Marshal()
		if err != nil {
			return err
		}
		if err := a.out.Put(file.BucketFlags, []byte(flag.Name), bitmap); err != nil {
			return err
		}
	}
	if err := terms.Build(a.gathered, a.columns, a.out); err != nil {
		return err
	}
	titles, err := order.BuildTextOrders(a.gathered, bySlug, a.columns, a.out)
	if err != nil {
		return err
	}
	a.titles = titles
	similar.Build(a.gathered, bySlug, a.columns)
	order.BuildNumberOrders(a.gathered, bySlug, a.columns)
	if !a.in.Unhashed {
		a.columns.Put(posts.HashesColumn, sets.Encode64(a.gathered.Hashes))
		a.gathered.Hashes = nil
	}
	return a.columns.Write(a.out)
}

func (a *assembler) writeReferences() error {
	refs := &a.gathered.References
	ordinals := make([]uint32, 0, len(refs.Ends))
	for ordinal := range refs.Ends {
		if len(refs.At(ordinal)) > 0 {
			ordinals = append(ordinals, uint32(ordinal))
		}
	}
	slices.SortFunc(ordinals, func(x, y uint32) int {
		return slices.Compare(refs.At(int(x)), refs.At(int(y)))
	})
	for _, ordinal := range ordinals {
		if err := a.out.Put(file.BucketReferences, slices.Clone(refs.At(int(ordinal))), file.OrdinalValue(ordinal)); err != nil {
			return err
		}
	}
	return nil
}

func (a *assembler) info() file.Info {
	return file.Info{
		Format: store.FormatVersion, Posts: a.gathered.Posts, Public: a.gathered.Public, Terms: len(a.gathered.Terms), Titles: a.titles,
		Words: a.words.WordCount, Stems: a.words.StemCount, Wording: a.in.wording(), Analyses: a.words.Analyses(), Lengths: a.words.Lengths(),
		Collation: text.Collation, Counts: a.publicCounts(),
	}
}

// publicCounts says what the public sees.
func (a *assembler) publicCounts() store.Counts {
	counts := store.Counts{Posts: a.gathered.Public}
	for _, t := range a.gathered.Terms {
		if t.Public == 0 {
			continue
		}
		switch t.Sample.Kind {
		case store.KindEntity:
			counts.Entities++
		case store.KindTool:
			counts.Tools++
		}
	}
	return counts
}

func (a *assembler) writeInfo() error {
	data, err := json.Marshal(a.info())
	if err != nil {
		return err
	}
	if err := a.out.Put(file.BucketInfo, []byte(file.InfoKey), data); err != nil {
		return err
	}
	return a.out.Put(file.BucketInfo, []byte(file.DictionaryKey), a.dictionary)
}
