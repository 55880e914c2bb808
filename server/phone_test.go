package server_test

import (
	"bufio"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"maps"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"alphanode/content"
	"alphanode/store"
	"alphanode/store/storetest"
	"alphanode/synth"
)

var phonePosts = flag.Int("phone", 200, "how many posts TestPhone keeps a copy of; with -v it prints what each step sends")

// phone keeps a copy of what a filter matches, over HTTP alone and by the rules of
// docs/releases.md: a stream at first, and the changes since then.
type phone struct {
	t        *testing.T
	site     string
	name     string
	filter   string // a parameter, or ""
	as       string // likewise
	accept   string // codings
	copy     map[string]string
	stands   []string // the releases that the copy may stand at
	requests int      // of a step, and the bytes of what was answered
	headers  int
	bodies   int
}

// get asks once, and counts what comes over the network.
func (p *phone) get(path string, query ...string) reply {
	p.t.Helper()
	query = slices.DeleteFunc(append(query, p.filter, p.as), func(q string) bool { return q == "" })
	r, err := http.NewRequest("GET", p.site+path+"?"+strings.Join(query, "&"), nil)
	if err != nil {
		p.t.Fatal(err)
	}
	r.Header.Set("Accept-Encoding", p.accept)
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		p.t.Fatal(err)
	}
	defer answer.Body.Close()
	head, err := httputil.DumpResponse(answer, false)
	if err != nil {
		p.t.Fatal(err)
	}
	body, err := io.ReadAll(answer.Body)
	if err != nil {
		p.t.Fatal(err)
	}
	p.requests, p.headers, p.bodies = p.requests+1, p.headers+len(head), p.bodies+len(body)
	got := reply{answer.StatusCode, answer.Header, string(body)}
	got.body = unpack(p.t, got)
	return got
}

// begin takes the copy anew, from one release.
func (p *phone) begin() {
	p.t.Helper()
	r := p.get("/v1/posts.ndjson")
	if r.status != 200 {
		p.t.Fatalf("%s: found %d %s", p.name, r.status, r.body)
	}
	p.copy, p.stands = map[string]string{}, []string{r.header.Get("Release")}
	for lines := bufio.NewScanner(strings.NewReader(r.body)); lines.Scan(); {
		var post struct{ Slug string }
		if err := json.Unmarshal(lines.Bytes(), &post); err != nil {
			p.t.Fatal(err)
		}
		p.copy[post.Slug] = lines.Text()
	}
}

// sync applies what changed, and begins anew where it can no longer be told.
func (p *phone) sync() {
	p.t.Helper()
	for {
		var told []string
		for _, since := range slices.Clone(p.stands) {
			for after := ""; ; {
				r := p.get("/v1/changes", "limit=100", "since="+since, after)
				if r.status == http.StatusGone {
					p.begin()
					return
				}
				var page struct {
					list
					Release string
				}
				if err := json.Unmarshal([]byte(r.body), &page); err != nil || r.status != 200 {
					p.t.Fatalf("%s: found %d %s %v", p.name, r.status, r.body, err)
				}
				if !slices.Contains(told, page.Release) {
					told = append(told, page.Release)
				}
				if !slices.Contains(p.stands, page.Release) {
					p.stands = append(p.stands, page.Release)
				}
				for _, data := range page.Data {
					var row changeRow
					if err := json.Unmarshal(data, &row); err != nil {
						p.t.Fatal(err)
					}
					if row.Kind == "removed" {
						delete(p.copy, row.Slug)
					} else {
						p.copy[row.Slug] = string(row.Post)
					}
				}
				if page.Page.After == nil {
					break
				}
				after = "after=" + url.QueryEscape(*page.Page.After)
			}
		}
		if len(told) == 1 {
			p.stands = told
			return
		}
	}
}

// check holds the copy against a full read of the pages of lists.
func (p *phone) check(h http.Handler, step, release string) {
	p.t.Helper()
	path := "/v1/posts"
	if p.as != "" {
		path = "/v1/summaries"
	}
	want := map[string]string{}
	for _, row := range walked(p.t, h, path+"?limit=100&sort=slug&"+p.filter) {
		var post struct{ Slug string }
		if err := json.Unmarshal([]byte(row), &post); err != nil {
			p.t.Fatal(err)
		}
		want[post.Slug] = row
	}
	if diff := cmp.Diff(want, p.copy); diff != "" || len(want) == 0 || !slices.Equal(p.stands, []string{release}) {
		p.t.Errorf("%s, %s: the copy stands at %q and is not what %s has:\n%s", step, p.name, p.stands, release, diff)
	}
	p.t.Logf("%-40s %-28s %3d requests %7d bytes of headers %9d of bodies %5d posts", step, p.name, p.requests, p.headers, p.bodies, len(p.copy))
	p.requests, p.headers, p.bodies = 0, 0, 0
}

