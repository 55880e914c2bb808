package keys

import (
	"bytes"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path/filepath"
	"slices"
	"strconv"
	"time"

	"alphanode/store"
	"alphanode/store/disk"
)

const (
	keysFile     = "keys.json"
	keysLockFile = "keys.lock" // of its own: revoking a key waits for no import
)

// File is the file of API keys in a data directory. With what else is there it
// shares the folder, and nothing more.
type File struct {
	dir    string
	disk   disk.Disk
	ledger Ledger // nil where nobody shares the keys
}

// In gives the keys of a data directory, where there may be none yet.
func In(dir string) *File { return &File{dir: dir, disk: disk.System{}} }

// On gives the keys on another disk, such as one that fails.
func (f *File) On(d disk.Disk) *File { return &File{dir: f.dir, disk: d, ledger: f.ledger} }

// Add makes a key and gives its secret, which is kept nowhere.
func (f *File) Add(name string, scope store.Scope) (secret string, added store.Key, err error) {
	return f.AddLimited(name, scope, store.KeyLimits{})
}

// AddLimited is Add, of a key that expires or has a budget of its own.
func (f *File) AddLimited(name string, scope store.Scope, limits store.KeyLimits) (secret string, added store.Key, err error) {
	added = store.Key{ID: newKeyID(), Name: name, Scope: scope, Created: time.Now().UTC(), KeyLimits: limits}
	if err := checkKey(added); err != nil {
		return "", store.Key{}, fmt.Errorf("add key: %w", err)
	}
	secret = newSecret()
	err = f.change(func(k *keyring) error {
		for k.index(added.ID) >= 0 {
			added.ID = newKeyID()
		}
		k.Keys = append(k.Keys, storedKey{added, sha256.Sum256([]byte(secret))})
		return nil
	})
	if err != nil {
		return "", store.Key{}, fmt.Errorf("add key: %w", err)
	}
	return secret, added, nil
}

// Revoke makes a key open nothing any more. It stays in the list, so that
// what logs say of it can be understood later. Revoking it again changes
// nothing.
func (f *File) Revoke(id string) (revoked store.Key, err error) {
	err = f.change(func(k *keyring) error {
		i := k.index(id)
		if i < 0 {
			return &store.RefusedError{Reason: "found no key " + strconv.Quote(id) + ", expected an id that key list shows"}
		}
		if k.Keys[i].Revoked == nil {
			k.Keys[i].Revoked = new(time.Now().UTC())
		}
		revoked = k.Keys[i].Key
		return nil
	})
	if err != nil {
		return store.Key{}, fmt.Errorf("revoke key: %w", err)
	}
	return revoked, nil
}

// List gives every key, in the order in which they were made.
func (f *File) List() ([]store.Key, error) {
	data, err := readKeysFile(f.dir)
	if err != nil {
		return nil, err
	}
	ring, err := parseKeys(f.dir, data)
	if err != nil {
		return nil, err
	}
	keys := make([]store.Key, len(ring.Keys))
	for i, k := range ring.Keys {
		keys[i] = k.Key
	}
	return keys, nil
}

// Bytes gives the file as it stands, nil where there is none. The error is that it holds no
// keys.
func (f *File) Bytes() ([]byte, error) {
	data, err := readKeysFile(f.dir)
	if err != nil {
		return nil, err
	}
	_, err = parseKeys(f.dir, data)
	return data, err
}

// change changes the file under its lock. What cannot be read is not written
// over.
func (f *File) change(change func(*keyring) error) error {
	lock, err := disk.Lock(f.disk, f.dir, keysLockFile)
	if errors.Is(err, disk.ErrLocked) {
		return fmt.Errorf("%w: %s", store.ErrBusy, f.dir)
	}
	if err != nil {
		return err
	}
	defer lock.Unlock()
	for {
		if err := f.catchUp(); err != nil {
			return err
		}
		err := f.changeOnce(change)
		if _, outrun := errors.AsType[*store.OutrunError](err); !outrun {
			return err
		}
	}
}

