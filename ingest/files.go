package ingest

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"alphanode/ingest/record"
)

// Stdin is the path that stands for standard input.
const Stdin = "-"

// Files expands paths to the files to read. A file is itself, and so is
// [Stdin]; a folder is every regular file below it, sorted, without what begins
// with a dot. No paths at all, a missing file and a folder without files are
// errors; the first and the last are an [record.ErrEmpty].
func Files(paths []string) ([]string, error) {
	if len(paths) == 0 {
		return nil, fmt.Errorf("%w: found no path, expected files, folders or - for standard input", record.ErrEmpty)
	}
	var files []string
	for _, path := range paths {
		if path == Stdin {
			files = append(files, path)
			continue
		}
		info, err := os.Stat(path)
		if errors.Is(err, fs.ErrNotExist) {
			return nil, fmt.Errorf("%s: found nothing there, expected a file or a folder: %w", path, fs.ErrNotExist)
		}
		if err != nil {
			return nil, fmt.Errorf("looking for the files to read: %w", err)
		}
		if !info.IsDir() {
			files = append(files, path)
			continue
		}
		below, err := filesBelow(path)
		if err != nil {
			return nil, fmt.Errorf("looking for the files in %s: %w", path, err)
		}
		if len(below) == 0 {
			return nil, fmt.Errorf("%w: found no file in the folder %s, expected at least one", record.ErrEmpty, path)
		}
		files = append(files, below...)
	}
	return files, nil
}

func filesBelow(folder string) ([]string, error) {
	var files []string
	// DirFS, so that a folder given by a symbolic link is entered.
	err := fs.WalkDir(os.DirFS(folder), ".", func(path string, entry fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case path != "." && strings.HasPrefix(entry.Name(), "."):
			if entry.IsDir() {
				return fs.SkipDir
			}
		case regular(folder, path, entry):
			files = append(files, filepath.Join(folder, filepath.FromSlash(path)))
		}
		return nil
	})
	slices.Sort(files)
	return files, err
}

// regular follows a symbolic link to a file, not to a folder, which could be
// one above.
func regular(folder, path string, entry fs.DirEntry) bool {
	if entry.Type()&fs.ModeSymlink == 0 {
		return entry.Type().IsRegular()
	}
	info, err := os.Stat(filepath.Join(folder, filepath.FromSlash(path)))
	return err == nil && info.Mode().IsRegular()
}
