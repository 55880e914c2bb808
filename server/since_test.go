package server_test

import (
	"fmt"
	"math/rand/v2"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"alphanode/store"
	"alphanode/store/catalogue"
	"alphanode/store/storetest"
)

// moment is when a release was made current.
type moment struct {
	at      time.Time
	release string
}

// backdated is a data directory whose switches were at certain times, and what is told of
// them: r1, r2, r3, back to r2, and r4.
func backdated(t *testing.T) (*catalogue.Catalogue, []moment) {
	t.Helper()
	rnd := rand.New(rand.NewPCG(*seed, 11))
	posts := storetest.RandomPosts(rnd, 60)
	c := storetest.Catalogue(t, posts...)
	publish := func(mark int) {
		posts = edit(rnd, posts, mark)
		storetest.Publish(t, c, catalogue.ImportOptions{Replace: true}, posts...)
	}
	publish(2)
	publish(3)
	if _, err := c.Rollback("", store.RollbackOptions{By: "test"}); err != nil {
		t.Fatal(err)
	}
	publish(4)
	told := []moment{
		{time.Date(2026, 1, 10, 12, 0, 0, 0, time.UTC), "r1"},
		{time.Date(2026, 1, 12, 0, 0, 0, 0, time.UTC), "r2"},
		{time.Date(2026, 1, 14, 23, 59, 59, 5e8, time.FixedZone("", 3600)), "r3"},
		{time.Date(2026, 1, 16, 8, 0, 0, 0, time.UTC), "r2"},
		{time.Date(2026, 1, 18, 0, 30, 0, 0, time.UTC), "r4"},
	}
	path := filepath.Join(c.Dir(), "journal.ndjson")
	journal, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	stamp, n := regexp.MustCompile(`"time":"[^"]*"`), 0
	lines := strings.SplitAfter(string(journal), "\n")
	for i, line := range lines {
		if strings.Contains(line, `"publish"`) || strings.Contains(line, `"rollback"`) {
			lines[i] = stamp.ReplaceAllString(line, `"time":"`+told[n].at.Format(time.RFC3339Nano)+`"`)
			if n++; n == 4 { // one that was not done: what followed came from r2
				lines[i] += `{"time":"2026-01-17T00:00:00Z","action":"publish","release":"r3","from":"r2"}` + "\n"
			}
		}
	}
	if n != len(told) {
		t.Fatalf("found %d switches in %s", n, journal)
	}
	if err := os.WriteFile(path, []byte(strings.Join(lines, "")), 0o600); err != nil {
		t.Fatal(err)
	}
	return c, told
}

// currentAt is the plain model: the last release that was made current until then.
func currentAt(told []moment, at time.Time) (name string) {
	for _, s := range told {
		if !s.at.After(at) {
			name = s.release
		}
	}
	return name
}

// TestChangesSinceATime asks both faces for the changes since random days and instants: they
// are those since the release that was current then.
func TestChangesSinceATime(t *testing.T) {
	t.Parallel()
	t.Logf("run again with -args -seed=%d", *seed)
	rnd := rand.New(rand.NewPCG(*seed, 12))
	c, told := backdated(t)
	f := faces{t, serve(t, storetest.Live(t, c), quiet)}
	asked := map[string]string{"2026-01-18": "r2", "2026-01-19": "r4", "2026-01-12": "r2", "2026-01-11": "r1", time.Now().UTC().Format(time.DateOnly): "r4"}
	for _, s := range told {
		asked[s.at.Format(time.RFC3339Nano)] = s.release
		asked[s.at.Add(-time.Nanosecond).Format(time.RFC3339Nano)] = currentAt(told, s.at.Add(-time.Nanosecond))
	}
	for range storetest.Times(60) {
		at := told[0].at.Add(time.Duration(rnd.Int64N(int64(10 * 24 * time.Hour))))
		if rnd.IntN(2) == 0 {
			at = at.Truncate(24 * time.Hour)
			asked[at.Format(time.DateOnly)] = currentAt(told, at)
			continue
		}
		asked[at.In(time.FixedZone("", (rnd.IntN(27)-13)*3600)).Format(time.RFC3339Nano)] = currentAt(told, at)
	}
	for since, name := range asked {
		if name == "" {
			continue // before the first; see below
		}
		q := url.Values{"since": {since}, "limit": {"3"}, "fields": {"slug,title"}}
		byTime := get(t, f.handler, "/v1/changes?"+q.Encode())
		q.Set("since", name)
		byName := get(t, f.handler, "/v1/changes?"+q.Encode())
		want := strings.Replace(byName.body, `,"release":"r4"}`, `,"since":"`+name+`","release":"r4"}`, 1)
		if byTime.status != 200 || byTime.body != want {
			t.Fatalf("%s: found %d %s\nexpected the changes since %s: %s", since, byTime.status, byTime.body, name, want)
		}
		if next := links(byTime)["next"]; next != "" { // the cursor of either leads on
			behind, err := url.Parse(next)
			if err != nil {
				t.Fatal(err)
			}
			q := behind.Query()
			q.Set("since", name)
			rest, same := get(t, f.handler, next), get(t, f.handler, "/v1/changes?"+q.Encode())
			if rest.status != 200 || same.status != 200 || strings.Replace(rest.body, `,"since":"`+name+`"`, "", 1) != same.body {
				t.Errorf("%s: found %s\nexpected %s", next, rest.body, same.body)
			}
		}
		query := `query($since: ID!) { changes(since: $since, first: 100) { since release totalCount edges { kind slug node { title } } } }`
		got, other := at(f.graphql(query, map[string]any{"since": since}), "changes"), at(f.graphql(query, map[string]any{"since": name}), "changes")
		if fmt.Sprint(got) != fmt.Sprint(other) || at(got, "since") != name {
			t.Fatalf("%s: found %v, expected %v", since, got, other)
		}
	}
}

