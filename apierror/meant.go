package apierror

import (
	"slices"
	"strings"
	"unicode"
)

// synonym is what one thing is called: here, in either face, and by other APIs.
type synonym struct{ here, elsewhere []string }

// synonyms are what people ask by who know another API. Names are folded.
var synonyms = []synonym{
	{names("limit first"), names("last perpage pagesize pagelimit size count max maxresults take top rows num n results itemsperpage")},
	{names("page offset after"), names("skip start from startindex pagenumber pageno pageindex pageoffset p")},
	{names("after"), names("cursor next nextcursor pagetoken nextpagetoken nexttoken continuation startingafter searchafter pageafter pagecursor")},
	{names("before"), names("prev previous prevcursor endingbefore pagebefore")},
	{names("sort orderby"), names("order ordering sortby sorting direction dir desc asc sortorder sortdir orderdir")},
	{names("direction"), names("dir order desc asc sortorder sortdir")},
	{names("q search query"), names("s term terms text keyword keywords find fulltext searchterm searchquery")},
	{names("q query"), names("name prefix startswith beginswith")},
	{names("filter"), names("where condition conditions criteria filters")},
	{names("fields"), names("field select only attributes columns props projection fl")},
	{names("include"), names("expand embed with relations populate includes")},
	{names("by"), names("groupby group facet facets facetfield aggregate aggs field")},
	{names("since updated.gte"), names("sincerelease modifiedsince changedsince updatedsince modifiedafter updatedafter")},
	{names("exclude"), names("ignore omit skipslugs without")},
	{names("minsimilarity"), names("threshold minscore cutoff similarity minimum")},
	{names("type kind"), names("entitytype category")},

	{names("entity"), names("entities")},
	{names("tool"), names("tag tags label labels")},
	{names("tools"), names("tag tags label labels")}, // of a post
	{names("topic"), names("tag tags category categories label labels subject subjects theme")},
	{names("stack"), names("technology technologies tech techstack")},
	{names("difficulty"), names("level")},
	{names("language codelanguage"), names("lang programminglanguage locale")},
	{names("status"), names("state")},
	{names("slug"), names("id key handle permalink")},
	{names("viewcount"), names("views hits popularity")},
	{names("readingtime"), names("duration minutes timetoread")},
	{names("quality"), names("score rating")},
	{names("updated"), names("date modified modifiedat lastmodified updatedat")},
	{names("publishedat"), names("date created createdat published publishdate")},

	{names("nodes edges"), names("items data results list records rows hits entries node edge")},
	{names("totalcount"), names("total count size length totalhits totalresults")},
	{names("pageinfo"), names("page paging pagination cursor hasnext hasnextpage haspreviouspage endcursor startcursor nextcursor")},

	// How values are compared.
	{names("in"), names("any or oneof anyof")},
	{names("all"), names("every each and allof")},
	{names("not none"), names("nin notin ne neq nor isnot except exclude noneof")},
	{names("eq"), names("is equal equals exact")},
	{names("gte"), names("min minimum ge from atleast since")},
	{names("lte"), names("max maximum le to atmost until")},
	{names("gt"), names("above over after morethan greaterthan greater")},
	{names("lt"), names("below under before lessthan less")},
	{names("prefix"), names("startswith beginswith begins starts")},
	{names("contains"), names("like ilike match matches has includes substring search")},
}

func names(words string) []string { return strings.Fields(words) }

// Fold gives a name without what people spell in different ways: capitals, and what
// stands between words.
func Fold(name string) string {
	return strings.Map(func(r rune) rune {
		if strings.ContainsRune("_-[] :", r) {
			return -1
		}
		return unicode.ToLower(r)
	}, name)
}

// Meant gives those of the names that are known in a place which mean there what another
// name means elsewhere, as per_page does limit: none where nothing is known of it. That
// two names are spelled alike is for others to find.
func Meant(name string, known []string) (meant []string) {
	folded := Fold(name)
	for _, m := range synonyms {
		if !slices.Contains(m.here, folded) && !slices.Contains(m.elsewhere, folded) {
			continue
		}
		for _, here := range m.here {
			i := slices.IndexFunc(known, func(k string) bool { return Fold(k) == here })
			if i >= 0 && known[i] != name && !slices.Contains(meant, known[i]) {
				meant = append(meant, known[i])
			}
		}
	}
	if at := slices.Index(meant, "q"); at >= 0 { // what a search is for; search beside it is a condition
		return meant[at : at+1]
	}
	return meant
}

// Alternatives are some names as a sentence has them.
func Alternatives(names []string) string {
	if len(names) < 2 {
		return strings.Join(names, "")
	}
	last := len(names) - 1
	return strings.Join(names[:last], ", ") + " or " + names[last]
}
