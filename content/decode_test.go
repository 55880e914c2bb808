package content_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"alphanode/content"
)

func ptr[T any](v T) *T { return &v }

// full has a value in every field.
func full() *content.Post {
	return &content.Post{
		Slug: "a-post", Title: "a post", Intro: "its intro", PublishedAt: "2024-02-29T12:00:00+02:00",
		Body: []content.Block{
			content.Heading{Level: 2, Text: "h"},
			content.Paragraph{Text: "p b", HTML: "p <b>b</b>"},
			content.Code{Language: "go", Source: "a\n\n\tb"},
			content.List{Ordered: true, Items: []content.ListItem{{Text: "i"}, {Text: "j", HTML: "<i>j</i>"}}},
			content.Figure{URL: "https://img.example/a.jpg?a=1&b=2", Source: "own work", Caption: "c", Alt: "a", Width: ptr(640), Height: ptr(480)},
			content.Quote{Text: "q", HTML: "<i>q</i>"},
			content.HTML{HTML: "<hr>"},
		},
		Meta: content.Meta{
			Topic: "t", Summary: "s", Brief: "b",
			Outline: []content.OutlineItem{{Label: "l", Text: "o"}},
			Stack:   []string{"x"}, Checklist: []string{"c"}, Notes: []string{"n"}, Tools: []string{"C++"},
			Entities:     []content.Entity{{Name: "n", Type: "t"}},
			CodeLanguage: "go", Language: "pt-BR", Difficulty: "hard",
			ReadingTime: ptr(0), ViewCount: ptr(int64(math.MaxInt64)),
			Score:     &content.Score{Quality: ptr(0), Freshness: ptr(100), Depth: ptr(1), Clarity: ptr(2)},
			Revision:  &content.Revision{Status: "draft", Version: "1.0", LastReviewed: "2024-03-01"},
			Reference: "r", Hash: "h",
			Flags:   content.Flags{AIGeneratedStyle: true, HasImages: true, ImageHeavy: true, NeedsHumanReview: true},
			Images:  []content.Image{{Source: "s", URL: "/u", Caption: "c", Alt: "a", Width: ptr(1), Height: ptr(2)}},
			Payload: &content.Payload{SourceID: "i", Generator: "g", Paragraphs: ptr(3), Scenario: "s", Seed: ptr(int64(-1))},
			URLs:    []string{"https://old.example/?p=7", "/2014/09/15/a-post/"},
			Extra:   content.Extra{"mood": json.RawMessage(`{"a":[1,2.50,1e400],"b":null}`), "score.novelty": json.RawMessage(`12345678901234567890`)},
		},
	}
}

func TestCanonicalJSON(t *testing.T) {
	t.Parallel()
	const want = `{"slug":"a-post","title":"a post","intro":"its intro","body":[{"type":"heading","level":2,"text":"h"},` +
		`{"type":"paragraph","text":"p b","html":"p <b>b</b>"},{"type":"code","language":"go","source":"a\n\n\tb"},` +
		`{"type":"list","ordered":true,"items":[{"text":"i"},{"text":"j","html":"<i>j</i>"}]},` +
		`{"type":"image","url":"https://img.example/a.jpg?a=1&b=2","source":"own work","caption":"c","alt":"a","width":640,"height":480},` +
		`{"type":"quote","text":"q","html":"<i>q</i>"},{"type":"html","html":"<hr>"}],"publishedAt":"2024-02-29T12:00:00+02:00",` +
		`"meta":{"topic":"t","summary":"s","brief":"b","outline":[{"label":"l","text":"o"}],"stack":["x"],"checklist":["c"],"notes":["n"],` +
		`"tools":["C++"],"entities":[{"name":"n","type":"t"}],"codeLanguage":"go","language":"pt-BR","difficulty":"hard","readingTime":0,` +
		`"viewCount":9223372036854775807,"score":{"quality":0,"freshness":100,"depth":1,"clarity":2},` +
		`"revision":{"status":"draft","version":"1.0","lastReviewed":"2024-03-01"},"reference":"r","hash":"h",` +
		`"flags":{"aiGeneratedStyle":true,"hasImages":true,"imageHeavy":true,"needsHumanReview":true},` +
		`"images":[{"source":"s","url":"/u","caption":"c","alt":"a","width":1,"height":2}],"payload":{"sourceId":"i","generator":"g","paragraphs":3,"scenario":"s","seed":-1},"urls":["https://old.example/?p=7","/2014/09/15/a-post/"],` +
		`"extra":{"mood":{"a":[1,2.50,1e400],"b":null},"score.novelty":12345678901234567890}}}`
	got := full().AppendJSON([]byte("> "))
	if diff := cmp.Diff("> "+want, string(got)); diff != "" {
		t.Error(diff)
	}
	again, err := content.DecodePost([]byte(want))
	if diff := cmp.Diff(full(), again); diff != "" || err != nil {
		t.Errorf("%v\n%s", err, diff)
	}
	if faults := again.Validate(); len(faults) > 0 {
		t.Error(faults)
	}

	const empty = `{"slug":"","title":"","body":[],"meta":{"outline":[],"stack":[],"checklist":[],"notes":[],"tools":[],"entities":[],` +
		`"flags":{"aiGeneratedStyle":false,"hasImages":false,"imageHeavy":false,"needsHumanReview":false},"images":[]}}`
	if diff := cmp.Diff(empty, string(new(content.Post).AppendJSON(nil))); diff != "" {
		t.Error(diff)
	}
}

