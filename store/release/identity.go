package release

import (
	"encoding/binary"
	"fmt"

	"github.com/cespare/xxhash/v2"

	"alphanode/store"
	"alphanode/store/file"
	"alphanode/store/posts"
)

// identity tells what is in the file of a release from what is in others. It is a hash
// of what stands for the rest: what the file says of itself, its dictionary, the
// checksums of the column of the hashes of all posts, and the table of leaves. These
// are few bytes, some nine for each page of the file, so that it can be looked at
// whenever the file is opened.
//
// The table alone would not do: a value ends with its CRC32C, and so all values of one
// length give a page the same one.
func (r *Release) identity() (string, error) {
	h := xxhash.New()
	for _, key := range []string{file.InfoKey, file.DictionaryKey} {
		value, err := r.file.InfoValue(key)
		if err != nil {
			return "", err
		}
		_, _ = h.Write(value) // which never fails
	}
	tx := <-r.file.Idle
	defer func() { r.file.Idle <- tx }()
	hashes, err := posts.Hashes(tx)
	if err != nil {
		return "", err
	}
	if hashes != nil {
		_, _ = h.Write(hashes.Sums)
	}
	_, _ = h.Write(binary.LittleEndian.AppendUint64(nil, r.file.Pages.Table))
	return fmt.Sprintf("%016x", h.Sum64()), nil
}

// checkIdentity holds what is in the file against the manifest. One that an older
// alphanode wrote does not say.
func (r *Release) checkIdentity(path string) error {
	if r.manifest.Identity == "" {
		return nil
	}
	found, err := r.identity()
	if err == nil && found != r.manifest.Identity {
		err = fmt.Errorf("%w: %s is damaged, or the file of another release: found the identity %s, its manifest says %s: put the release's own file back, or import its posts again",
			store.ErrCorrupt, path, found, r.manifest.Identity)
	}
	return err
}

// Identify gives the identity of the finished file of a release.
func Identify(m store.Manifest, path string) (identity string, err error) {
	m.Identity = ""
	r, err := OpenFile(m, path)
	if err != nil {
		return "", err
	}
	defer r.Close()
	err = file.Guard(func() error {
		identity, err = r.identity()
		return err
	})
	return identity, err
}
