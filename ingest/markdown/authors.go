package markdown

import (
	"encoding/json"
	"errors"
	"path"
	"regexp"
	"slices"
	"strings"

	"alphanode/content"
	"alphanode/ingest/draft"
	"alphanode/ingest/fields"
	"alphanode/ingest/frontmatter"
)

// readAuthors reads what authors are called that posts name by a key: authors.yml of
// Docusaurus, _data/authors.yml of Jekyll and others. A file that cannot be read so is no
// such list. Of two with one key the first one holds.
func (r *reader) readAuthors() error {
	r.authors = map[string]string{}
	for _, file := range r.folder.Files {
		base := path.Base(file)
		fence := authorFences[strings.ToLower(path.Ext(base))]
		if strings.TrimSuffix(strings.ToLower(base), strings.ToLower(path.Ext(base))) != "authors" || fence == "" {
			continue
		}
		text, _, err := r.read(file)
		var fault *content.Fault
		if errors.As(err, &fault) {
			continue
		}
		if err != nil {
			return err
		}
		doc, err := frontmatter.Parse(slices.Concat([]byte("---"+fence+"\n"), text, []byte("\n---\n")))
		if err != nil {
			continue
		}
		for _, m := range doc.Members {
			if name, ok := field(m.Value, "name", "display_name", "title"); ok && r.authors[m.Name] == "" {
				r.authors[m.Name] = name
			}
		}
	}
	return nil
}

var authorFences = map[string]string{".yml": "yaml", ".yaml": "yaml", ".json": "json", ".toml": "toml"}

func (f *front) author(m draft.Member) bool { return f.people(m, false) }

func (f *front) authorList(m draft.Member) bool { return f.people(m, true) }

// people takes authors: texts, mappings, or keys of the list of authors. What mappings say
// besides the name is kept in extra.
func (f *front) people(m draft.Member, many bool) bool {
	more := false
	for _, entry := range entriesOf(m.Value) {
		if text, ok := textOf(entry); ok {
			names := []string{text}
			if many {
				names = strings.Split(text, ",")
			}
			for _, name := range names {
				f.person(name)
			}
			continue
		}
		name, _ := field(entry, "name", "display_name", "title", "key", "id", "github")
		f.person(name)
		more = more || len(keptOf(entry)) > 0
	}
	if more {
		kept, _ := fields.Private(m.Name, m.Value)
		kept = mailAddress.ReplaceAll(kept, nil) // no address has a quote or a brace
		f.Meta = append(f.Meta, draft.Member{Name: m.Name, Value: kept, Line: m.Line})
	}
	return true
}

// keptOf gives what a mapping of an author has besides the name and what is private.
func keptOf(entry json.RawMessage) []draft.Member {
	members, _ := membersOf(entry)
	return slices.DeleteFunc(members, func(m draft.Member) bool {
		name := plain(m.Name)
		kept, _ := fields.Private(m.Name, m.Value)
		return name == "name" || name == "key" || kept == nil
	})
}

// person adds an author. One who is known by an e-mail address alone is no entity.
func (f *front) person(name string) {
	name = strings.TrimSpace(mailAddress.ReplaceAllString(strings.TrimSpace(name), ""))
	if called := f.authors[name]; called != "" {
		name = called
	}
	f.term("author", strings.Trim(name, " ,"))
}

// mailAddress finds an address of mail, in brackets or not.
var mailAddress = regexp.MustCompile(`(?i)[<(\[]?\s*(?:mailto:)?[\w.+%-]+@[\w-]+(?:\.[\w-]+)+\s*[>)\]]?`)
