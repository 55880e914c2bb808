package ingest

import (
	"cmp"
	"encoding/json"
	"maps"
	"slices"

	"alphanode/content"
	"alphanode/ingest/record"
)

// Report counts what became of the items of an import. Kinds of which there may be many are
// counted together, so that a million posts that are alike in something take no more room
// than one. Beside names of files, kinds, fields and keys it has nothing of a post but what
// warnings quote.
type Report struct {
	Source   Source         `json:"source"`
	Posts    map[string]int `json:"posts"` // by status; `public` are those without one
	warnings tally
	losses   tally
	fields   map[string]int
	extra    map[string]int
	Seconds  float64 `json:"seconds"`
	Bytes    int64   `json:"bytes"` // read, as they stand in the files

	Foreign    bool     `json:"-"` // a source was in a foreign format
	PassedOver []string `json:"-"` // the first files of folders that are no posts, such as pictures
}

// Source accounts for every item: Items = Posts + Removals + Rejected + the sum of LeftOut.
type Source struct {
	Items    int            `json:"items"`
	Posts    int            `json:"posts"`
	Removals int            `json:"removals,omitempty"` // records that remove a post
	Rejected int            `json:"rejected"`
	LeftOut  map[string]int `json:"leftOut"` // by kind
}

// The kinds of what is left out by an import itself.
const (
	NoPosts   = "file that is no posts"
	TakenDown = "taken down"
)

// public is the status of posts that readers without a key see.
const public = "public"

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
	maxKinds  = 200 // of warnings, of losses, of keys; what is more is counted under one
	moreKinds = "others"
)

// Take counts an item.
func (r *Report) Take(item record.Item) {
	r.Source.Items++
	for _, w := range item.Warnings {
		r.warnings.add(w.Kind, 1, Place{w.Origin, w.Message})
	}
	switch {
	case item.LeftOut != "":
		r.leaveOut(item.LeftOut)
	case len(item.Rejects) > 0: // it has no post that could have lost something
		r.Source.Rejected++
	case item.Post == nil:
		r.Source.Removals++
	default:
		r.Source.Posts++
		r.post(item)
	}
}

func (r *Report) post(item record.Item) {
	count(&r.Posts, statusOf(item.Post), 1)
	for kind, n := range item.Losses.All() {
		r.losses.add(kind, n, Place{Origin: item.Origin})
	}
	for _, field := range filled(item.Post) {
		count(&r.fields, field, 1)
	}
	for key := range item.Post.Meta.Extra {
		count(&r.extra, key, 1)
	}
}

// Reject counts a post as rejected that was taken for one.
func (r *Report) Reject(status string) {
	r.Source.Posts--
	r.Source.Rejected++
	count(&r.Posts, cmp.Or(status, public), -1)
}

// TakeDown counts a post as left out, since it is taken down, that was taken for one.
func (r *Report) TakeDown(p *content.Post) {
	r.Source.Posts--
	count(&r.Posts, statusOf(p), -1)
	r.leaveOut(TakenDown)
}

// PassOver counts a file in a folder that is no posts.
func (r *Report) PassOver(file string) {
	r.Source.Items++
	r.leaveOut(NoPosts)
	if len(r.PassedOver) < maxPlaces {
		r.PassedOver = append(r.PassedOver, file)
	}
}

func (r *Report) leaveOut(kind string) { count(&r.Source.LeftOut, kind, 1) }

// Passed is how many files of folders were no posts.
func (r *Report) Passed() int { return r.Source.LeftOut[NoPosts] }

// Warnings gives the kinds of warnings, the most frequent first.
func (r *Report) Warnings() []Kind { return r.warnings.kinds() }

// Losses gives the kinds of what posts lost ([content.Losses]), the most frequent first. A
// post is one place of a kind, however often it lost it.
func (r *Report) Losses() []Kind { return r.losses.kinds() }

// Extra gives how many posts have each key of meta.extra.
func (r *Report) Extra() map[string]int { return r.extra }

// MarshalJSON writes all of it.
func (r *Report) MarshalJSON() ([]byte, error) {
	type plain Report // without this method
	r.Source.LeftOut, r.Posts = orEmpty(r.Source.LeftOut), orEmpty(r.Posts)
	return json.Marshal(struct {
		*plain
		Warnings []Kind         `json:"warnings"`
		Losses   []Kind         `json:"losses"`
		Fields   map[string]int `json:"fields"`
		Extra    map[string]int `json:"extra"`
	}{(*plain)(r), r.Warnings(), r.Losses(), orEmpty(r.fields), orEmpty(r.extra)})
}

func orEmpty(counts map[string]int) map[string]int {
	if counts == nil {
		return map[string]int{}
	}
	return counts
}

// count counts n more of a name, or of others where there are too many names.
func count(counts *map[string]int, name string, n int) {
	if *counts == nil {
		*counts = map[string]int{}
	}
	if _, known := (*counts)[name]; !known && len(*counts) >= maxKinds {
		name = moreKinds
	}
	if (*counts)[name] += n; (*counts)[name] == 0 {
		delete(*counts, name)
	}
}

// Most gives the names of counts, the largest first.
func Most(counts map[string]int) []string {
	return slices.SortedFunc(maps.Keys(counts), func(a, b string) int { return cmp.Or(counts[b]-counts[a], cmp.Compare(a, b)) })
}

func statusOf(p *content.Post) string {
	return cmp.Or(p.Status(), public)
}

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
