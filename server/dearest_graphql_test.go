package server_test

import (
	"encoding/json"
	"fmt"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/vektah/gqlparser/v2"
	"github.com/vektah/gqlparser/v2/ast"
)

// graphQLRequests makes GraphQL requests by the schema.
type graphQLRequests struct {
	*hostileWords
	schema *ast.Schema
}

func newGraphQLRequests(t *testing.T, a *pricedArchive) *graphQLRequests {
	t.Helper()
	text, err := os.ReadFile("../schema.graphqls")
	if err != nil {
		t.Fatal(err)
	}
	return &graphQLRequests{newHostileWords(t, a), gqlparser.MustLoadSchema(&ast.Source{Input: string(text)})}
}

// hostileDocument is a document as it is made.
type hostileDocument struct {
	*tape
	*graphQLRequests
	room      int                 // tokens that are left
	cost      int                 // about what it will cost in fields, so that not all are refused
	fragments map[string][]string // their names by type
	texts     strings.Builder     // of fragments
	declared  []string            // variables
	variables map[string]any
}

// next makes a request.
func (q *graphQLRequests) next(t *tape) hostileRequest {
	switch t.n(25) {
	case 0:
		return posted(q.broken(t), nil)
	case 1:
		return posted(spread(t), nil)
	}
	d := &hostileDocument{tape: t, graphQLRequests: q, room: 950, fragments: map[string][]string{}, variables: map[string]any{}}
	root := d.selection(q.schema.Query, one(t, 2, 3, 4, 6), 1, one(t, 1, 1, 2, 4, 8))
	if t.n(20) == 0 {
		root += " " + d.introspection()
	}
	text := "{ " + root + " }"
	if len(d.declared) > 0 {
		text = "query(" + strings.Join(d.declared, " ") + ") " + text
	}
	return posted(text+d.texts.String(), d.variables)
}

// spread is a document that spreads fragments of many fields many times.
func spread(t *tape) string {
	n := one(t, 30, 100, 250)
	alias := strings.Repeat("x", min(1_000_000/n-10, one(t, 0, 1000, 4000, 9000)))
	var text strings.Builder
	text.WriteString("{")
	for i := range (920 - 3*n) / 10 {
		fmt.Fprintf(&text, " a%d: posts(first: %d) { ...C }", i, one(t, 0, 0, 1, 5))
	}
	text.WriteString(" } fragment C on PostConnection {")
	for i := range one(t, 1, 2, 5) {
		fmt.Fprintf(&text, " b%d: nodes { ...P }", i)
	}
	text.WriteString(" } fragment P on Post {")
	for i := range n {
		fmt.Fprintf(&text, " %sc%d: title", alias, i)
	}
	return text.String() + " }"
}

func posted(query string, variables map[string]any) hostileRequest {
	body, err := json.Marshal(map[string]any{"query": query, "variables": variables})
	if err != nil {
		panic(err)
	}
	return hostileRequest{"POST", "/graphql", string(body)}
}

// selection is what is selected of a type, which is there so many times in the answer.
func (d *hostileDocument) selection(typ *ast.Definition, depth, times, fields int) string {
	if known := d.fragments[typ.Name]; len(known) > 0 && d.n(2) == 0 {
		d.room -= 2
		return "..." + of(d.tape, known)
	}
	var text string
	if typ.Kind == ast.Union || typ.Kind == ast.Interface {
		for _, one := range d.schema.PossibleTypes[typ.Name] {
			if d.n(2) == 0 && d.room > 30 {
				d.room -= 5
				text += " ... on " + one.Name + " { " + d.selection(one, depth, times, 1+d.n(2)) + " }"
			}
		}
		text += " __typename"
		d.room--
	} else {
		text = d.fieldsOf(typ, depth, times, fields)
	}
	if text != "" && typ != d.schema.Query && d.n(3) == 0 {
		name := "F" + strconv.Itoa(len(d.texts.String()))
		d.room -= 8
		fmt.Fprintf(&d.texts, " fragment %s on %s { %s }", name, typ.Name, text)
		d.fragments[typ.Name] = append(d.fragments[typ.Name], name)
		return "..." + name
	}
	return text
}

