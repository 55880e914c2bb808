package catalogue

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"alphanode/content"
	"alphanode/store/disk"
)

const rejectsFile = "rejects.ndjson"

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

// longestReject bounds a line, in bytes: what is quoted in one is shortened, so that what
// is longer is none.
const longestReject = 64 << 10

// clearRejects removes from the rejects of a release what came with a post: what was
// found, and names of fields that not every post has. They do not say of which post
// that was.
func (c *Catalogue) clearRejects(name string) error {
	path := filepath.Join(c.ReleaseDir(name), rejectsFile)
	failed := func(err error) error { return fmt.Errorf("clear the rejects of release %s: %w", name, err) }
	in, err := disk.OpenRegular(path, os.O_RDONLY, 0)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return failed(err)
	}
	defer in.Close()
	if changed, err := clearLines(io.Discard, in); err != nil {
		return failed(err)
	} else if !changed {
		return nil
	}
	err = disk.ReplaceBy(c.disk, path, 0o600, func(w io.Writer) error {
		if _, err := in.Seek(0, io.SeekStart); err != nil {
			return err
		}
		out := bufio.NewWriter(w)
		if _, err := clearLines(out, in); err != nil {
			return err
		}
		return out.Flush()
	})
	if err != nil {
		return failed(err)
	}
	return c.disk.SyncDir(filepath.Dir(path))
}

// clearLines copies rejects without what came with a post, and reports whether there was
// any. What is no reject could be anything, and is left out.
func clearLines(out io.Writer, in io.Reader) (changed bool, err error) {
	var cleared bytes.Buffer
	encoder := json.NewEncoder(&cleared) // which escapes what HTML knows, as rejects are written
	for lines := bufio.NewReaderSize(in, longestReject); ; {
		line, err := lines.ReadSlice('\n')
		long := errors.Is(err, bufio.ErrBufferFull)
		for errors.Is(err, bufio.ErrBufferFull) {
			_, err = lines.ReadSlice('\n')
		}
		if err != nil && err != io.EOF {
			return changed, err
		}
		cleared.Reset()
		var r reject
		if !long && json.Unmarshal(line, &r) == nil {
			r.Field, r.Found = content.KnownPath(r.Field), foundNoMore
			if err := encoder.Encode(r); err != nil {
				return changed, err
			}
		}
		changed = changed || long || !bytes.Equal(line, cleared.Bytes())
		if _, err := out.Write(cleared.Bytes()); err != nil {
			return changed, err
		}
		if err == io.EOF {
			return changed, nil
		}
	}
}
