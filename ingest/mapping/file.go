package mapping

import (
	"fmt"
	"io"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v4"

	"alphanode/ingest/fields"
	"alphanode/ingest/record"
	"alphanode/ingest/when"
)

// Mapping says where the fields of a post stand in the records of a source.
type Mapping struct {
	Records string // dotted path to the list of records; empty for the source itself
	fields  []field
}

// field is one field of a post and where its value comes from.
type field struct {
	target  string // a path of a post, or one of the targets
	sources []source
}

// source is one place a value may come from.
type source struct {
	from     []path // of these the first that is there
	literal  string // JSON; empty where there is none
	as       string // text, markdown or html; empty to look
	match    *regexp.Regexp
	unix     bool // seconds since 1970
	millis   bool // milliseconds
	layout   *when.Layout
	values   map[string]string
	fallback *string // default
	kind     string  // type: of entities, where they are names alone
	split    string
}

// path is a place in a record.
type path struct {
	said  string
	steps []string
}

// Targets are the fields that a post's source has besides those of a post: where it stood,
// and what those of meta are called for short.
var Targets = []string{"permalink", "addresses", "language", "status"}

// maxFile bounds a mapping file, in bytes.
const maxFile = 1 << 20

// Parse reads a mapping file. An error is a [FileError], or one of the reader.
func Parse(name string, r io.Reader) (*Mapping, error) {
	text, err := io.ReadAll(io.LimitReader(r, maxFile+1))
	if err != nil {
		return nil, fmt.Errorf("read the mapping %s: %w", name, err)
	}
	p := &parser{file: name}
	if len(text) > maxFile {
		return nil, p.fault(nil, "", fmt.Sprintf("more than %d bytes", maxFile), "a mapping")
	}
	var document yaml.Node
	if err := yaml.Unmarshal(text, &document); err != nil {
		return nil, p.syntax(err)
	}
	if document.Kind == 0 {
		return nil, p.fault(nil, "", "an empty file", "fields: and, below it, a line for each field of a post")
	}
	return p.mapping(document.Content[0])
}

type parser struct{ file string }

func (p *parser) fault(at *yaml.Node, where, found, expected string) error {
	line := 1
	if at != nil {
		line = at.Line
	}
	return &FileError{p.file, line, where, found, expected}
}

var yamlLine = regexp.MustCompile(`line (\d+)`)

// syntax takes the line out of the words of the YAML reader.
func (p *parser) syntax(err error) error {
	message := strings.TrimPrefix(strings.TrimPrefix(err.Error(), "yaml: "), "go-yaml: ")
	line := 1
	if m := yamlLine.FindStringSubmatch(message); m != nil {
		line, _ = strconv.Atoi(m[1])
	}
	return &FileError{p.file, max(1, line), "", strconv.Quote(message), "YAML"}
}

func (p *parser) mapping(n *yaml.Node) (*Mapping, error) {
	m := &Mapping{}
	hasFields := false
	err := p.each(n, "", []string{"records", "fields"}, func(key string, v *yaml.Node) error {
		switch key {
		case "records":
			if v.Kind != yaml.ScalarNode {
				return p.fault(v, key, shown(v), "a dotted path, such as response.docs")
			}
			m.Records = strings.TrimSpace(v.Value)
			return nil
		default:
			hasFields = true
			return p.fields(m, v)
		}
	})
	if err != nil {
		return nil, err
	}
	if !hasFields {
		return nil, p.fault(n, "", "no fields", "fields: and, below it, a line for each field of a post")
	}
	return m, nil
}

// each goes through the members of a YAML mapping, which must be of these names; any where
// they are nil.
func (p *parser) each(n *yaml.Node, where string, names []string, f func(key string, v *yaml.Node) error) error {
	if n.Kind != yaml.MappingNode {
		return p.fault(n, where, shown(n), "names and values")
	}
	seen := map[string]bool{}
	for i := 0; i+1 < len(n.Content); i += 2 {
		key, v := n.Content[i], n.Content[i+1]
		at := strings.TrimPrefix(where+"."+key.Value, ".")
		if key.Kind != yaml.ScalarNode {
			return p.fault(key, where, shown(key), "a name")
		}
		if v.Kind == yaml.AliasNode {
			return p.fault(v, at, "an alias", "the value itself")
		}
		if seen[key.Value] {
			return p.fault(key, at, "the name twice", "each name once")
		}
		seen[key.Value] = true
		if names != nil && !slices.Contains(names, key.Value) {
			return p.fault(key, at, "an unknown name", meant(key.Value, names))
		}
		if err := f(key.Value, v); err != nil {
			return err
		}
	}
	return nil
}

