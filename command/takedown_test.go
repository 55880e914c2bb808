package command_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"alphanode/store"
	"alphanode/store/catalogue"
)

func TestTakedown(t *testing.T) {
	t.Parallel()
	const (
		secret = `{"slug":"secret","title":"A quetzalcoatlus","meta":{"reference":"ref-1"}}` + "\n"
		kept   = `{"slug":"kept","title":"Kept"}` + "\n"
	)
	data := filepath.Join(t.TempDir(), "data")
	do := func(in string, args ...string) string {
		t.Helper()
		return done(t, in, append(args, "--data", data)...)
	}
	says := func(out string, want ...string) {
		t.Helper()
		for _, w := range want {
			if !strings.Contains(out, w) {
				t.Errorf("found %s\nexpected %s", out, w)
			}
		}
	}
	do(secret+kept, "import", "-", "--publish")
	do(`{"slug":"more","title":"More"}`, "import", "-", "--publish")
	says(do("", "takedown"), "nothing is taken down")
	says(do("", "takedown", "secret", "--reason", "a court order"), "secret is gone from r2, r1\n", "alphanode takedown secret --lift --data "+data)
	for _, release := range []string{"r1", "r2"} {
		if out := do("", "export", "--release", release); strings.Contains(out, "secret") || !strings.Contains(out, "kept") {
			t.Errorf("%s: found %s", release, out)
		}
		do("", "verify", release)
	}
	says(do("", "takedown", "--list"), "secret", "a court order", "yes")
	says(do("", "diff", "r1", "r2"), "added 1, changed 0, removed 0")

	for _, format := range []string{secret + kept, "[" + strings.TrimSpace(secret) + "," + strings.TrimSpace(kept) + "]"} {
		says(do(format, "import", "-"), "unchanged 2, removed 0, rejected 0, taken down 1\nnothing changed")
	}
	says(do(secret+kept, "import", "-", "--replace", "--publish"), "unchanged 1, removed 1, rejected 0, taken down 1\nbuilt r3: 1 posts")
	says(do(`{"title":"Other words","meta":{"reference":"ref-1"}}`, "import", "-"), "taken down 1")
	_, _, errs := run(t, strings.NewReader(secret), "import", "-", "--dry-run", "--data", data)
	says(errs, `(standard input):1: the post "secret" is taken down and left out; to let it in: alphanode takedown secret --lift`)
	faulty := `{"slug":"secret","title":"A quetzalcoatlus","meta":{"score":{"quality":101}},"unknown":1}` + "\n"
	says(do(faulty+kept, "import", "-"), "rejected 0, taken down 1")
	says(do(`{"slug":"secret","title":""}`+"\n"+kept, "import", "-", "--skip-invalid"), "rejected 0, taken down 1")
	var imported struct{ TakenDown, Added int }
	if err := json.Unmarshal([]byte(do(secret, "import", "-", "--json")), &imported); err != nil || imported.TakenDown != 1 || imported.Added != 0 {
		t.Errorf("found %+v, %v", imported, err)
	}
	var entries []store.Entry
	if err := json.Unmarshal([]byte(do("", "releases", "--json")), &entries); err != nil || len(entries[0].TakenDown) != 1 || entries[0].TakenDown[0].Slug != "secret" {
		t.Errorf("found %+v, %v", entries, err)
	}

	says(do("", "takedown", "secret", "--lift"), "imports may bring secret again; no release has changed")
	says(do("", "takedown", "--json"), "[]")
	says(do(secret, "import", "-", "--publish"), "added 1, changed 0, unchanged 1", "built r4")
	var again store.Withdrawal
	if err := json.Unmarshal([]byte(do("", "takedown", "secret", "nobody", "--json")), &again); err != nil || len(again.Posts) != 2 || len(again.Releases) != 1 {
		t.Errorf("found %+v, %v", again, err)
	}
	says(do("", "takedown", "nobody"), "no release has nobody\n")
}

