package server

import (
	"slices"
	"strings"
	"testing"

	"alphanode/server/route"
)

// TestEveryRouteSaysWhatItRestsOn: a route without a word would be left out of what
// caches are told to drop.
func TestEveryRouteSaysWhatItRestsOn(t *testing.T) {
	t.Parallel()
	all := Addresses(nil)
	if len(all) < 20 {
		t.Fatalf("found %d addresses", len(all))
	}
	for _, a := range all {
		inAddress := strings.Count(a.Pattern, "{")
		switch a.RestsOn {
		case route.OnNothing, route.OnQuestion:
		case route.OnRelease, route.OnPosts:
			if inAddress != 0 {
				t.Errorf("%s rests on %s: found something open in the address, expected nothing", a.Pattern, a.RestsOn)
			}
		case route.OnPost, route.OnTerm, route.OnTermPosts:
			if inAddress != 1 {
				t.Errorf("%s rests on a %s: found %d open places in the address, expected its slug alone", a.Pattern, a.RestsOn, inAddress)
			}
		case route.OnTerms:
			if inAddress != 0 {
				t.Errorf("%s rests on all terms: found something open in the address", a.Pattern)
			}
		default:
			t.Errorf("%s rests on %q, expected a word of route.go", a.Pattern, a.RestsOn)
		}
		if terms := []string{route.OnTerm, route.OnTerms, route.OnTermPosts}; slices.Contains(terms, a.RestsOn) != (a.Kind != "") {
			t.Errorf("%s rests on %s: found the kind %q", a.Pattern, a.RestsOn, a.Kind)
		}
	}
}

// TestGroups: whatever Cache-Groups an answer with a tag has, one of them is among those
// of the tag.
func TestGroups(t *testing.T) {
	t.Parallel()
	long := "post:a-practical-guide-to-alerting-on-memory-growth"
	crowd := []string{"posts"}
	for _, letter := range "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ" {
		crowd = append(crowd, "post:"+string(letter))
	}
	for _, test := range []struct {
		tag string
		of  []string // the answer
	}{
		{"post:a", []string{"post:a"}}, {"posts", []string{"posts"}}, {"release", []string{"release"}},
		{long, []string{long}}, {"post:a", crowd}, {"post:Z", crowd}, {"tool:c%2B%2B", append(slices.Clip(crowd), "tool:c%2B%2B")},
	} {
		sent := strings.Split(strings.Trim(groupsOf(test.of), `"`), `", "`)
		got := Groups([]string{test.tag})
		if !slices.ContainsFunc(sent, func(group string) bool { return slices.Contains(got, group) }) {
			t.Errorf("%s: found groups %q, expected one of %q", test.tag, got, sent)
		}
	}
}