func TestDecodeAccepts(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, text string
		want       content.Record
	}{
		{"removal", `{"slug":"a","deleted":true}`, content.Record{Removed: "a"}},
		{"not a removal", `{"slug":"a","deleted":false}`, content.Record{Post: &content.Post{Slug: "a"}}},
		{"null is absent", `{"slug":"a","intro":null,"meta":{"score":null}}`, content.Record{Post: &content.Post{Slug: "a"}}},
		{"spaces and order", " {\"meta\" : { } ,\r\n\t\"slug\":\"a\"}\n", content.Record{Post: &content.Post{Slug: "a"}}},
		{"what REST adds", `{"slug":"a","body":[{"type":"heading","level":2,"text":"h","anchor":"h"}],"updated":"2024-01-01","updatedDay":"2024-01-01","publishedDay":"2024-01-01","lastReviewedDay":"2024-01-01"}`,
			content.Record{Post: &content.Post{Slug: "a", Body: []content.Block{content.Heading{Level: 2, Text: "h"}}}}},
		{"type not first", `{"slug":"a","body":[{"text":"t","type":"quote"}]}`, content.Record{Post: &content.Post{Slug: "a", Body: []content.Block{content.Quote{Text: "t"}}}}},
		{"unknown meta", `{"slug":"a","meta":{"x":{"b":1.0,"a":"\u00e9"},"score":{"novelty":1E2},"revision":{"by":"me"},"flags":{"pinned":true},"payload":{"batch":[ ]},"extra":{"y":-0}}}`,
			content.Record{Post: &content.Post{Slug: "a", Meta: content.Meta{
				Score: &content.Score{}, Revision: &content.Revision{}, Payload: &content.Payload{},
				Extra: content.Extra{
					"x": json.RawMessage(`{"a":"é","b":1.0}`), "y": json.RawMessage(`-0`), "score.novelty": json.RawMessage(`1E2`),
					"revision.by": json.RawMessage(`"me"`), "flags.pinned": json.RawMessage(`true`), "payload.batch": json.RawMessage(`[]`),
				},
			}}}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			got, faults := content.Decode([]byte(test.text))
			if diff := cmp.Diff(test.want, got); diff != "" || len(faults) > 0 {
				t.Errorf("%v\n%s", faults, diff)
			}
		})
	}
}

