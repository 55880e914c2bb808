package settings_test

import (
	"strings"
	"testing"
	"time"

	"alphanode/server/settings"
)

func TestSettingsTable(t *testing.T) {
	t.Parallel()
	for _, s := range settings.Table() {
		if err := s.Check(s.Default); err != nil {
			t.Errorf("%s: the default: %v", s.Name, err)
		}
		if s.Unit == "" || s.Doc == "" || strings.HasSuffix(s.Doc, ".") {
			t.Errorf("%s: found unit %q, doc %q", s.Name, s.Unit, s.Doc)
		}
	}
}

func TestRead(t *testing.T) {
	t.Parallel()
	s, err := settings.Read(settings.Sources{Flags: map[string]string{"addr": ":1"},
		Environ: []string{"ALPHANODE_ADDR=:2", "ALPHANODE_MAX_AGE=5m", "ALPHANODE_DATA=x", "PATH=/bin", "ALPHANODE_CORS_ORIGIN=https://a.example,http://b.example:81"}, Others: []string{"ALPHANODE_DATA"}})
	if err != nil {
		t.Fatal(err)
	}
	if s.Addr != ":1" || s.MaxAge != 5*time.Minute || s.MaxInFlight != 256 || len(s.CORSOrigins) != 2 {
		t.Errorf("found %+v, expected the flag, then the environment, then the default", s)
	}
}

func TestWrongSettings(t *testing.T) {
	t.Parallel()
	tests := []struct {
		flags   map[string]string
		environ []string
		want    string
	}{
		{nil, []string{"ALPHANODE_MAX_AEG=5m"}, "environment variable ALPHANODE_MAX_AEG: found an unknown setting"},
		{nil, []string{"ALPHANODE_MAX_AEG=5m"}, "did you mean ALPHANODE_MAX_AGE?"},
		{nil, []string{"ALPHANODE_MAX_AGE=soon"}, `environment variable ALPHANODE_MAX_AGE: found "soon", expected a duration from 0s to`},
		{map[string]string{"max-age": "-1s"}, nil, `flag --max-age: found "-1s", expected a duration from 0s to`},
		{map[string]string{"max-ag": "1s"}, nil, "flag --max-ag: found an unknown setting"},
		{map[string]string{"addr": "8080"}, nil, `found "8080", expected host:port`},
		{map[string]string{"addr": ":http"}, nil, `found ":http", expected host:port`},
		{map[string]string{"addr": ":65536"}, nil, "with a port from 0 to 65535"},
		{map[string]string{"public-url": "archive.example.org"}, nil, "expected an address such as https://archive.example.org"},
		{map[string]string{"cors-origin": "*,https://a.example"}, nil, `found "*", expected * alone, or origins`},
		{map[string]string{"cors-origin": "https://a.example/"}, nil, "expected * alone, or origins"},
		{map[string]string{"cors-origin": ""}, nil, "expected * alone, or origins"},
		{map[string]string{"max-body": "1MB"}, nil, `found "1MB", expected an integer from 1 to`},
		{map[string]string{"graphql-depth": "0"}, nil, "expected an integer from 1 to 1000"},
		{map[string]string{"request-timeout": "30s"}, nil, "write-timeout: found 30s, expected more than request-timeout (30s)"},
		{map[string]string{"max-streams": "2"}, nil, "max-streams-per-reader: found 2, expected less than max-streams (2)"},
		{map[string]string{"max-streams-per-reader": "9"}, nil, "max-streams-per-reader: found 9, expected less than max-streams (8)"},
		{map[string]string{"max-url": "65536"}, nil, "max-header: found 65536, expected more than max-url (65536)"},
	}
	for _, tt := range tests {
		if _, err := settings.Read(settings.Sources{Flags: tt.flags, Environ: tt.environ}); err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%v %v: found %v, expected %s", tt.flags, tt.environ, err, tt.want)
		}
	}
	_, err := settings.Read(settings.Sources{Flags: map[string]string{"addr": "x", "max-age": "y"}})
	if err == nil || strings.Count(err.Error(), "expected") != 2 {
		t.Errorf("found %v, expected both faults", err)
	}
}

// TestPasswordsAreNotTold: an address with a user is refused, and its password is in no
// error.
func TestPasswordsAreNotTold(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"otlp-endpoint", "public-url", "cors-origin"} {
		for _, value := range []string{"http://u:hunter2@127.0.0.1:4318", "https://u:hun@ter2@a.example", "u:hunter2@a.example", "//u:hunter2@a"} {
			_, err := settings.Read(settings.Sources{Flags: map[string]string{name: value}})
			if err == nil || strings.Contains(err.Error(), "ter2@") || strings.Contains(err.Error(), "hun") {
				t.Errorf("--%s %s: found %v", name, value, err)
			}
		}
	}
}
