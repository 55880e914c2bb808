package server_test

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"alphanode/content"
	"alphanode/store"
	"alphanode/store/catalogue"
	"alphanode/store/storetest"
)

// versions are a data directory, what each of its releases holds, and a server of
// it.
type versions struct {
	faces
	catalogue *catalogue.Catalogue
	posts     map[string][]*content.Post
}

func newVersions(t *testing.T, posts []*content.Post) *versions {
	t.Helper()
	c := storetest.Catalogue(t, posts...)
	return &versions{faces{t, serve(t, storetest.Live(t, c), quiet, "tag-headers=Surrogate-Key")}, c, map[string][]*content.Post{"r1": posts}}
}

// publish publishes an archive and waits until it is served.
func (v *versions) publish(posts []*content.Post) (name string) {
	v.t.Helper()
	name = storetest.Publish(v.t, v.catalogue, catalogue.ImportOptions{Replace: true, Note: "secret note", Owner: "secret owner"}, posts...)
	v.posts[name] = posts
	v.served(name)
	return name
}

// served waits until a release is served.
func (v *versions) served(name string) {
	v.t.Helper()
	for deadline := time.Now().Add(20 * time.Second); get(v.t, v.handler, "/v1/releases/current").header.Get("Release") != name; time.Sleep(5 * time.Millisecond) {
		if time.Now().After(deadline) {
			v.t.Fatalf("%s is not served", name)
		}
	}
}

// edit changes some posts, hides some, and adds and removes some.
func edit(r *rand.Rand, posts []*content.Post, mark int) []*content.Post {
	var after []*content.Post
	for _, p := range posts {
		changed := *p
		switch r.IntN(8) {
		case 0:
			continue
		case 1:
			changed.Title += " again"
		case 2:
			changed.Meta.Revision = &content.Revision{Status: []string{"draft", "reviewed"}[r.IntN(2)]}
		case 3:
			changed.Meta.Tools = []string{"git", "new"}
		}
		after = append(after, &changed)
	}
	for i := range 1 + r.IntN(5) {
		p := &content.Post{Slug: fmt.Sprintf("new-%d-%d", mark, i), Title: "New"}
		p.Settle()
		after = append(after, p)
	}
	return after
}