// TestChangesSinceNoRelease asks since times at which none was current, or one that is gone.
func TestChangesSinceNoRelease(t *testing.T) {
	t.Parallel()
	c, _ := backdated(t)
	if _, err := c.Prune(1, "test"); err != nil { // r1 and r3
		t.Fatal(err)
	}
	f := faces{t, serve(t, storetest.Live(t, c), quiet)}
	for _, tt := range []struct {
		since  string
		status int
		code   string
		want   []string
	}{
		{"2026-01-10", 404, "NOT_FOUND", []string{"Nothing was published yet at 2026-01-10.", "The first release was at 2026-01-10T12:00:00Z", "read all posts", "or a time from 2026-01-10T12:00:00Z on"}},
		{"1970-01-01T00:00:00Z", 404, "NOT_FOUND", []string{"Nothing was published yet at 1970-01-01T00:00:00Z."}},
		{"0001-01-01", 404, "NOT_FOUND", nil},
		{"2026-01-11", 410, "RELEASE_GONE", []string{"The release r1, which was current at 2026-01-11, was removed", "Read all posts anew", "2026-01-11"}},
		{"2026-01-15T00:00:00%2B00:00", 410, "RELEASE_GONE", []string{"The release r3, which was current at 2026-01-15T00:00:00+00:00, was removed"}},
		{"2026-01-17", 200, "", []string{`"since":"r2"`}},
		{"9999-12-31", 400, "BAD_REQUEST", []string{"a time that is not to come: it is 20"}},
		{time.Now().Add(time.Hour).UTC().Format(time.RFC3339), 400, "BAD_REQUEST", []string{"a time that is not to come"}},
		{"2026-02-30", 400, "BAD_REQUEST", []string{"the name of a release, such as r1, a day, such as 2026-05-01, or an instant, such as 2026-05-01T09:30:00Z"}},
		{"2026-1-1", 400, "BAD_REQUEST", nil}, {"2026", 400, "BAD_REQUEST", nil}, {"2026-01-17T00:00:00", 400, "BAD_REQUEST", nil}, {"2026-01-17 00:00:00Z", 400, "BAD_REQUEST", nil},
		{"2026-01-17T00:00:00 01:00", 400, "BAD_REQUEST", nil}, {"1768608000", 400, "BAD_REQUEST", nil}, {"yesterday", 400, "BAD_REQUEST", nil}, {"R1", 400, "BAD_REQUEST", nil},
	} {
		target := "/v1/changes?since=" + strings.ReplaceAll(tt.since, " ", "%20")
		r := get(t, f.handler, target)
		if r.status != tt.status || tt.code != "" && !strings.Contains(r.body, `"code":"`+tt.code+`","retryable":false,"errors":[{"location":"query.since"`) {
			t.Errorf("%s: found %d %s", target, r.status, r.body)
		}
		for _, want := range tt.want {
			if !strings.Contains(r.body, want) {
				t.Errorf("%s: found %s\nexpected %s", target, r.body, want)
			}
		}
		since, err := url.QueryUnescape(tt.since)
		if err != nil {
			t.Fatal(err)
		}
		in := get(t, f.handler, "/graphql?query="+url.QueryEscape(fmt.Sprintf(`{ changes(since: %q) { since } }`, since)))
		for _, want := range append(tt.want, tt.code) {
			if !strings.Contains(in.body, want) {
				t.Errorf("%s: found %s\nexpected %s", since, in.body, want)
			}
		}
	}
	for _, target := range []string{"/v1/releases/2026-01-17/diff/r4", "/v1/releases/r4/diff/2026-01-17"} {
		if r := get(t, f.handler, target); r.status != 400 || !strings.Contains(r.body, "expected the name of a release, such as r1.") {
			t.Errorf("%s: found %d %s", target, r.status, r.body)
		}
	}
}
