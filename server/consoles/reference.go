package consoles

import (
	"slices"
	"strings"

	"github.com/vektah/gqlparser/v2/ast"
)

// A reference is the documentation of a GraphQL schema: each type, with all that can be
// said of it in one place.
type reference struct {
	groups []typeGroup // in the order in which they are shown
	types  map[string]*typePage
}

// typeGroup are the types of one kind, in the order of the schema.
type typeGroup struct {
	Title string
	Types []*typePage
}

// typePage is what is said of one type.
type typePage struct {
	Name, Kind string
	Doc        prose
	OneOf      bool       // of an input: exactly one of its fields is given
	Fields     []typePart // of an object, an interface or an input
	Values     []typePart // of an enum
	Members    []mention  // what a value of an interface or a union can be
	Implements []mention  // the interfaces of an object
	UsedBy     []mention  // the fields that give or take it
}

// Mention names the type.
func (t *typePage) Mention() mention { return typeNamed(t.Name) }

// typePart is a field, an argument or a value of an enum.
type typePart struct {
	Name      string
	Doc       prose
	Type      []mention  // nil for a value
	Default   string     // of what is given, as the schema writes it; "" for none
	Arguments []typePart // of a field
}

// kindTitles are the kinds of types in the order in which they are shown.
var kindTitles = []struct {
	kind       ast.DefinitionKind
	one, title string
}{
	{ast.Object, "type", "Types"},
	{ast.Interface, "interface", "Interfaces"},
	{ast.Union, "union", "Unions"},
	{ast.InputObject, "input", "Inputs"},
	{ast.Enum, "enum", "Enums"},
	{ast.Scalar, "scalar", "Scalars"},
}

// referencePath is below what the pages of types stand.
const referencePath = "/docs/graphql/"

// newReference reads a schema. Types by which a schema tells about itself are left out.
func newReference(schema *ast.Schema) *reference {
	ref := &reference{types: map[string]*typePage{}}
	definitions := make([]*ast.Definition, 0, len(schema.Types))
	for _, definition := range schema.Types {
		if !strings.HasPrefix(definition.Name, "__") {
			definitions = append(definitions, definition)
		}
	}
	slices.SortFunc(definitions, inOrder)
	for _, kind := range kindTitles {
		group := typeGroup{Title: kind.title}
		for _, definition := range definitions {
			if definition.Kind == kind.kind {
				page := pageOf(schema, definition, kind.one)
				group.Types = append(group.Types, page)
				ref.types[page.Name] = page
			}
		}
		if group.Types != nil {
			ref.groups = append(ref.groups, group)
		}
	}
	for _, definition := range definitions {
		ref.noteUses(definition)
	}
	return ref
}

// inOrder puts types in the order of the schema's text, those of the language itself last.
func inOrder(a, b *ast.Definition) int {
	if a.BuiltIn != b.BuiltIn {
		if a.BuiltIn {
			return 1
		}
		return -1
	}
	if !a.BuiltIn && a.Position != nil && b.Position != nil && a.Position.Start != b.Position.Start {
		return a.Position.Start - b.Position.Start
	}
	return strings.Compare(a.Name, b.Name)
}

func pageOf(schema *ast.Schema, definition *ast.Definition, kind string) *typePage {
	page := &typePage{Name: definition.Name, Kind: kind, Doc: prose(definition.Description), OneOf: definition.Directives.ForName("oneOf") != nil}
	for _, f := range definition.Fields {
		if strings.HasPrefix(f.Name, "__") {
			continue
		}
		part := typePart{Name: f.Name, Doc: prose(f.Description), Type: mentionType(f.Type), Default: written(f.DefaultValue)}
		for _, a := range f.Arguments {
			part.Arguments = append(part.Arguments, typePart{Name: a.Name, Doc: prose(a.Description), Type: mentionType(a.Type), Default: written(a.DefaultValue)})
		}
		page.Fields = append(page.Fields, part)
	}
	for _, v := range definition.EnumValues {
		page.Values = append(page.Values, typePart{Name: v.Name, Doc: prose(v.Description)})
	}
	if definition.IsAbstractType() {
		possible := slices.Clone(schema.PossibleTypes[definition.Name])
		slices.SortFunc(possible, inOrder)
		for _, member := range possible {
			page.Members = append(page.Members, typeNamed(member.Name))
		}
	}
	for _, name := range definition.Interfaces {
		page.Implements = append(page.Implements, typeNamed(name))
	}
	return page
}

