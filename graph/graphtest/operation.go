package graphtest

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"

	"github.com/vektah/gqlparser/v2/ast"

	"alphanode/graph/model"
)

// Operation is made by chance, of any form that a plan can have: nested
// selections, aliases, fields that merge, fragments, directives, variables, and
// arguments that are right or wrong.
type Operation struct {
	r         *rand.Rand
	schema    *ast.Schema
	slugs     []string // of posts, to ask for
	aliases   int
	fragments []string
	variables map[string]string // name → type
	fields    int               // how many more there may be
}

// New gives an operation that asks for posts of these slugs.
func New(r *rand.Rand, schema *ast.Schema, slugs []string) *Operation {
	return &Operation{r: r, schema: schema, slugs: slugs}
}

// Text gives a document, in which all variables are declared.
func (o *Operation) Text() (query string) {
	o.variables = map[string]string{}
	o.fields = 8 + o.r.IntN(60)
	selection := o.selection(o.schema.Query, 7)
	var declared []string
	text := selection + " " + strings.Join(o.fragments, " ")
	for _, name := range slices.Sorted(maps.Keys(o.variables)) {
		if !strings.Contains(text, "$"+name) {
			delete(o.variables, name)
			continue
		}
		declared = append(declared, "$"+name+": "+o.declaration(name))
	}
	query = "query"
	if len(declared) > 0 {
		query += "(" + strings.Join(declared, ", ") + ")"
	}
	return query + " " + text
}

// declaration gives the type of a variable, or the type and a default, with
// which a variable may be null where its arguments may not.
func (o *Operation) declaration(name string) string {
	typ := o.variables[name]
	standard, ok := map[string]string{
		"Int": "2", "String!": `"git"`, "Boolean!": "true", "PostFilter": `{quality: {gte: 3}, tool: {in: "git"}}`, "PostOrder": `{field: TITLE}`,
		"FacetField!": "TOOL", "TermKind": "ENTITY", "SearchMatch": "MOST", "[RangeBy!]!": `[{field: CLARITY, bounds: [3, 6]}]`, "[Bound!]": `["2020-01-01"]`, "DateInterval": "QUARTER", "[FacetField!]!": "[STACK, TOOL]", "[String!]": `["a"]`, "Float": "0.25", "SimilarTo!": `{terms: {tools: ["git"]}}`,
	}[typ]
	if !ok || o.r.IntN(3) > 0 {
		return typ
	}
	o.variables[name] = strings.TrimSuffix(typ, "!")
	return o.variables[name] + " = " + standard
}

func (o *Operation) selection(typ *ast.Definition, depth int) string {
	var parts []string
	for range 1 + o.r.IntN(4) {
		parts = append(parts, o.selected(typ, depth))
	}
	return "{ " + strings.Join(parts, " ") + " }"
}

func (o *Operation) selected(typ *ast.Definition, depth int) string {
	switch o.r.IntN(12) {
	case 0:
		return "..." + o.directive() + " " + o.selection(typ, depth)
	case 1:
		on := o.related(typ)
		return "... on " + on.Name + o.directive() + " " + o.selection(on, depth)
	case 2:
		name := fmt.Sprintf("F%d", len(o.fragments))
		o.fragments = append(o.fragments, "") // keeps the place
		i := len(o.fragments) - 1
		o.fragments[i] = "fragment " + name + " on " + typ.Name + " " + o.selection(typ, depth-1)
		return "..." + name + o.directive()
	case 3:
		return "__typename"
	}
	return o.field(typ, depth)
}

// related gives a type that a fragment inside this one can be on.
func (o *Operation) related(typ *ast.Definition) *ast.Definition {
	if possible := o.schema.GetPossibleTypes(typ); len(possible) > 0 {
		return Pick(o.r, possible...)
	}
	return typ
}

