package fields_test

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"alphanode/content"
	"alphanode/ingest/fields"
)

func TestKnown(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]string{
		"code_language": "meta.codeLanguage", "codeLanguage": "meta.codeLanguage", "Code Language": "meta.codeLanguage", "code-language": "meta.codeLanguage",
		"alphanode_code_language": "meta.codeLanguage", "reading_time": "meta.readingTime", "read_time": "meta.readingTime", "view_count": "meta.viewCount",
		"ai_outline": "meta.outline", "AI brief": "meta.brief", "image_sources": "meta.images", "score_quality": "meta.score.quality", "quality_score": "meta.score.quality",
		"score": "meta.score", "last_reviewed": "meta.revision.lastReviewed", "revision_last_reviewed": "meta.revision.lastReviewed", "needs_human_review": "meta.flags.needsHumanReview",
		"source_id": "meta.payload.sourceId", "meta.topic": "meta.topic", "tools": "meta.tools",
		"quality": "", "version": "", "seed": "", "status": "", "language": "", "title": "", "body": "", "views": "", "extra": "", "": "", "---": "", "meta": "", "alphanode_": "",
	} {
		if got, ok := fields.Known(name); got != want || ok != (want != "") {
			t.Errorf("Known(%q) = %q, %v, expected %q", name, got, ok, want)
		}
	}
}

// TestPathsAreFields: content knows each of them, so that none becomes unknown meta.
func TestPathsAreFields(t *testing.T) {
	t.Parallel()
	for _, path := range fields.Paths {
		var p content.Post
		for _, value := range []string{`"2014"`, `{}`, `[]`, `"draft"`, `"2014-09-15"`} {
			_ = fields.Set(&p, path, json.RawMessage(value))
		}
		if len(p.Meta.Extra) > 0 {
			t.Errorf("%s is unknown to content", path)
		}
	}
}

func TestSet(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ path, value, want string }{
		{"title", `"T"`, `"title":"T"`},
		{"meta.score.quality", `87`, `"score":{"quality":87}`},
		{"meta.score.quality", `"87"`, `"score":{"quality":87}`},
		{"meta.score.quality", `" 87.0 "`, `"score":{"quality":87}`},
		{"meta.score", `{"quality":1,"clarity":2}`, `"score":{"quality":1,"clarity":2}`},
		{"meta.tools", `"git"`, `"tools":["git"]`},
		{"meta.tools", `["git","",null,7]`, `"tools":["git","7"]`},
		{"meta.topic", `["only"]`, `"topic":"only"`},
		{"meta.topic", `2014`, `"topic":"2014"`},
		{"meta.payload.sourceId", `12345678901234567890`, `"payload":{"sourceId":"12345678901234567890"}`},
		{"meta.revision.version", `1.10`, `"revision":{"version":"1.10"}`},
		{"meta.revision.lastReviewed", `"2014-09-15 10:00:00"`, `"lastReviewed":"2014-09-15 10:00:00"`},
		{"meta.flags.imageHeavy", `"yes"`, `"imageHeavy":true`},
		{"meta.flags.imageHeavy", `1`, `"imageHeavy":true`},
		{"meta.flags.imageHeavy", `"0"`, `"imageHeavy":false`},
		{"meta.viewCount", `"12"`, `"viewCount":12`},
		{"meta.entities", `{"name":"n","type":"t"}`, `"entities":[{"name":"n","type":"t"}]`},
		{"meta.entities", `[{"name":"n","type":"t"}]`, `"entities":[{"name":"n","type":"t"}]`},
		{"meta.images", `["/a.png","https://example.com/b.png"]`, `"images":[{"url":"/a.png"},{"url":"https://example.com/b.png"}]`},
		{"meta.extra.a.b", `{"z":1,"y":2.50}`, `"extra":{"a.b":{"y":2.50,"z":1}}`},
	} {
		p := content.Post{Slug: "s", Title: "old"}
		if err := fields.Set(&p, c.path, json.RawMessage(c.value)); err != nil {
			t.Errorf("Set(%s, %s): %v", c.path, c.value, err)
			continue
		}
		if got := string(p.AppendJSON(nil)); !strings.Contains(got, c.want) {
			t.Errorf("Set(%s, %s): found %s, expected %s in it", c.path, c.value, got, c.want)
		}
	}
}

func TestSetKeepsWhatIsThere(t *testing.T) {
	t.Parallel()
	var p content.Post
	for _, step := range [][2]string{
		{"meta.score.quality", "1"}, {"meta.score.depth", "2"}, {"meta.score.quality", "3"},
		{"meta.tools", `["git"]`}, {"meta.tools", `"make"`}, {"meta.topic", `"one"`}, {"meta.topic", `""`}, {"meta.topic", "null"},
		{"meta.revision.version", `"1"`}, {"meta.revision.status", `"draft"`},
	} {
		if err := fields.Set(&p, step[0], json.RawMessage(step[1])); err != nil {
			t.Fatal(err)
		}
	}
	three, two := 3, 2
	want := content.Meta{
		Topic: "one", Tools: []string{"git", "make"}, Score: &content.Score{Quality: &three, Depth: &two},
		Revision: &content.Revision{Version: "1", Status: "draft"},
	}
	if diff := cmp.Diff(want, p.Meta); diff != "" {
		t.Error(diff)
	}
}

