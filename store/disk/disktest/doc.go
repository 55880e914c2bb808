// Package disktest is a disk for tests, of whose operations one fails, and after it, where
// that is asked for, all: so each step of an import or a publish can be the last.
//
// It must not know what is written. Begin with FaultyDisk.
package disktest