func TestReleases(t *testing.T) {
	t.Parallel()
	rnd := rand.New(rand.NewPCG(*seed, 7))
	v := newVersions(t, storetest.RandomPosts(rnd, 40))
	for i := range 3 {
		v.publish(edit(rnd, v.posts["r1"], i))
	}
	b, err := v.catalogue.Import(t.Context(), catalogue.ImportOptions{Note: "staged"})
	if err != nil {
		t.Fatal(err)
	}
	defer b.Discard()
	if err := b.Add(content.Record{Removed: v.posts["r4"][0].Slug}, catalogue.Origin{}); err != nil {
		t.Fatal(err)
	}
	if m, err := b.Finish(t.Context()); err != nil || m.Name != "r5" {
		t.Fatal(m.Name, err)
	}
	names := func() (names []string) {
		for target := "/v1/releases?limit=1"; target != ""; {
			l, r := getList(t, v.handler, target)
			if strings.Contains(r.body, "secret") || strings.Contains(r.body, "staged") || r.header.Get("Surrogate-Key") != "posts release" {
				t.Errorf("found %s %v", r.body, r.header)
			}
			for _, row := range l.Data {
				var release struct {
					Name                              string
					PublishedAt                       time.Time
					PostCount, EntityCount, ToolCount int
					Current                           bool
				}
				if err := json.Unmarshal(row, &release); err != nil {
					t.Fatal(err)
				}
				public := len(storetest.NewModel(v.posts[release.Name]).Visible(store.Public))
				if release.PostCount != public || release.PublishedAt.IsZero() || release.Current != (release.Name == r.header.Get("Release")) || l.Page.Limit != 1 {
					t.Errorf("found %s, expected %d posts; %s is served", row, public, r.header.Get("Release"))
				}
				names = append(names, release.Name)
			}
			target = ""
			if l.Page.After != nil {
				target = "/v1/releases?limit=1&after=" + url.QueryEscape(*l.Page.After)
			}
		}
		return names
	}
	if got := names(); !slices.Equal(got, []string{"r4", "r3", "r2", "r1"}) {
		t.Errorf("found %q", got)
	}
	if _, err := v.catalogue.Rollback("", store.RollbackOptions{By: "me"}); err != nil {
		t.Fatal(err)
	}
	v.served("r3")
	if _, err := v.catalogue.Prune(1, "me"); err != nil {
		t.Fatal(err)
	}
	if got := names(); !slices.Equal(got, []string{"r4", "r3", "r2"}) {
		t.Errorf("found %q", got)
	}
	for target, want := range map[string]string{
		"/v1/releases?after=bad": "query.after", "/v1/releases?limit=101": "query.limit", "/v1/releases?before=x": "query.before",
	} {
		if r := get(t, v.handler, target); r.status != 400 || !strings.Contains(r.body, want) {
			t.Errorf("%s: found %d %s", target, r.status, r.body)
		}
	}
	validator := newValidator(t, get(t, v.handler, "/openapi.json").body)
	for _, tt := range []struct {
		pattern, target, want string
		status                int
	}{
		{"/v1/releases", "/v1/releases", "", 200},
		{"/v1/releases/{a}/diff/{b}", "/v1/releases/r2/diff/r4", `"counts":{"added":`, 200},
		{"/v1/releases/{a}/diff/{b}", "/v1/releases/r4/diff/r4", `{"data":[],"page":{"limit":20,"total":0,"after":null,"before":null},"counts":{"added":0,"changed":0,"removed":0}}`, 200},
		{"/v1/releases/{a}/diff/{b}", "/v1/releases/r1/diff/r4", `"code":"RELEASE_GONE","retryable":false,"errors":[{"location":"path.a","value":"r1"`, 410},
		{"/v1/releases/{a}/diff/{b}", "/v1/releases/r3/diff/r1", `"location":"path.b"`, 410},
		{"/v1/releases/{a}/diff/{b}", "/v1/releases/r5/diff/r4", `"detail":"There is no release r5."`, 404}, // staged
		{"/v1/releases/{a}/diff/{b}", "/v1/releases/r4/diff/r99", `"location":"path.b","value":"r99"`, 404},
		{"/v1/releases/{a}/diff/{b}", "/v1/releases/current/diff/r4", `"detail":"path.a: found \"current\", expected the name of a release, such as r1."`, 400},
		{"/v1/changes", "/v1/changes?since=r4", `"release":"r3"}`, 200}, // rolled back from
		{"/v1/changes", "/v1/changes?since=r3", `{"data":[],"page":{"limit":20,"total":0,"after":null,"before":null},"release":"r3"}`, 200},
		{"/v1/changes", "/v1/changes?since=r2&fields=title,meta.tools&tool=git", "", 200},
		{"/v1/changes", "/v1/changes?since=r1", `Read all posts anew`, 410},
		{"/v1/changes", "/v1/changes?since=r5", `"location":"query.since","value":"r5"`, 404},
		{"/v1/changes", "/v1/changes", `query.since`, 400},
		{"/v1/changes", "/v1/changes?since=", `query.since`, 400},
		{"/v1/changes", "/v1/changes?since=x", `"detail":"query.since: found \"x\", expected the name of a release, such as r1, a day, such as 2026-05-01, or an instant`, 400},
		{"/v1/changes", "/v1/changes?since=r2&quality.gte=x", `query.quality.gte`, 400},
		{"/v1/changes", "/v1/changes?since=r2&after=bad", `query.after`, 400},
		{"/v1/changes", "/v1/changes?since=r2&before=bad", `query.before`, 400},
	} {
		r := get(t, v.handler, tt.target)
		if r.status != tt.status || !strings.Contains(r.body, tt.want) {
			t.Errorf("%s: found %d %s", tt.target, r.status, r.body)
		}
		validator.of(tt.target).check(t, tt.pattern, "get", r.status, r.header.Get("Content-Type"), r.body)
	}
}

// changeRow is a row of either list.
type changeRow struct {
	Kind, Slug string
	Fields     []string
	Post       json.RawMessage
}

// walkChanges gives all rows of a list, from pages of some length.
func walkChanges(t *testing.T, h http.Handler, target string, q url.Values, limit int) (rows []changeRow, last string, total int) {
	t.Helper()
	q.Set("limit", strconv.Itoa(limit))
	for q.Del("after"); ; {
		l, r := getList(t, h, target+"?"+q.Encode())
		for _, data := range l.Data {
			var row changeRow
			if err := json.Unmarshal(data, &row); err != nil {
				t.Fatal(err)
			}
			rows = append(rows, row)
		}
		if last, total = r.body, l.Page.Total; l.Page.After == nil {
			return rows, last, total
		}
		q.Set("after", *l.Page.After)
	}
}