func (o *Operation) field(typ *ast.Definition, depth int) string {
	var fields []*ast.FieldDefinition
	for _, f := range typ.Fields {
		composite := o.schema.Types[f.Type.Name()].IsCompositeType()
		if !strings.HasPrefix(f.Name, "__") && (depth > 0 && o.fields > 0 || !composite) {
			fields = append(fields, f)
		}
	}
	if len(fields) == 0 {
		return "__typename"
	}
	o.fields--
	f := fields[o.r.IntN(len(fields))]
	text := f.Name
	// Without an alias a field may be there twice, and so must have the same
	// arguments: none.
	required := false
	for _, a := range f.Arguments {
		required = required || a.Type.NonNull && a.DefaultValue == nil
	}
	if required || o.r.IntN(2) == 0 {
		o.aliases++
		text = fmt.Sprintf("a%d: %s%s", o.aliases, f.Name, o.arguments(f))
	}
	text += o.directive()
	if inner := o.schema.Types[f.Type.Name()]; inner.IsCompositeType() {
		text += " " + o.selection(inner, depth-1)
	}
	return text
}

func (o *Operation) directive() string {
	if o.r.IntN(8) > 0 {
		return ""
	}
	name := Pick(o.r, "skip", "include")
	if o.r.IntN(2) == 0 {
		return " @" + name + "(if: " + Pick(o.r, "true", "false") + ")"
	}
	return " @" + name + "(if: " + o.variable("Boolean!", "b") + ")"
}

func (o *Operation) variable(typ, prefix string) string {
	name := fmt.Sprintf("%s%d", prefix, o.r.IntN(2))
	o.variables[name] = typ
	return "$" + name
}

func (o *Operation) arguments(f *ast.FieldDefinition) string {
	var given []string
	for _, a := range f.Arguments {
		if a.Type.NonNull || o.r.IntN(2) == 0 {
			given = append(given, a.Name+": "+o.argument(a))
		}
	}
	if len(given) == 0 {
		return ""
	}
	return "(" + strings.Join(given, ", ") + ")"
}