func TestTakedownsThatFail(t *testing.T) {
	t.Parallel()
	data := filepath.Join(t.TempDir(), "data")
	done(t, goodLine, "import", "-", "--publish", "--data", data)
	for _, tt := range []struct {
		args string
		code int
		want string
	}{
		{"takedown /posts/a", 2, "expected a slug"},
		{"takedown --lift", 2, "--lift: found no slug"},
		{"takedown --list a", 2, "--list: found a slug or --lift with it"},
		{"takedown a --lift", 1, "found no such takedown, expected one of: nothing is taken down"},
	} {
		code, _, errs := run(t, nil, append(strings.Fields(tt.args), "--data", data)...)
		if code != tt.code || !strings.Contains(errs, tt.want) {
			t.Errorf("alphanode %s: exit code %d, expected %d: %s", tt.args, code, tt.code, errs)
		}
	}
	if err := os.Truncate(filepath.Join(data, "releases", "r1", "release.db"), 9); err != nil {
		t.Fatal(err)
	}
	code, out, errs := run(t, nil, "takedown", "a", "--data", data)
	if code != 1 || out != "" || !strings.Contains(errs, "it is recorded") || !strings.Contains(errs, "r1 could not be made anew") {
		t.Errorf("exit code %d: %s%s", code, out, errs)
	}
	if out := done(t, "", "takedown", "--data", data); !strings.Contains(out, "no: alphanode takedown a --data "+data) {
		t.Errorf("found %s", out)
	}
}

// TestKilledTakedown kills the process of a takedown, again and again. Whatever is
// left can be read, what still holds the post is refused, and the next run leaves
// nothing of it.
func TestKilledTakedown(t *testing.T) {
	t.Parallel()
	s := newShell(t)
	data := filepath.Join(s.dir, "data")
	posts := done(t, "", "synth", "--posts", "100", "--seed", "3")
	broken := 0
	for i := range 8 {
		const secret = `{"slug":"secret","title":"A quetzalcoatlus","intro":"A quetzalcoatlus."}` + "\n"
		if err := os.RemoveAll(data); err != nil {
			t.Fatal(err)
		}
		done(t, posts+secret, "import", "-", "--publish", "--data", data)
		done(t, `{"slug":"more","title":"More"}`, "import", "-", "--publish", "--data", data)
		s.run(fmt.Sprintf("alphanode takedown secret & sleep 0.%03d; kill -9 $!; wait", 20+i*25))
		c, err := catalogue.Open(data)
		if err != nil {
			t.Fatal(err)
		}
		recorded, err := c.Takedowns()
		if err != nil {
			t.Fatal(err)
		}
		for _, name := range []string{"r1", "r2"} {
			code, out, errs := run(t, nil, "export", "--release", name, "--data", data)
			switch {
			case code == 0 && strings.Count(out, "\n") >= 100 && (len(recorded) == 0 || !strings.Contains(out, "quetzalcoatlus")):
			case code == 1 && len(recorded) == 1 && strings.Contains(errs, "finish that with alphanode takedown secret"):
				broken++
			default:
				t.Errorf("run %d, %s: exit code %d, %d lines: %s", i, name, code, strings.Count(out, "\n"), errs)
			}
		}
		if i%2 == 0 || len(recorded) == 0 {
			done(t, "", "takedown", "secret", "--data", data)
		} else { // an import finishes it too
			done(t, secret, "import", "-", "--data", data)
		}
		verifyAll(t, data)
		holdsNothing(t, data, "quetzalcoatlus")
	}
	t.Logf("found %d releases that a killed takedown had not reached", broken)
}

// verifyAll checks every byte of every release of a data directory.
func verifyAll(t *testing.T, data string) {
	t.Helper()
	c, err := catalogue.Open(data)
	if err != nil {
		t.Fatal(err)
	}
	entries, err := c.List()
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		if _, err := c.Verify(t.Context(), e.Name); err != nil {
			t.Error(err)
		}
	}
}