func TestDiffsEqualScan(t *testing.T) {
	t.Parallel()
	rnd := rand.New(rand.NewPCG(*seed, 8))
	v := newVersions(t, storetest.RandomPosts(rnd, 150))
	for i := range 4 {
		v.publish(edit(rnd, v.posts[fmt.Sprintf("r%d", i+1)], i))
	}
	for a, before := range v.posts {
		for b, after := range v.posts {
			rows, last, total := walkChanges(t, v.handler, "/v1/releases/"+a+"/diff/"+b, url.Values{}, 1+rnd.IntN(60))
			var got []store.Change
			counts := map[store.ChangeKind]int{}
			for _, row := range rows {
				kind := store.ChangeKind(strings.ToUpper(row.Kind))
				got = append(got, store.Change{Kind: kind, Slug: row.Slug, Fields: row.Fields})
				counts[kind]++
			}
			want := storetest.Changes(store.Public, storetest.NewModel(before), storetest.NewModel(after), nil)
			if diff := cmp.Diff(want, got); diff != "" || total != len(want) {
				t.Fatalf("%s to %s, total %d:\n%s", a, b, total, diff)
			}
			told := fmt.Sprintf(`"counts":{"added":%d,"changed":%d,"removed":%d}}`, counts[store.Added], counts[store.Changed], counts[store.Removed])
			if !strings.HasSuffix(last, told) {
				t.Errorf("%s to %s: found %s, expected %s", a, b, last, told)
			}
		}
	}
}

// TestFacesAgreeOnChanges walks changes on both faces, with filters and without,
// and holds them against a scan over both archives.
func TestFacesAgreeOnChanges(t *testing.T) {
	t.Logf("run again with -args -seed=%d", *seed)
	rnd := rand.New(rand.NewPCG(*seed, 9))
	v := newVersions(t, storetest.RandomPosts(rnd, 300))
	for i := range 3 {
		v.publish(edit(rnd, v.posts[fmt.Sprintf("r%d", i+1)], i))
	}
	now := storetest.NewModel(v.posts["r4"])
	bySlug := map[string]*content.Post{}
	for _, p := range v.posts["r4"] {
		bySlug[p.Slug] = p
	}
	for i := range 40 {
		since, filter := fmt.Sprintf("r%d", 1+rnd.IntN(4)), &store.Filter{}
		if i%4 > 0 {
			filter = storetest.RandomFilter(rnd, 1)
		}
		want := storetest.Changes(store.Public, storetest.NewModel(v.posts[since]), now, filter)
		q := restQuery(filter, store.DefaultOrder)
		q.Del("sort")
		q.Set("since", since)
		limit := 1 + rnd.IntN(50)
		rows, last, total := walkChanges(t, v.handler, "/v1/changes", q, limit)
		if !strings.HasSuffix(last, `,"release":"r4"}`) || total != len(want) || len(rows) != len(want) {
			t.Fatalf("since %s under %s: found %d of %d rows, expected %d: %s", since, asJSON(t, filter), len(rows), total, len(want), last)
		}
		variables, at0 := map[string]any{"since": since, "f": filter, "first": limit}, 0
		for {
			answer := at(v.graphql(`query($since: ID!, $f: PostFilter, $first: Int, $after: String) { changes(since: $since, filter: $f, first: $first, after: $after) {
				release totalCount pageInfo { hasNextPage endCursor } edges { kind slug node { slug title meta { toolNames } } } } }`, variables), "changes")
			if at(answer, "release") != "r4" || fmt.Sprint(at(answer, "totalCount")) != strconv.Itoa(total) {
				t.Fatalf("found %v", answer)
			}
			for _, edge := range at(answer, "edges").([]any) {
				row, wanted := rows[at0], want[at0]
				if row.Kind != strings.ToLower(string(wanted.Kind)) || row.Slug != wanted.Slug || at(edge, "kind") != string(wanted.Kind) || at(edge, "slug") != row.Slug {
					t.Fatalf("since %s under %s: found %+v and %v, expected %+v", since, asJSON(t, filter), row, edge, wanted)
				}
				if wanted.Kind == store.Removed {
					if row.Post != nil || at(edge, "node") != nil {
						t.Errorf("found %+v and %v", row, edge)
					}
				} else if p := bySlug[row.Slug]; !sameJSON(t, string(row.Post), storetest.Sent(p)) || at(edge, "node", "title") != p.Title {
					t.Errorf("found %+v and %v", row, edge)
				}
				at0++
			}
			if at(answer, "pageInfo", "hasNextPage") == false {
				break
			}
			variables["after"] = at(answer, "pageInfo", "endCursor")
		}
		if at0 != len(want) {
			t.Errorf("found %d edges, expected %d", at0, len(want))
		}
	}
}

