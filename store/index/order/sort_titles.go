package order

import (
	"bytes"
	"cmp"
	"slices"

	"alphanode/store/index/facts"
	"alphanode/text"
)

// sortTitles sorts the posts by their titles, and gives the title of each group. Of the
// sort keys, which are four times as long as titles, only the letters are kept: few titles
// have the same.
func sortTitles(titles *facts.Texts, bySlug []uint32) (s sorted, distinct []string) {
	collator := text.NewCollator()
	var letters facts.Texts // by place in bySlug
	places := make([]uint32, len(bySlug))
	title := func(place uint32) []byte { return titles.At(int(bySlug[place])) }
	for i := range places {
		places[i] = uint32(i)
		letters.Append(text.Letters(collator.Key(string(title(uint32(i))))))
	}
	// By letters, and of those with the same letters each title together.
	slices.SortFunc(places, func(a, b uint32) int {
		return cmp.Or(bytes.Compare(letters.At(int(a)), letters.At(int(b))), bytes.Compare(title(a), title(b)), cmp.Compare(a, b))
	})
	for low, high := 0, 0; low < len(places); low = high {
		for high = low + 1; high < len(places) && bytes.Equal(letters.At(int(places[low])), letters.At(int(places[high]))); {
			high++
		}
		alike := places[low:high]
		if bytes.Equal(title(alike[0]), title(alike[len(alike)-1])) {
			continue
		}
		whole := make(map[uint32]text.Collated, len(alike))
		for _, place := range alike {
			whole[place] = collator.Of(string(title(place)))
		}
		slices.SortFunc(alike, func(a, b uint32) int { return cmp.Or(whole[a].Compare(whole[b]), cmp.Compare(a, b)) })
	}
	for i, place := range places {
		if i == 0 || !bytes.Equal(title(places[i-1]), title(place)) {
			s.starts = append(s.starts, uint32(i))
			distinct = append(distinct, string(title(place)))
		}
	}
	s.starts = append(s.starts, uint32(len(places)))
	s.order = places
	for i, place := range places {
		s.order[i] = bySlug[place]
	}
	return s, distinct
}
