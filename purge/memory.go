package purge

import (
	"crypto/rand"
	"encoding/json"
	"errors"
	"io/fs"
	"log/slog"
	"maps"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"sync"
	"sync/atomic"

	"alphanode/store"
	"alphanode/store/disk"
)

// remembered is, for each receiver by its name, what caches may have answers of. The
// zero one is not known.
type remembered map[string][]store.Served

// add adds what another remembers.
func (r remembered) add(other remembered) {
	for name, all := range other {
		for _, s := range all {
			if !slices.Contains(r[name], s) {
				r[name] = append(r[name], s)
			}
		}
		if len(r[name]) > maxHeld {
			r[name] = []store.Served{{}}
		}
	}
}

// memory is what the servers of a data directory remember of receivers. Each server has
// a file of its own in one folder, which it alone writes and, as long as it runs, holds
// a lock for: what one has told, another may not have. What a server that has ended
// still owed is taken over by those who run.
//
//	ID.json  what the server remembers
//	ID.lock  is locked while it runs. Where it stands alone, the server could not
//	         write, and nobody knows what it served
type memory struct {
	dir     string
	old     string // the one file of all servers, as it was once; it is read and then removed
	log     *slog.Logger
	problem atomic.Bool // what it must not forget is not written down

	mu      sync.Mutex
	own     *ownFile   // nil before the first write
	ended   []*ownFile // of servers that have ended, until what they owe is written down as well
	left    remembered // of theirs, what is for receivers that others tell
	readOld bool       // the old file is among them
	written remembered
	strange map[string]bool // what could not be read, which is told once
}

// write writes down what lists gives, where it is not so yet. What cannot be written
// is made to look unknown, so that everything is dropped after the next start.
func (m *memory) write(lists func() remembered) {
	m.mu.Lock()
	defer m.mu.Unlock()
	now := lists()
	if m.own == nil && len(now) == 0 {
		return
	}
	if reflect.DeepEqual(now, m.written) {
		m.problem.Store(false) // which a slow disk had set
		return
	}
	if err := m.put(now); err != nil {
		m.written = nil
		if !m.problem.Swap(true) {
			m.log.Error("cannot remember what webhooks must be told: after the next start they are told to drop everything", "folder", m.dir, "error", err)
		}
		m.forget()
		return
	}
	if m.problem.Swap(false) {
		m.log.Info("what webhooks must be told is remembered again", "folder", m.dir)
	}
	m.written = now
}

// put makes the file hold what is remembered, and then lets go of those that held parts
// of it.
func (m *memory) put(now remembered) (err error) {
	if m.own == nil {
		if m.own, err = m.claim(); err != nil {
			return err
		}
	}
	if err := m.replace(m.own.json(), now); err != nil {
		return err
	}
	return m.settle()
}

// claim makes a file that no other server has.
func (m *memory) claim() (*ownFile, error) {
	if err := disk.MakeFolder(m.dir); err != nil {
		return nil, err
	}
	return newOwnFile(filepath.Join(m.dir, rand.Text()))
}

// replace gives a file other content, all of it or nothing, on the disk when it returns.
func (m *memory) replace(path string, r remembered) error {
	data, err := json.Marshal(r)
	if err != nil {
		return err
	}
	return disk.ReplaceOwn(path, append(data, '\n'))
}

// forget leaves the locks alone, of the server and of those whose debts it has taken
// over, so that nothing of what they say counts. To remove needs no room on the disk.
func (m *memory) forget() {
	for _, f := range append(slices.Clip(m.ended), m.own) {
		if f == nil {
			continue
		}
		if err := os.Remove(f.json()); err != nil && !errors.Is(err, fs.ErrNotExist) {
			m.log.Error("cannot remove what is no longer true", "file", f.json(), "error", err)
		}
	}
}

// adopted is what servers that have ended still owed.
type adopted struct {
	owed  remembered // the receivers that this server tells
	known bool       // else a server's file cannot be read, and nobody knows what it owed
	names []string   // all receivers that any server knows
}

