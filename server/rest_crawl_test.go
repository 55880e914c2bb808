package server_test

import (
	"encoding/json"
	"flag"
	"fmt"
	"math/rand/v2"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"testing"

	"alphanode/server"
)

var askedREST = flag.Int("asked", 2000, "how many random requests TestCrawlFitsDocument sends")

// restCrawler makes requests by chance, from what the document says can be asked.
type restCrawler struct {
	described
	rnd      *rand.Rand
	patterns []string // those that are read
	cursors  []string // that answers had
}

func newRESTCrawler(t testing.TB, h *server.Server, rnd *rand.Rand) *restCrawler {
	t.Helper()
	c := &restCrawler{described: document(t, get(t, h, "/openapi.json").body), rnd: rnd, cursors: []string{"x"}}
	for pattern, methods := range c.Paths {
		if _, read := methods["get"]; read && pattern != "/graphql" {
			c.patterns = append(c.patterns, pattern)
		}
	}
	slices.Sort(c.patterns) // the same by the same seed
	return c
}

func pickFrom[T any](rnd *rand.Rand, from ...T) T { return from[rnd.IntN(len(from))] }

// request gives an address of a pattern, with some parameters that the document names and
// perhaps others; values fit their schemas or are near to that.
func (c *restCrawler) request() (pattern, target string) {
	pattern = pickFrom(c.rnd, c.patterns...)
	path := strings.NewReplacer("{slug}", pickFrom(c.rnd, "measuring-a-cache", "redis", "c-plus-plus", "database-postgresql", "none", "a%00b", "%ff", "c++", "%2e%2e", "A"),
		"{a}", pickFrom(c.rnd, "r1", "r9", "r0", "x"), "{b}", pickFrom(c.rnd, "r1", "r2")).Replace(pattern)
	var pairs []string
	parameters := c.Paths[pattern]["get"].Parameters
	for range c.rnd.IntN(5) {
		name := pickFrom(c.rnd, "tool[]", "utm_source", "", "limit", "tool")
		var s valueSchema
		if len(parameters) > 0 && c.rnd.IntN(12) > 0 {
			p := parameters[c.rnd.IntN(len(parameters))]
			if p.Ref != "" {
				p = c.Components.Parameters[strings.TrimPrefix(p.Ref, "#/components/parameters/")]
			}
			if p.In != "query" {
				continue
			}
			name, s = p.Name, p.Schema
		}
		pairs = append(pairs, url.QueryEscape(name)+"="+c.value(name, s))
	}
	for name, value := range map[string]string{"/v1/search": "q=cache", "/v1/changes": "since=r1", "/v1/similar": "tool=redis"} {
		if pattern == name && c.rnd.IntN(5) > 0 {
			pairs = append(pairs, value)
		}
	}
	target = path
	if len(pairs) > 0 {
		target += "?" + strings.Join(pairs, "&")
	}
	return pattern, target
}

// value gives a value of a parameter, escaped.
func (c *restCrawler) value(name string, s valueSchema) string {
	if name == "after" || name == "before" {
		cursor := pickFrom(c.rnd, c.cursors...)
		if c.rnd.IntN(3) == 0 {
			cursor = mutated(c.rnd, cursor)
		}
		return url.QueryEscape(cursor)
	}
	value := pickFrom(c.rnd, s.values()...)
	switch c.rnd.IntN(8) {
	case 0:
		value = mutated(c.rnd, value)
	case 1:
		value += "," + pickFrom(c.rnd, s.values()...)
	case 2:
		value = pickFrom(c.rnd, "", " ", "0", "-1", "1e9", "9223372036854775807", "redis,C++", "rediz", "\x00", "\xff", "2026-01-01", strings.Repeat("a", 2000), "é", "\u200b", "true", "-", "*", "\"", "(")
	}
	if c.rnd.IntN(20) == 0 {
		return pickFrom(c.rnd, "%zz", "%", "a;b", "c++", "%C0%AF", "+") // as it is
	}
	return url.QueryEscape(value)
}

// mutated changes a text a little.
func mutated(rnd *rand.Rand, s string) string {
	b := []byte(s)
	if len(b) == 0 {
		return "x"
	}
	i := rnd.IntN(len(b))
	switch rnd.IntN(4) {
	case 0:
		b[i] ^= 1 << rnd.IntN(8)
	case 1:
		b = slices.Delete(b, i, i+1)
	case 2:
		b = slices.Insert(b, i, byte(rnd.IntN(256)))
	default:
		b = append(b, b[i:]...)
	}
	return string(b)
}

// headers are some that change the answer.
func (c *restCrawler) headers() []string {
	return pickFrom(c.rnd, nil, nil, nil, []string{"Accept: application/json"}, []string{"Accept: text/html"}, []string{"Accept-Encoding: identity;q=0"},
		[]string{"If-Match: \"other\""}, []string{"Authorization: Bearer alphanode_0"}, []string{"Release: r1"}, []string{"Release: r99"}, []string{"Release: x"})
}

