package ghost

import (
	"context"
	"encoding/json"
	"errors"
	"regexp"
	"strconv"

	"alphanode/content"
	"alphanode/ingest/draft"
	"alphanode/ingest/record"
)

// Reader reads archives of one import.
type Reader struct {
	sink     *draft.Sink
	archives []*archive
}

// NewReader gives a reader whose drafts go to a spool.
func NewReader(s *draft.Spool) *Reader {
	r := &Reader{}
	r.sink = s.Sink(r.convert)
	return r
}

// archive is what the tables of one file say of each other. Ids are its own.
type archive struct {
	number   int
	tags     map[string]tag
	authors  map[string]string   // the names by which users sign
	tagged   map[string][]member // by post
	authored map[string][]member
}

// tag is one of Ghost's tags. An internal one is for the site's own use: no reader sees it.
type tag struct {
	name     string
	internal bool
}

// member is one entry of a list of a post.
type member struct {
	id    string
	order int
}

// Looks reports whether the beginning of a JSON text is that of a Ghost archive.
func Looks(head []byte) bool { return beginning.Match(head) }

// beginning is how archives begin: by what they are in, when they were made, or a table that Ghost has.
var beginning = regexp.MustCompile(`^\s*\{\s*("db"\s*:\s*\[\s*\{|"meta"\s*:\s*\{[^{}]*"exported_on"\s*:|` +
	`"data"\s*:\s*\{\s*"(posts|posts_\w+|tags|users|roles|settings|migrations|permissions|actions|api_keys|app_fields|brute|emails|members|newsletters)"\s*:\s*\[)`)

// Read reads one archive. What is wrong with it goes to the sink; an error is one of the source or of the
// sink, or that ctx was cancelled.
func (r *Reader) Read(ctx context.Context, name string, src *record.Source) error {
	a := &archive{number: len(r.archives), tags: map[string]tag{}, authors: map[string]string{}, tagged: map[string][]member{}, authored: map[string][]member{}}
	r.archives = append(r.archives, a)
	in := &reading{ctx: ctx, name: name, archive: a, sink: r.sink, stream: stream{in: src.Reader, line: src.Line}}
	err := in.database(0)
	if wrong := (*fault)(nil); errors.As(err, &wrong) {
		return in.reject(wrong.line, wrong.Fault)
	}
	if err == nil && !in.found {
		return in.reject(src.Line, content.Fault{Found: "no table of posts", Expected: "an archive that Ghost exported, with db or data and posts in it"})
	}
	return err
}

// reading is an archive that is gone through.
type reading struct {
	stream
	*archive
	ctx   context.Context
	name  string
	sink  *draft.Sink
	found bool // a table of posts
}

func (in *reading) reject(line int, f content.Fault) error {
	at := record.Origin{File: in.name, Line: line}
	return in.sink.Reject(at, record.Reject{Origin: at, Fault: f})
}

// database goes through an object with tables in it, or with a database further in, as `db` and `data` have it.
func (in *reading) database(depth int) error {
	c, err := in.peek()
	switch {
	case err != nil:
		return err
	case depth > 4:
		return in.skip()
	case c == '[':
		return in.entries('[', ']', func() error { return in.database(depth + 1) })
	case c != '{':
		return in.skip()
	}
	return in.members(func(name string) error {
		switch name {
		case "db", "data":
			return in.database(depth + 1)
		case "posts":
			in.found = true
			return in.table(in.post)
		case "posts_meta":
			return in.table(in.postMeta)
		case "posts_tags":
			return in.table(func(r row, _ int) error { return in.relate(in.tagged, r, "tag_id") })
		case "posts_authors":
			return in.table(func(r row, _ int) error { return in.relate(in.authored, r, "author_id") })
		case "tags":
			return in.table(func(r row, _ int) error {
				in.tags[r.text("id")] = tagOf(r)
				return nil
			})
		case "users":
			return in.table(func(r row, _ int) error {
				in.authors[r.text("id")] = authorOf(r)
				return nil
			})
		}
		return in.skip()
	})
}

// table goes through the records of a table.
func (in *reading) table(f func(r row, line int) error) error {
	c, err := in.peek()
	if err != nil {
		return err
	}
	if c != '[' {
		if c != 'n' { // null is an empty table
			if err := in.reject(in.line, content.Fault{Found: "a table that is no list", Expected: "a list of records"}); err != nil {
				return err
			}
		}
		return in.skip()
	}
	return in.entries('[', ']', func() error {
		if err := in.ctx.Err(); err != nil {
			return err
		}
		if _, err := in.peek(); err != nil {
			return err
		}
		line := in.line
		raw, unfit, err := in.value(true)
		if err != nil {
			if wrong := (*fault)(nil); errors.As(err, &wrong) {
				wrong.line = line // where the record that breaks off begins
			}
			return err
		}
		if unfit != nil {
			return in.reject(line, *unfit)
		}
		var r row
		if json.Unmarshal(raw, &r) != nil {
			return in.reject(line, content.Fault{Found: record.Quoted(string(raw)), Expected: "a record: a JSON object"})
		}
		return f(r, line)
	})
}

// relate notes an entry of a list of a post.
func (in *reading) relate(lists map[string][]member, r row, of string) error {
	post, id := r.text("post_id"), r.text(of)
	if post == "" || id == "" {
		return nil
	}
	order, err := strconv.Atoi(r.text("sort_order"))
	if err != nil {
		order = len(lists[post])
	}
	lists[post] = append(lists[post], member{id, order})
	return nil
}

// postMeta keeps what another table says of a post until the post is made.
func (in *reading) postMeta(r row, line int) error {
	d := draft.Draft{Origin: record.Origin{File: in.name, Line: line}, Key: in.metaKey(r.text("post_id"))}
	for _, name := range []string{"id", "post_id"} {
		delete(r, name)
	}
	for name, value := range r {
		if !says(value) {
			delete(r, name)
		}
	}
	if len(r) == 0 {
		return nil
	}
	private, err := json.Marshal(r)
	if err != nil {
		return in.reject(line, content.Fault{Path: "posts_meta", Found: err.Error(), Expected: "a record"})
	}
	d.Private = private
	return in.sink.Keep(&d, "")
}

func (a *archive) metaKey(post string) string {
	return "ghost " + strconv.Itoa(a.number) + " meta of " + post
}
