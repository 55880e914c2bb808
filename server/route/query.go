package route

import (
	"maps"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"alphanode/apierror"
	"alphanode/store"
)

// Query is what a request asks for, read from its address and checked. Each
// parameter of a route fills its part.
type Query struct {
	Path   string     // as it was asked for, escaped
	Values url.Values // as they were given, for links to other pages

	Slug    string
	Release string        // named by the address
	Force   bool          // publish it all the same
	Filter  *store.Filter // nil where nothing is filtered
	Order   store.Order   // the zero one where none is asked for
	Scores  bool          // include=scores
	Related bool          // include=related
	Form

	Limit         int
	After, Before string
	Page          int // 0 where cursors are used

	Terms                    store.SimilarTerms // to compare posts with
	MinSimilarity, Diversity float64
	Exclude                  []string

	By   []store.Kind // nil where not given
	Own  bool         // facets count each field under its own condition too
	Kind store.Kind   // of related terms; empty where not given

	GroupOrder store.GroupOrder
	MinCount   int // of groups of scores

	Ranges Ranges

	Search         string // the words that are searched for
	Match          store.Match
	SearchLanguage string
	Correct        bool // whether what may have been meant is searched for

	Completion store.CompletionQuery // what is being typed

	Address string // where a post stood

	Since, Until string // releases to compare

	TermType, TermPrefix string
	TermOrder            store.TermOrder
}

// Form is how posts are written, and what stands beside them.
type Form struct {
	Summary bool               // as=summary
	Fields  Projection         // nil for everything
	HTML    bool               // include=html
	Text    bool               // include=text
	Anchors bool               // include=anchors
	Similar bool               // include=similar
	OfTerms bool               // include=terms
	Alike   store.SimilarQuery // what include=similar asks, of each post
}

// RestsOnAll reports whether what is written rests on all posts: any may be similar, and
// each is counted.
func (f *Form) RestsOnAll() bool { return f.Similar || f.OfTerms }

// Where gives the filter to fill.
func (q *Query) Where() *store.Filter {
	if q.Filter == nil {
		q.Filter = &store.Filter{}
	}
	return q.Filter
}

// DefaultLimit is how many entries a page has where nobody says it.
const DefaultLimit = 20

// ReadQuery reads and checks everything a request says in its address. All
// faults are reported together.
func ReadQuery(rt *Route, u *url.URL, captured []string) (*Query, error) {
	q := &Query{Path: u.EscapedPath(), Limit: DefaultLimit, Own: true, GroupOrder: store.DefaultGroupOrder, Completion: store.CompletionQuery{First: store.DefaultCompletions},
		Form: Form{Alike: store.SimilarQuery{First: DefaultLimit, Cursors: store.NoCursors}}}
	values, err := url.ParseQuery(u.RawQuery)
	if err != nil {
		return nil, apierror.New(apierror.BadRequest, "The query string cannot be read: "+err.Error()+".",
			apierror.Field{Location: "query", Value: Shorten(u.RawQuery), Expected: "name=value pairs joined by &, percent-encoded UTF-8"})
	}
	values = rt.known(values)
	q.Values = values
	for _, name := range rt.lists {
		if given, ok := values[name]; ok {
			values[name] = strings.Split(strings.Join(given, ","), ",")
		}
	}
	var faults Faults
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
		case p.Alias == name && values.Has(p.Name): // read under its name
		case p.Alias != "":
			faults.check(q, p, slices.Concat(values[p.Name], values[p.Alias]))
		default:
			faults.check(q, p, values[name])
		}
	}
	for _, p := range rt.Parameters {
		if p.Needed != "" && !values.Has(p.Name) {
			faults.add(p, Misfit{"", p.Needed})
		}
		if p.Beside != "" && values.Has(p.Name) && !values.Has(p.Beside) {
			faults.add(p, Misfit{values.Get(p.Name), p.Beside + " beside it"})
		}
	}
	if len(faults) == 0 && rt.Check != nil {
		faults = rt.Check(q)
	}
	if len(faults) > 0 {
		return nil, faults.problem()
	}
	return q, nil
}

// Searching is the search of a query whose words are ranked.
func (q *Query) Searching() store.Search {
	return store.Search{Text: q.Search, Match: q.Match, Language: q.SearchLanguage}
}

// Given is what a parameter was given, in one line.
func (q *Query) Given(name string) string { return strings.Join(q.Values[name], ",") }

// Faults are the parts of a request that cannot be used.
type Faults []apierror.Field

// maxFaults bounds how many faults are looked for: a long address can hold
// thousands, and each costs a search and a line of the answer.
const maxFaults = 10

func (f *Faults) add(p *Parameter, bad ...Misfit) {
	for _, m := range bad[:min(len(bad), maxFaults)] {
		*f = append(*f, apierror.Field{Location: p.In + "." + p.Name, Value: Shorten(m.Found), Expected: m.Expected})
	}
}

// check reads the values of one parameter into the query.
func (f *Faults) check(q *Query, p *Parameter, given []string) {
	if !p.Many && len(given) > 1 {
		f.add(p, Misfit{strings.Join(given, ", "), "one value; the parameter cannot be repeated"})
		return
	}
	for _, value := range given {
		if !utf8.ValidString(value) || strings.ContainsRune(value, 0) {
			f.add(p, Misfit{strconv.QuoteToASCII(value), "UTF-8 without null characters"})
			return
		}
	}
	f.add(p, p.Read(q, given)...)
}

// problem words the faults as one error.
func (f Faults) problem() error {
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

// maxShown bounds how much of what was found is sent back.
const maxShown = 100

// Shorten gives as much of what was found as is sent back.
func Shorten(s string) string {
	if len(s) <= maxShown {
		return strings.ToValidUTF8(s, "\uFFFD")
	}
	return strings.ToValidUTF8(s[:maxShown], "") + "…"
}

// Ranges is how a query wants posts divided by numbers and dates.
type Ranges struct {
	Fields    []store.Field // nil where not given
	Bounds    map[store.Field][]store.Bound
	Intervals map[store.Field]store.DateInterval
}
