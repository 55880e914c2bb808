package frontmatter

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
)

// objectEnd gives how long the object is that a text begins with. Where it is
// broken the number is of the byte that breaks it, or -1 where the text ends
// before it.
func objectEnd(text []byte) (int, error) {
	d := json.NewDecoder(bytes.NewReader(text))
	var object json.RawMessage
	err := d.Decode(&object)
	var syntax *json.SyntaxError
	switch {
	case errors.As(err, &syntax):
		return min(int(syntax.Offset), len(text)), err
	case err != nil:
		return -1, err
	}
	return int(d.InputOffset()), nil
}

// jsonReader builds values from tokens.
type jsonReader struct {
	tokens *json.Decoder
	data   []byte
	seen   int64 // bytes of data that line has counted
	line   int
}

// readJSON reads an object; Hexo leaves its braces out between two fences.
func readJSON(m matter) (*value, error) {
	data := m.text
	if !bytes.HasPrefix(bytes.TrimSpace(data), []byte("{")) {
		data = bytes.Join([][]byte{[]byte("{"), data, []byte("}")}, nil)
	}
	r := &jsonReader{tokens: json.NewDecoder(bytes.NewReader(data)), data: data, line: m.line}
	r.tokens.UseNumber()
	v, err := r.value(0)
	if err == nil {
		if _, err = r.tokens.Token(); errors.Is(err, io.EOF) {
			return v, nil
		} else if err == nil {
			err = errors.New("more text behind the object")
		}
	}
	var own *Error
	if errors.As(err, &own) {
		return nil, err
	}
	var syntax *json.SyntaxError
	if errors.As(err, &syntax) {
		r.moveTo(syntax.Offset)
	}
	return nil, &Error{r.line, "JSON that cannot be read: " + err.Error(), "an object"}
}

func (r *jsonReader) moveTo(offset int64) {
	if offset = min(offset, int64(len(r.data))); offset > r.seen {
		r.line += bytes.Count(r.data[r.seen:offset], []byte("\n"))
		r.seen = offset
	}
}

func (r *jsonReader) token() (json.Token, error) {
	token, err := r.tokens.Token()
	r.moveTo(r.tokens.InputOffset())
	return token, err
}

func (r *jsonReader) value(depth int) (*value, error) {
	if depth > MaxDepth {
		return nil, tooDeep(r.line)
	}
	token, err := r.token()
	if err != nil {
		return nil, err
	}
	v := &value{line: r.line}
	switch token := token.(type) {
	case json.Delim:
		v.kind = list
		if token == '{' {
			v.kind = table
		}
		for r.tokens.More() {
			if err := r.item(v, depth); err != nil {
				return nil, err
			}
		}
		_, err = r.token() // the closing one
		return v, err
	case string:
		v.text = token
	case json.Number:
		v.kind, v.text = literal, token.String()
	case bool:
		v.kind, v.text = literal, fmt.Sprint(token)
	default:
		v.kind, v.text = literal, "null"
	}
	return v, nil
}

func (r *jsonReader) item(v *value, depth int) error {
	var name string
	line := r.line
	if v.kind == table {
		token, err := r.token()
		if err != nil {
			return err
		}
		name, line = token.(string), r.line
	}
	item, err := r.value(depth + 1)
	if err != nil {
		return err
	}
	if v.kind == table {
		v.add(member{name, line, item})
	} else {
		v.list = append(v.list, item)
	}
	return nil
}
