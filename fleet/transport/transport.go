package transport

import (
	"context"
	"errors"
	"io"
	"regexp"
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
	// Open reads a file from an offset on, to its end. The error is ErrNotFound where there is
	// none, also where one was put just now on another machine: who knows that it was asks again.
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
	// the next Watch. One event may come twice, or an older one after a newer: revisions of a
	// key rise. see is called by one goroutine at a time.
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
	ErrRefused     = errors.New("access refused") // by credentials
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

// ValidFile and ValidKey report whether a name of a file or a key can be carried: at most
// 200 bytes of lower-case letters, digits and hyphens, in parts.
func ValidFile(name string) bool { return len(name) <= 200 && fileName.MatchString(name) }

// ValidKey is ValidFile for keys.
func ValidKey(key string) bool { return len(key) <= 200 && keyName.MatchString(key) }
