package store

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"

	"alphanode/content"
)

// reject is a line of rejects.ndjson.
type reject struct {
	File     string `json:"file"`
	Line     int    `json:"line"`
	Field    string `json:"field"`
	Found    string `json:"found"`
	Expected string `json:"expected"`
}

// foundNoMore stands where a rejected value stood.
const foundNoMore = "a value that was removed when a post was taken down"

// clearRejects removes from the rejects of a release what came with a post: what was
// found, and names of fields that not every post has. They do not say of which post
// that was.
func (c *Catalogue) clearRejects(name string) error {
	path := filepath.Join(c.releaseDir(name), rejectsFile)
	text, _, err := readRegular(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("clear the rejects of release %s: %w", name, err)
	}
	var cleared bytes.Buffer
	out := json.NewEncoder(&cleared)
	out.SetEscapeHTML(true) // as rejects are written
	lines := bufio.NewScanner(bytes.NewReader(text))
	lines.Buffer(nil, len(text)+1)
	for lines.Scan() {
		var r reject
		if json.Unmarshal(lines.Bytes(), &r) != nil {
			continue // what is no reject could be anything
		}
		r.Field, r.Found = content.KnownPath(r.Field), foundNoMore
		if err := out.Encode(r); err != nil {
			return err
		}
	}
	if err := lines.Err(); err != nil || bytes.Equal(text, cleared.Bytes()) {
		return err
	}
	if err := replaceFile(c.disk, path, cleared.Bytes(), 0o600); err != nil {
		return fmt.Errorf("clear the rejects of release %s: %w", name, err)
	}
	return c.disk.syncDir(filepath.Dir(path))
}
