package plan

import (
	"slices"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"

	"alphanode/content"
	"alphanode/graph/model"
	"alphanode/store"
)

// storedObject writes the selected fields of an object that the release stores
// as JSON: a post, its meta, or anything in them.
type storedObject struct {
	names   []string // the members that are looked for
	fields  []storedField
	repeats bool // whether a field is in it, or in what is in it, that the selection on the post has twice
}

// storedField is a field whose value is a member of the stored object. The
// zero kind is a value that is copied as it stands.
type storedField struct {
	alias    string
	key      string // the alias as JSON, with the colon
	source   int    // the member, as an index of names
	absent   string // what is written where the member is not there
	nullable bool   // whether an empty text is null
	once     bool   // whether it is of the post itself, and nothing of it is there twice

	itself bool                     // the value is the stored object, not a member, and its members are found with it
	object *storedObject            // of an object, or of each element of a list
	list   bool                     // of objects
	first  bool                     // the member is a list, and the value the first element of it
	union  map[string]*storedObject // by the member "type", of each element of a list
	other  writer[storedPost]       // what the JSON does not hold as it is sent
	body   bool                     // other is made from the body of the post
}

// maxMembers is the most members that are looked for in one object.
const maxMembers = 32

// writePost writes a whole post. What is of the first post of the answer, and
// there once, has no bound: one post alone can always be read.
func (o *storedObject) writePost(x *execution, p storedPost) bool {
	b := &x.bound
	first := b.first
	b.first, b.shown = !b.shown, true
	valid := o.write(x, p, p.row.JSON)
	b.first = first
	return valid
}

// write writes the object that is at this place of a post.
func (o *storedObject) write(x *execution, p storedPost, json []byte) bool {
	var found [maxMembers]span
	values := found[:len(o.names)]
	x.handle(findMembers(json, o.names, values))
	return o.writeFields(x, p, json, values)
}

// writeNext writes the object with which the rest of a list begins, and gives
// the index behind it.
func (o *storedObject) writeNext(x *execution, p storedPost, list []byte) (end int, valid bool) {
	var found [maxMembers]span
	values := found[:len(o.names)]
	end = findMembers(list, o.names, values)
	valid = o.writeFields(x, p, list, values)
	end = endOfObject(list, end)
	x.handle(end)
	return end, valid
}

// writeFields writes the object, whose members were found.
func (o *storedObject) writeFields(x *execution, p storedPost, json []byte, values []span) bool {
	valid := true
	x.handle(len(o.fields) * costOfField)
	x.out = append(x.out, '{')
	for i := range o.fields {
		f := &o.fields[i]
		if i > 0 {
			x.out = append(x.out, ',')
		}
		if f.once && x.bound.first && !x.bound.free {
			x.unbounded(func() { valid = f.writeIn(x, p, json, values) && valid })
		} else {
			valid = f.writeIn(x, p, json, values) && valid
		}
	}
	x.out = append(x.out, '}')
	return valid
}

// writeIn writes the field in an object whose members were found.
func (f *storedField) writeIn(x *execution, p storedPost, json []byte, values []span) (valid bool) {
	x.room(len(f.key))
	x.out = append(x.out, f.key...)
	switch {
	case f.other != nil:
		x.path = append(x.path, step{alias: f.alias})
		valid = f.other(x, p)
		x.path = x.path[:len(x.path)-1]
	case f.itself:
		x.path = append(x.path, step{alias: f.alias})
		valid = f.object.writeFields(x, p, json, values)
		x.path = x.path[:len(x.path)-1]
	default:
		valid = f.write(x, p, values[f.source].of(json))
	}
	return valid
}

func (f *storedField) write(x *execution, p storedPost, value []byte) bool {
	if f.first {
		value = firstElement(value)
	}
	switch {
	case len(value) == 0 || f.nullable && string(value) == `""`:
		x.out = append(x.out, f.absent...)
	case f.object == nil && f.union == nil:
		x.room(len(value))
		x.out = append(x.out, value...)
	case !f.list:
		x.path = append(x.path, step{alias: f.alias})
		valid := f.object.write(x, p, value)
		x.path = x.path[:len(x.path)-1]
		return valid
	default:
		x.out = append(x.out, '[')
		valid := true
		for i, n := 1, 0; value[i] != ']'; n++ {
			if value[i] == ',' {
				x.out = append(x.out, ',')
				i++
			}
			if f.union != nil {
				x.block = n
			}
			end, ok := f.of(value[i:]).writeNext(x, p, value[i:])
			i += end
			valid = ok && valid
		}
		x.out = append(x.out, ']')
		return valid
	}
	return true
}

func (f *storedField) of(element []byte) *storedObject {
	if f.union == nil {
		return f.object
	}
	return f.union[string(findMember(element, "type"))]
}

// blockTypes gives for each type of the union Block the word by which it is
// stored.
var blockTypes = map[string]string{
	"HeadingBlock":   content.Heading{}.Type(),
	"ParagraphBlock": content.Paragraph{}.Type(),
	"CodeBlock":      content.Code{}.Type(),
	"ListBlock":      content.List{}.Type(),
	"ImageBlock":     content.Figure{}.Type(),
	"QuoteBlock":     content.Quote{}.Type(),
	"HtmlBlock":      content.HTML{}.Type(),
}

// storedPost makes the object of a selection on a post, which is read as this
// part.
func (c *compiler) storedPost(set ast.SelectionSet, part store.Part) *storedObject {
	around := c.ofPost
	c.ofPost = map[string]bool{}
	o := c.storedObject(model.TypePost, set, part)
	c.ofPost = around
	return o
}

