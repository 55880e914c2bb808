// Package record is what every reader of an outside format gives and takes: a record
// with its origin, its faults and warnings, and a source unpacked.
//
// It must not know any format.
package record
