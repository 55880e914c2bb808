package server

import (
	"net/http"
	"runtime"

	"alphanode/server/route"
)

// settingInForce is one setting as operators are shown it.
type settingInForce struct {
	Name    string `json:"name"`
	Value   any    `json:"value"` // null where it is secret
	Default string `json:"default"`
	Unit    string `json:"unit"`
	From    string `json:"from"`         // flag, environment, file or default
	At      string `json:"at,omitempty"` // which flag or variable, or the file and its line
	Secret  bool   `json:"secret,omitempty"`
}

// describeSettings says how the server is set up, without secrets. Only operators may
// see it.
func (s *Server) describeSettings() (*route.Answer, error) {
	all := make([]settingInForce, len(s.settings.Values))
	for i, v := range s.settings.Values {
		all[i] = settingInForce{Name: v.Name, Default: v.Default, Unit: v.Unit, From: v.From.Kind, At: v.From.At, Secret: v.Secret()}
		if !v.Secret() {
			all[i].Value = v.Typed()
		}
	}
	return route.JSONOf(map[string]any{"data": map[string]any{"version": s.settings.Version, "go": runtime.Version(), "settings": all}})
}

// settingsInForce answers who has an admin key.
func (s *Server) settingsInForce(*route.Request) (*route.Answer, error) { return s.describeSettings() }

// opsSettings answers at the operators' address.
func (s *Server) opsSettings(w http.ResponseWriter, _ *http.Request) {
	a, err := s.describeSettings()
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", route.JSONMedia)
	w.Header().Set("Cache-Control", "no-store")
	_, _ = w.Write(a.Body) // who left does not need it
}
