package wxr_test

import (
	"strings"
	"testing"

	"alphanode/ingest/wxr"
)

func postmeta(key, value string) string {
	return "<wp:postmeta><wp:meta_key>" + key + "</wp:meta_key><wp:meta_value><![CDATA[" + value + "]]></wp:meta_value></wp:postmeta>"
}

// TestPrivateMeta: custom fields lose the addresses of people and machines, however plugins
// write them, and keep what else they say.
func TestPrivateMeta(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		key, value, kept string
		lost             int
	}{
		{"kept", "write to h@mail.example", `"write to h@mail.example"`, 0},
		{"kept", `["a","b"]`, `"[\"a\",\"b\"]"`, 0},
		{"kept", "[see below]", `"[see below]"`, 0},
		{"watchers", "h1@mail.example, h2@mail.example", "", 1},
		{"watchers", "mailto:h5@mail.example", "", 1},
		{"seen", "203.0.113.22:8080", "", 1},
		{"seen", "203.0.113.23|1400000000", "", 1},
		{"seen", "203.0.113.4, 203.0.113.6", "", 1},
		{"seen", `["csec@mail.example"]`, "", 1},
		{"seen", `{"ip":"203.0.113.21","likes":4}`, `"{\"likes\":4}"`, 1},
		{"seen", `a:2:{s:2:"ip";s:12:"203.0.113.21";s:5:"likes";i:4;}`, `{"likes":4}`, 1},
		{"seen", `a:1:{i:0;a:1:{i:0;s:12:"203.0.113.21";}}`, "", 1},
		{"voter_email", "nobody's", "", 1},
		{"user_ip", "unknown", "", 1},
	} {
		i := one(t, export("utf-8", item(postmeta(c.key, c.value))))
		kept := string(i.Post.Meta.Extra[c.key])
		if lost := i.Losses["meta with an e-mail address, an IP address or a password"]; kept != c.kept || lost != c.lost {
			t.Errorf("%s = %s: found %s and %d losses, expected %s and %d", c.key, c.value, kept, lost, c.kept, c.lost)
		}
	}
}

// TestAuthors: an author is shown by a name, never by an e-mail address.
func TestAuthors(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		login, shown, want string
		lost               int
	}{
		{"ann", "Ann Bell", "Ann Bell", 0},
		{"ann", "Ann Bell (ann@mail.example)", "Ann Bell", 0},
		{"ann", "ann@mail.example - Ann Bell", "Ann Bell", 0},
		{"ann", "Ann Bell &amp;lt;ann@mail.example&amp;gt;", "Ann Bell", 0},
		{"ann", "Ann @ work", "Ann @ work", 0},
		{"ann", "ann@mail.example", "ann", 0},
		{"ann@mail.example", "Ann", "Ann", 0},
		{"ann@mail.example", "<![CDATA[<ann@mail.example>]]>", "", 1},
		{"ann@mail.example", "", "", 1},
		{"", "", "", 0},
	} {
		author := "<wp:author><wp:author_login>" + c.login + "</wp:author_login><wp:author_display_name>" + c.shown + "</wp:author_display_name></wp:author>"
		i := one(t, export("utf-8", author, item("<creator/><dc:creator>"+c.login+"</dc:creator>")))
		var got []string
		for _, e := range i.Post.Meta.Entities {
			got = append(got, e.Type+" "+e.Name)
		}
		want := ""
		if c.want != "" {
			want = "author " + c.want
		}
		if strings.Join(got, ", ") != want || i.Losses["author without a name"] != c.lost {
			t.Errorf("%q, shown as %q: found %q and the losses %v", c.login, c.shown, got, i.Losses)
		}
	}
}

// TestReusableBlocks: what WordPress does not show is not shown.
func TestReusableBlocks(t *testing.T) {
	t.Parallel()
	for state, public := range map[string]bool{
		"<wp:status>publish</wp:status>":                                       true,
		"<wp:status>publish</wp:status><wp:post_password>x</wp:post_password>": false,
		"<wp:status>draft</wp:status>":                                         false,
		"<wp:status>pending</wp:status>":                                       false,
		"<wp:status>private</wp:status>":                                       false,
		"<wp:status>future</wp:status>":                                        false,
		"<wp:status>trash</wp:status>":                                         false,
	} {
		text := export("utf-8",
			item("<wp:post_id>1</wp:post_id><content:encoded><![CDATA[<!-- wp:block {\"ref\":2} /-->]]></content:encoded>"),
			"<item><wp:post_id>2</wp:post_id><wp:post_type>wp_block</wp:post_type>"+state+"<content:encoded>Reused</content:encoded></item>")
		items, err := read(t, "f", strings.NewReader(text), wxr.Options{})
		if err != nil || len(items) != 2 {
			t.Fatalf("found %d items, %v", len(items), err)
		}
		for _, i := range items {
			if i.Post == nil {
				continue
			}
			if shown, lost := i.Post.Text() == "Reused", i.Losses["reusable block that is not public"]; shown != public || (lost == 1) == public {
				t.Errorf("%s: found %q and %d losses", state, i.Post.Text(), lost)
			}
		}
	}
}

// TestSlugWithoutName: an item without a name is called after its title, not after its link.
func TestSlugWithoutName(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ title, link, id, want string }{
		{"A & b", "https://old.example/blog/?p=12", "12", "a-b"},
		{"", "https://old.example/blog/?p=12", "12", "post-12"},
		{"Fifteen", "https://old.example/blog/archives/15", "15", "fifteen"},
		{"", "https://old.example/blog/archives/15", "15", "post-15"},
		{"", "https://old.example/blog/said", "", "said"},
	} {
		i := one(t, export("utf-8", "<wp:base_blog_url>https://old.example/blog</wp:base_blog_url>",
			"<item><title><![CDATA["+c.title+"]]></title><link>"+c.link+"</link><wp:post_id>"+c.id+"</wp:post_id><wp:status>draft</wp:status></item>"))
		if i.Post == nil || i.Post.Slug != c.want || i.Post.Meta.URLs[0] != c.link {
			t.Errorf("%q at %s: found %s, expected the slug %s", c.title, c.link, shown(i), c.want)
		}
	}
}