// dearFields are those that are asked for more often than others.
var dearFields = map[string][]string{
	"Query": {"posts", "posts", "search", "search", "similarPosts", "facets", "ranges", "scores", "scoreGroups", "scoreGroupsConnection", "changes", "nodes", "tools", "entities", "postByReference"},
	"Post":  {"html", "html", "text", "body", "similar", "meta"}, "PostMeta": {"extra", "tools", "entities", "images", "outline"},
	"PostConnection": {"nodes", "edges"}, "SimilarConnection": {"edges", "nodes", "suggestions"}, "SearchConnection": {"edges", "nodes", "suggestions"},
	"SearchEdge": {"highlights", "node"}, "SimilarEdge": {"shared", "node"}, "ToolConnection": {"nodes"}, "EntityConnection": {"nodes"},
	"Tool": {"posts", "related", "scores"}, "Entity": {"posts", "related", "scores"}, "ChangeConnection": {"edges"}, "ChangeEdge": {"node"},
	"ScoreGroup": {"scores"}, "ScoreStats": {"quality", "depth"}, "ScoreSummary": {"histogram", "mean"}, "RangeFacet": {"buckets"}, "Facet": {"buckets"},
}

// fieldsOf is some fields of an object, some of them often.
func (d *hostileDocument) fieldsOf(typ *ast.Definition, depth, times, fields int) string {
	var text strings.Builder
	all := slices.DeleteFunc(slices.Clone(typ.Fields), func(f *ast.FieldDefinition) bool {
		return strings.HasPrefix(f.Name, "__") || depth == 0 && d.schema.Types[f.Type.Name()].IsCompositeType()
	})
	for range fields {
		if len(all) == 0 || d.room < 10 {
			break
		}
		f := of(d.tape, all)
		if often := dearFields[typ.Name]; len(often) > 0 && d.n(3) > 0 {
			if f = typ.Fields.ForName(of(d.tape, often)); depth == 0 && d.schema.Types[f.Type.Name()].IsCompositeType() {
				continue
			}
		}
		copies := one(d.tape, 1, 1, 1, 2, 5, 10, 30, 100, 300)
		field, length := d.field(f, depth, times)
		size := tokensOf(field) + 2
		alias := strings.Repeat("x", one(d.tape, 0, 0, 0, 0, 0, 0, 20, 3000, 9000))
		for i := range copies {
			if d.room -= size; d.room < 0 {
				break
			}
			if i > 0 && d.n(8) == 0 && len(field) < 400 { // other arguments
				field, _ = d.field(f, depth, times)
			}
			if d.cost += times * length; d.cost > 120_000 && i > 0 {
				break
			}
			fmt.Fprintf(&text, " %s%s%d%s: %s", alias, f.Name, text.Len(), "", field)
		}
	}
	if text.Len() == 0 {
		d.room--
		return "__typename"
	}
	return text.String()
}

// field is a field with its arguments, and how long the list is that it gives.
func (d *hostileDocument) field(f *ast.FieldDefinition, depth, times int) (string, int) {
	var given []string
	length := 1
	text := f.Name
	for _, a := range f.Arguments {
		needed := a.Type.NonNull && a.DefaultValue == nil
		if a.Name == "first" {
			if length = one(d.tape, 1, 5, 20, 100, 100); times > 20 {
				length = one(d.tape, 1, 1, 2, 5, 20, 100)
			}
			given = append(given, "first: "+strconv.Itoa(length))
			continue
		}
		if a.Name == "last" || a.Name == "before" || a.Name == "after" && d.n(20) > 0 || !needed && d.n(3) > 0 {
			continue
		}
		if a.Name == "offset" && strings.Contains(strings.Join(given, ""), "after") {
			continue
		}
		given = append(given, a.Name+": "+d.argument(f, a))
	}
	if len(given) > 0 {
		text += "(" + strings.Join(given, ", ") + ")"
	}
	inner := d.schema.Types[f.Type.Name()]
	if inner.IsCompositeType() {
		d.room -= 3 + 4*len(given)
		text += " { " + d.selection(inner, max(0, depth-1), times*length, one(d.tape, 1, 1, 2, 3, 6)) + " }"
	}
	return text, length
}

