package command

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"alphanode/content"
	"alphanode/postfile"
	"alphanode/store"
	"alphanode/store/release"
)

// exportMarkdown writes a file for each post into a folder, which is there when it is whole:
// they are written beside it.
func exportMarkdown(ctx context.Context, r *release.Release, o exportOptions) (posts int, err error) {
	if err := checkNewFolder(o.out); err != nil {
		return 0, err
	}
	out := filepath.Clean(o.out)
	aside, err := os.MkdirTemp(filepath.Dir(out), "."+filepath.Base(out)+".partial-*")
	if err != nil {
		return 0, err
	}
	defer os.RemoveAll(aside) // after it was renamed there is none
	form := postfile.New()
	var text []byte
	err = r.EachMatching(ctx, o.filter, func(json []byte) error {
		p, err := content.DecodePost(json)
		if err != nil {
			return fmt.Errorf("%w: a post: %w", store.ErrCorrupt, err)
		}
		posts++
		text = form.Append(text[:0], p)
		return writePost(aside, p.Slug, text)
	})
	if err != nil {
		return posts, err
	}
	if err := os.Remove(out); err != nil && !errors.Is(err, fs.ErrNotExist) { // it is empty
		return posts, err
	}
	return posts, os.Rename(aside, out)
}

// checkNewFolder refuses a folder in which something is.
func checkNewFolder(path string) error {
	files, err := os.ReadDir(path)
	if err == nil && len(files) > 0 {
		return &store.RefusedError{Reason: fmt.Sprintf("--out %s: found %q in it, expected an empty folder or none", path, files[0].Name())}
	}
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	return err
}

// writePost writes the file of a post under a name that no other has.
func writePost(dir, slug string, text []byte) error {
	f, err := os.OpenFile(filepath.Join(dir, postfile.Name(slug)), os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if errors.Is(err, fs.ErrExist) {
		f, err = os.OpenFile(filepath.Join(dir, postfile.OtherName(slug)), os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	}
	if err != nil {
		return err
	}
	_, err = f.Write(text)
	return errors.Join(err, f.Close())
}
