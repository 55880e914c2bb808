package keys

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"log/slog"
	"sync/atomic"
	"time"

	"alphanode/store"
	"alphanode/store/disk"
)

// keysInterval is how often the file of keys is looked at, also where the system
// tells of no changes: what is added or revoked counts within a second.
const keysInterval = 250 * time.Millisecond

// Keyring knows the API keys of a data directory and follows what is added and
// revoked. Where the file is damaged the last good keys go on.
type Keyring struct {
	disk    disk.Disk
	dir     string
	log     *slog.Logger
	known   atomic.Pointer[keyring]
	trouble disk.Trouble
	seen    []byte                 // the file as it was read last
	sum     atomic.Pointer[string] // of that; nil where there is none
	stop    context.CancelFunc
	stopped chan struct{}
}

// Follow follows the keys until Close. No file is no keys.
func (f *File) Follow(ctx context.Context, log *slog.Logger) *Keyring {
	ctx, stop := context.WithCancel(ctx)
	k := &Keyring{disk: f.disk, dir: f.dir, log: log, stop: stop, stopped: make(chan struct{})}
	k.known.Store(&keyring{})
	k.look()
	go k.follow(ctx)
	return k
}

func (k *Keyring) follow(ctx context.Context) {
	defer close(k.stopped)
	disk.OnChange(ctx, k.disk, k.dir, keysFile, keysInterval, k.log, k.look)
}

// look reads the file, which is short, and takes its keys where it is another
// than before: times of files can be equal when their bytes are not.
func (k *Keyring) look() {
	data, err := readKeysFile(k.dir)
	if same := bytes.Equal(data, k.seen) && (data == nil) == (k.seen == nil); same && err == nil && k.Problem() == "" {
		return
	}
	var ring *keyring
	if err == nil {
		ring, err = parseKeys(k.dir, data)
	}
	if err != nil {
		if k.trouble.News(err.Error()) {
			k.log.Error("cannot read the API keys; the last good ones stay in force", "keys", len(k.known.Load().Keys), "error", err)
		}
		k.trouble.Tell("keys.json cannot be read; the last good keys stay in force")
		return
	}
	k.trouble.Settle("")
	k.seen = data
	k.sum.Store(sumOf(data))
	if before := k.known.Swap(ring); len(before.Keys)+len(ring.Keys) > 0 {
		k.log.Info("API keys read", "keys", len(ring.Keys))
	}
}

// sumOf is the SHA-256 of a file, nil where there is none.
func sumOf(data []byte) *string {
	if data == nil {
		return nil
	}
	sum := sha256.Sum256(data)
	return new(hex.EncodeToString(sum[:]))
}

// Find gives the key with this secret, where there is one that was not revoked.
func (k *Keyring) Find(secret string) (store.Key, bool) { return k.known.Load().find(secret) }

// ByID gives the key with this id, where there is one that was not revoked.
func (k *Keyring) ByID(id string) (store.Key, bool) {
	ring := k.known.Load()
	if i := ring.index(id); i >= 0 && ring.Keys[i].Revoked == nil {
		return ring.Keys[i].Key, true
	}
	return store.Key{}, false
}

// Sum is the SHA-256, in hex, of the file from which the keys in force were read; "" where
// there is none.
func (k *Keyring) Sum() string {
	if sum := k.sum.Load(); sum != nil {
		return *sum
	}
	return ""
}

// Problem says why the keys in force may not be those of the data directory; ""
// where all is well.
func (k *Keyring) Problem() string { return k.trouble.String() }

// Close stops following.
func (k *Keyring) Close() error {
	k.stop()
	<-k.stopped
	return nil
}
