package server_test

import (
	"context"
	"encoding/json"
	"io"
	"log/slog"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"alphanode/content"
	"alphanode/server"
	"alphanode/server/settings"
	"alphanode/store"
	"alphanode/store/live"
	"alphanode/store/release"
	"alphanode/store/storetest"
)

// richPost has every field there is.
const richPost = `{"slug":"measuring-a-cache","title":"Measuring a cache","intro":"Count before you cut.","body":[` +
	`{"type":"heading","level":2,"text":"Why"},{"type":"paragraph","text":"A hit you cannot see is luck.","html":"A hit you <em>cannot</em> see is luck."},` +
	`{"type":"code","language":"go","source":"hits++"},{"type":"list","ordered":true,"items":[{"text":"count"},{"text":"cut","html":"<b>cut</b>"}]},` +
	`{"type":"image","url":"https://images.example.org/bench.jpg","source":"own","caption":"A bench","alt":"A long bench","width":1200,"height":800},{"type":"quote","text":"Measure twice."},` +
	`{"type":"html","html":"<table><tbody><tr><td>1</td></tr></tbody></table>"}],"publishedAt":"2026-02-01","meta":{"topic":"Caching",` +
	`"summary":"How to count hits.","brief":"Counting.","outline":[{"label":"Why","text":"Luck"}],"stack":["Go"],"checklist":["count"],"notes":["n"],` +
	`"tools":["Redis","C++"],"entities":[{"name":"PostgreSQL","type":"database"}],"codeLanguage":"go","language":"en-GB","difficulty":"intermediate","readingTime":3,` +
	`"viewCount":9007199254740993,"score":{"quality":84,"freshness":61,"depth":77,"clarity":90},` +
	`"revision":{"status":"reviewed","version":"1.2","lastReviewed":"2026-03-01T09:30:00Z"},"reference":"REF-1","hash":"abc",` +
	`"flags":{"aiGeneratedStyle":false,"hasImages":true,"imageHeavy":false,"needsHumanReview":false},` +
	`"images":[{"source":"own","url":"https://images.example.org/bench.jpg","caption":"A bench","alt":"A long bench","width":1200,"height":800}],` +
	`"payload":{"sourceId":"7","generator":"hand","paragraphs":2,"scenario":"outage","seed":12345678901234},"urls":["https://old.example/?p=7","/2014/09/15/measuring/"],` +
	`"extra":{"exact":1.50,"large":123456789012345678901234567890}}}`

func decode(t testing.TB, line string) *content.Post {
	t.Helper()
	p, err := content.DecodePost([]byte(line))
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// archive is the rich post, one that must not be indexed, one that nobody may
// see, and many more.
func archive(t testing.TB) []*content.Post {
	t.Helper()
	posts := storetest.RandomPosts(rand.New(rand.NewPCG(1, 2)), 70)
	return append(posts, decode(t, richPost),
		decode(t, `{"slug":"unsure","title":"Unsure","meta":{"tools":["redis"],"flags":{"needsHumanReview":true}}}`),
		decode(t, `{"slug":"hidden","title":"Hidden","meta":{"tools":["Redis"],"revision":{"status":"draft"}}}`))
}

// onlyOne serves one release for ever.
type onlyOne struct{ release *release.Release }

func (l onlyOne) Acquire() (*release.Release, error) { return retained(l.release) }
func (l onlyOne) Reached(_, least string) (bool, error) {
	return least == l.release.Name(), nil
}
func (l onlyOne) Recent(time.Duration) []string { return nil }
func (l onlyOne) Others() *live.Others          { return nil }
func (l onlyOne) Staged() string                { return l.release.Manifest().Name }
func (l onlyOne) Problem() string               { return "" }
func (l onlyOne) OnSwitch(func(store.Switch))   {}
func (l onlyOne) Damage() live.Damage           { return live.Damage{} }
func (l onlyOne) Pin(context.Context, string, store.PinOptions) (*release.Release, error) {
	return nil, store.ErrNotFound
}

// noKeys knows no key.
type noKeys struct{}

func (noKeys) Find(string) (store.Key, bool) { return store.Key{}, false }
func (noKeys) ByID(string) (store.Key, bool) { return store.Key{}, false }
func (noKeys) Problem() string               { return "" }

var quiet = slog.New(slog.DiscardHandler)

func chosen(t testing.TB, flags ...string) *settings.Settings {
	t.Helper()
	given := map[string]string{"drain-delay": "0s", "ops-addr": "", "address-budget": "0"}
	for _, flag := range flags {
		name, value, _ := strings.Cut(flag, "=")
		given[name] = value
	}
	s, err := settings.Read(settings.Sources{Flags: given})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// serving makes a server of the archive. Each flag is name=value.
func serving(t testing.TB, flags ...string) *server.Server {
	t.Helper()
	return serve(t, onlyOne{storetest.Release(t, archive(t)...)}, quiet, flags...)
}

func serve(t testing.TB, l server.Live, log *slog.Logger, flags ...string) *server.Server {
	t.Helper()
	s, err := server.New(chosen(t, flags...), server.Archive{Live: l, Keys: noKeys{}}, log)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// reply is an answer, read to its end.
type reply struct {
	status int
	header http.Header
	body   string
}

// ask sends a request; headers are given as "Name: value".
func ask(t testing.TB, h http.Handler, method, target, body string, headers ...string) reply {
	t.Helper()
	r := httptest.NewRequest(method, target, strings.NewReader(body))
	for _, header := range headers {
		name, value, _ := strings.Cut(header, ": ")
		r.Header.Add(name, value)
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	answer := w.Result()
	text, err := io.ReadAll(answer.Body)
	if err != nil {
		t.Fatal(err)
	}
	for name, values := range answer.Header {
		if len(values) > 1 && name != "Vary" {
			t.Errorf("%s %s: found %s %d times: %q", method, target, name, len(values), values)
		}
	}
	return reply{answer.StatusCode, answer.Header, string(text)}
}

// forPrograms are the headers by which a program asks for what has a page too.
func forPrograms(target string) []string {
	if path, _, _ := strings.Cut(target, "?"); path == "/" {
		return []string{"Accept: application/json"}
	}
	return nil
}

func get(t testing.TB, h http.Handler, target string, headers ...string) reply {
	t.Helper()
	return ask(t, h, "GET", target, "", headers...)
}

// list is an answered page.
type list struct {
	Data []json.RawMessage
	Page struct {
		Limit, Total  int
		After, Before *string
	}
}

func getList(t testing.TB, h http.Handler, target string) (list, reply) {
	t.Helper()
	var l list
	r := get(t, h, target)
	if r.status != 200 {
		t.Fatalf("%s: status %d, body %s", target, r.status, r.body)
	}
	if err := json.Unmarshal([]byte(r.body), &l); err != nil {
		t.Fatalf("%s: %v in %s", target, err, r.body)
	}
	return l, r
}

func (l list) slugs(t testing.TB) []string {
	t.Helper()
	slugs := []string{}
	for _, row := range l.Data {
		var p struct{ Slug string }
		if err := json.Unmarshal(row, &p); err != nil {
			t.Fatal(err)
		}
		slugs = append(slugs, p.Slug)
	}
	return slugs
}