func TestDecodeFaults(t *testing.T) {
	t.Parallel()
	deep := strings.Repeat("[", 40) + strings.Repeat("]", 40)
	tests := []struct {
		text string
		want []string
	}{
		{`[]`, []string{"post: found [], expected an object"}},
		{``, []string{`post: found EOF in "", expected a JSON object`}},
		{`{"slug":"a"`, []string{`post: found unexpected EOF in "{\"slug\":\"a\"", expected a JSON object`}},
		{`{"slug":"a"} x`, []string{"post: found more text after the object, expected one JSON object"}},
		{`{"slug":"a"},`, []string{"post: found more text after the object, expected one JSON object"}},
		{`{"slug":"a"} [`, []string{"post: found more text after the object, expected one JSON object"}},
		{"{\"slug\":\"\xe9\"}", []string{"post: found the byte 0xe9 at byte 10, expected UTF-8"}},
		{`{"slug":1,"title":[],"colour":{},"body":[{"type":"heading","text":"t"},{"type":"video"},{"type":"code","source":"s","text":"t"},7],"meta":{"readingTime":"4","viewCount":9223372036854775808,"tools":["a",2],"score":{"quality":1.5},"flags":{"hasImages":1},"entities":[{"name":"n","kind":"k"}]}}`,
			[]string{
				"slug: found 1, expected a string",
				"title: found [], expected a string",
				"colour: found an unknown field, expected one of the post's fields; facts without a field go to meta.extra",
				"body[0].level: found nothing, expected the field, which a block of type heading must have",
				`body[1].type: found "video", expected heading, paragraph, code, list, image, quote or html`,
				"body[2].text: found a field that a block of type code does not have, expected language or source",
				"body[3]: found 7, expected an object",
				`meta.readingTime: found "4", expected an integer of at most 64 bits`,
				"meta.viewCount: found 9223372036854775808, expected an integer of at most 64 bits",
				"meta.tools[1]: found 2, expected a string",
				"meta.score.quality: found 1.5, expected an integer of at most 64 bits",
				"meta.flags.hasImages: found 1, expected true or false",
				"meta.entities[0].kind: found an unknown field, expected one of the post's fields; facts without a field go to meta.extra",
			}},
		{`{"slug":"a","slug":"b"}`, []string{"slug: found the field twice, expected each field once"}},
		{`{"meta":{"x":1,"extra":{"x":2}}}`, []string{"meta.extra.x: found the field twice, expected each field once, in meta or in meta.extra"}},
		{`{"meta":{"x":{"a":1,"a":2}}}`, []string{`meta.x: found the key "a" twice, expected each key once`}},
		{`{"meta":{"x":` + deep + `}}`, []string{"meta.x: found a value nested deeper than 32 levels, expected at most 32 levels"}},
		{`{"slug":"a","deleted":true,"title":"t"}`, []string{`post: found a removal with other fields, expected only "slug" and "deleted"`}},
		{`{"slug":"\u200b","deleted":true}`, []string{"slug: found nothing, expected the slug of the post to remove"}},
		{`{"deleted":true}`, []string{"slug: found nothing, expected the slug of the post to remove"}},
	}
	for _, test := range tests {
		record, faults := content.Decode([]byte(test.text))
		var got []string
		for _, f := range faults {
			got = append(got, f.Error())
		}
		if diff := cmp.Diff(test.want, got); diff != "" || record != (content.Record{}) {
			t.Errorf("%s: %+v\n%s", test.text, record, diff)
		}
	}
	var many strings.Builder
	for i := range 1000 {
		fmt.Fprintf(&many, `"f%d":1,`, i)
	}
	if _, faults := content.Decode([]byte("{" + many.String() + `"slug":"a"}`)); len(faults) != 100 {
		t.Errorf("got %d faults, want them bounded at 100", len(faults))
	}
	if _, err := content.DecodePost([]byte(`{"slug":"a","deleted":true}`)); err == nil || err.Error() != `found the removal of "a", expected a post` {
		t.Errorf("got %v", err)
	}
	if _, err := content.DecodePost([]byte(`{"slug":1,"title":2}`)); err == nil || err.Error() != "slug: found 1, expected a string; title: found 2, expected a string" {
		t.Errorf("got %v", err)
	}
}

// TestFaultsAreShort: however long the names in a post are, what is told of its
// faults is not.
func TestFaultsAreShort(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("é", 1<<20)
	for _, text := range []string{
		`{"title":"t","meta":{"` + long + `":{` + strings.Repeat(`"a":1,`, 500) + `"a":1}}}`,
		`{"title":"t","` + long + `":1}`,
		`{"title":"t","meta":{"extra":{"` + long + `":1,"` + long + `":2}}}`,
		`{"title":["` + long + `"]}`,
		`{"title":"t","body":[{"type":"` + long + `"}]}`,
		`{` + long,
	} {
		_, faults := content.Decode([]byte(text))
		if len(faults) == 0 {
			t.Errorf("%.60s: found no fault", text)
		}
		for _, f := range faults {
			if n := len(f.Error()); n > 2000 || !utf8.ValidString(f.Path) {
				t.Errorf("%.60s: found a fault of %d bytes", text, n)
			}
		}
	}
}

