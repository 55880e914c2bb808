package ghost_test

import (
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"

	"alphanode/content"
	"alphanode/ingest/draft"
	"alphanode/ingest/ghost"
	"alphanode/ingest/record"
)

var update = flag.Bool("update", false, "write the golden files anew")

// read gives what archives become.
func read(t testing.TB, archives ...string) []record.Item {
	t.Helper()
	file, err := os.Create(filepath.Join(t.TempDir(), "drafts"))
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	var items []record.Item
	spool := draft.NewSpool(file, draft.Options{}, func(i record.Item) error { items = append(items, i); return nil })
	r := ghost.NewReader(spool)
	for i, archive := range archives {
		src, err := record.Open(strings.NewReader(archive))
		if err != nil {
			t.Fatal(err)
		}
		if err := r.Read(t.Context(), fmt.Sprintf("f%d", i+1), src); err != nil {
			t.Fatal(err)
		}
	}
	if err := spool.Settle(t.Context()); err != nil {
		t.Fatal(err)
	}
	return items
}

// said is items as text: the posts, a block a line, and what is told of them.
func said(items []record.Item) string {
	var w strings.Builder
	for _, i := range items {
		for _, r := range i.Rejects {
			w.WriteString("rejected: " + r.Error() + "\n")
		}
		if i.Post == nil {
			continue
		}
		body, meta, _ := strings.Cut(string(i.Post.AppendJSON(nil)), `],"publishedAt"`)
		w.WriteString(strings.ReplaceAll(body, `{"type":`, "\n  "+`{"type":`) + "\n" + meta + "\n")
		for _, warning := range i.Warnings {
			fmt.Fprintf(&w, "warning: %s: %s: %s\n", warning.Origin, warning.Kind, warning.Message)
		}
		for _, kind := range slices.Sorted(maps.Keys(i.Losses)) {
			fmt.Fprintf(&w, "lost: %d × %s\n", i.Losses[kind], kind)
		}
	}
	return w.String()
}

