package check

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
)

// configuration is what a server tells at /settings.
type configuration struct {
	Version  string
	Go       string
	Settings []setting
}

type setting struct {
	Name   string
	Value  any
	Secret bool
}

// settings asks for those in force, at the operators' address, where that is known, else
// with the key, else without one: the address may be that of operators.
func (c *client) settings(ctx context.Context, ops *client) (told *configuration, why string) {
	ask := c.get
	ok, why := c.keyed()
	switch {
	case ops != nil:
		ask = ops.get
	case ok:
		ask = func(ctx context.Context, target string, _ ...string) (answer, error) { return c.withKey(ctx, target) }
	}
	a, err := ask(ctx, "/settings")
	switch {
	case err != nil:
		return nil, err.Error()
	case a.status == http.StatusNotFound && ops == nil && !ok:
		return nil, why
	case a.status == http.StatusNotFound && ops == nil:
		return nil, "the key of --key-file has not the scope admin"
	case a.status != http.StatusOK:
		return nil, fmt.Sprintf("/settings is answered with %d", a.status)
	}
	var body struct{ Data *configuration }
	if err := json.Unmarshal(a.body, &body); err != nil || body.Data == nil || len(body.Data.Settings) == 0 {
		return nil, "/settings does not tell settings"
	}
	return body.Data, ""
}

func (c *configuration) value(name string) any {
	for _, s := range c.Settings {
		if s.Name == name {
			return s.Value
		}
	}
	return nil
}

func (c *configuration) text(name string) string {
	text, _ := c.value(name).(string)
	return text
}

func (c *configuration) number(name string) (float64, bool) {
	n, ok := c.value(name).(float64)
	return n, ok
}
