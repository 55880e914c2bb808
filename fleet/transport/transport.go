package transport

import (
	"context"
	"errors"
	"fmt"
	"io"
	"regexp"
	"strings"
)

// Transport carries files and values between the machines of a fleet. It is safe for many
// goroutines. Each call tries again by itself, with a deadline for each try, until it is
// answered or the context ends: a call without a deadline can wait for ever.
type Transport interface {
	Files
	Values
	Close() error
}

// Files are named, immutable files: whoever puts one under a name that is there puts the
// same bytes, or mends a damaged one. What is read may be damaged: who reads holds it
// against the sum that the name or another file gives.
type Files interface {
	// List gives the files whose names begin with a prefix, in no order.
	List(ctx context.Context, prefix string) ([]File, error)
	// Open reads a file from an offset on, to its end; beyond the end there is nothing. The error
	// is ErrNotFound where there is none, also where one was put just now on another machine: who
	// knows that it was asks again. The context is for the reading too, until it is closed.
	Open(ctx context.Context, name string, offset int64) (io.ReadCloser, error)
	// Put writes a file of this size, whole or not at all. It takes the place of one that is there.
	Put(ctx context.Context, name string, size int64, r io.ReadSeeker) error
	// Delete removes a file. That there is none is no error.
	Delete(ctx context.Context, name string) error
}

// Values are small, at most MaxValue bytes, and known by keys of words that dots separate.
type Values interface {
	// Get gives a value; ErrNotFound where there is none. It is the newest: what was set
	// before it is asked is seen.
	Get(ctx context.Context, key string) (Value, error)
	// CompareAndSet sets a value where its revision is still this one; 0 where there must be
	// none. The error is ErrConflict where it is another. A call that was broken off may have
	// done it: who cannot tell reads it again.
	CompareAndSet(ctx context.Context, key string, data []byte, revision uint64) (uint64, error)
	// Remove removes a value. That there is none is no error.
	Remove(ctx context.Context, key string) error
	// Watch tells of every value whose key is the prefix or begins with it and a dot: first
	// of those that are there, then that these were all, then of changes, until the context
	// ends or the connection is lost, which is an error; then what is seen is told anew by
	// the next Watch. What was set before Watch was called is told of before Settled. One event
	// may come twice, or an older one after a newer: revisions of a key rise. Of several changes
	// of a key that follow each other, only the last is sure to be told of. see is called by one
	// goroutine at a time. An empty prefix is that of all keys.
	Watch(ctx context.Context, prefix string, see func(Event)) error
}

// File is a file that List found.
type File struct {
	Name string
	Size int64
}

// Value is a value as it stood at a revision.
type Value struct {
	Key      string
	Data     []byte
	Revision uint64 // greater than 0, and than those of the key before
}

// Event tells of a value.
type Event struct {
	Value
	Removed bool
	Settled bool // all that was there has been told of; there is no value
}

// MaxValue is how many bytes a value may have.
const MaxValue = 512 << 10

// Errors of all transports. ErrUnavailable is what a context that ended is wrapped with too,
// where nobody had answered until then.
var (
	ErrNotFound    = errors.New("not found")
	ErrConflict    = errors.New("changed meanwhile")
	ErrUnavailable = errors.New("no answer")
	ErrNoRoom      = errors.New("no room left")
	ErrRefused     = errors.New("access refused")    // by credentials
	ErrInvalid     = errors.New("cannot be carried") // such as a name, or a value that is too large
)

// MissingError says that what the transport needs was never made there: a bucket, a folder.
type MissingError struct {
	What string // as an operator makes it
}

func (e *MissingError) Error() string {
	return "found no " + e.What + ": alphanode fleet init makes it, or prints what to make"
}

// Names of files and keys of values are of these alone, so that every transport can carry
// them as they are.
var (
	fileName = regexp.MustCompile(`^[a-z0-9-]+(/[a-z0-9-]+)*$`)
	keyName  = regexp.MustCompile(`^[a-z0-9_-]+(\.[a-z0-9_-]+)*$`)
)

// ValidFile reports whether a name of a file can be carried: at most 200 bytes of lower-case
// letters, digits and hyphens, in parts that slashes separate.
func ValidFile(name string) bool { return len(name) <= 200 && fileName.MatchString(name) }

// ValidKey is ValidFile for keys, whose parts dots separate, and which may have underscores.
func ValidKey(key string) bool { return len(key) <= 200 && keyName.MatchString(key) }

// CheckFile gives the error, an ErrInvalid, of a name that no transport carries.
func CheckFile(name string) error {
	if !ValidFile(name) {
		return fmt.Errorf("file %q %w: expected at most 200 lower-case letters, digits, hyphens and slashes", name, ErrInvalid)
	}
	return nil
}

// CheckKey is CheckFile for keys.
func CheckKey(key string) error {
	if !ValidKey(key) {
		return fmt.Errorf("key %q %w: expected at most 200 lower-case letters, digits, hyphens, underscores and dots", key, ErrInvalid)
	}
	return nil
}

// CheckValue is CheckKey for a value that is to be set.
func CheckValue(key string, data []byte) error {
	if len(data) > MaxValue {
		return fmt.Errorf("value of %s %w: it has %d bytes, expected at most %d", key, ErrInvalid, len(data), MaxValue)
	}
	return CheckKey(key)
}

// CheckPrefix is CheckKey for the prefix of a Watch, which may be empty.
func CheckPrefix(prefix string) error {
	if prefix == "" {
		return nil
	}
	return CheckKey(prefix)
}

// Under reports whether a key is a prefix, or begins with it and a dot.
func Under(prefix, key string) bool {
	rest, ok := strings.CutPrefix(key, prefix)
	return ok && (prefix == "" || rest == "" || rest[0] == '.')
}

// Unanswered is the error, an ErrUnavailable, of a call whose context has ended. last is why
// the last try failed; nil where nobody had answered it.
func Unanswered(ctx context.Context, last error) error {
	if last == nil {
		return fmt.Errorf("%w: %w", ErrUnavailable, ctx.Err())
	}
	return fmt.Errorf("%w: %w; the last try: %v", ErrUnavailable, ctx.Err(), last)
}