// TestChangesFollowSwitches walks page by page over HTTP while the archive is
// switched back and forth, as a client does that is told of it by release.
func TestChangesFollowSwitches(t *testing.T) {
	t.Parallel()
	rnd := rand.New(rand.NewPCG(*seed, 10))
	v := newVersions(t, storetest.RandomPosts(rnd, 120))
	v.publish(edit(rnd, v.posts["r1"], 1))
	v.publish(edit(rnd, v.posts["r2"], 2))
	archive := func(release string) map[string]string {
		posts := map[string]string{}
		for _, p := range storetest.NewModel(v.posts[release]).Visible(store.Public) {
			posts[p.Slug] = storetest.Sent(p)
		}
		return posts
	}
	copied, stands := archive("r1"), []string{"r1"}
	switches := []string{"r2", "r3", "r2", "r1"}
	for round := 0; round == 0 || len(stands) > 1; round++ {
		told := []string{}
		for _, since := range slices.Clone(stands) {
			for after := ""; ; {
				var page struct {
					list
					Release string
				}
				r := get(t, v.handler, "/v1/changes?limit=7&since="+since+after)
				if err := json.Unmarshal([]byte(r.body), &page); err != nil || r.status != 200 {
					t.Fatal(r.status, r.body, err)
				}
				for _, seen := range []*[]string{&told, &stands} {
					if !slices.Contains(*seen, page.Release) {
						*seen = append(*seen, page.Release)
					}
				}
				for _, data := range page.Data {
					var row changeRow
					if err := json.Unmarshal(data, &row); err != nil {
						t.Fatal(err)
					}
					if row.Kind == "removed" {
						delete(copied, row.Slug)
					} else {
						copied[row.Slug] = string(row.Post)
					}
				}
				if page.Page.After == nil {
					break
				}
				after = "&after=" + url.QueryEscape(*page.Page.After)
				if len(switches) > 0 {
					if _, err := v.catalogue.Publish(switches[0], store.PublishOptions{Force: true}); err != nil {
						t.Fatal(err)
					}
					v.served(switches[0])
					switches = switches[1:]
				}
			}
		}
		if len(told) == 1 {
			stands = told
		}
	}
	if diff := cmp.Diff(archive(stands[0]), copied); diff != "" || stands[0] != "r1" || len(switches) > 0 {
		t.Errorf("at %q with %q to come:\n%s", stands, switches, diff)
	}
}

// TestAllReleases lists what only who publishes may know.
func TestAllReleases(t *testing.T) {
	t.Parallel()
	h := openHouse(t, archive(t))
	h.build("staged")
	storetest.Publish(t, h.catalogue, catalogue.ImportOptions{Note: "a note", Owner: "an owner", RollbackNote: "beware"}, decode(t, `{"slug":"new","title":"New"}`))
	h.served("r3")
	var names []string
	target := "/v1/releases?limit=2"
	for range 2 {
		r := get(t, h, target, h.as(store.ScopeAdmin)...)
		var l struct {
			Data []struct {
				Name, State, Note, Owner, RollbackNote, Parent, SHA256 string
				PublishedAt                                            *time.Time
				Posts, PostCount                                       int
				Current                                                bool
				Changes                                                struct{ Added int }
			}
			Page struct{ After string }
		}
		if err := json.Unmarshal([]byte(r.body), &l); err != nil || r.status != 200 || r.header.Get("Cache-Control") != "private, no-store" {
			t.Fatalf("found %d %s %v", r.status, r.body, err)
		}
		for _, row := range l.Data {
			names = append(names, row.Name+" "+row.State)
			if (row.PublishedAt == nil) != (row.State == "staged") || row.Current != (row.State == "current") || len(row.SHA256) != 64 || row.Posts <= row.PostCount {
				t.Errorf("found %+v", row)
			}
			if row.Name == "r3" && (row.Note != "a note" || row.Owner != "an owner" || row.RollbackNote != "beware" || row.Parent != "r1" || row.Changes.Added != 1) {
				t.Errorf("found %+v", row)
			}
		}
		target = "/v1/releases?limit=2&after=" + url.QueryEscape(l.Page.After)
	}
	if want := []string{"r3 current", "r2 staged", "r1 previous"}; !slices.Equal(names, want) {
		t.Errorf("found %q, expected %q", names, want)
	}
	for _, scope := range []store.Scope{"", store.ScopeRead, store.ScopePreview} {
		if r := get(t, h, "/v1/releases", h.as(scope)...); r.status != 200 || strings.Contains(r.body, "note") || strings.Contains(r.body, "r2") || strings.Contains(r.body, "state") {
			t.Errorf("as %q: found %d %s", scope, r.status, r.body)
		}
	}
}