// meant words a choice, and what of it was most likely meant.
func meant(word string, words []string) string {
	if best := closest(word, words); best != "" {
		return best
	}
	return "one of " + strings.Join(words, ", ")
}

// shown says what a YAML value is.
func shown(n *yaml.Node) string {
	switch n.Kind {
	case yaml.MappingNode:
		return "names and values"
	case yaml.SequenceNode:
		return "a list"
	case yaml.AliasNode:
		return "an alias"
	default:
		if n.Tag == "!!null" {
			return "nothing"
		}
		return record.Quoted(n.Value)
	}
}

func (p *parser) fields(m *Mapping, n *yaml.Node) error {
	known := slices.Concat(fields.Paths, Targets)
	return p.each(n, "fields", nil, func(target string, v *yaml.Node) error {
		where := "fields." + target
		if name, isExtra := strings.CutPrefix(target, "meta.extra."); !slices.Contains(known, target) && (!isExtra || name == "") {
			return p.fault(v, where, "a field that no post has", meant(target, known)+"; a field of your own is meta.extra.NAME")
		}
		if target == "meta.urls" {
			target = "addresses"
		}
		f := field{target: canonical(target)}
		nodes := []*yaml.Node{v}
		if v.Kind == yaml.SequenceNode {
			nodes = v.Content
		}
		for _, node := range nodes {
			s, err := p.source(node, where, f.target)
			if err != nil {
				return err
			}
			f.sources = append(f.sources, s)
		}
		m.fields = append(m.fields, f)
		return nil
	})
}

// canonical gives the path of a target that has a short name.
func canonical(target string) string {
	switch target {
	case "language", "status":
		return map[string]string{"language": "meta.language", "status": "meta.revision.status"}[target]
	}
	return target
}

var sourceKeys = []string{"from", "value", "as", "match", "layout", "unix", "unixms", "values", "default", "type", "split"}

func (p *parser) source(n *yaml.Node, where, target string) (source, error) {
	var s source
	if n.Kind == yaml.ScalarNode {
		from, err := p.path(n, where)
		s.from = []path{from}
		return s, p.complete(n, where, target, s, err)
	}
	err := p.each(n, where, sourceKeys, func(key string, v *yaml.Node) (err error) {
		at := where + "." + key
		switch key {
		case "from":
			nodes := []*yaml.Node{v}
			if v.Kind == yaml.SequenceNode {
				nodes = v.Content
			}
			for _, node := range nodes {
				from, err := p.path(node, at)
				if err != nil {
					return err
				}
				s.from = append(s.from, from)
			}
		case "value":
			s.literal, err = p.literal(v, at)
		case "as":
			if s.as, err = p.word(v, at); err == nil && !slices.Contains([]string{"text", "markdown", "html"}, s.as) {
				err = p.fault(v, at, strconv.Quote(s.as), "text, markdown or html")
			}
		case "match":
			var pattern string
			if pattern, err = p.word(v, at); err == nil {
				if s.match, err = regexp.Compile(pattern); err != nil {
					err = p.fault(v, at, record.Quoted(pattern)+" ("+err.Error()+")", "a regular expression as Go has them")
				}
			}
		case "layout":
			err = p.layout(&s, v, at)
		case "unix", "unixms":
			if v.Kind != yaml.ScalarNode || v.Tag != "!!null" && v.Value != "true" {
				return p.fault(v, at, shown(v), "nothing, or true")
			}
			s.unix, s.millis = s.unix || key == "unix", s.millis || key == "unixms"
		case "values":
			s.values = map[string]string{}
			err = p.each(v, at, nil, func(word string, to *yaml.Node) (err error) {
				s.values[word], err = p.word(to, at+"."+word)
				return err
			})
		case "default":
			var word string
			word, err = p.word(v, at)
			s.fallback = &word
		case "type":
			s.kind, err = p.word(v, at)
		default:
			if v.Kind != yaml.ScalarNode || v.Value == "" {
				return p.fault(v, at, shown(v), `what parts the entries, such as ","`)
			}
			s.split = v.Value
		}
		return err
	})
	return s, p.complete(n, where, target, s, err)
}

