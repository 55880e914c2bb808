//go:build linux

package machines_test

import (
	"crypto/sha256"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"time"
)

// probesOfBuild is how many posts every build has anew.
const probesOfBuild = 6

// probes writes the posts of another build to a file. All say which build it is, so that an
// answer of two can be told.
func (f *fleet) probes() string {
	n := f.build.Add(1)
	var text strings.Builder
	for i := range probesOfBuild {
		fmt.Fprintf(&text, `{"slug":"probe-%d","title":"probe %d of build-%d","publishedAt":"2099-01-01","body":[{"type":"paragraph","text":"this is probe %d of build-%d."}]}`+"\n", i, i, n, i, n)
	}
	path := filepath.Join(f.dir, fmt.Sprintf("build-%d.ndjson", n))
	must(f.t, os.WriteFile(path, []byte(text.String()), 0o600))
	return path
}

// vanishing writes a post that is to be taken down, and gives its slug.
func (f *fleet) vanishing(n int) (slug, path string) {
	slug = fmt.Sprintf("vanish-%d", n)
	path = filepath.Join(f.dir, slug+".ndjson")
	must(f.t, os.WriteFile(path, fmt.Appendf(nil, `{"slug":%q,"title":"this is %s","publishedAt":"2098-01-01","body":[{"type":"paragraph","text":"it is to be taken down."}]}`+"\n", slug, slug), 0o600))
	return slug, path
}

// question is one that readers ask.
type question struct {
	path string
	body string // of a POST; "" for a GET
}

// questions are those of readers: of lists, of one post, in both languages.
func questions() []question {
	all := []question{
		{path: "/v1/posts?limit=20"},
		{path: "/v1/posts?limit=3"},
		{path: "/v1/search?q=probe&limit=10"},
		{"/graphql", `{"query":"{ posts(first: 12) { totalCount nodes { slug title } } }"}`},
		{"/graphql", `{"query":"{ a: post(slug: \"probe-1\") { title } b: post(slug: \"probe-2\") { title } c: post(slug: \"probe-3\") { title } }"}`},
		{path: "/v1/posts/vanish-1"},
	}
	for i := range probesOfBuild {
		all = append(all, question{path: fmt.Sprintf("/v1/posts/probe-%d", i)})
	}
	return all
}

// ask asks a question.
func (q question) ask(client *http.Client, address string, header http.Header) (*http.Response, []byte, error) {
	method, body := http.MethodGet, io.Reader(nil)
	if q.body != "" {
		method, body = http.MethodPost, strings.NewReader(q.body)
	}
	r, err := http.NewRequest(method, "http://"+address+q.path, body)
	if err != nil {
		return nil, nil, err
	}
	r.Header = header.Clone()
	r.Header.Set("Content-Type", "application/json")
	answer, err := client.Do(r)
	if err != nil {
		return nil, nil, err
	}
	defer answer.Body.Close()
	data, err := io.ReadAll(answer.Body)
	return answer, data, err
}

// said is an answer, as short as it is needed to know it again. Of one that refuses, only the
// status counts.
type said [sha256.Size]byte

func saidBy(status int, body []byte) said {
	if status != http.StatusOK {
		body = nil
	}
	return sha256.Sum256(fmt.Appendf(body, "%d", status))
}

// truth is what each release answers to each question, as a server says that has the writer's
// files and knows of no fleet. A release has more than one answer where it was made anew.
type truth struct {
	f      *fleet
	asked  []question
	mu     sync.Mutex
	known  map[string]map[int]map[said]bool
	states map[string]string // of each release: its manifest
	copies int
}

func newTruth(f *fleet) *truth {
	return &truth{f: f, asked: questions(), known: map[string]map[int]map[said]bool{}, states: map[string]string{}}
}

// learn asks of every release of the writers that is not known as it stands.
func (k *truth) learn(writers ...string) {
	k.f.t.Helper()
	for _, writer := range writers {
		folders, err := filepath.Glob(filepath.Join(k.f.data(writer), "releases", "r*"))
		must(k.f.t, err)
		for _, folder := range folders {
			name := filepath.Base(folder)
			manifest, err := os.ReadFile(filepath.Join(folder, "manifest.json"))
			if err != nil || k.states[name] == string(manifest) || k.states[writer+name] == string(manifest) {
				continue
			}
			k.states[name], k.states[writer+name] = string(manifest), string(manifest)
			k.learnOne(writer, name)
		}
	}
}

// learnOne asks a server that has nothing but this release.
func (k *truth) learnOne(writer, release string) {
	t := k.f.t
	t.Helper()
	k.copies++
	dir := filepath.Join(k.f.dir, fmt.Sprint("truth-", k.copies))
	must(t, os.MkdirAll(filepath.Join(dir, "releases"), 0o700))
	defer os.RemoveAll(dir)
	if out, err := exec.Command("cp", "-al", filepath.Join(k.f.data(writer), "releases", release), filepath.Join(dir, "releases")).CombinedOutput(); err != nil {
		t.Fatalf("copy release %s: %v: %s", release, err, out)
	}
	must(t, os.WriteFile(filepath.Join(dir, "CURRENT"), []byte(release+"\n"), 0o600))
	address := "127.0.0.1:9090"
	p := &process{t: t, name: "truth", log: filepath.Join(k.f.dir, "truth.log"), make: func() *exec.Cmd {
		return exec.Command(k.f.g.binary, "serve", "--addr", address, "--ops-addr", "", "--address-budget", "0", "--data", dir)
	}}
	p.start()
	defer p.kill()
	answers := map[int]said{}
	client := &http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
	for start := time.Now(); ; time.Sleep(10 * time.Millisecond) {
		if r, _, err := (question{path: "/ready"}).ask(client, address, http.Header{}); err == nil && r.StatusCode == http.StatusOK {
			break
		}
		if time.Since(start) > soon || p.gone() {
			t.Fatalf("the server that tells the truth of %s does not start:\n%s", release, p.tail())
		}
	}
	for i, q := range k.asked {
		r, body, err := q.ask(client, address, http.Header{})
		must(t, err)
		if r.StatusCode == http.StatusOK && r.Header.Get("Release") != release {
			t.Fatalf("found the truth of %q, expected that of %s", r.Header.Get("Release"), release)
		}
		if r.StatusCode != http.StatusOK && r.StatusCode != http.StatusNotFound {
			t.Fatalf("%s: found %s: %s", q.path, r.Status, body)
		}
		answers[i] = saidBy(r.StatusCode, body)
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.known[release] == nil {
		k.known[release] = map[int]map[said]bool{}
	}
	for i, s := range answers {
		if k.known[release][i] == nil {
			k.known[release][i] = map[said]bool{}
		}
		k.known[release][i][s] = true
	}
}

// is reports whether a release answers a question so.
func (k *truth) is(release string, question int, s said) bool {
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.known[release][question][s]
}