// storedObject makes the object of a selection, which is in a post that is read
// as this part.
func (c *compiler) storedObject(typ string, set ast.SelectionSet, part store.Part) *storedObject {
	o := &storedObject{}
	for _, collected := range c.collect(typ, set) {
		name := typ + "." + collected.Name
		twice := c.ofPost[name]
		c.ofPost[name] = true
		f := c.storedField(o, typ, collected, part)
		f.alias, f.key = collected.Alias, c.keys.Of(collected.Field).json
		repeats := f.repeats()
		f.once = !twice && !repeats && (f.body || f.isMember() && (f.list || f.object == nil))
		o.repeats = o.repeats || twice || repeats
		o.fields = append(o.fields, f)
	}
	c.uncovered = c.uncovered || len(o.names) > maxMembers
	return o
}

// storedField makes a field. Most have the name of the member they are stored
// as.
func (c *compiler) storedField(o *storedObject, typ string, f graphql.CollectedField, part store.Part) storedField {
	if f.Name == "__typename" {
		return storedField{other: literal[storedPost](`"` + typ + `"`)}
	}
	switch typ + "." + f.Name {
	case "Post.id":
		return storedField{other: writePostID}
	case "Post.text":
		return storedField{other: c.bodyText(f, false), body: true}
	case "Post.html":
		return storedField{other: c.bodyText(f, true), body: true}
	case "HeadingBlock.anchor":
		return storedField{other: c.anchor(f)}
	case "Post.similar":
		return storedField{other: similar(c, f, c.arguments(f), func(p storedPost, _ *arguments) model.SimilarSearch {
			return model.ToPost(p.row.Ref)
		})}
	case "Post.updated":
		if part == store.Whole {
			return storedField{other: orNull(textOf(f, func(p storedPost) string { return p.row.Updated }))}
		}
	case "Post.updatedDay":
		return dayOf(func(d *store.Days) store.Day { return d.Updated })
	case "Post.publishedDay":
		return dayOf(func(d *store.Days) store.Day { return d.Published })
	case "Post.lastReviewedDay":
		return dayOf(func(d *store.Days) store.Day { return d.LastReviewed })
	case "Post.meta":
		if part == store.Card { // which is flat
			meta := c.storedObject("PostMeta", f.Selections, part)
			meta.shareNames(o)
			return storedField{itself: true, object: meta}
		}
	case "PostMeta.image":
		if part == store.Card {
			return c.memberField(o, "image", f, part)
		}
		first := c.memberField(o, "images", f, part)
		first.first = true
		return first
	case "PostMeta.tools":
		return storedField{other: c.termsOf(f, func(r *store.Raw) []store.TermID { return r.Tools })}
	case "PostMeta.entities":
		return storedField{other: c.termsOf(f, func(r *store.Raw) []store.TermID { return r.Entities })}
	case "PostMeta.toolNames":
		return c.memberField(o, "tools", f, part)
	case "PostMeta.entityNames":
		return c.memberField(o, "entities", f, part)
	}
	return c.memberField(o, f.Name, f, part)
}

// dayOf makes a field that is one of the days of a post.
func dayOf(get func(*store.Days) store.Day) storedField {
	return storedField{other: func(x *execution, p storedPost) bool {
		day := get(&p.days)
		if day == store.NoDay {
			x.out = append(x.out, "null"...)
		} else {
			x.room(len(`"2006-01-02"`))
			x.out = append(day.Append(append(x.out, '"')), '"')
		}
		return true
	}}
}

// memberField makes a field that is stored as the member of this name.
func (c *compiler) memberField(o *storedObject, name string, selected graphql.CollectedField, part store.Part) storedField {
	f := storedField{source: o.member(name), absent: "null"}
	t := selected.Definition.Type
	definition := c.schema.Types[t.Name()]
	switch {
	case definition.Kind == ast.Union:
		f.list, f.union = true, map[string]*storedObject{}
		for _, possible := range c.schema.GetPossibleTypes(definition) {
			f.union[`"`+blockTypes[possible.Name]+`"`] = c.storedObject(possible.Name, selected.Selections, part)
		}
	case definition.Kind == ast.Object:
		f.list = t.Elem != nil
		f.object = c.storedObject(definition.Name, selected.Selections, part)
	case t.NamedType == "String":
		f.nullable = !t.NonNull
	}
	if t.NonNull {
		f.absent = zeros[t.NamedType] // objects that must be there always are
		if t.Elem != nil {
			f.absent = "[]"
		}
	}
	return f
}

// zeros are what stands for an absent value that must not be null.
var zeros = map[string]string{"String": `""`, "Int": "0", "Boolean": "false"}

// member gives the place of a name among those that are looked for.
func (o *storedObject) member(name string) int {
	if i := slices.Index(o.names, name); i >= 0 {
		return i
	}
	o.names = append(o.names, name)
	return len(o.names) - 1
}

// shareNames has the members of an object looked for together with those of
// another.
func (o *storedObject) shareNames(with *storedObject) {
	for i := range o.fields {
		if f := &o.fields[i]; f.isMember() {
			f.source = with.member(o.names[f.source])
		}
	}
}

// repeats reports whether a field in the value is one that the selection on the
// post has twice.
func (f *storedField) repeats() bool {
	for _, o := range f.union {
		if o.repeats {
			return true
		}
	}
	return f.object != nil && f.object.repeats
}

// isMember reports whether the value is a member of the stored object.
func (f *storedField) isMember() bool { return f.other == nil && !f.itself }