// holdsNothing looks for a text in all files of a data directory, and for what a
// killed process left there.
func holdsNothing(t *testing.T, data, text string) {
	t.Helper()
	err := filepath.WalkDir(data, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		held, err := os.ReadFile(path)
		if bytes.Contains(held, []byte(text)) {
			t.Errorf("%s holds %s", path, text)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, pattern := range []string{".building-*", "*/release.db"} {
		if remains, err := filepath.Glob(filepath.Join(data, "releases", pattern)); err != nil || len(remains) > 0 {
			t.Errorf("found %q, %v", remains, err)
		}
	}
}

// TestServeFinishesATakedown starts a server where one was broken off.
func TestServeFinishesATakedown(t *testing.T) {
	t.Parallel()
	s := newShell(t)
	data := filepath.Join(s.dir, "data")
	done(t, `{"slug":"secret","title":"Secret"}`+"\n"+goodLine, "import", "-", "--publish", "--data", data)
	if err := os.WriteFile(filepath.Join(data, "takedowns.json"), []byte(`[{"slug":"secret","time":"2026-01-01T00:00:00Z"}]`), 0o644); err != nil {
		t.Fatal(err)
	}
	if got := s.run("curl -s http://localhost:8080/v1/posts/secret"); !strings.Contains(got, `"status":404`) {
		t.Errorf("found %s", got)
	}
	if got := s.run("curl -s http://localhost:8080/ready"); !strings.Contains(got, `"ok":true`) {
		t.Errorf("found %s", got)
	}
}

// TestPlantedWords puts words of their own into every place of a post in which text
// can stand, into the names of what it alone has, and into what is wrong with it.
// After a takedown none stands in any file of the data directory.
func TestPlantedWords(t *testing.T) {
	t.Parallel()
	const planted = "zqplantqz"
	words := 0
	plant := func(text string) string { // each % becomes a word
		for strings.Contains(text, "%") {
			words++
			text = strings.Replace(text, "%", fmt.Sprint(planted, words), 1)
		}
		return text + "\n"
	}
	data := filepath.Join(t.TempDir(), "data")
	do := func(in string, args ...string) string {
		t.Helper()
		return done(t, in, append(args, "--data", data)...)
	}
	const whole = `{"slug":"secret","title":"%","intro":"% %","body":[{"type":"heading","level":2,"text":"%"},{"type":"paragraph","text":"%","html":"<em>%</em>"},
		{"type":"code","language":"%","source":"%"},{"type":"list","ordered":true,"items":[{"text":"%","html":"<b>%</b>"}]},
		{"type":"image","url":"https://example.org/%","source":"%","caption":"%"},{"type":"quote","text":"%"},{"type":"html","html":"<p>%</p>"}],
		"meta":{"topic":"%","summary":"%","brief":"%","outline":[{"label":"%","text":"%"}],"stack":["%"],"checklist":["%"],"notes":["%"],"tools":["%"],
		"entities":[{"name":"%","type":"%"}],"codeLanguage":"%","difficulty":"%","revision":{"version":"%","status":"draft"},"reference":"%","hash":"%",
		"images":[{"source":"%","url":"/%","caption":"%"}],"payload":{"sourceId":"%","generator":"%","scenario":"%"},
		"extra":{"%":{"%":["%",1]}},"%":"%","score":{"%":2}}}`
	compact := strings.NewReplacer("\n", "", "\t", "").Replace(whole)
	do(plant(compact)+goodLine, "import", "-", "--publish")
	do(plant(strings.Replace(compact, "draft", "reviewed", 1)), "import", "-", "--publish")
	deep := strings.Repeat(`{"%":`, 40) + "1" + strings.Repeat("}", 40)
	faulty := plant(`{"slug":"secret","title":"","%":1}`) + plant(`{"slug":"secret","title":"%","meta":{"%":`+deep+`}}`) +
		plant(`{"slug":"secret","title":"%","meta":{"extra":{"%":{"%":`+deep+`}}}}`) + plant(`{"slug":"secret","title":"%","body":[{"type":"%"},{"type":"quote","%":1}]}`) +
		plant(`{"slug":"secret","title":"%","meta":{"score":{"quality":"%"},"entities":[{"%":1}],"payload":{"%":{"%":1,"%":`+deep+`}}}}`) +
		plant(`{"slug":"secret","title":"% % %`) + plant(`%`)
	do(faulty+`{"slug":"more","title":"More"}`, "import", "-", "--skip-invalid", "--publish")
	rejects := filepath.Join(data, "releases", "r3", "rejects.ndjson")
	if held, err := os.ReadFile(rejects); err != nil || !bytes.Contains(held, []byte(`"field":"meta.`+planted)) || !bytes.Contains(held, []byte(planted)) {
		t.Fatalf("found no words among the rejects: %s, %v", held, err)
	}
	do("", "takedown", "secret", "--reason", "asked to")
	files := 0
	err := filepath.WalkDir(data, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		files++
		held, err := os.ReadFile(path)
		if at := bytes.Index(bytes.ToLower(held), []byte(planted)); at >= 0 {
			t.Errorf("%s holds %q", path, held[at:min(at+40, len(held))])
		}
		return err
	})
	if err != nil || files < 10 || words < 100 {
		t.Errorf("looked at %d files for %d words, %v", files, words, err)
	}
	for _, release := range []string{"r1", "r2", "r3"} {
		if out := do("", "export", "--release", release); strings.Contains(out, planted) {
			t.Errorf("%s: found %s", release, out)
		}
	}
	held, err := os.ReadFile(rejects)
	for _, want := range []string{`"line":1,"field":""`, `"line":2,"field":"meta"`, `"line":4,"field":"body[0].type"`, `"line":5,"field":"meta.score.quality"`} {
		if err != nil || !bytes.Contains(held, []byte(want)) {
			t.Errorf("found %s, %v, expected %s", held, err, want)
		}
	}
}
