// Package credentials reads the file by which a machine of a fleet shows who it is. What is in
// it never stands in an address, on a command line or in a log.
//
// It must not know to whom it is shown.
//
// Begin with [Read].
package credentials
