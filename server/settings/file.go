package settings

import (
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"slices"
	"strconv"
	"strings"
	"syscall"

	"github.com/pelletier/go-toml/v2"
	"github.com/pelletier/go-toml/v2/unstable"

	"alphanode/server/route"
)

// A file of settings is TOML: the names of flags are its keys, all at the top. It is
// small, so that its length bounds what reading it takes.
const maxFile = 256 << 10 // bytes

// line is what a file gives for one setting.
type line struct {
	text string // as a flag would give it
	at   string // the file and the line
}

// readFile gives the settings of a file by name, and an error for each line that gives
// none. Without a path there are none.
func readFile(path string) (map[string]line, []error) {
	if path == "" {
		return nil, nil
	}
	data, err := readText(path)
	if err != nil {
		return nil, []error{fmt.Errorf("read settings: %w", err)}
	}
	var given map[string]any
	if err := toml.Unmarshal(data, &given); err != nil {
		at := path
		if fault, ok := errors.AsType[*toml.DecodeError](err); ok {
			row, column := fault.Position()
			at = fmt.Sprintf("%s:%d:%d", path, row, column)
		}
		return nil, []error{fmt.Errorf("%s: found no TOML: %s", at, strings.TrimPrefix(err.Error(), "toml: "))}
	}
	lines, rows := map[string]line{}, linesOf(data)
	var wrong []error
	for _, name := range slices.SortedFunc(maps.Keys(given), func(a, b string) int { return rows[a] - rows[b] }) {
		at := fmt.Sprintf("%s:%d", path, rows[name])
		setting, ok := find(name)
		if !ok {
			wrong = append(wrong, fmt.Errorf("%s: found the unknown setting %s, expected the name of a flag of alphanode serve%s",
				at, strconv.Quote(name), route.Suggestion(name, names())))
			continue
		}
		text, err := setting.flagText(given[name])
		if err != nil {
			wrong = append(wrong, fmt.Errorf("%s: %s: %w", at, name, err))
			continue
		}
		lines[name] = line{text, at}
	}
	return lines, wrong
}

// readText reads a file that is one: a pipe would be waited for.
func readText(path string) ([]byte, error) {
	file, err := os.OpenFile(path, os.O_RDONLY|syscall.O_NONBLOCK, 0)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	info, err := file.Stat()
	if err != nil {
		return nil, err
	}
	if !info.Mode().IsRegular() {
		return nil, fmt.Errorf("%s: found no regular file", path)
	}
	data, err := io.ReadAll(io.LimitReader(file, maxFile+1))
	if err == nil && len(data) > maxFile {
		err = fmt.Errorf("%s: found more than %d bytes", path, maxFile)
	}
	return data, err
}

// linesOf tells on which line each key at the top of a document stands first. The
// document has been read before, so it is TOML.
func linesOf(data []byte) map[string]int {
	lines := map[string]int{}
	var p unstable.Parser
	p.Reset(data)
	for p.NextExpression() {
		e := p.Expression()
		if e.Kind != unstable.KeyValue && e.Kind != unstable.Table && e.Kind != unstable.ArrayTable {
			continue
		}
		key := e.Key()
		if !key.Next() {
			continue
		}
		name := string(key.Node().Data)
		if _, ok := lines[name]; !ok {
			lines[name] = p.Shape(key.Node().Raw).Start.Line
		}
	}
	return lines
}

// flagText gives a value of a file as the flag would have it.
func (s Setting) flagText(value any) (string, error) {
	switch value := value.(type) {
	case string:
		return value, nil
	case int64:
		if s.Kind() != List && s.Kind() != Truth {
			return strconv.FormatInt(value, 10), nil
		}
	case float64:
		if s.Kind() == Number {
			return strconv.FormatFloat(value, 'g', -1, 64), nil
		}
	case bool:
		if s.Kind() == Truth {
			return strconv.FormatBool(value), nil
		}
	case []any:
		if s.Kind() == List {
			return joined(value)
		}
	}
	return "", fmt.Errorf("found %s, expected %s", described(value), s.Kind())
}

// joined gives a list as a flag has it: separated by commas.
func joined(values []any) (string, error) {
	texts := make([]string, len(values))
	for i, value := range values {
		text, ok := value.(string)
		if !ok {
			return "", fmt.Errorf("found %s in the array, expected texts", described(value))
		}
		if strings.Contains(text, ",") {
			return "", fmt.Errorf("found a comma in %s, expected one text for each value", strconv.Quote(text))
		}
		texts[i] = text
	}
	return strings.Join(texts, ","), nil
}

// described says what a value is, for errors.
func described(value any) string {
	switch value := value.(type) {
	case string:
		return "the text " + strconv.Quote(value)
	case int64, float64:
		return fmt.Sprintf("the number %v", value)
	case bool:
		return strconv.FormatBool(value)
	case []any:
		return "an array"
	case map[string]any:
		return "a table"
	default:
		return "a date or time"
	}
}

// String says what is expected, for errors.
func (k Kind) String() string {
	switch k {
	case Number:
		return "a number"
	case Truth:
		return "true or false"
	case List:
		return "an array of texts, or one text with commas"
	default:
		return "a text"
	}
}