func TestValidate(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name   string
		change func(*content.Post)
		want   []string
	}{
		{"nothing wrong", func(*content.Post) {}, nil},
		{"no slug", func(p *content.Post) { p.Slug = "" }, nil},
		{"slug", func(p *content.Post) { p.Slug = "a/b" }, []string{
			`slug: found "a/b", expected a slug without spaces, control characters or any of / ? # %, at most 512 bytes`}},
		{"dots", func(p *content.Post) { p.Slug = ".." }, []string{
			`slug: found "..", expected a slug without spaces, control characters or any of / ? # %, at most 512 bytes`}},
		{"no slug to derive", func(p *content.Post) { p.Slug, p.Title, p.Meta.Payload = "", "!", nil }, []string{
			"slug: found nothing, and no letter or digit in the title, expected a slug, or a title to derive one from"}},
		{"derived slug too long", func(p *content.Post) { p.Slug, p.Meta.Payload.SourceID = "", strings.Repeat("#", 200) }, []string{
			"meta.payload.sourceId: found 1007 bytes in the slug derived from it, expected at most 512 bytes in the slug derived from it"}},
		{"title", func(p *content.Post) { p.Title = " " }, []string{`title: found " ", expected a text`}},
		{"title too long", func(p *content.Post) { p.Title = strings.Repeat("a", 2001) }, []string{"title: found 2001 bytes, expected at most 2000 bytes"}},
		{"date", func(p *content.Post) { p.PublishedAt = "2023-02-30" }, []string{
			`publishedAt: found "2023-02-30", expected a date as YYYY-MM-DD or a date-time as YYYY-MM-DDThh:mm:ssZ`}},
		{"blocks", func(p *content.Post) {
			p.Body = []content.Block{content.Heading{Level: 7}, nil, content.Figure{URL: "javascript:alert(1)"}, content.Figure{URL: "//evil.example/a b"}}
		}, []string{
			"body[0].level: found 7, expected an integer from 1 to 6",
			"body[1]: found nothing, expected a block",
			`body[2].url: found "javascript:alert(1)", expected an http or https address, or a path`,
			`body[3].url: found "//evil.example/a b", expected an http or https address, or a path`}},
		{"numbers", func(p *content.Post) {
			p.Meta.ReadingTime, p.Meta.ViewCount, p.Meta.Score.Depth, p.Meta.Score.Quality = ptr(-1), ptr(int64(-1)), ptr(101), ptr(-1)
		}, []string{
			"meta.readingTime: found -1, expected an integer of at least 0",
			"meta.viewCount: found -1, expected an integer of at least 0",
			"meta.score.quality: found -1, expected an integer from 0 to 100",
			"meta.score.depth: found 101, expected an integer from 0 to 100"}},
		{"status and review", func(p *content.Post) { p.Meta.Revision = &content.Revision{Status: "lost", LastReviewed: "soon"} }, []string{
			`meta.revision.status: found "lost", expected draft, in-review, reviewed or archived`,
			`meta.revision.lastReviewed: found "soon", expected a date as YYYY-MM-DD or a date-time as YYYY-MM-DDThh:mm:ssZ`}},
		{"terms", func(p *content.Post) {
			p.Meta.Tools, p.Meta.Stack, p.Meta.Entities = []string{"a", ""}, make([]string, 0), []content.Entity{{Name: "n"}}
		}, []string{
			"meta.tools[1]: found nothing, expected a text",
			"meta.entities[0].type: found nothing, expected a text"}},
		{"language", func(p *content.Post) { p.Meta.Language = "english" }, []string{
			`meta.language: found "english", expected the tag of a language, as en or pt-BR (BCP 47)`}},
		{"old addresses", func(p *content.Post) {
			p.Meta.URLs = []string{"/a b/", "/%zz/", "ftp://old.example/a", "", "/a\nb", "/" + strings.Repeat("a", 2048)}
		}, []string{
			`meta.urls[2]: found "ftp://old.example/a", expected an http or https address, or a path, without control characters`,
			`meta.urls[3]: found "", expected an http or https address, or a path, without control characters`,
			`meta.urls[4]: found "/a\nb", expected an http or https address, or a path, without control characters`,
			"meta.urls[5]: found 2049 bytes, expected at most 2048 bytes"}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			p := full()
			test.change(p)
			var got []string
			for _, f := range p.Validate() {
				got = append(got, f.Error())
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// Any post comes back from its JSON as it was.
func TestRoundTrip(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.String()
		texts := func(label string) []string {
			if list := rapid.SliceOfN(text, 0, 3).Draw(t, label); len(list) > 0 {
				return list
			}
			return nil
		}
		p := full()
		p.Title, p.Intro = text.Draw(t, "title"), text.Draw(t, "intro")
		p.Body = append(p.Body[:rapid.IntRange(0, len(p.Body)).Draw(t, "blocks")],
			content.Code{Source: text.Draw(t, "code")}, content.Paragraph{Text: text.Draw(t, "text"), HTML: text.Draw(t, "html")})
		p.Meta.Tools, p.Meta.Notes = texts("tools"), texts("notes")
		p.Meta.ViewCount = ptr(rapid.Int64().Draw(t, "views"))
		value, err := json.Marshal(rapid.MapOf(text, rapid.Float64()).Draw(t, "extra"))
		if err != nil {
			t.Fatal(err)
		}
		first := bytes.Replace(p.AppendJSON(nil), []byte(`"b":null`), append([]byte(`"b":`), value...), 1)
		q, err := content.DecodePost(first)
		if err != nil {
			t.Fatalf("%v in %s", err, first)
		}
		second := q.AppendJSON(nil)
		q, err = content.DecodePost(second)
		if err != nil {
			t.Fatalf("%v in %s", err, second)
		}
		if third := q.AppendJSON(nil); !bytes.Equal(second, third) {
			t.Fatalf("read again it differs:\n%s\n%s", second, third)
		}
		if diff := sameTexts(q); diff != "" {
			t.Fatal(diff)
		}
		p.Meta.Extra["mood"] = q.Meta.Extra["mood"]
		if diff := cmp.Diff(p, q); diff != "" {
			t.Fatal(diff)
		}
		q.Settle()
		once := q.AppendJSON(nil)
		q.Settle()
		if twice := q.AppendJSON(nil); !bytes.Equal(once, twice) {
			t.Fatalf("settled twice it differs:\n%s\n%s", once, twice)
		}
	})
}

func FuzzDecode(f *testing.F) {
	f.Add(full().AppendJSON(nil))
	for _, text := range []string{
		`{"slug":"a","deleted":true}`, `{"meta":{"x":[1e5,-0.0,"\ud800"]}}`, `{"body":[{"type":"list","items":[{"html":"<b>"}]}]}`,
		`{"title":"t","meta":{"score":{"x":{}},"extra":{"score.x":1}}}`, `{"a":` + strings.Repeat(`{"a":`, 50),
	} {
		f.Add([]byte(text))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		_ = new(content.Texts).Read(string(text)) // whatever it holds
		record, faults := content.Decode(text)
		if len(faults) > 0 {
			if record != (content.Record{}) {
				t.Fatalf("faults and a record: %+v", record)
			}
			if p := content.DecodeFaulty(text); p != nil {
				p.DeriveSlug() // whatever it holds
			}
			return
		}
		if record.Post == nil {
			if record.Removed == "" {
				t.Fatal("neither a post nor a removal")
			}
			return
		}
		record.Post.Settle()
		first := record.Post.AppendJSON(nil)
		if !json.Valid(first) {
			t.Fatalf("no JSON: %s", first)
		}
		again, err := content.DecodePost(first)
		if err != nil {
			t.Fatalf("%v in %s", err, first)
		}
		if diff := sameTexts(again); diff != "" {
			t.Fatal(diff)
		}
		again.Settle()
		if second := again.AppendJSON(nil); !bytes.Equal(first, second) {
			t.Fatalf("read again it differs:\n%s\n%s", first, second)
		}
		_, _ = again.HTML(), again.Text()
	})
}
