package server_test

import (
	"net/url"
	"strings"
	"testing"
)

// TestSearchThatIsMeantWrong: how a search is meant is refused where it is no match, no
// tag of a language, said twice, or said of nothing.
func TestSearchThatIsMeantWrong(t *testing.T) {
	t.Parallel()
	h := serving(t)
	const matches, tag, beside = "one of all, most, any", "the tag of a language, as en or pt-BR (BCP 47)", "search beside it"
	wrong := []struct{ target, name, expected string }{
		{"/v1/search?q=cache&match=some", "match", matches},
		{"/v1/search?q=cache&match=ALL", "match", matches},
		{"/v1/search?q=cache&match=", "match", matches},
		{"/v1/search?q=cache&match=all&match=any", "match", "one value"},
		{"/v1/search?match=all", "q", "the words to search for"},
		{"/v1/search?q=cache&queryLanguage=", "queryLanguage", tag},
		{"/v1/search?q=cache&queryLanguage=english", "queryLanguage", tag},
		{"/v1/search?q=cache&queryLanguage=und", "queryLanguage", tag},
		{"/v1/search?q=cache&queryLanguage=en-x-" + strings.Repeat("abcdefgh-", 10) + "a", "queryLanguage", tag},
		{"/v1/search?q=cache&search.match=any", "search.match", beside},
		{"/v1/search?q=cache&language=en&search.language=en", "search.language", beside},
		{"/v1/posts?match=any", "match", "a parameter of /v1/posts"},
		{"/v1/posts?search=cache&search.match=some", "search.match", matches},
		{"/v1/posts?search=cache&search.language=a_b_c_d", "search.language", tag},
	}
	for _, list := range []string{"/v1/posts?", "/v1/summaries?", "/v1/posts.ndjson?", "/v1/facets?by=tool&", "/v1/ranges?", "/v1/scores?", "/v1/scores?by=tool&", "/v1/changes?since=r1&",
		"/v1/similar?stack=Go&", "/v1/posts/measuring-a-cache/similar?", "/v1/tools/redis/posts?"} {
		wrong = append(wrong, struct{ target, name, expected string }{list + "search.match=any", "search.match", beside})
	}
	for _, tt := range wrong {
		r := get(t, h, tt.target)
		if r.status != 400 || !strings.Contains(r.body, `"location":"query.`+tt.name+`"`) || !strings.Contains(r.body, tt.expected) {
			t.Errorf("%s: found %d %s, expected %s of %s", tt.target, r.status, r.body, tt.expected, tt.name)
		}
	}
}

// TestSearchPageThatIsMeantWrong: the page says what is wrong, as the API does.
func TestSearchPageThatIsMeantWrong(t *testing.T) {
	t.Parallel()
	h := serving(t)
	for target, said := range map[string]string{
		"/?q=cache&match=some":            "query.match: found \"some\", expected one of all, most, any.",
		"/?q=cache&queryLanguage=english": "query.queryLanguage: found \"english\", expected the tag of a language",
		"/?search.match=any":              "query.search.match: found \"any\", expected search beside it.",
	} {
		if r := get(t, h, target); r.status != 400 || !strings.Contains(pageAt(t, r).text(), said) {
			t.Errorf("%s: found %d, expected a page that says %s", target, r.status, said)
		}
	}
}

// TestSearchGoesOnAsItIsMeant: links to other pages say how the search is meant, and a
// cursor of one meaning is refused under another. Two spellings of a language are one.
func TestSearchGoesOnAsItIsMeant(t *testing.T) {
	t.Parallel()
	h := serving(t)
	for _, list := range []string{"/v1/search?q=redis", "/v1/posts?search=redis", "/v1/summaries?search=redis"} {
		match, language := "search.match", "search.language"
		if strings.Contains(list, "q=") {
			match, language = "match", "queryLanguage"
		}
		cursors := map[string]string{}
		meant := []string{"", "&" + match + "=all", "&" + match + "=most", "&" + language + "=pt-BR", "&" + match + "=most&" + language + "=pt-BR"}
		if match == "match" {
			meant = append(meant, "&correct=auto", "&correct=auto&match=most")
		}
		for _, m := range meant {
			l, r := getList(t, h, list+m+"&limit=1")
			if l.Page.After == nil {
				t.Fatalf("%s%s: found %s, expected more than one post", list, m, r.body)
			}
			cursors[m] = *l.Page.After
			next := links(r)["next"]
			if again := get(t, h, next); again.status != 200 || !containsAll(next, strings.Split(m, "&")) {
				t.Errorf("%s%s goes on at %s: found %d %s", list, m, next, again.status, again.body)
			}
		}
		for of, cursor := range cursors {
			for _, m := range meant {
				r := get(t, h, list+m+"&limit=1&after="+url.QueryEscape(cursor))
				if of == m && r.status != 200 || of != m && (r.status != 400 || !strings.Contains(r.body, "a cursor of another list")) {
					t.Errorf("%s%s with a cursor of %q: found %d %s", list, m, of, r.status, r.body)
				}
			}
		}
		if r := get(t, h, list+"&"+language+"=PT_br&limit=1&after="+url.QueryEscape(cursors["&"+language+"=pt-BR"])); r.status != 200 {
			t.Errorf("%s: found %d %s, expected the same list in another spelling", list, r.status, r.body)
		}
	}
}

// TestSearchPageKeepsHowItIsMeant: what leads from a search page to another of the same
// search says how it is meant, the form included; what takes the search away takes that.
func TestSearchPageKeepsHowItIsMeant(t *testing.T) {
	t.Parallel()
	h := serving(t)
	page := pageAt(t, get(t, h, "/?q=cache&match=any&queryLanguage=en&tool=redis"))
	for name, value := range map[string]string{"match": "any", "queryLanguage": "en"} {
		kept := 0
		for _, input := range page.each("input", "name", name) {
			if input.value("form") == "find" && input.value("value") == value {
				kept++
			}
		}
		if kept != 1 {
			t.Errorf("%s=%s stands in the form %d times", name, value, kept)
		}
	}
	links := 0
	for _, a := range page.each("a", "rel", "nofollow") {
		at, err := url.Parse(a.value("href"))
		if err != nil {
			t.Fatal(err)
		}
		if q := at.Query(); at.Path == "/" && q.Has("q") {
			links++
			if q.Get("match") != "any" || q.Get("queryLanguage") != "en" {
				t.Errorf("%s says nothing of how it is meant", at)
			}
		}
	}
	if chips := page.each("a", "class", "off"); links == 0 || len(chips) != 2 { // the tool, and all
		t.Errorf("found %d links and the chips %v", links, chips)
	}
	page = pageAt(t, get(t, h, "/?search=cache&search.match=any&search.language=en"))
	for _, a := range page.each("a", "class", "off") {
		at, err := url.Parse(a.value("href"))
		if err != nil {
			t.Fatal(err)
		}
		if r := get(t, h, at.String()); r.status != 200 || !at.Query().Has("search") && len(at.Query()) > 0 {
			t.Errorf("%q leads to %s: found %d", a.text(), at, r.status)
		}
	}
}

func containsAll(address string, parameters []string) bool {
	for _, p := range parameters {
		if !strings.Contains(address, p) {
			return false
		}
	}
	return true
}
