package wxr_test

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"flag"
	"os"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"alphanode/content"
	"alphanode/ingest/php"
	"alphanode/wxr"
)

var update = flag.Bool("update", false, "write the golden file anew")

// export is the part of an export that the tests look at, read by a strict parser of XML.
type export struct {
	Items []struct {
		Title    string `xml:"title"`
		Body     string `xml:"http://purl.org/rss/1.0/modules/content/ encoded"`
		Creator  string `xml:"creator"`
		Name     string `xml:"post_name"`
		Status   string `xml:"status"`
		Kind     string `xml:"post_type"`
		Date     string `xml:"post_date"`
		GMT      string `xml:"post_date_gmt"`
		Category []struct {
			Domain string `xml:"domain,attr"`
			Name   string `xml:",chardata"`
		} `xml:"category"`
		Meta []struct {
			Key   string `xml:"meta_key"`
			Value string `xml:"meta_value"`
		} `xml:"postmeta"`
	} `xml:"channel>item"`
}

func written(t rapid.TB, posts ...*content.Post) (text string, e export) {
	t.Helper()
	var names wxr.Names
	for _, p := range posts {
		names.Add(p)
	}
	var out bytes.Buffer
	w := wxr.NewWriter(&out, &names, time.Date(2026, 11, 1, 12, 0, 0, 0, time.UTC))
	for _, p := range posts {
		w.Post(p)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	if err := xml.Unmarshal(out.Bytes(), &e); err != nil {
		t.Fatalf("%v of\n%s", err, out.String())
	}
	return out.String(), e
}

func decode(t testing.TB, text string) *content.Post {
	t.Helper()
	r, faults := content.Decode([]byte(text))
	if len(faults) > 0 {
		t.Fatal(faults)
	}
	r.Post.Settle()
	return r.Post
}

func TestGolden(t *testing.T) {
	t.Parallel()
	data, err := os.ReadFile("testdata/full.ndjson")
	if err != nil {
		t.Fatal(err)
	}
	var posts []*content.Post
	for line := range strings.Lines(string(data)) {
		posts = append(posts, decode(t, line))
	}
	got, _ := written(t, posts...)
	if *update {
		if err := os.WriteFile("testdata/full.xml", []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if want, err := os.ReadFile("testdata/full.xml"); err != nil || got != string(want) {
		t.Errorf("found\n%s\n%v", got, err)
	}
}

func TestDatesAndStatuses(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ published, date, gmt string }{
		{"2024-03-01", "2024-03-01 00:00:00", "2024-03-01 00:00:00"},
		{"2024-03-01T23:30:00-05:00", "2024-03-01 23:30:00", "2024-03-02 04:30:00"},
		{"", "0000-00-00 00:00:00", "0000-00-00 00:00:00"},
	} {
		p := &content.Post{Slug: "a", Title: "a", PublishedAt: c.published}
		_, e := written(t, p)
		if i := e.Items[0]; i.Date != c.date || i.GMT != c.gmt {
			t.Errorf("%q: found %s and %s", c.published, i.Date, i.GMT)
		}
	}
	for status, want := range map[string]string{"": "publish", "reviewed": "publish", "draft": "draft", "in-review": "pending", "archived": "draft"} {
		_, e := written(t, &content.Post{Slug: "a", Title: "a", Meta: content.Meta{Revision: &content.Revision{Status: status}}})
		if got := e.Items[0].Status; got != want {
			t.Errorf("%q: found %q, expected %q", status, got, want)
		}
	}
}

// TestLanguageIsPolylangs: an entity of a type by which Polylang knows languages is none.
func TestLanguageIsPolylangs(t *testing.T) {
	t.Parallel()
	p := &content.Post{Slug: "a", Title: "a", Meta: content.Meta{Language: "fr", Entities: []content.Entity{{Name: "Go", Type: "language"}}}}
	_, e := written(t, p)
	for _, c := range e.Items[0].Category {
		if c.Domain == "language" && c.Name != "fr" {
			t.Errorf("found the language %q", c.Name)
		}
	}
	if i := e.Items[0]; len(i.Category) != 2 || !strings.Contains(i.Meta[len(i.Meta)-1].Value, `{"name":"Go","type":"language"}`) {
		t.Errorf("found %+v", i)
	}
}

// TestEveryText: whatever texts a post has, the export is XML that a strict parser reads, and
// has them but for what XML cannot hold.
func TestEveryText(t *testing.T) {
	t.Parallel()
	odd := []string{"word", " ", "\n", "\r\n", "]]>", "<![CDATA[", "<b>", "&amp;", "&", `"`, "[gallery]", "[caption]", "\x00", "\x01", "\x7f", "\ufffe", "é", "😀", "--", "-->", "a:1:{i:0;s:1:\"x\";}", "s:1:\"x\";", "true"}
	without := strings.NewReplacer("\x00", "", "\x01", "", "\ufffe", "", "\r\n", "\n")
	rapid.Check(t, func(t *rapid.T) {
		text := func(name string) string {
			return strings.Join(rapid.SliceOfN(rapid.SampledFrom(odd), 1, 4).Draw(t, name), "")
		}
		topic, tool, tag, title, word := text("topic"), text("tool"), text("tag"), text("title"), text("paragraph")
		p := &content.Post{Slug: "a", Title: title, Body: []content.Block{content.Paragraph{Text: word}, content.Code{Source: text("code"), Language: "go"}}}
		p.Meta = content.Meta{Topic: topic, Tools: []string{tool}, Entities: []content.Entity{{Name: tag, Type: "tag"}, {Name: "b", Type: "category"}}}
		_, e := written(t, p)
		i := e.Items[0]
		if got := content.TextOfHTML(i.Title); got != content.TextOfHTML(escape(without.Replace(title))) {
			t.Errorf("found the title %q, expected %q", got, title)
		}
		if len(i.Category) != 2 || i.Category[0].Domain != "post_tag" || i.Category[1].Domain != "category" {
			t.Errorf("found the terms %+v", i.Category)
		}
		if strings.Contains(i.Body, "[") {
			t.Errorf("found brackets that may be shortcodes in %s", i.Body)
		}
		found := map[string]string{}
		for _, m := range i.Meta {
			found[m.Key] = m.Value
		}
		value, _, err := php.Decode(found["alphanode_tools"])
		var tools []string
		if err != nil || json.Unmarshal(value, &tools) != nil || len(tools) != 1 || tools[0] != without.Replace(tool) {
			t.Errorf("found the tools %s, %v, expected %q", value, err, tool)
		}
		got := found["alphanode_topic"]
		if php.IsSerialized(got) {
			if value, _, err = php.Decode(got); err != nil || json.Unmarshal(value, &got) != nil {
				t.Errorf("found the topic %s, %v", value, err)
			}
		}
		if got != without.Replace(topic) {
			t.Errorf("found the topic %q, expected %q", got, topic)
		}
	})
}

func escape(s string) string {
	return strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;").Replace(s)
}
