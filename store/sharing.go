package store

import "fmt"

// SharedFile is the file of a data directory whose history others share: what is done there
// is agreed on with them, or refused.
const SharedFile = "fleet.json"

// ErrShared is the refusal of an act in such a directory by who would not tell the others.
func ErrShared(dir string) error {
	return &RefusedError{Reason: fmt.Sprintf("data directory %s: it shares its history with a fleet, which would not learn of this: name the fleet with --fleet; to part it from the fleet for good, delete its file %s", dir, SharedFile)}
}

// OutrunError says that others who share a data directory did something first.
type OutrunError struct {
	By string // who, where and what, as people are told
}

func (e *OutrunError) Error() string {
	return e.By + " meanwhile, and nothing was changed here; trying again is safe"
}