func TestSetRefusesWhatDoesNotFit(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ path, value, want string }{
		{"meta.score.quality", `101`, "meta.score.quality: found 101, expected an integer from 0 to 100"},
		{"meta.score.quality", `"high"`, `meta.score.quality: found "high", expected an integer of at most 64 bits`},
		{"meta.readingTime", `1.5`, "meta.readingTime: found 1.5, expected an integer of at most 64 bits"},
		{"meta.viewCount", `-1`, "meta.viewCount: found -1, expected an integer of at least 0"},
		{"meta.topic", `["a","b"]`, `meta.topic: found ["a","b"], expected a string`},
		{"meta.topic", `"two\nlines"`, `meta.topic: found "two\nlines", expected a text of one line, without control characters`},
		{"meta.revision.status", `"published"`, `meta.revision.status: found "published", expected draft, in-review, reviewed or archived`},
		{"publishedAt", `"soon"`, `publishedAt: found "soon", expected a date as YYYY-MM-DD or a date-time as YYYY-MM-DDThh:mm:ssZ`},
		{"meta.flags.imageHeavy", `2`, "meta.flags.imageHeavy: found 2, expected true or false"},
		{"meta.entities", `["n"]`, `meta.entities[0]: found "n", expected an object`},
		{"meta.tools", `[["a"],"b"]`, `meta.tools[0]: found ["a"], expected a string`},
	} {
		var p content.Post
		err := fields.Set(&p, c.path, json.RawMessage(c.value))
		var faults content.Faults
		if !errors.As(err, &faults) || err.Error() != c.want {
			t.Errorf("Set(%s, %s): found %v, expected %s", c.path, c.value, err, c.want)
		}
		if diff := cmp.Diff(content.Post{}, p); diff != "" {
			t.Errorf("Set(%s, %s) changed the post:\n%s", c.path, c.value, diff)
		}
	}
}

func TestExtra(t *testing.T) {
	t.Parallel()
	var p content.Post
	for _, step := range [][2]string{
		{"a.b", `{"z":1,"y":[2.50]}`}, {"twice", `1`}, {"twice", `"x"`}, {"twice", `{}`}, {"list", `[]`}, {"list", `3`}, {"", `true`},
	} {
		if err := fields.Extra(&p, step[0], json.RawMessage(step[1])); err != nil {
			t.Fatal(err)
		}
	}
	want := `"extra":{"":true,"a.b":{"y":[2.50],"z":1},"list":[3],"twice":[1,"x",{}]}`
	if got := string(p.AppendJSON(nil)); !strings.Contains(got, want) {
		t.Errorf("found %s, expected %s in it", got, want)
	}
	for _, value := range []string{strings.Repeat("[", 40) + strings.Repeat("]", 40), `{"a":1,"a":2}`, `{"a":`, strings.Repeat("[", 100_000)} {
		if err := fields.Extra(&p, "bad", json.RawMessage(value)); err == nil {
			t.Errorf("Extra took %.20s", value)
		}
	}
}

func TestStatus(t *testing.T) {
	t.Parallel()
	for word, want := range map[string]string{
		"publish": "reviewed", "Published": "reviewed", "in-review": "in-review", "In Review": "in-review", "pending": "in-review", "auto-draft": "draft", "private": "draft",
		"future": "draft", "archived": "archived", "": "", "sold": "",
	} {
		if got, ok := fields.Status(word); got != want || ok != (want != "") {
			t.Errorf("Status(%q) = %q, %v, expected %q", word, got, ok, want)
		}
	}
}

// FuzzSet: no value breaks a post, whatever its field.
func FuzzSet(f *testing.F) {
	for _, seed := range []string{`"12"`, `[1,"a",null,{"name":"n","type":"t"}]`, `{"quality":1,"x":{"y":[]}}`, `1e3`, `"`, `[[[[`, `{"a":1,"a":2}`, ` true `} {
		f.Add(uint8(7), []byte(seed))
	}
	f.Fuzz(func(t *testing.T, which uint8, value []byte) {
		p := content.Post{Slug: "s", Title: "t"}
		path := fields.Paths[int(which)%len(fields.Paths)]
		if fields.Set(&p, path, value) == nil && path != "slug" && path != "title" {
			p.SettleDates()
			if faults := p.Validate(); len(faults) > 0 {
				t.Fatal(faults)
			}
		}
	})
}
