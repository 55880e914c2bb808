package command_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"alphanode/content"
)

// TestWXROutAndIn: what is exported for WordPress is imported with the same slugs, titles,
// dates, statuses, terms in their order, meta and words; synthetic posts are the same.
func TestWXROutAndIn(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	data, again, file := filepath.Join(dir, "data"), filepath.Join(dir, "again"), filepath.Join(dir, "posts.xml")
	const odd = `{"slug":"é.b","title":"Fish & <chips>","intro":"In [short].","publishedAt":"2024-03-01","body":[{"type":"paragraph","text":"Words [1] & more ]]> of it."},{"type":"code","language":"go","source":"a[0]\n\n\tb <c>"}],` +
		`"meta":{"entities":[{"name":"A & B","type":"tag"},{"name":"Ada","type":"author"},{"name":"C","type":"category"},{"name":"Eve","type":"author"}],"revision":{"status":"archived","version":"2"},"tools":["git"],"extra":{"rating":4.50}}}` + "\n" + `{"slug":"plain","title":"Plain","body":[{"type":"paragraph","text":"Without a date or an address."}]}` + "\n"
	done(t, done(t, "", "synth", "--posts", "60", "--seed", "3")+odd, "import", "-", "--publish", "--data", data)
	if said := done(t, "", "export", "--format", "wxr", "--out", file, "--data", data); !strings.HasPrefix(said, "exported 62 posts") {
		t.Errorf("found %q", said)
	}
	done(t, "", "import", file, "--publish", "--data", again)
	want := strings.Split(done(t, "", "export", "--data", data), "\n")
	got := strings.Split(done(t, "", "export", "--data", again), "\n")
	if len(want) != len(got) {
		t.Fatalf("found %d posts, expected %d", len(got)-1, len(want)-1)
	}
	for i := range want[:len(want)-1] {
		if want[i] == got[i] {
			continue
		}
		a, errA := content.DecodePost([]byte(want[i]))
		b, errB := content.DecodePost([]byte(got[i]))
		if errA != nil || errB != nil {
			t.Fatal(errA, errB)
		}
		if a.Slug != "é.b" {
			t.Errorf("found    %s\nexpected %s", got[i], want[i])
		}
		if words := strings.Join(strings.Fields(a.Text()), " "); strings.Join(strings.Fields(b.Text()), " ") != words {
			t.Errorf("found the words %q, expected %q", b.Text(), words)
		}
		a.Body, b.Body = nil, nil
		if found, expected := string(b.AppendJSON(nil)), string(a.AppendJSON(nil)); found != expected {
			t.Errorf("found    %s\nexpected %s", found, expected)
		}
	}
}

// TestChangedInWordPress: what was changed there since is as it is now: no post is public that
// was made a draft.
func TestChangedInWordPress(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	data, file := filepath.Join(dir, "data"), filepath.Join(dir, "posts.xml")
	done(t, `{"slug":"a","title":"A","publishedAt":"2024-03-01","meta":{"revision":{"status":"reviewed"},"entities":[{"name":"x","type":"tag"}]}}`, "import", "-", "--publish", "--data", data)
	done(t, "", "export", "--format", "wxr", "--out", file, "--data", data)
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	changed := strings.NewReplacer("[publish]", "[draft]", "2024-03-01 00:00:00", "2024-03-02 10:00:00", "<![CDATA[x]]></category>", "<![CDATA[y]]></category>").Replace(string(text))
	if err := os.WriteFile(file, []byte(changed), 0o600); err != nil {
		t.Fatal(err)
	}
	done(t, "", "import", file, "--publish", "--data", data)
	got := done(t, "", "export", "--data", data)
	for _, want := range []string{`"status":"draft"`, `"publishedAt":"2024-03-02T10:00:00Z"`, `{"name":"y","type":"tag"}`} {
		if !strings.Contains(got, want) {
			t.Errorf("found %s, expected %s", got, want)
		}
	}
}
