package settings

import (
	"fmt"
	"io"
	"strconv"

	"github.com/pelletier/go-toml/v2"
)

// WriteFile writes the settings as a file that gives the same ones when it is read,
// with what each is, its unit and where its value comes from. What is secret is named
// and left out: it must come from where it comes from now.
func (s *Settings) WriteFile(out io.Writer) error {
	fmt.Fprintln(out, "# The settings in force of alphanode serve. Read with --config.")
	i := 0
	for _, group := range groups {
		fmt.Fprintf(out, "\n## %s\n", group.Name)
		for range group.Settings {
			if err := s.Values[i].writeLine(out); err != nil {
				return err
			}
			i++
		}
	}
	return nil
}

func (v Value) writeLine(out io.Writer) error {
	from := v.From.String()
	if quoted := strconv.Quote(from); quoted != `"`+from+`"` { // what would not show, or end the line
		from = quoted
	}
	fmt.Fprintf(out, "\n# %s (%s; %s)\n", v.Doc, v.Unit, from)
	if v.Secret() {
		_, err := fmt.Fprintf(out, "# %s is secret, and not shown\n", v.Name)
		return err
	}
	text, err := toml.Marshal(map[string]any{v.Name: v.Typed()})
	if err != nil {
		return fmt.Errorf("write the setting %s: %w", v.Name, err)
	}
	_, err = out.Write(text)
	return err
}