func (o *Operation) argument(a *ast.ArgumentDefinition) string {
	switch name := a.Name; name {
	case "id":
		return Pick(o.r, o.variable("ID!", "id"), `"UG9zdDpub25l"`, `"bad"`, `"`+o.id()+`"`)
	case "ids":
		return Pick(o.r, o.variable("[ID!]!", "ids"), `"bad"`, `["`+o.id()+`", "`+o.id()+`", "UG9zdDpub25l"]`)
	case "since":
		return Pick(o.r, `"r1"`, `"r1"`, `"r2"`, `"r3"`, `"r9"`, `"x"`, `""`, o.variable("ID!", "r"))
	case "url":
		return Pick(o.r, o.variable("String!", "s"), `"/none"`, `"/?p=7"`, `"https://old.example/archive/2"`)
	case "slug", "reference":
		return Pick(o.r, o.variable("String!", "s"), `"none"`, `"`+o.slug()+`"`)
	case "filter":
		return Pick(o.r, o.variable("PostFilter", "f"), `{}`, `{tool: {in: ["git", "c++"]}}`, `{quality: {gte: `+o.variable("Int", "n")+`}}`,
			`{or: [{hasImages: true}, {not: {status: {eq: "draft"}}}]}`, `{title: {contains: "a"}}`, `{title: {contains: ""}}`, `{search: "caching OR rollback"}`,
			`{not: {search: ""}}`, `{tool: {eq: "gti"}, search: "rolback"}`, `null`,
			`{search: "caching rollback", searchMatch: ANY, searchLanguage: "pt-BR"}`, `{searchMatch: MOST}`, `{search: "a", searchLanguage: "english"}`,
			`{search: "caching", searchMatch: `+o.variable("SearchMatch", "m")+`, searchLanguage: `+o.variable("String", "t")+`}`)
	case "orderBy":
		switch a.Type.Name() {
		case "TermOrder":
			return Pick(o.r, `{field: POST_COUNT, direction: DESC}`, `{field: NAME}`, o.variable("TermOrder", "to"))
		case "ScoreGroupOrder":
			return Pick(o.r, `{field: QUALITY_MEAN, direction: DESC}`, `{field: NAME}`, `{field: DEPTH_P90}`, `null`, o.variable("ScoreGroupOrder", "go"))
		}
		return Pick(o.r, `{field: QUALITY, direction: DESC}`, `{field: TITLE}`, o.variable("PostOrder", "po"), `null`)
	case "first", "last":
		return Pick(o.r, "1", "2", "3", "0", "100", "-1", "101", o.variable("Int", "n"), "null")
	case "offset":
		return Pick(o.r, "0", "3", "-2", "100000", o.variable("Int", "n"))
	case "after", "before":
		return Pick(o.r, "null", `"bad"`, `""`, o.variable("String", "t"))
	case "minSimilarity", "diversity":
		return Pick(o.r, "0", "0.5", "2", "-1", "null", o.variable("Float", "x"))
	case "to":
		return Pick(o.r, `{post: "`+o.slug()+`"}`, `{post: "none"}`, `{post: `+o.variable("String!", "s")+`}`, `{terms: {}}`,
			`{terms: {tools: ["git", "gti"], entities: "stack:pythn", stack: `+o.variable("[String!]", "l")+`}}`,
			`{terms: {tools: `+o.variable("[String!]", "l")+`, entities: `+o.variable("[String!]", "l")+`}}`,
			`{terms: {tools: [`+o.variable("String!", "s")+`, "git"]}}`,
			`{terms: `+o.variable("SimilarTerms!", "st")+`}`, o.variable("SimilarTo!", "sim"), o.variable("SimilarTo!", "sim"))
	case "exclude":
		return Pick(o.r, `[]`, `["`+o.slug()+`"]`, `"`+o.slug()+`"`, o.variable("[String!]", "l"))
	case "by":
		if a.Type.Name() == "RangeBy" {
			return Pick(o.r, `{field: QUALITY}`, `[{field: UPDATED, interval: YEAR}, {field: VIEW_COUNT}]`, `[]`, `[{field: UPDATED, interval: DAY}]`,
				`[{field: DEPTH, bounds: [2, 1]}]`, `[{field: DEPTH, bounds: 1, interval: null}, {field: PUBLISHED_AT, bounds: ["1999-12-31", "2020-01-01"]}]`,
				`[{field: UPDATED, bounds: 5}]`, `[{field: `+o.variable("RangeField!", "rf")+`, bounds: `+o.variable("[Bound!]", "bo")+`}]`,
				`[{field: LAST_REVIEWED, interval: `+o.variable("DateInterval", "di")+`}]`, `{field: DEPTH, bounds: ["x"]}`,
				o.variable("[RangeBy!]!", "rb"), o.variable("[RangeBy!]!", "rb"))
		}
		if a.Type.Elem == nil {
			return Pick(o.r, "TOOL", "ENTITY", "DIFFICULTY", o.variable("FacetField!", "by"))
		}
		return Pick(o.r, "TOPIC", "[TOOL, STACK]", "[]", "[STATUS, STATUS]", "["+o.variable("FacetField!", "by")+"]", o.variable("[FacetField!]!", "bys"))
	case "own":
		return Pick(o.r, "true", "false", "null", o.variable("Boolean", "ow"))
	case "correct":
		return Pick(o.r, "true", "true", "false", "null", o.variable("Boolean", "ow"))
	case "minCount":
		return Pick(o.r, "0", "2", "-1", "null", o.variable("Int", "n"))
	case "match":
		return Pick(o.r, "ALL", "MOST", "ANY", "null", o.variable("SearchMatch", "m"))
	case "language":
		return Pick(o.r, `"en"`, `"pt_br"`, `"zh-Hant-TW"`, `"english"`, `""`, "null", o.variable("String", "t"))
	case "kind":
		return Pick(o.r, "ENTITY", "TOOL", "null", o.variable("TermKind", "k"))
	case "type":
		return Pick(o.r, `"stack"`, `"area"`, `"none"`, o.variable("String", "t"))
	case "query":
		if a.Type.NonNull {
			return Pick(o.r, `""`, `"caching "`, `"safer st"`, `"-x"`, o.variable("String!", "s"))
		}
		return Pick(o.r, `""`, `"G"`, `"p"`, o.variable("String", "t"))
	default:
		panic("no values for the argument " + name)
	}
}

func (o *Operation) slug() string { return Pick(o.r, o.slugs...) }

func (o *Operation) id() string {
	return Pick(o.r, model.GlobalID(model.TypePost, o.slug()), model.GlobalID(model.TypeTool, "git"), model.GlobalID(model.TypeEntity, "stack-python"), model.GlobalID(model.TypePost, o.slug()))
}

// Pick gives one of several.
func Pick[T any](r *rand.Rand, from ...T) T { return from[r.IntN(len(from))] }
