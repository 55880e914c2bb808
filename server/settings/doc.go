// Package settings holds the settings of a server in one table: the flag, the
// default, the unit, what it is for, and the check. Whoever starts a server, prints
// its settings or documents them reads that table.
//
// The package must not know what a setting does: the rooms that read [Settings] do.
//
// Begin with table in settings.go; a new setting is a field of Settings and a row
// there; what a value may be is in checks.go. Then read.go: which of several values is in
// force.
package settings