// revise is a day's work on an archive: a few posts are changed, hidden, removed or added.
func revise(rnd *rand.Rand, posts []*content.Post, more func() *content.Post) (after []*content.Post) {
	for _, p := range posts {
		changed := *p
		switch rnd.IntN(100) {
		case 0:
			changed.Title += ", revised"
		case 1:
			changed.Intro += " Revised." // which a summary does not show
		case 2:
			changed.Meta.Tools = append([]string{"git"}, changed.Meta.Tools...)
		case 3:
			changed.Meta.Revision = &content.Revision{Status: []string{content.StatusDraft, content.StatusReviewed}[rnd.IntN(2)]}
		case 4:
			continue
		}
		after = append(after, &changed)
	}
	for range 1 + len(posts)/100 {
		after = append(after, more())
	}
	return after
}

// TestPhone keeps copies over three publishes, a rollback, a takedown and a prune of the
// release that they stand on, whole and in compact form, of everything and of a filter.
// After each step a copy is what a full read gives.
func TestPhone(t *testing.T) {
	t.Parallel()
	t.Logf("run again with -args -seed=%d", *seed)
	rnd := rand.New(rand.NewPCG(*seed, 15))
	generator, k := synth.New(1), int64(0)
	more := func() *content.Post { k++; return generator.Post(k) }
	var posts []*content.Post
	for range *phonePosts {
		posts = append(posts, more())
	}
	c := storetest.Catalogue(t, posts...)
	v := &versions{faces{t, serve(t, storetest.Live(t, c), quiet)}, c, map[string][]*content.Post{"r1": posts}}
	s := httptest.NewServer(v.handler)
	defer s.Close()
	var phones []*phone
	for _, filter := range []string{"", "difficulty=beginner&tool.not=logs"} {
		for _, as := range []string{"", "as=summary"} {
			for _, accept := range []string{"gzip", "gzip, deflate, br"} {
				phones = append(phones, &phone{t: t, site: s.URL, filter: filter, as: as, accept: accept, name: strings.Join([]string{filter, as, accept}, " ")})
			}
		}
	}
	release := "r1"
	step := func(what string, all func(*phone)) {
		t.Helper()
		for _, p := range phones {
			all(p)
			p.check(v.handler, what, release)
		}
	}
	publish := func() {
		posts = revise(rnd, posts, more)
		release = v.publish(posts)
	}
	step("the first copy", (*phone).begin)
	step("nothing changed", (*phone).sync)
	for n := range 3 {
		publish()
		step(fmt.Sprintf("publish %d", n+1), (*phone).sync)
	}
	if _, err := v.catalogue.Rollback("", store.RollbackOptions{By: "test"}); err != nil {
		t.Fatal(err)
	}
	release = "r3"
	v.served(release)
	step("a rollback", (*phone).sync)

	gone := slices.Min(slices.Collect(maps.Keys(phones[len(phones)-1].copy))) // which every copy has
	if _, err := v.catalogue.Takedown(t.Context(), []string{gone}, store.TakedownOptions{By: "test"}); err != nil {
		t.Fatal(err)
	}
	until(t, "the post is gone", func() bool { return get(t, v.handler, "/v1/posts/"+gone).status == http.StatusNotFound })
	posts = slices.DeleteFunc(v.posts[release], func(p *content.Post) bool { return p.Slug == gone })
	step("a takedown", (*phone).sync)

	for range 2 {
		publish()
	}
	if _, err := v.catalogue.Prune(1, "test"); err != nil {
		t.Fatal(err)
	}
	if r := get(t, v.handler, "/v1/changes?since=r3"); r.status != http.StatusGone {
		t.Fatalf("the release that the copies stand on: found %d %s", r.status, r.body)
	}
	step("a prune of the release it stands on", (*phone).sync)
}
