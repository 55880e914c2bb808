package pages

import (
	"cmp"
	"math"
	"slices"
	"strconv"
	"strings"

	"alphanode/server/pages/frame"
	"alphanode/server/readable"
	"alphanode/server/route"
	"alphanode/store"
)

// similarPost is a post that is like the one of the page, and why.
type similarPost struct {
	Title, Href string
	Similarity  amount
	Bars        []part
	Reasons     []reason
}

// amount is a share of 1: exact, and as it is read.
type amount struct{ Exact, Shown string }

// part is a part of the bar, which is 300 wide.
type part struct{ Class, X, Width string }

// reason is what both posts have in common.
type reason struct {
	Names []string
	More  int // names that are left out
	What  string
	Adds  amount
}

// similar finds the posts most like the one of the page, and tells their slugs.
func similar(r *route.Request, links frame.Links, v *postView, ref store.Ref) (slugs [][]byte, err error) {
	found, err := r.Reader.Similar(r.Ctx, ref, store.SimilarQuery{First: similarShown, Cursors: store.NoCursors})
	if err != nil || len(found.Hits) == 0 {
		return nil, err
	}
	refs := make([]store.Ref, len(found.Hits))
	for i, hit := range found.Hits {
		refs[i] = hit.Ref
	}
	cards, err := r.Reader.Posts(r.Ctx, refs, store.Card)
	if err != nil {
		return nil, err
	}
	for i, hit := range found.Hits {
		v.Similar = append(v.Similar, similarPost{
			Title: cards[i].Title, Href: links.Post(cards[i].Slug),
			Similarity: amount{exact(hit.Similarity), thousandths(int(math.Round(hit.Similarity * 1000)))},
			Bars:       partsOf(hit.Shared), Reasons: reasons(&found.Hits[i]),
		})
		slugs = append(slugs, []byte(cards[i].Slug))
	}
	return slugs, nil
}

const (
	barWidth = 300
	gap      = 1.5 // between the parts of a bar
	thinnest = 0.25
)

// kinds are what posts share, in the order in which a bar has them, as it shows them.
var kinds = []struct {
	kind  store.Kind
	class string
	what  string
}{{store.KindEntity, "fill", ""}, {store.KindTool, "hatch", "tools"}, {store.KindStack, "ring", "stack terms"}}

// inOrder puts what is shared in the order of kinds, of each what adds most first.
func inOrder(shared []store.SharedFeature) []store.SharedFeature {
	place := func(kind store.Kind) int {
		for i, k := range kinds {
			if k.kind == kind {
				return i
			}
		}
		return len(kinds)
	}
	sorted := slices.Clone(shared)
	slices.SortStableFunc(sorted, func(a, b store.SharedFeature) int {
		return cmp.Or(cmp.Compare(place(a.Kind), place(b.Kind)), cmp.Compare(b.Contribution, a.Contribution))
	})
	return sorted
}

// partsOf gives the parts of the bar. One that is too thin to be seen is part of the gap
// before the next.
func partsOf(shared []store.SharedFeature) (all []part) {
	from := 0.0
	for _, s := range inOrder(shared) {
		width := s.Contribution * barWidth
		if width >= thinnest {
			for _, k := range kinds {
				if k.kind == s.Kind {
					all = append(all, part{k.class, readable.Decimal(from), readable.Decimal(max(width-gap, thinnest))})
				}
			}
		}
		from += width
	}
	return all
}

const (
	// namesTold are how many names of tools and stack terms a reason has.
	namesTold = 3
	// entitiesTold are the entities that are a reason each; those behind them are one.
	entitiesTold = 5
)

// reasons sums what is shared. What is read adds up to the similarity as it is read.
func reasons(hit *store.SimilarHit) (all []reason) {
	var adds []float64
	add := func(what string, features ...store.SharedFeature) {
		if len(features) == 0 {
			return
		}
		r := reason{What: what, More: max(0, len(features)-namesTold)}
		sum := 0.0
		for i, f := range features {
			sum += f.Contribution
			if i < namesTold {
				r.Names = append(r.Names, f.Name)
			}
		}
		r.Adds.Exact = exact(store.Decimals9(sum))
		all, adds = append(all, r), append(adds, sum)
	}
	of := map[store.Kind][]store.SharedFeature{}
	for _, s := range inOrder(hit.Shared) {
		of[s.Kind] = append(of[s.Kind], s)
	}
	entities := of[store.KindEntity]
	n := min(len(entities), entitiesTold)
	for _, s := range entities[:n] {
		add(s.Type, s)
	}
	add("entities", entities[n:]...)
	for _, k := range kinds[1:] {
		add(k.what, of[k.kind]...)
	}
	for i, n := range apportioned(adds, int(math.Round(hit.Similarity*1000))) {
		all[i].Adds.Shown = thousandths(n)
	}
	return all
}

// apportioned rounds shares to thousandths that add up to a total: the largest remainders
// are rounded up.
func apportioned(shares []float64, total int) []int {
	parts, byRemainder := make([]int, len(shares)), make([]int, len(shares))
	left := total
	for i, s := range shares {
		parts[i], byRemainder[i] = int(s*1000), i
		left -= parts[i]
	}
	remainder := func(i int) float64 { return shares[i]*1000 - float64(parts[i]) }
	slices.SortStableFunc(byRemainder, func(a, b int) int { return cmp.Compare(remainder(b), remainder(a)) })
	for i := 0; left > 0 && i < len(byRemainder); i++ {
		parts[byRemainder[i]]++
		left--
	}
	for i := len(byRemainder) - 1; left < 0 && i >= 0; i-- { // rounding may have taken one too many
		if parts[byRemainder[i]] > 0 {
			parts[byRemainder[i]]--
			left++
		}
	}
	return parts
}

func thousandths(n int) string {
	digits := strconv.Itoa(n)
	digits = strings.Repeat("0", max(0, 4-len(digits))) + digits
	return digits[:len(digits)-3] + "." + digits[len(digits)-3:]
}

func exact(x float64) string { return strconv.FormatFloat(x, 'f', -1, 64) }