// complete refuses what cannot be meant together.
func (p *parser) complete(n *yaml.Node, where, target string, s source, err error) error {
	isDate := slices.Contains(dates, target)
	switch {
	case err != nil:
		return err
	case len(s.from) == 0 && s.literal == "":
		return p.fault(n, where, "no from", "from: and the dotted path of a value, or value: and the value itself")
	case len(s.from) > 0 && s.literal != "":
		return p.fault(n, where, "from and value", "one of them; for where nothing is there: default")
	case (s.layout != nil || s.unix || s.millis) && !isDate:
		return p.fault(n, where, "a layout", "it at a date: "+strings.Join(dates, ", "))
	case (s.unix && s.millis) || s.layout != nil && (s.unix || s.millis):
		return p.fault(n, where, "two layouts", "one")
	case s.kind != "" && target != "meta.entities":
		return p.fault(n, where, "a type", "it at meta.entities alone")
	case s.split != "" && !slices.Contains(lists, target):
		return p.fault(n, where, "split", "it at a list: "+strings.Join(lists, ", "))
	}
	return nil
}

// The fields that are dates, and those that are lists of texts.
var (
	dates = []string{"publishedAt", "meta.revision.lastReviewed"}
	lists = []string{"meta.entities", "meta.tools", "meta.stack", "meta.checklist", "meta.notes", "addresses", "meta.images"}
)

func (p *parser) path(n *yaml.Node, where string) (path, error) {
	said, err := p.word(n, where)
	if err != nil || said == "" {
		return path{}, p.fault(n, where, shown(n), "a dotted path, such as headline.main")
	}
	return path{said, strings.Split(said, ".")}, nil
}

func (p *parser) word(n *yaml.Node, where string) (string, error) {
	if n.Kind != yaml.ScalarNode || n.Tag == "!!null" {
		return "", p.fault(n, where, shown(n), "a text")
	}
	return n.Value, nil
}

func (p *parser) layout(s *source, n *yaml.Node, where string) error {
	word, err := p.word(n, where)
	if err != nil {
		return err
	}
	switch word {
	case "unix":
		s.unix = true
	case "unixms":
		s.millis = true
	default:
		layout, err := when.NewLayout(word)
		if err != nil {
			found, expected, _ := strings.Cut(strings.TrimPrefix(err.Error(), "found "), ", expected ")
			return p.fault(n, where, found, expected+"; or unix, or unixms")
		}
		s.layout = &layout
	}
	return nil
}

// maxLiteral bounds how deep a literal nests.
const maxLiteral = 32

// literal is a YAML value as JSON.
func (p *parser) literal(n *yaml.Node, where string) (string, error) {
	v, err := p.yamlValue(n, where, 0)
	if err != nil {
		return "", err
	}
	return string(v.json()), nil
}

func (p *parser) yamlValue(n *yaml.Node, where string, depth int) (*value, error) {
	if depth > maxLiteral {
		return nil, p.fault(n, where, "a value nested deeper than 32 levels", "at most 32 levels")
	}
	switch n.Kind {
	case yaml.SequenceNode:
		v, _, _ := parseValue([]byte("[]"))
		for _, entry := range n.Content {
			e, err := p.yamlValue(entry, where, depth+1)
			if err != nil {
				return nil, err
			}
			v.members = append(v.members, e)
		}
		return v, nil
	case yaml.MappingNode:
		v, _, _ := parseValue([]byte("{}"))
		err := p.each(n, where, nil, func(name string, member *yaml.Node) error {
			m, err := p.yamlValue(member, where+"."+name, depth+1)
			v.names, v.members = append(v.names, name), append(v.members, m)
			return err
		})
		return v, err
	case yaml.ScalarNode:
		switch n.Tag {
		case "!!int", "!!float", "!!bool":
			if v, _, err := parseValue([]byte(n.Value)); err == nil {
				return v, nil // others, as 0x1F or yes, are texts
			}
		case "!!null":
			return nil, p.fault(n, where, "nothing", "a value")
		}
		return textValue(n.Value), nil
	}
	return nil, p.fault(n, where, shown(n), "a value")
}
