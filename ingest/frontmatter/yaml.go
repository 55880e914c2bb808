package frontmatter

import (
	"bytes"
	"errors"
	"io"
	"strings"

	"go.yaml.in/yaml/v4"
)

// yamlReader turns nodes into values. The value of an anchor is shared by its
// aliases, so that only writing, which has a budget, makes a bomb of them grow.
type yamlReader struct {
	above   int                   // lines of the text above the first of the nodes
	anchors map[*yaml.Node]*value // nil while the value is being read
	merged  int                   // members put in place by <<
}

func readYAML(m matter) (*value, error) {
	loader, err := yaml.NewLoader(bytes.NewReader(m.text))
	if err != nil {
		return nil, yamlError(m, err)
	}
	var doc, more yaml.Node
	switch err := loader.Load(&doc); {
	case errors.Is(err, io.EOF): // nothing, or comments alone
		return &value{kind: table}, nil
	case err != nil:
		return nil, yamlError(m, err)
	}
	if err := loader.Load(&more); err == nil {
		return nil, &Error{m.line + more.Line - 1, "a second document", "one"}
	} else if !errors.Is(err, io.EOF) {
		return nil, yamlError(m, err)
	}
	r := yamlReader{above: m.line - 1, anchors: map[*yaml.Node]*value{}}
	root, err := r.value(doc.Content[0])
	if err == nil && root.kind == literal && root.text == "null" {
		root = &value{kind: table}
	}
	return root, err
}

// yamlError gives an error the line in the whole text.
func yamlError(m matter, err error) error {
	line, message := m.line, strings.TrimPrefix(err.Error(), "yaml: ")
	var load *yaml.LoadError
	if errors.As(err, &load) {
		message = load.Message
		if load.Mark.Line > 0 {
			line += load.Mark.Line - 1
		}
	}
	found := "YAML that cannot be read: " + message
	if at := line - m.line; at >= 0 {
		lines := strings.SplitN(string(m.text), "\n", at+2)
		if at < len(lines) && strings.HasPrefix(strings.TrimLeft(lines[at], " "), "\t") {
			return &Error{line, "a tab before a name", "spaces, which alone YAML indents with"}
		}
	}
	return &Error{line, found, "names and values"}
}

func (r *yamlReader) value(n *yaml.Node) (*value, error) {
	line := n.Line + r.above
	if n.Kind == yaml.AliasNode {
		v, known := r.anchors[n.Alias]
		if !known || v == nil {
			return nil, &Error{line, "the alias " + quoted(n.Value) + " inside its own value", "a value that ends"}
		}
		return v, nil
	}
	if n.Anchor != "" {
		r.anchors[n] = nil
	}
	v, err := r.read(n)
	if err != nil {
		return nil, err
	}
	v.line = line
	if n.Anchor != "" {
		r.anchors[n] = v
	}
	return v, nil
}

func (r *yamlReader) read(n *yaml.Node) (*value, error) {
	switch n.Kind {
	case yaml.SequenceNode:
		v := &value{kind: list}
		for _, item := range n.Content {
			item, err := r.value(item)
			if err != nil {
				return nil, err
			}
			v.list = append(v.list, item)
		}
		return v, nil
	case yaml.MappingNode:
		return r.mapping(n)
	default:
		return scalar(n), nil
	}
}

// scalar reads a number or a word as one only where it is not quoted. Dates stay
// texts.
func scalar(n *yaml.Node) *value {
	switch n.ShortTag() {
	case "!!null":
		return &value{kind: literal, text: "null"}
	case "!!bool":
		if word := strings.ToLower(n.Value); word == "true" || word == "false" {
			return &value{kind: literal, text: word}
		}
	case "!!int", "!!float":
		return number(n.Value)
	}
	return &value{kind: text, text: n.Value}
}

func (r *yamlReader) mapping(n *yaml.Node) (*value, error) {
	v := &value{kind: table}
	var merged []*value
	for i := 0; i+1 < len(n.Content); i += 2 {
		key := n.Content[i]
		line := key.Line + r.above
		if key.Kind == yaml.AliasNode {
			key = key.Alias
		}
		if key.Kind != yaml.ScalarNode {
			return nil, &Error{line, "a list or a mapping where a name belongs", "a name"}
		}
		item, err := r.value(n.Content[i+1])
		if err != nil {
			return nil, err
		}
		if key.ShortTag() != "!!merge" {
			v.add(member{key.Value, line, item})
			continue
		}
		if item.kind == list {
			merged = append(merged, item.list...)
		} else {
			merged = append(merged, item)
		}
	}
	// What is merged stands behind what is written here, and yields to it.
	for _, from := range merged {
		if from.kind != table {
			return nil, &Error{from.line, "<< with what is no mapping", "a mapping, or a list of them"}
		}
		if r.merged += len(from.members); r.merged > maxValues {
			return nil, tooMuch(from.line)
		}
		for _, m := range from.members {
			if v.find(m.name) < 0 {
				v.add(m)
			}
		}
	}
	return v, nil
}
