package settings

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"alphanode/server/route"
)

// Read reads and checks all settings: a flag that was given, else the
// environment (entries such as ALPHANODE_ADDR=:80), else the default. Variables
// that begin so but are neither a setting nor among the others known to the
// caller are an error: a misspelt setting must not be passed over. All that is
// wrong is reported together.
func Read(flags map[string]string, environ []string, others ...string) (*Settings, error) {
	s := &Settings{}
	given := map[string]string{}
	var wrong []error
	known := slices.Clone(others)
	for _, setting := range table {
		known = append(known, setting.Env())
	}
	for _, entry := range environ {
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
	for _, setting := range table {
		value, from := setting.Default, "default of --"+setting.Name
		if v, ok := given[setting.Env()]; ok {
			value, from = v, "environment variable "+setting.Env()
		}
		if v, ok := flags[setting.Name]; ok {
			value, from = v, "flag --"+setting.Name
		}
		if err := setting.set(s, value); err != nil {
			wrong = append(wrong, fmt.Errorf("%s: %w", from, err))
		}
	}
	for _, name := range slices.Sorted(maps.Keys(flags)) {
		if !slices.ContainsFunc(table, func(s Setting) bool { return s.Name == name }) {
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
