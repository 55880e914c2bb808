package settings

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"unicode/utf8"

	"alphanode/server/route"
)

// Sources are all that may give settings. A flag that was given comes before the
// environment, that before the file, and that before the default.
type Sources struct {
	Flags   map[string]string
	Environ []string // entries such as ALPHANODE_ADDR=:80
	Others  []string // variables that begin like settings, and are known to the caller
	File    string   // path of a file in TOML; "" for none
	Version string   // of the tool that reads them
}

// FileVariable is the environment variable that names the file where the flag --config
// does not.
const FileVariable = envPrefix + "CONFIG"

// Read reads and checks all settings. A name that is none is an error wherever it
// stands, for a misspelt setting must not be passed over; so is a value in the file that
// is not in force. All that is wrong is reported together.
func Read(from Sources) (*Settings, error) {
	s := &Settings{Version: from.Version}
	environ, wrong := readEnviron(from.Environ, append(slices.Clone(from.Others), FileVariable))
	inFile, faults := readFile(from.File)
	wrong = append(wrong, faults...)
	for _, setting := range table {
		v := Value{Setting: setting, Text: setting.Default, From: Source{Kind: FromDefault}}
		if line, ok := inFile[setting.Name]; ok {
			if err := setting.Check(line.text); err != nil {
				wrong = append(wrong, fmt.Errorf("%s: %s: %w", line.at, setting.Name, err))
			} else {
				v.Text, v.From = line.text, Source{FromFile, line.at}
			}
		}
		if text, ok := environ[setting.Env()]; ok {
			v.Text, v.From = text, Source{FromEnvironment, setting.Env()}
		}
		if text, ok := from.Flags[setting.Name]; ok {
			v.Text, v.From = text, Source{FromFlag, setting.Name}
		}
		if err := v.keep(s); err != nil {
			wrong = append(wrong, fmt.Errorf("%s: %w", v.From, err))
		}
		s.Values = append(s.Values, v)
	}
	for _, name := range slices.Sorted(maps.Keys(from.Flags)) {
		if _, ok := find(name); !ok {
			wrong = append(wrong, fmt.Errorf("flag --%s: found an unknown setting", name))
		}
	}
	if len(wrong) == 0 {
		wrong = append(wrong, s.agree())
	}
	s.GraphQL.Bytes = s.MaxAnswer
	if err := errors.Join(wrong...); err != nil {
		return nil, err
	}
	return s, nil
}

// keep checks the value and writes it into the settings.
func (v Value) keep(s *Settings) error {
	if !utf8.ValidString(v.Text) {
		return mismatch(v.Text, "UTF-8")
	}
	return v.set(s, v.Text)
}

// readEnviron gives the variables that are settings, and an error for each that looks
// like one and is none.
func readEnviron(entries, others []string) (given map[string]string, wrong []error) {
	given, known := map[string]string{}, others
	for _, setting := range table {
		known = append(known, setting.Env())
	}
	for _, entry := range entries {
		name, value, _ := strings.Cut(entry, "=")
		if !strings.HasPrefix(name, envPrefix) {
			continue
		}
		given[name] = value
		if !slices.Contains(known, name) {
			wrong = append(wrong, fmt.Errorf("environment variable %s: found an unknown setting, expected one of %s%s",
				name, strings.Join(known, ", "), route.Suggestion(name, known)))
		}
	}
	return given, wrong
}
