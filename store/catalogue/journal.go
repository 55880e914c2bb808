package catalogue

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"time"

	"alphanode/store/disk"
)

const journalFile = "journal.ndjson"

// Action is what a journal entry records.
type Action string

// The actions of the journal.
const (
	ActionBuild    Action = "build"
	ActionPublish  Action = "publish"
	ActionRollback Action = "rollback"
	ActionPrune    Action = "prune"
	ActionTakedown Action = "takedown"
	ActionLift     Action = "lift"
	ActionUpgrade  Action = "upgrade"
)

// JournalEntry is one act on the catalogue.
type JournalEntry struct {
	Time    time.Time `json:"time"`
	Action  Action    `json:"action"`
	By      string    `json:"by,omitempty"`
	Release string    `json:"release,omitempty"` // built, made current, dropped, or made anew
	From    string    `json:"from,omitempty"`    // current before
	Post    string    `json:"post,omitempty"`    // the slug of what was taken down, or is no more
	Reason  string    `json:"reason,omitempty"`
	Trace   string    `json:"trace,omitempty"` // that the act belongs to, as a header traceparent
}

// switches reports whether it says what was made current.
func (e JournalEntry) switches() bool {
	return e.Action == ActionPublish || e.Action == ActionRollback
}

// readJournal reads every whole entry. The last line may be torn, where the
// machine stopped while it was written; it is passed over.
func readJournal(dir string) ([]JournalEntry, error) {
	f, err := disk.OpenRegular(filepath.Join(dir, journalFile), os.O_RDONLY, 0)
	if errors.Is(err, os.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("read journal: %w", err)
	}
	defer f.Close()
	var entries []JournalEntry
	in := bufio.NewReader(f)
	for {
		line, err := in.ReadBytes('\n')
		if err == io.EOF {
			return entries, nil
		}
		if err != nil {
			return nil, fmt.Errorf("read journal: %w", err)
		}
		var e JournalEntry
		if err := json.Unmarshal(line, &e); err != nil {
			// A torn line got its end when the next entry was written.
			continue
		}
		entries = append(entries, e)
	}
}

// appendJournal adds an entry and syncs it. An entry never shares a line with
// a torn one before it.
func appendJournal(d disk.Disk, dir string, e JournalEntry) error {
	line, err := json.Marshal(e)
	if err != nil {
		return err
	}
	path := filepath.Join(dir, journalFile)
	f, err := d.Open(path, os.O_RDWR|os.O_CREATE|os.O_APPEND, 0o600)
	if err != nil {
		return fmt.Errorf("write journal: %w", err)
	}
	err = appendLine(f, line)
	if err == nil {
		err = f.Sync()
	}
	if err := errors.Join(err, f.Close()); err != nil {
		return fmt.Errorf("write journal: %w", err)
	}
	return nil
}

// appendLine writes a line, and before it the end of one that has none.
func appendLine(f disk.File, line []byte) error {
	size, err := f.Seek(0, io.SeekEnd)
	if err != nil {
		return err
	}
	last := []byte{'\n'}
	if size > 0 {
		if _, err := f.ReadAt(last, size-1); err != nil {
			return err
		}
	}
	line = append(line, '\n')
	if last[0] != '\n' {
		line = slices.Insert(line, 0, '\n')
	}
	_, err = f.Write(line)
	return err
}
