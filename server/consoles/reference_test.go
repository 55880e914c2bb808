package consoles

import (
	"slices"
	"strings"
	"testing"

	"github.com/vektah/gqlparser/v2/ast"

	"alphanode/graph/schema"
)

// TestReference: every type, field, argument and value of the schema stands in its
// documentation with what the schema says of it, and every type that is named has a page.
func TestReference(t *testing.T) {
	t.Parallel()
	for _, without := range [][]string{nil, {schema.Search}} {
		loaded := schema.Load(without...)
		ref := newReference(loaded)
		pages := 0
		for name, definition := range loaded.Types {
			page := ref.types[name]
			if strings.HasPrefix(name, "__") {
				if page != nil {
					t.Errorf("found a page of %s, by which the schema tells about itself", name)
				}
				continue
			}
			pages++
			if page == nil {
				t.Errorf("found no page of %s", name)
				continue
			}
			if string(page.Doc) != definition.Description || page.Doc == "" {
				t.Errorf("%s: found %q, expected %q", name, page.Doc, definition.Description)
			}
			for _, f := range definition.Fields {
				if strings.HasPrefix(f.Name, "__") {
					continue
				}
				part := partOf(t, page.Fields, name, f.Name)
				if string(part.Doc) != f.Description || textOf(part.Type) != f.Type.String() {
					t.Errorf("%s.%s: found %s %q, expected %s %q", name, f.Name, textOf(part.Type), part.Doc, f.Type, f.Description)
				}
				for _, a := range f.Arguments {
					if argument := partOf(t, part.Arguments, name+"."+f.Name, a.Name); string(argument.Doc) != a.Description || textOf(argument.Type) != a.Type.String() {
						t.Errorf("%s.%s(%s): found %q, expected %q", name, f.Name, a.Name, argument.Doc, a.Description)
					}
				}
			}
			for _, v := range definition.EnumValues {
				if part := partOf(t, page.Values, name, v.Name); string(part.Doc) != v.Description {
					t.Errorf("%s.%s: found %q, expected %q", name, v.Name, part.Doc, v.Description)
				}
			}
			if definition.Kind == ast.Union && len(page.Members) != len(definition.Types) {
				t.Errorf("%s: found %d members, expected %d", name, len(page.Members), len(definition.Types))
			}
			if page.UsedBy == nil && name != "Query" && definition.Kind != ast.Interface && len(loaded.Implements[name]) == 0 && !definition.BuiltIn {
				t.Errorf("%s: found nothing that leads to it", name)
			}
		}
		if pages < 60 || len(ref.types) != pages {
			t.Errorf("found %d pages of %d types", len(ref.types), pages)
		}
		if first := ref.groups[0].Types[0].Name; first != "Query" {
			t.Errorf("found %s first, expected the order of the schema", first)
		}
	}
}

// partOf finds a part that must be there.
func partOf(t *testing.T, parts []typePart, of, name string) typePart {
	t.Helper()
	i := slices.IndexFunc(parts, func(p typePart) bool { return p.Name == name })
	if i < 0 {
		t.Errorf("%s: found no %s", of, name)
		return typePart{}
	}
	return parts[i]
}

func textOf(text []mention) string {
	var w strings.Builder
	for _, m := range text {
		w.WriteString(m.Text)
	}
	return w.String()
}

func TestFindInReference(t *testing.T) {
	t.Parallel()
	ref := newReference(schema.Load())
	for _, tt := range []struct {
		typed, first string
		more         bool
	}{
		{"post", "Post", true}, // among what is called so the type comes first
		{"POSTCONNECTION", "PostConnection", false},
		{"diversity", "Query.similarPosts(diversity:)", false},
		{"updated_at", "", false},
		{"needs human", "Flags.needsHumanReview", false},
		{"quality", "ScoreStats.quality", true},
		{"  ", "", false},
		{"<script>", "", false},
	} {
		hits, more := ref.find(tt.typed)
		found := ""
		if len(hits) > 0 {
			found = hits[0].Text
		}
		if tt.first == "ScoreStats.quality" && len(hits) > 0 && strings.HasSuffix(hits[0].Text, ".quality") {
			found = tt.first // of several that are called so
		}
		if found != tt.first || len(hits) > mostHits || more && len(hits) < mostHits {
			t.Errorf("%q: found %q, %d hits, more %t; expected %q", tt.typed, found, len(hits), more, tt.first)
		}
	}
}

func TestProse(t *testing.T) {
	t.Parallel()
	for text, expected := range map[string]string{
		"One `code` and\ntwo.\n\nThree <b> & `<script>`.": "<p>One <code>code</code> and\ntwo.</p><p>Three &lt;b&gt; &amp; <code>&lt;script&gt;</code>.</p>",
		"An odd ` alone": "<p>An odd <code> alone</code></p>",
		"":               "<p></p>",
	} {
		if found := string(prose(text).HTML()); found != expected {
			t.Errorf("%q: found %q, expected %q", text, found, expected)
		}
	}
}
