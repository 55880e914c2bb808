// Package disk changes files so that a process can be killed, or a disk fail, at any
// step: replacing a file, locking a folder, being told of changes, sorting more than fits
// in memory. All that the store writes goes through [Disk], of which a test has one whose
// steps fail.
//
// It must not know what the files are for: no releases, no posts, no names of files.
//
// Begin with Disk in disk.go, and Replace there: written beside, synced, renamed.
//
//   - to spill is to sort records that do not fit in memory: sorted runs on disk, merged
//     when they are read.
//   - a digest is the SHA-256 of a file with how the file looked when it was read, so that
//     a file that was not touched since need not be read again.
//   - an irregular file is a pipe, a device or a folder where a file should be.
//   - a trouble is what keeps who follows a file from what it says, told in the log once.
package disk
