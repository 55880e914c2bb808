package server_test

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"alphanode/content"
	"alphanode/store/catalogue"
	"alphanode/store/live"
	"alphanode/store/storetest"
)

// openToWrite opens the file of a release that is mapped elsewhere, and gives what is
// in it.
func openToWrite(t *testing.T, c *catalogue.Catalogue, release string) (*os.File, []byte) {
	t.Helper()
	path := filepath.Join(c.Dir(), "releases", release, "release.db")
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(path, 0o644); err != nil {
		t.Fatal(err)
	}
	f, err := os.OpenFile(path, os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { f.Close() })
	return f, data
}

// TestNoWrongAbsenceIsKept flips a bit of a key after its page was read. No answer says
// that the post is not there, then, after the bit was turned back, and from the next
// release.
func TestNoWrongAbsenceIsKept(t *testing.T) {
	t.Parallel()
	rnd := rand.New(rand.NewPCG(3, 4))
	posts := make([]*content.Post, 600)
	for i := range posts {
		posts[i] = decode(t, fmt.Sprintf(`{"slug":"post-%03d","title":"T","meta":{"tools":["tool-%03d"],"reference":"ref-%03d"}}`, i, i, i))
	}
	c := storetest.Catalogue(t, posts...)
	h := serve(t, storetest.Live(t, c), quiet)
	asked := map[string]string{} // what to ask, and what a right answer has in it
	questions := func(i int) map[string]string {
		graphQL := func(query string) string { return "/graphql?query=" + url.QueryEscape(query) }
		clear(asked)
		asked[graphQL(fmt.Sprintf(`{post(slug:"post-%03d"){slug}}`, i))] = fmt.Sprintf(`"slug":"post-%03d"`, i)
		asked[graphQL(fmt.Sprintf(`{postByReference(reference:"ref-%03d"){slug}}`, i))] = fmt.Sprintf(`"slug":"post-%03d"`, i)
		asked[graphQL(fmt.Sprintf(`{tool(slug:"tool-%03d"){name}}`, i))] = fmt.Sprintf(`"name":"tool-%03d"`, i)
		asked[fmt.Sprintf("/v1/posts/post-%03d?fields=slug", i)] = fmt.Sprintf(`"slug":"post-%03d"`, i)
		asked[fmt.Sprintf("/v1/posts?slug=post-%03d&fields=slug", i)] = `"total":1`
		asked[fmt.Sprintf("/v1/posts?reference=ref-%03d&fields=slug", i)] = `"total":1`
		asked[fmt.Sprintf("/v1/posts?tool=tool-%03d&fields=slug", i)] = `"total":1`
		return asked
	}
	sound := func(i int, when string, mayFail bool) {
		t.Helper()
		for target, want := range questions(i) {
			r := get(t, h, target)
			failed := r.status == 500 || strings.Contains(r.body, `"code":"INTERNAL"`)
			if !(failed && mayFail) && !strings.Contains(r.body, want) {
				t.Errorf("post %d %s: %s: found %d %.300s", i, when, target, r.status, r.body)
			}
		}
	}
	sound(0, "at first", false) // so that pages were read
	sound(599, "at first", false)
	f, data := openToWrite(t, c, "r1")
	flip := func(at int, mask byte) {
		if _, err := f.WriteAt([]byte{data[at] ^ mask}, int64(at)); err != nil {
			t.Error(err)
		}
	}
	var flipped []int
	for range storetest.Times(40) {
		i := 1 + rnd.IntN(598)
		flipped = append(flipped, i)
		key := fmt.Sprintf([]string{"post-%03d", "ref-%03d", "tool-%03d"}[rnd.IntN(3)], i)
		mask := byte(1) << rnd.IntN(8)
		var places []int
		for at := bytes.Index(data, []byte(key)); at >= 0; {
			places = append(places, at+rnd.IntN(len(key)))
			next := bytes.Index(data[at+1:], []byte(key))
			if next < 0 {
				break
			}
			at += 1 + next
		}
		for _, at := range places {
			flip(at, mask)
		}
		sound(i, "while a bit is flipped", true)
		for _, at := range places {
			flip(at, 0)
		}
		sound(i, "when it is turned back", false)
	}
	storetest.Publish(t, c, catalogue.ImportOptions{}, decode(t, `{"slug":"another","title":"Another"}`))
	for deadline := time.Now().Add(10 * time.Second); get(t, h, "/v1/posts?limit=1").header.Get("Release") != "r2"; time.Sleep(5 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatal("r2 is not served")
		}
	}
	for _, i := range flipped {
		sound(i, "from the next release", false)
	}
}

// TestKeptAnswersAreProvenAgain: an answer that was kept for two passes over the file
// is made anew, and what was kept of a release that is found damaged is dropped.
func TestKeptAnswersAreProvenAgain(t *testing.T) {
	t.Parallel()
	c := storetest.Catalogue(t, archive(t)...)
	l := live.FollowWith(t.Context(), c, quiet, live.FollowOptions{Scrub: 50 * time.Millisecond})
	t.Cleanup(func() { l.Close() })
	h := serve(t, l, quiet)
	const target = "/v1/posts?sort=-quality"
	release, err := l.Acquire()
	if err != nil {
		t.Fatal(err)
	}
	defer release.Close()
	until := func(what string, met func() bool) {
		t.Helper()
		for deadline := time.Now().Add(20 * time.Second); !met(); time.Sleep(time.Millisecond) {
			if time.Now().After(deadline) {
				t.Fatal(what)
			}
		}
	}
	first := get(t, h, target)
	hit := func() bool { return strings.Contains(get(t, h, target).header.Get("Cache-Status"), "hit") }
	until("the answer is not kept", hit)
	for range 2 {
		before := release.ReliableSince()
		until("there is no pass", func() bool { return release.ReliableSince().After(before) })
	}
	again := get(t, h, target)
	if strings.Contains(again.header.Get("Cache-Status"), "hit") {
		t.Error("the answer is not made anew")
	}
	if again.body != first.body || again.header.Get("ETag") != first.header.Get("ETag") {
		t.Errorf("found %s after %s", again.body, first.body)
	}
	f, data := openToWrite(t, c, "r1")
	if _, err := f.WriteAt([]byte{data[20] ^ 1}, 20); err != nil { // of what nobody reads
		t.Fatal(err)
	}
	until("no damage is found", func() bool { return release.Damaged() })
	for range 3 {
		if hit() {
			t.Error("found an answer of a damaged release kept")
		}
	}
	if again := get(t, h, target); again.body != first.body {
		t.Errorf("found %s", again.body)
	}
}
