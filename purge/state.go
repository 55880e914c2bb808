package purge

import (
	"encoding/json"
	"errors"
	"io/fs"
	"log/slog"
	"os"
	"reflect"
	"sync"

	"github.com/google/renameio/v2"
)

// state is the file that remembers, for each receiver by name, the release that it
// was told of last and those that were served since. So a server that was stopped,
// or was not there during a publish, tells what is missing when it starts.
// Servers of one data directory write the same file; what one of them drops from it
// was told by that one.
type state struct {
	path string
	log  *slog.Logger

	mu      sync.Mutex
	written map[string][]string
	failed  bool // so that it is said once
}

// read gives what the file says. Where it is damaged that is not known, and every
// receiver is told to drop everything.
func (s *state) read() (told map[string][]string, known bool) {
	data, err := os.ReadFile(s.path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, true
	}
	if err == nil {
		err = json.Unmarshal(data, &told)
	}
	if err != nil {
		s.log.Warn("cannot read what webhooks were told; they are told to drop everything", "file", s.path, "error", err)
		return nil, false
	}
	for name, releases := range told {
		if len(releases) > maxReleases {
			told[name] = []string{""}
		}
	}
	s.written = told
	return told, true
}

// write replaces the file where it would say something else. Where it cannot, the
// server goes on: only what is not told when it ends is then forgotten.
func (s *state) write(told map[string][]string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if reflect.DeepEqual(told, s.written) {
		return
	}
	data, err := json.Marshal(told)
	if err == nil {
		err = renameio.WriteFile(s.path, append(data, '\n'), 0o644)
	}
	if err != nil {
		if !s.failed {
			s.log.Warn("cannot remember what webhooks were told", "file", s.path, "error", err)
		}
		s.failed = true
		return
	}
	s.written, s.failed = told, false
}
