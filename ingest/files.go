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

// File is one to read.
type File struct {
	Path string
	// Folder is the folder that was named, below which it was found; "" where the file itself
	// was. What is no text in a folder is none of the posts that were meant, but what they
	// show, or what a system left: it is passed over.
	Folder string
}

// Files expands paths to the files to read. A file is itself, and so is
// [Stdin]; a folder is every regular file below it, sorted, without what systems leave
// in folders ([litter]), which met counts. No paths at all, a missing file
// and a folder without files are errors; the first and the last are an [record.ErrEmpty].
func Files(paths []string, met *Report) (files []File, err error) {
	if len(paths) == 0 {
		return nil, fmt.Errorf("%w: found no path, expected files, folders or - for standard input", record.ErrEmpty)
	}
	for _, path := range paths {
		if path == Stdin {
			files = append(files, File{Path: path})
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
			files = append(files, File{Path: path})
			continue
		}
		below, err := filesBelow(path, met)
		if err != nil {
			return nil, fmt.Errorf("looking for the files in %s: %w", path, err)
		}
		if len(below) == 0 {
			return nil, fmt.Errorf("%w: found no file in the folder %s, expected at least one", record.ErrEmpty, path)
		}
		for _, below := range below {
			files = append(files, File{below, path})
		}
	}
	return files, nil
}

func filesBelow(folder string, met *Report) (files []string, err error) {
	// DirFS, so that a folder given by a symbolic link is entered.
	err = fs.WalkDir(os.DirFS(folder), ".", func(path string, entry fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case path != "." && litter(entry.Name()):
			if entry.IsDir() {
				return fs.SkipDir
			}
			met.PassOver(filepath.Join(folder, filepath.FromSlash(path)))
		case regular(folder, path, entry):
			files = append(files, filepath.Join(folder, filepath.FromSlash(path)))
		}
		return nil
	})
	slices.Sort(files)
	return files, err
}

// litter reports whether a file or a folder has a name by which systems and editors leave
// their own things beside those of their users.
func litter(name string) bool {
	return strings.HasPrefix(name, ".") || strings.HasPrefix(name, "~$") || strings.HasSuffix(name, "~") || strings.HasPrefix(name, "#") && strings.HasSuffix(name, "#") ||
		slices.Contains(left, strings.ToLower(name))
}

// left are names in small letters.
var left = []string{
	"thumbs.db", "ehthumbs.db", "ehthumbs_vista.db", "desktop.ini", "$recycle.bin", "system volume information", // Windows
	"__macosx", "icon\r", "network trash folder", "temporary items", // macOS
	"lost+found", "@eadir", // Linux, servers of files
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
