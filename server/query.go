package server

import (
	"maps"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/agnivade/levenshtein"

	"alphanode/apierror"
	"alphanode/store"
)

// query is what a request asks for, read from its address and checked. Each
// parameter of a route fills its part.
type query struct {
	path   string     // as it was asked for, escaped
	values url.Values // as they were given, for links to other pages

	slug    string
	release string        // named by the address
	force   bool          // publish it all the same
	filter  *store.Filter // nil where nothing is filtered
	order   store.Order
	fields  projection // nil for everything
	similar bool       // include=similar
	scores  bool       // include=scores
	related bool       // include=related

	limit         int
	after, before string
	page          int // 0 where cursors are used

	terms                    store.SimilarTerms // to compare posts with
	minSimilarity, diversity float64
	exclude                  []string

	by   []store.Kind // nil where not given
	kind store.Kind   // of related terms; empty where not given

	ranges rangesQuery

	search string // the words that are searched for

	since, until string // releases to compare

	termType, termPrefix string
	termOrder            store.TermOrder
}

// where gives the filter to fill.
func (q *query) where() *store.Filter {
	if q.filter == nil {
		q.filter = &store.Filter{}
	}
	return q.filter
}

const defaultLimit = 20

// readQuery reads and checks everything a request says in its address. All
// faults are reported together.
func readQuery(rt *route, u *url.URL, captured []string) (*query, error) {
	q := &query{path: u.EscapedPath(), limit: defaultLimit, order: store.DefaultOrder}
	values, err := url.ParseQuery(u.RawQuery)
	if err != nil {
		return nil, apierror.New(apierror.BadRequest, "The query string cannot be read: "+err.Error()+".",
			apierror.Field{Location: "query", Value: shorten(u.RawQuery), Expected: "name=value pairs joined by &, percent-encoded UTF-8"})
	}
	q.values = values
	var faults faults
	for i, p := range rt.inPath {
		faults.check(q, p, captured[i:i+1])
	}
	for _, name := range slices.Sorted(maps.Keys(values)) {
		if len(faults) >= maxFaults {
			break
		}
		p := rt.inQuery[name]
		switch {
		case p == nil:
			faults.unknown(name, values.Get(name), rt)
		case p.alias == name && values.Has(p.name): // read under its name
		case p.alias != "":
			faults.check(q, p, slices.Concat(values[p.name], values[p.alias]))
		default:
			faults.check(q, p, values[name])
		}
	}
	for _, p := range rt.parameters {
		if p.needed != "" && !values.Has(p.name) {
			faults.add(p, misfit{"", p.needed})
		}
	}
	if len(faults) == 0 && rt.check != nil {
		faults = rt.check(q)
	}
	if len(faults) > 0 {
		return nil, faults.problem()
	}
	return q, nil
}

// faults are the parts of a request that cannot be used.
type faults []apierror.Field

// maxFaults bounds how many faults are looked for: a long address can hold
// thousands, and each costs a search and a line of the answer.
const maxFaults = 10

func (f *faults) add(p *parameter, bad ...misfit) {
	for _, m := range bad[:min(len(bad), maxFaults)] {
		*f = append(*f, apierror.Field{Location: p.in + "." + p.name, Value: shorten(m.Found), Expected: m.Expected})
	}
}

// check reads the values of one parameter into the query.
func (f *faults) check(q *query, p *parameter, given []string) {
	if !p.many && len(given) > 1 {
		f.add(p, misfit{strings.Join(given, ", "), "one value; the parameter cannot be repeated"})
		return
	}
	for _, value := range given {
		if !utf8.ValidString(value) || strings.ContainsRune(value, 0) {
			f.add(p, misfit{strconv.QuoteToASCII(value), "UTF-8 without null characters"})
			return
		}
	}
	f.add(p, p.read(q, given)...)
}

func (f *faults) unknown(name, value string, rt *route) {
	expected := "a parameter of " + rt.pattern
	if near := nearest(name, slices.Sorted(maps.Keys(rt.inQuery))); near != "" {
		expected += "; did you mean " + near + "?"
	} else if len(rt.inQuery) == 0 {
		expected = "no parameters"
	} else if len(rt.inQuery) <= maxNamed {
		expected = "one of " + strings.Join(slices.Sorted(maps.Keys(rt.inQuery)), ", ")
	}
	*f = append(*f, apierror.Field{Location: "query." + shorten(name), Value: shorten(value), Expected: expected})
}

// problem words the faults as one error.
func (f faults) problem() error {
	var w strings.Builder
	for i, fault := range f {
		if i > 0 {
			w.WriteString(" ")
		}
		w.WriteString(fault.Location + ": found " + strconv.Quote(fault.Value) + ", expected " + fault.Expected)
		if !strings.HasSuffix(fault.Expected, "?") {
			w.WriteString(".")
		}
		if i == 2 && len(f) > 3 {
			w.WriteString(" And " + strconv.Itoa(len(f)-3) + " more, listed in errors.")
			break
		}
	}
	return apierror.New(apierror.BadRequest, w.String(), f...)
}

// nearest gives the known name that was most likely meant, or "".
func nearest(name string, known []string) string {
	const longest = 40 // no name is; comparing longer ones is only work
	if len(name) > longest {
		return ""
	}
	best, distance := "", min(max(1, len(name)/3)+1, len(name))
	for _, k := range known {
		if d := levenshtein.ComputeDistance(strings.ToLower(name), strings.ToLower(k)); d < distance {
			best, distance = k, d
		}
	}
	return best
}

// maxNamed bounds how many parameters are listed where one is unknown.
const maxNamed = 12

// maxShown bounds how much of what was found is sent back.
const maxShown = 100

func shorten(s string) string {
	if len(s) <= maxShown {
		return strings.ToValidUTF8(s, "\uFFFD")
	}
	return strings.ToValidUTF8(s[:maxShown], "") + "…"
}

// rangesQuery is how a query wants posts divided by numbers and dates.
type rangesQuery struct {
	fields    []store.Field // nil where not given
	bounds    map[store.Field][]store.Bound
	intervals map[store.Field]store.DateInterval
}