// argument is the value of an argument, or a variable that has it.
func (d *hostileDocument) argument(f *ast.FieldDefinition, a *ast.ArgumentDefinition) string {
	var value any
	switch a.Name {
	case "filter":
		value = d.filter(d.tape, d.n(4))
	case "query":
		if value = one(d.tape, "a", "s", "git"); f.Name == "search" {
			value = d.typed(d.tape)
		}
	case "offset":
		value = d.n(d.posts)
	case "after":
		value = "nonsense"
	case "id":
		value = of(d.tape, d.ids)
	case "ids":
		some := []string{}
		for range one(d.tape, 1, 10, 100) {
			some = append(some, of(d.tape, d.ids))
		}
		value = some
	case "slug":
		value = one(d.tape, of(d.tape, d.slugs), of(d.tape, d.toolSlugs), of(d.tape, d.entitySlugs))
	case "url":
		value = "https://old.example/archive/1?utm_source=a"
	case "reference":
		value = "anp-ref-000001-4019"
	case "since":
		value = of(d.tape, d.releases)
	case "exclude":
		some := []string{}
		for range one(d.tape, 1, 100, 1000) {
			some = append(some, of(d.tape, d.slugs))
		}
		value = some
	case "minSimilarity", "diversity":
		value = one(d.tape, 0, 0.01, 0.3, 1)
	case "to":
		if d.n(2) == 0 {
			value = map[string]any{"post": of(d.tape, d.slugs)}
			break
		}
		terms := map[string]any{}
		for _, kind := range []string{"tool", "entity", "stack"} {
			var names []string
			for range one(d.tape, 0, 1, 5, 30) {
				names = append(names, d.name(d.tape, kind))
			}
			terms[map[string]string{"tool": "tools", "entity": "entities", "stack": "stack"}[kind]] = names
		}
		value = map[string]any{"terms": terms}
	case "orderBy":
		order := d.schema.Types[a.Type.Name()].Fields.ForName("field").Type.Name()
		value = map[string]any{"field": enumValue(of(d.tape, d.schema.Types[order].EnumValues).Name), "direction": enumValue(one(d.tape, "ASC", "DESC"))}
	case "by", "kind":
		definition := d.schema.Types[a.Type.Name()]
		if definition.Kind == ast.Enum && a.Type.Elem == nil {
			value = enumValue(of(d.tape, definition.EnumValues).Name)
			break
		}
		some, n := []any{}, one(d.tape, 1, 3, 10)
		fields := definition.EnumValues
		if definition.Kind != ast.Enum {
			fields = d.schema.Types["RangeField"].EnumValues
		}
		for i := range min(n, len(fields)) {
			var by any = enumValue(fields[i].Name)
			if definition.Kind != ast.Enum {
				by = map[string]any{"field": by}
				if strings.HasSuffix(fields[i].Name, "D") || strings.HasSuffix(fields[i].Name, "AT") {
					by.(map[string]any)["interval"] = enumValue(one(d.tape, "YEAR", "MONTH", "WEEK", "QUARTER"))
				}
			}
			some = append(some, by)
		}
		value = some
	default:
		value = d.part(d.tape)
	}
	if d.n(2) == 0 || jsonSize(value) > 300 {
		name := "v" + strconv.Itoa(len(d.declared))
		d.declared = append(d.declared, "$"+name+": "+a.Type.String())
		d.variables[name] = value
		d.room -= 5
		return "$" + name
	}
	text := literal(value)
	d.room -= tokensOf(text)
	return text
}