// adopt has what servers that have ended still owed taken over. It stays where it was
// until the next write, which comes when take has returned.
func (m *memory) adopt(tells func(name string) bool, take func(adopted)) {
	m.mu.Lock()
	defer m.mu.Unlock()
	all, known, names := remembered{}, true, []string(nil)
	strange := map[string]bool{}
	unknown := func(path string, err error) {
		if strange[path] = true; !m.strange[path] {
			m.log.Warn("cannot read what webhooks were told; they are told to drop everything", "path", path, "error", err)
			known = false
		}
	}
	paths, err := m.paths()
	if err != nil {
		unknown(m.dir, err)
	}
	var others []*ownFile // that hold nothing for this server
	theirs := remembered{}
	for _, path := range paths {
		if m.holds(path) {
			continue
		}
		f, found, err := takeEnded(path)
		names = slices.AppendSeq(names, maps.Keys(found))
		if err != nil {
			unknown(path, err)
		}
		switch {
		case f == nil: // it runs, or cannot be locked
		case err == nil && !slices.ContainsFunc(slices.Collect(maps.Keys(found)), tells):
			others = append(others, f)
			theirs.add(found)
		default:
			m.ended = append(m.ended, f)
			all.add(found)
		}
	}
	if old, found, err := readOld(m.old); found && !m.readOld {
		if err != nil {
			unknown(m.old, err)
		}
		all.add(old)
		names = slices.AppendSeq(names, maps.Keys(old))
		m.readOld = true
	}
	m.strange = strange
	slices.Sort(names)
	names = slices.Compact(names)
	taken := remembered{}
	for _, name := range names {
		switch {
		case tells(name):
			taken[name] = all[name]
		case !known:
			m.left.add(remembered{name: {{}}})
		default:
			m.left.add(remembered{name: all[name]})
		}
	}
	if len(others) > 1 || len(m.left) > 0 { // gathered in one
		m.ended = append(m.ended, others...)
		m.left.add(theirs)
	} else {
		for _, f := range others {
			f.unlock()
		}
	}
	if len(m.ended) > 0 || m.readOld {
		m.written = nil // so that they are let go of after the next write
	}
	take(adopted{taken, known, names})
}

// paths are the files of servers, without their endings.
func (m *memory) paths() ([]string, error) {
	files, err := os.ReadDir(m.dir)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	var paths []string
	for _, f := range files {
		if end := filepath.Ext(f.Name()); end == jsonEnd || end == lockEnd {
			paths = append(paths, filepath.Join(m.dir, strings.TrimSuffix(f.Name(), end)))
		}
	}
	return slices.Compact(paths), err
}

// holds reports whether this server has the lock of a file.
func (m *memory) holds(path string) bool {
	return m.own != nil && m.own.path == path || slices.ContainsFunc(m.ended, func(f *ownFile) bool { return f.path == path })
}

// names are the receivers that any server knows.
func (m *memory) names() (names []string) {
	paths, _ := m.paths() // where they cannot be read, that is told when they are adopted
	for _, path := range paths {
		found, _ := readRemembered(path + jsonEnd)
		names = slices.AppendSeq(names, maps.Keys(found))
	}
	return names
}

// settle lets go of the files of servers that have ended, when what they owed is written
// down. What was for receivers that this server does not tell is gathered in one.
func (m *memory) settle() error {
	if len(m.left) > 0 && len(m.ended) == 0 { // it was in the old file
		f, err := m.claim()
		if err != nil {
			return err
		}
		m.ended = append(m.ended, f)
	}
	keep := 0
	if len(m.left) > 0 {
		keep = 1
		if err := m.replace(m.ended[0].json(), m.left); err != nil {
			return err
		}
	}
	if m.readOld {
		if err := os.Remove(m.old); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
		m.readOld = false
	}
	for i, f := range m.ended {
		if i >= keep {
			// Without its lock a file is that of a server that has ended.
			for _, file := range []string{f.path + lockEnd, f.json(), f.json() + newEnd} {
				if err := os.Remove(file); err != nil && !errors.Is(err, fs.ErrNotExist) {
					m.log.Warn("cannot remove what a server that has ended remembered", "file", file, "error", err)
				}
			}
		}
		f.unlock()
	}
	m.ended, m.left = nil, remembered{}
	return nil
}

// close gives the lock back. What is written stays for the next server.
func (m *memory) close() {
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, f := range append(m.ended, m.own) {
		if f != nil {
			f.unlock()
		}
	}
	m.ended, m.own = nil, nil
}

// readOld reads the file that all servers shared. It knows releases by their names
// alone, and what those held is not known.
func readOld(path string) (r remembered, found bool, err error) {
	data, err := disk.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, false, nil
	}
	var told map[string][]string
	if err == nil {
		err = json.Unmarshal(data, &told)
	}
	r = remembered{}
	for name, releases := range told {
		for _, release := range releases {
			r.add(remembered{name: {{Release: release}}})
		}
	}
	return r, true, err
}