func TestArchives(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("testdata/*.json")
	if err != nil || len(files) == 0 {
		t.Fatal("found no archives", err)
	}
	for _, file := range files {
		archive, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		got := said(read(t, string(archive)))
		golden := strings.TrimSuffix(file, ".json") + ".golden"
		if *update {
			if err := os.WriteFile(golden, []byte(got), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		want, err := os.ReadFile(golden)
		if err != nil {
			t.Fatal(err)
		}
		if got != string(want) {
			t.Errorf("%s differs (write it anew with -args -update, and look):\n%s", golden, got)
		}
		for _, private := range []string{"@mail.example", "$2a$"} {
			if strings.Contains(got, private) {
				t.Errorf("%s: found %s, which nobody may see", file, private)
			}
		}
	}
}

// TestOrderOfTables gives the tables of an archive in every order.
func TestOrderOfTables(t *testing.T) {
	t.Parallel()
	tables := []string{
		`"posts":[{"id":1,"title":"A","slug":"a","html":"<p>x</p>","status":"published"}]`, `"tags":[{"id":1,"name":"T"}]`,
		`"posts_tags":[{"post_id":1,"tag_id":1}]`, `"posts_meta":[{"post_id":1,"meta_title":"M"}]`, `"users":[{"id":1,"name":"U"}]`, `"posts_authors":[{"post_id":1,"author_id":1}]`,
	}
	want := ""
	for range tables {
		tables = append(tables[1:], tables[0])
		items := read(t, `{"data":{`+strings.Join(tables, ",")+`}}`)
		if len(items) != 1 || items[0].Post == nil {
			t.Fatal(items)
		}
		got := string(items[0].Post.AppendJSON(nil))
		if want == "" {
			want = got
		}
		if got != want || !strings.Contains(got, `"name":"T"`) || !strings.Contains(got, `"name":"U"`) || !strings.Contains(got, `"meta_title":"M"`) {
			t.Errorf("found %s", got)
		}
	}
}

// Two archives may have the same ids for other things.
func TestIdsAreOfOneArchive(t *testing.T) {
	t.Parallel()
	one := func(name string) string {
		return `{"data":{"posts":[{"id":1,"title":"` + name + `","html":"x"}],"posts_tags":[{"post_id":1,"tag_id":1}],"tags":[{"id":1,"name":"` + name + `"}],"posts_meta":[{"post_id":1,"meta_title":"` + name + `"}]}}`
	}
	for _, i := range read(t, one("A"), one("B")) {
		p := i.Post
		if p == nil || p.Meta.Entities[0].Name != p.Title || string(p.Meta.Extra["meta_title"]) != `"`+p.Title+`"` {
			t.Errorf("found %+v", i)
		}
	}
}

func TestBadArchives(t *testing.T) {
	t.Parallel()
	deep := strings.Repeat("[", 100_000)
	lexical, err := json.Marshal(`{"root":` + strings.Repeat(`{"children":[`, 4000) + `{"type":"text","text":"deep"}` + strings.Repeat(`]}`, 4000) + `}`)
	if err != nil {
		t.Fatal(err)
	}
	tests := []struct{ name, archive, want string }{
		{"nothing of Ghost's", `{"a":[1,{"b":2}]}`, "f1:1: post: found no table of posts, expected an archive that Ghost exported, with db or data and posts in it"},
		{"no list", "{\"data\":{\n\"posts\":{\"a\":1},\"tags\":null}}", "f1:2: post: found a table that is no list, expected a list of records"},
		{"too deep a record", `{"data":{"posts":[` + deep + strings.Repeat("]", 100_000) + `,{"title":"A"}]}}`, "f1:1: post: found more than 5000 objects and lists inside each other, expected fewer"},
		{"too deep, and cut", `{"data":{"posts":[` + deep, "f1:1: post: found the end of the file inside the archive, expected JSON that ends"},
		{"too deep a database", strings.Repeat(`{"data":`, 10_000) + `1` + strings.Repeat(`}`, 10_000), "found no table of posts"},
		{"too deep a document", `{"data":{"posts":[{"title":"A","slug":"a","lexical":` + string(lexical) + `}]}}`, ""},
		{"wrong types", `{"data":{"posts":[{"id":[1],"title":{"a":1},"slug":["x"],"html":7,"status":1,"published_at":{},"tags":"x","authors":{},"page":"?"}],"tags":[[]],"users":["x"]}}`, "expected a record: a JSON object"},
		{"not JSON", `{"data":{"posts":[{"title":"A","slug":"a"} oops]}}`, `f1:1: post: found 'o', expected ','`},
		{"ends in a name", `{"data":{"posts`, "the end of the file"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			if got := said(read(t, test.archive)); !strings.Contains(got, test.want) {
				t.Errorf("found %q, expected %q", got, test.want)
			}
		})
	}
}

// manyPosts is an archive of n long posts, made as it is read.
type manyPosts struct {
	n    int
	left []byte
}

const longPost = 256 << 10 // bytes

func (m *manyPosts) Read(p []byte) (int, error) {
	if len(m.left) == 0 {
		switch {
		case m.n == 0:
			return 0, io.EOF
		case m.n == 1:
			m.left = []byte(`{}]}}`)
		default:
			m.left = fmt.Appendf(nil, `{"id":%d,"title":"A","slug":"a-%d","html":"%s"},`, m.n, m.n, strings.Repeat("word ", longPost/5))
		}
		m.n--
	}
	n := copy(p, m.left)
	m.left = m.left[n:]
	return n, nil
}

// TestOneRecordAtATime reads 40 MB, of which nothing stays but what ties records together.
func TestOneRecordAtATime(t *testing.T) {
	file, err := os.Create(filepath.Join(t.TempDir(), "drafts"))
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	heap := func() uint64 {
		runtime.GC()
		var m runtime.MemStats
		runtime.ReadMemStats(&m)
		return m.HeapAlloc
	}
	spool := draft.NewSpool(file, draft.Options{}, func(record.Item) error { return nil })
	r := ghost.NewReader(spool)
	src, err := record.Open(io.MultiReader(strings.NewReader(`{"data":{"posts":[`), &manyPosts{n: 160}))
	if err != nil {
		t.Fatal(err)
	}
	before := heap()
	if err := r.Read(t.Context(), "f", src); err != nil {
		t.Fatal(err)
	}
	if grown := int64(heap()) - int64(before); grown > 8<<20 {
		t.Errorf("found %d bytes kept of 40 MB, expected at most 8 MiB", grown)
	}
	runtime.KeepAlive(r)
	runtime.KeepAlive(spool)
}

func TestLooks(t *testing.T) {
	t.Parallel()
	for head, want := range map[string]bool{
		`{"db": [ {"meta"`: true, `{"meta":{"exported_on":1,`: true, `{ "data" : { "posts" : [`: true, `{"data":{"migrations":[]`: true,
		`{"slug":"a"}`: false, `[{"db":[{`: false, `{"data":{"items":[`: false, "# db": false,
	} {
		if got := ghost.Looks([]byte(head)); got != want {
			t.Errorf("%s: found %v", head, got)
		}
	}
}

func FuzzArchive(f *testing.F) {
	files, err := filepath.Glob("testdata/*.json")
	if err != nil {
		f.Fatal(err)
	}
	for _, file := range files {
		archive, err := os.ReadFile(file)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(string(archive))
	}
	f.Add(`{"data":{"posts":[{"mobiledoc":"{\"sections\":[[1,\"p\",[[0,[9],9,\"x\"]]],[10,-1],[3]],\"markups\":[[]],\"cards\":[[1,2]]}"}]}}`)
	f.Fuzz(func(t *testing.T, archive string) {
		if _, err := record.Open(strings.NewReader(archive)); err != nil {
			return // nothing that could be an archive
		}
		for _, i := range read(t, archive) {
			if i.Post == nil {
				continue
			}
			if faults := i.Post.Validate(); len(faults) > 0 {
				t.Fatal(faults)
			}
			once := i.Post.AppendJSON(nil)
			i.Post.Settle()
			if twice := i.Post.AppendJSON(nil); string(twice) != string(once) {
				t.Fatalf("settled twice it differs:\n%s\n%s", once, twice)
			}
			if shown := strings.ToLower((&content.Post{Body: i.Post.Body}).HTML()); strings.Contains(shown, "<script") {
				t.Fatalf("left in: %s", shown)
			}
		}
	})
}