// TestCrawlFitsDocument sends random requests, and holds every answer against what the
// document says of it: its status, its headers and its body.
func TestCrawlFitsDocument(t *testing.T) {
	t.Parallel()
	t.Logf("run again with -args -seed=%d", *seed)
	h := serving(t)
	c := newRESTCrawler(t, h, rand.New(rand.NewPCG(*seed, 14)))
	v := newValidator(t, get(t, h, "/openapi.json").body)
	statuses := map[int]int{}
	var pattern, target string
	var last reply
	for range *askedREST {
		headers := []string{"If-None-Match: " + last.header.Get("ETag")}
		if last.status != 200 || c.rnd.IntN(8) > 0 { // else the same again
			pattern, target = c.request()
			headers = c.headers()
		}
		if !askable(target) {
			last = reply{}
			continue
		}
		if asProgram := forPrograms(target); asProgram != nil { // else there may be a page, which the document does not know
			headers = append(slices.DeleteFunc(headers, func(h string) bool { return strings.HasPrefix(h, "Accept:") }), asProgram...)
		}
		r := get(t, h, target, headers...)
		statuses[r.status]++
		last = r
		where := fmt.Sprintf("%s %q", target, headers)
		answer, known := c.Paths[pattern]["get"].Responses[strconv.Itoa(r.status)]
		if !known {
			t.Fatalf("%s: the document has no status %d: %s", where, r.status, r.body)
		}
		if answer.Ref != "" {
			answer = c.Components.Responses[strings.TrimPrefix(answer.Ref, "#/components/responses/")]
		}
		for name, header := range answer.Headers {
			if c.Components.Headers[strings.TrimPrefix(header.Ref, "#/components/headers/")].Required && r.header.Get(name) == "" {
				t.Errorf("%s: found %d without %s, which the document requires", where, r.status, name)
			}
		}
		if r.status >= 500 {
			t.Fatalf("%s: found %d %s", where, r.status, r.body)
		}
		media, _, _ := strings.Cut(r.header.Get("Content-Type"), ";")
		if len(answer.Content) == 0 {
			if r.body != "" {
				t.Errorf("%s: found %d with a body, and the document has none", where, r.status)
			}
			continue
		}
		if _, known := answer.Content[media]; !known {
			t.Errorf("%s: found %s, and the document has none for %d", where, media, r.status)
			continue
		}
		body := r.body
		if r.header.Get("Content-Encoding") != "" {
			body = unpack(t, r)
		}
		bodies := []string{body}
		switch media {
		case "application/x-ndjson":
			bodies = strings.Split(strings.TrimSpace(body), "\n")
		case "text/plain", "text/html":
			bodies = nil
		}
		for _, body := range bodies {
			if body != "" {
				v.of(target).check(t, pattern, "get", r.status, media, body)
			}
		}
		var l list
		if json.Unmarshal([]byte(body), &l) == nil && l.Page.After != nil {
			c.cursors = append(c.cursors, *l.Page.After)
		}
		if t.Failed() {
			t.Fatalf("%s: found %d", where, r.status)
		}
	}
	t.Log("statuses", statuses)
	for _, status := range []int{200, 304, 400, 401, 404, 406, 412} {
		if statuses[status] == 0 {
			t.Errorf("no answer had the status %d", status)
		}
	}
}

// askable reports whether net/http hands an address on.
func askable(target string) bool {
	_, err := url.ParseRequestURI(target)
	return err == nil && strings.HasPrefix(target, "/") && !strings.ContainsFunc(target, func(r rune) bool { return r <= ' ' || r == 0x7f })
}

// FuzzREST: whatever address is asked for, the server answers it, and not by failing.
func FuzzREST(f *testing.F) {
	h := serving(f)
	c := newRESTCrawler(f, h, rand.New(rand.NewPCG(1, 14)))
	for range 200 {
		_, target := c.request()
		f.Add(target, "")
	}
	for _, target := range []string{"/v1/posts?limit=1&limit=2", "//v1/posts", "/v1/../v1/posts", "/v1/posts/%2e%2e/x", "/%00", "/v1/posts?after=%00", "/v1/posts;a=b", "*"} {
		f.Add(target, "application/json;q=0")
	}
	f.Fuzz(func(t *testing.T, target, accept string) {
		if !askable(target) || strings.ContainsAny(accept, "\r\n\x00") {
			t.Skip()
		}
		r := get(t, h, target, "Accept: "+accept)
		if r.status >= 500 {
			t.Errorf("%s: found %d %s", target, r.status, r.body)
		}
		// An address of people says on a page what is wrong.
		page := strings.HasPrefix(r.body, "<!doctype html>") && strings.Contains(r.body, "data-problem")
		if r.status >= 400 && !page && !json.Valid([]byte(r.body)) {
			t.Errorf("%s: found %d with %q", target, r.status, r.body)
		}
	})
}