// introspection asks for the schema.
func (d *hostileDocument) introspection() string {
	d.room -= 40
	return one(d.tape,
		"__schema { types { name fields { name type { name ofType { name } } args { name } } } }",
		"__schema { types { possibleTypes { fields { type { name } } } } }",
		"__schema { types { description kind inputFields { name description defaultValue type { name ofType { name } } } enumValues { name } } }",
		`__type(name: "Post") { fields { description args { description type { ofType { ofType { name } } } } } }`)
}

// broken is a document that is refused.
func (q *graphQLRequests) broken(t *tape) string {
	n := one(t, 10, 100, 300, 900, 10_000)
	many := func(format string) string {
		var text strings.Builder
		for i := range n {
			text.WriteString(strings.ReplaceAll(format, "#", strconv.Itoa(i)) + " ")
		}
		return text.String()
	}
	return one(t,
		"{ "+many("zz#")+" }",
		"{ "+many("postz")+" }",
		"{ posts { nodes { "+many("titel#: titel")+" } } }",
		"{ posts { nodes { "+many("title")+" } } }",
		"{ posts { nodes { "+many("...F#")+" } } }",
		"{ posts { nodes { ...F0 } } } "+many("fragment F# on Post { title ...F1 ...F2 ...F3 }"),
		"{ posts("+many("filterz: 1")+") { totalCount } }",
		"{ posts(filter: {"+many("titel: 1")+"}) { totalCount } }",
		"{ posts(filter: "+strings.Repeat("{not: ", n)+"{}"+strings.Repeat("}", n)+") { totalCount } }",
		"{ posts(filter: "+strings.Repeat("[", n)+strings.Repeat("]", n)+") { totalCount } }",
		"{ posts(filter: {and: ["+many("{tool: {eq: \"git\"}}")+"]}) { totalCount } }",
		"{ posts { "+strings.Repeat("edges { node { similar { ", min(n, 300))+"__typename"+strings.Repeat(" } } }", min(n, 300))+" } }",
		"query("+many("$v#: PostFilter")+") { posts { totalCount } }",
		"query("+many("$v#: PostFilterz = {}")+") { posts { totalCount } }",
		"{ posts "+many("@include(if: true)")+" { totalCount } }",
		"{ posts "+many("@skipp(if: true)")+" { totalCount } }",
		many("query Q# { posts { totalCount } }"),
		strings.Repeat("# a comment\n", n)+"{ posts { totalCount } }",
		"{ "+strings.Repeat("x", n)+" }",
		"{ "+strings.Repeat("x", n)+": posts(first: 100, after: \"bad\") { totalCount } }",
		`{ post(slug: "`+strings.Repeat("\\u0041", n)+`") { title } }`,
		`{ post(slug: """`+strings.Repeat(" a\n", n)+`""") { title } }`,
		strings.Repeat("{", n), strings.Repeat("(", n), strings.Repeat(" ", n),
	)
}

// enumValue is a word that a text has without quotation marks.
type enumValue string

// literal writes a value as a text has it.
func literal(value any) string {
	switch v := value.(type) {
	case enumValue:
		return string(v)
	case map[string]any:
		var members []string
		for name, member := range v {
			members = append(members, name+": "+literal(member))
		}
		slices.Sort(members)
		return "{" + strings.Join(members, ", ") + "}"
	case []any:
		var all []string
		for _, element := range v {
			all = append(all, literal(element))
		}
		return "[" + strings.Join(all, ", ") + "]"
	default:
		text, err := json.Marshal(v)
		if err != nil {
			panic(err)
		}
		return string(text)
	}
}

func jsonSize(value any) int {
	text, err := json.Marshal(value)
	if err != nil {
		panic(err)
	}
	return len(text)
}

// tokensOf counts the words and signs of a text, or a few more.
func tokensOf(text string) int {
	n, inWord := 0, false
	for _, c := range text {
		switch {
		case c == ' ' || c == ',' || c == '"':
			inWord = false
		case strings.ContainsRune(`{}()[]:`, c):
			n++
			inWord = false
		case !inWord:
			n++
			inWord = true
		}
	}
	return n
}
