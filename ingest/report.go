package ingest

import (
	"cmp"
	"slices"

	"alphanode/ingest/record"
)

// Report counts what an import met beside its posts, by kind, so that a million posts that are
// alike in something take no more room than one.
type Report struct {
	warnings, losses tally
	PassedOver       []string // the first files of folders that are no posts, such as pictures
	passed           int
}

// Kind is how often something was met, and where first.
type Kind struct {
	Kind  string  `json:"kind"`
	Count int     `json:"count"`
	First []Place `json:"first"` // at most maxPlaces
}

// Place is where something was met, and what can be said of it there.
type Place struct {
	record.Origin
	Message string `json:"message,omitempty"`
}

const (
	maxPlaces = 5
	maxKinds  = 200 // of warnings, and of losses; what is more is counted under one
	moreKinds = "others"
)

// Take counts what an item warns of, and what its post lost.
func (r *Report) Take(item record.Item) {
	for _, w := range item.Warnings {
		r.warnings.add(w.Kind, 1, Place{w.Origin, w.Message})
	}
	if len(item.Rejects) > 0 { // it has no post that could have lost something
		return
	}
	for kind, n := range item.Losses.All() {
		r.losses.add(kind, n, Place{Origin: item.Origin})
	}
}

// PassOver counts a file in a folder that is no posts.
func (r *Report) PassOver(file string) {
	if r.passed++; len(r.PassedOver) < maxPlaces {
		r.PassedOver = append(r.PassedOver, file)
	}
}

// Passed is how many files of folders were no posts.
func (r *Report) Passed() int { return r.passed }

// Warnings gives the kinds of warnings, the most frequent first.
func (r *Report) Warnings() []Kind { return r.warnings.kinds() }

// Losses gives the kinds of what posts lost ([content.Losses]), the most frequent first. A
// post is one place of a kind, however often it lost it.
func (r *Report) Losses() []Kind { return r.losses.kinds() }

type tally map[string]*Kind

func (t *tally) add(kind string, n int, at Place) {
	if *t == nil {
		*t = tally{}
	}
	k := (*t)[kind]
	if k == nil && len(*t) >= maxKinds-1 {
		kind = moreKinds
		k = (*t)[kind]
	}
	if k == nil {
		k = &Kind{Kind: kind}
		(*t)[kind] = k
	}
	if k.Count += n; len(k.First) < maxPlaces {
		k.First = append(k.First, at)
	}
}

func (t tally) kinds() []Kind {
	all := make([]Kind, 0, len(t))
	for _, k := range t {
		all = append(all, *k)
	}
	slices.SortFunc(all, func(a, b Kind) int { return cmp.Or(b.Count-a.Count, cmp.Compare(a.Kind, b.Kind)) })
	return all
}
