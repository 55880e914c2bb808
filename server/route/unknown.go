package route

import (
	"maps"
	"slices"
	"strings"
	"unicode"

	"github.com/agnivade/levenshtein"

	"alphanode/apierror"
)

// maxNamed bounds how many parameters are listed where one is unknown.
const maxNamed = 12

// longestName is longer than any name; comparing more than that is only work.
const longestName = 40

func (f *Faults) unknown(name, value string, rt *Route) {
	*f = append(*f, apierror.Field{Location: "query." + Shorten(name), Value: Shorten(value), Expected: rt.expected(name)})
}

// expected says what may have been meant by a parameter that the route does not have: what
// means the same here, else what is spelled alike.
func (rt *Route) expected(name string) string {
	known := slices.Sorted(maps.Keys(rt.inQuery))
	expected := "a parameter of " + rt.Pattern
	if rt.Onward != "" && len(name) <= longestName && apierror.Meant(name, []string{"page", "offset"}) != nil {
		return expected + "; there is " + rt.Onward
	}
	switch meant, head := rt.meant(name, known); {
	case len(meant) == 1 && rt.inQuery[meant[0]].Many && meant[0] == head:
		return expected + "; did you mean " + head + ", which is repeated to ask for any of several?"
	case len(meant) > 0:
		return expected + "; did you mean " + apierror.Alternatives(meant) + "?"
	case head != "":
		return expected + ", one of " + strings.Join(formsOf(head, known), ", ")
	}
	if near := nearest(name, known); near != "" {
		return expected + "; did you mean " + near + "?"
	}
	switch {
	case len(known) == 0:
		return "no parameters"
	case len(known) <= maxNamed:
		return "one of " + strings.Join(known, ", ")
	}
	return expected
}

// meant gives the parameters that mean what a name means elsewhere: another name of a
// parameter, or one made of a parameter and a way to compare, such as min_quality and
// tool[in]. Head is the parameter that such a name has in it, "" where it has none.
func (rt *Route) meant(name string, known []string) (meant []string, head string) {
	if len(name) > longestName {
		return nil, ""
	}
	if at := slices.IndexFunc(known, func(k string) bool { return apierror.Fold(k) == apierror.Fold(name) }); at >= 0 { // it is spelled another way
		return known[at : at+1], ""
	}
	if meant := apierror.Meant(name, known); meant != nil {
		return meant, ""
	}
	words := wordsOf(name)
	if len(words) > 1 && words[0] == "filter" { // filter[tool]
		words = words[1:]
	}
	for i := len(words); i > 0; i-- {
		for _, parts := range [][2][]string{{words[:i], words[i:]}, {words[len(words)-i:], words[:len(words)-i]}} {
			of := strings.Join(parts[0], "")
			at := slices.IndexFunc(known, func(k string) bool { return apierror.Fold(k) == of })
			if at < 0 {
				continue
			}
			if head = known[at]; len(parts[1]) == 0 { // filter[tool]
				return []string{head}, ""
			}
			return rt.compared(head, strings.Join(parts[1], ""), known), head
		}
	}
	return nil, ""
}

// compared gives the form of a parameter that compares as a word says; none where the word
// says nothing.
func (rt *Route) compared(head, how string, known []string) []string {
	comparisons := []string{"eq"} // the plain parameter
	if rt.inQuery[head].Many {
		comparisons = append(comparisons, "in")
	}
	for _, form := range formsOf(head, known) {
		if _, comparison, ok := strings.Cut(form, "."); ok {
			comparisons = append(comparisons, comparison)
		}
	}
	meant := apierror.Meant(how, comparisons)
	if slices.Contains(comparisons, how) {
		meant = []string{how}
	} else if near := nearest(how, comparisons); meant == nil && near != "" {
		meant = []string{near}
	}
	for i, comparison := range meant {
		if comparison == "eq" || comparison == "in" {
			meant[i] = head
		} else {
			meant[i] = head + "." + comparison
		}
	}
	return meant
}

// formsOf gives a parameter and the known ones that are made of it.
func formsOf(head string, known []string) (forms []string) {
	for _, k := range known {
		if k == head || strings.HasPrefix(k, head+".") {
			forms = append(forms, k)
		}
	}
	return forms
}

// wordsOf gives the words that a name is made of, in lower case.
func wordsOf(name string) []string {
	var spaced strings.Builder
	lower := false
	for _, r := range name {
		if unicode.IsUpper(r) && lower {
			spaced.WriteByte(' ')
		}
		if lower = unicode.IsLower(r); !unicode.IsLetter(r) && !unicode.IsDigit(r) {
			r = ' '
		}
		spaced.WriteRune(unicode.ToLower(r))
	}
	return strings.Fields(spaced.String())
}

// nearest gives the known name that was most likely meant, or "".
func nearest(name string, known []string) string {
	if len(name) > longestName {
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
