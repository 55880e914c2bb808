package command_test

import (
	"encoding/json"
	"reflect"
	"strings"
	"testing"

	"alphanode/store"
)

func TestDiff(t *testing.T) {
	t.Parallel()
	data := t.TempDir()
	const first = `{"slug":"a","title":"A"}` + "\n" + `{"slug":"b","title":"B"}` + "\n" + `{"slug":"c","title":"C"}` + "\n"
	const second = `{"slug":"a","title":"A2","meta":{"score":{"quality":9}}}` + "\n" + `{"slug":"b","title":"B","meta":{"revision":{"status":"draft"}}}` + "\n" +
		`{"slug":"d","title":"D"}` + "\n"
	done(t, first, "import", "-", "--publish", "--data", data)
	done(t, second, "import", "-", "--replace", "--data", data)
	want := "added 1, changed 2, removed 1\nKIND     POST\nchanged  a  meta.score.quality  title\nchanged  b  meta.revision.status\nremoved  c\nadded    d\n"
	if got := done(t, "", "diff", "r1", "r2", "--data", data); got != want {
		t.Errorf("found\n%s\nexpected\n%s", got, want)
	}
	var got struct {
		Before, After           string
		Added, Changed, Removed int
		Posts                   []store.Change
	}
	if err := json.Unmarshal([]byte(done(t, "", "diff", "r1", "r2", "--public", "--json", "--data", data)), &got); err != nil {
		t.Fatal(err)
	}
	if got.Before != "r1" || got.After != "r2" || got.Added != 1 || got.Changed != 1 || got.Removed != 2 || !reflect.DeepEqual(got.Posts, []store.Change{
		{Kind: store.Changed, Slug: "a", Fields: []string{"meta.score.quality", "title"}}, {Kind: store.Removed, Slug: "b"},
		{Kind: store.Removed, Slug: "c"}, {Kind: store.Added, Slug: "d"},
	}) {
		t.Errorf("found %+v", got)
	}
	if got := done(t, "", "diff", "r2", "r2", "--data", data); got != "added 0, changed 0, removed 0\n" {
		t.Errorf("found %s", got)
	}
	if got := done(t, "", "diff", "r2", "r2", "--json", "--data", data); !json.Valid([]byte(got)) {
		t.Errorf("found %s", got)
	}
	if code, _, errs := run(t, nil, "diff", "r1", "r9", "--data", data); code != 1 || !strings.Contains(errs, "diff: release r9: not found, expected one of: r1, r2") {
		t.Errorf("exit code %d: %s", code, errs)
	}
	if code, _, errs := run(t, nil, "diff", "r1", "--data", data); code != 2 {
		t.Errorf("exit code %d: %s", code, errs)
	}
}