// typeNamed mentions a type.
func typeNamed(name string) mention { return mention{Text: name, To: referencePath + name} }

// partNamed mentions a field or a value of a type.
func partNamed(text, of, part string) mention {
	return mention{Text: text, To: referencePath + of, At: part}
}

// mentionType writes a type, such as [Post!]!, with its name as a link.
func mentionType(t *ast.Type) []mention {
	name := t.Name()
	before, after, _ := strings.Cut(t.String(), name)
	var text []mention
	if before != "" {
		text = append(text, plain(before))
	}
	text = append(text, typeNamed(name))
	if after != "" {
		text = append(text, plain(after))
	}
	return text
}

func written(value *ast.Value) string {
	if value == nil {
		return ""
	}
	return value.String()
}

// noteUses notes at each type that a definition leads to which of its fields does.
func (ref *reference) noteUses(definition *ast.Definition) {
	for _, f := range definition.Fields {
		if strings.HasPrefix(f.Name, "__") {
			continue
		}
		use := partNamed(definition.Name+"."+f.Name, definition.Name, f.Name)
		used := []string{f.Type.Name()}
		for _, a := range f.Arguments {
			used = append(used, a.Type.Name())
		}
		for _, name := range used {
			if page := ref.types[name]; page != nil && !slices.Contains(page.UsedBy, use) {
				page.UsedBy = append(page.UsedBy, use)
			}
		}
	}
}

// hit is what a search of the documentation found.
type hit struct {
	mention
	Doc prose
}

// Mention names what was found.
func (h hit) Mention() mention { return h.mention }

// mostHits is how many a search gives.
const mostHits = 40

// find gives the types, fields, arguments and values of which the name or the description
// has all the words, those first whose name is what was typed, then those whose name has
// it. More reports whether there are others.
func (ref *reference) find(typed string) (hits []hit, more bool) {
	words := strings.Fields(strings.ToLower(typed))
	if len(words) == 0 {
		return nil, false
	}
	var ranked [3][]hit
	look := func(m mention, own string, doc prose) {
		if rank, ok := fits(words, strings.ToLower(own), strings.ToLower(m.Text+" "+string(doc))); ok {
			ranked[rank] = append(ranked[rank], hit{m, doc})
		}
	}
	for _, group := range ref.groups { // types before what is in them
		for _, page := range group.Types {
			look(page.Mention(), page.Name, page.Doc)
		}
	}
	for _, group := range ref.groups {
		for _, page := range group.Types {
			for _, f := range page.Fields {
				name := page.Name + "." + f.Name
				look(partNamed(name, page.Name, f.Name), f.Name, f.Doc)
				for _, a := range f.Arguments {
					look(partNamed(name+"("+a.Name+":)", page.Name, f.Name), a.Name, a.Doc)
				}
			}
			for _, v := range page.Values {
				look(partNamed(page.Name+"."+v.Name, page.Name, v.Name), v.Name, v.Doc)
			}
		}
	}
	hits = slices.Concat(ranked[:]...)
	if len(hits) > mostHits {
		return hits[:mostHits], true
	}
	return hits, false
}

// fits says how well something fits the words: 0 where it is called so, 1 where its name
// has them, 2 where they are in what is said of it.
func fits(words []string, name, all string) (rank int, ok bool) {
	in := func(text string) bool {
		return !slices.ContainsFunc(words, func(word string) bool { return !strings.Contains(text, word) })
	}
	switch {
	case len(words) == 1 && name == words[0]:
		return 0, true
	case in(name):
		return 1, true
	default:
		return 2, in(all)
	}
}