// changeOnce is change for who holds the lock.
func (f *File) changeOnce(change func(*keyring) error) error {
	data, err := readKeysFile(f.dir)
	if err != nil {
		return err
	}
	ring, err := parseKeys(f.dir, data)
	if err != nil {
		return err
	}
	if err := change(ring); err != nil {
		return err
	}
	data, err = json.MarshalIndent(ring, "", "  ")
	if err != nil {
		return err
	}
	data = append(data, '\n')
	if f.ledger != nil {
		if err := f.ledger.AgreeKeys(data); err != nil {
			return err
		}
	}
	return f.write(data)
}

// write replaces the file.
func (f *File) write(data []byte) error {
	if err := writePrivately(f.disk, filepath.Join(f.dir, keysFile), data); err != nil {
		return fmt.Errorf("write keys: %w", err)
	}
	if err := f.disk.SyncDir(f.dir); err != nil {
		return fmt.Errorf("the keys are changed, but a power cut could still undo that: %w: look at key list before trying again", err)
	}
	return nil
}

// writePrivately replaces a file, whatever the mode of the file before. Where the path is a link, the file that it leads
// to is replaced, for others may read that.
func writePrivately(d disk.Disk, path string, data []byte) error {
	if target, err := filepath.EvalSymlinks(path); err == nil {
		path = target
	}
	return disk.Replace(d, path, data, 0o600)
}

func (k *keyring) index(id string) int {
	return slices.IndexFunc(k.Keys, func(k storedKey) bool { return k.ID == id })
}

// readKeysFile gives the bytes of the file, nil where there is none. A file into
// which everyone can write a key protects nothing, and is not read.
func readKeysFile(dir string) ([]byte, error) {
	path := filepath.Join(dir, keysFile)
	data, info, err := disk.ReadRegular(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, nil
	case errors.Is(err, disk.ErrIrregular):
		return nil, fmt.Errorf("%w: %w", store.ErrKeysDamaged, err)
	case err != nil:
		return nil, fmt.Errorf("read keys: %w", err)
	case info.Mode()&0o002 != 0:
		return nil, fmt.Errorf("%w: %s: everyone may write it: look for keys that nobody added, then chmod 600", store.ErrKeysDamaged, path)
	}
	return data, nil
}

// parseKeys reads all keys or none. Its errors repeat nothing of the file, in
// which someone may have put a secret.
func parseKeys(dir string, data []byte) (*keyring, error) {
	ring := &keyring{}
	if data == nil {
		return ring, nil
	}
	damaged := func(what string) error {
		return fmt.Errorf("%w: %s: %s: put a good copy in its place, or move it away and add the keys anew",
			store.ErrKeysDamaged, filepath.Join(dir, keysFile), what)
	}
	in := json.NewDecoder(bytes.NewReader(data))
	in.DisallowUnknownFields()
	if err := in.Decode(ring); err != nil {
		return nil, damaged(fmt.Sprintf("found no keys up to byte %d, expected what key add writes", in.InputOffset()))
	}
	if _, err := in.Token(); err != io.EOF {
		return nil, damaged("found more behind the keys, expected nothing")
	}
	if ring.Keys == nil {
		return nil, damaged("found no list of keys")
	}
	for i, k := range ring.Keys {
		if err := checkKey(k.Key); err != nil {
			argument, _ := errors.AsType[*store.ArgumentError](err)
			return nil, damaged(fmt.Sprintf("key %d: %s: expected %s", i+1, argument.Name, argument.Expected))
		}
		if k.SHA256 == (secretHash{}) {
			return nil, damaged(fmt.Sprintf("key %d has no sha256", i+1))
		}
		if ring.index(k.ID) != i {
			return nil, damaged(fmt.Sprintf("key %d has the id of another", i+1))
		}
	}
	return ring, nil
}
