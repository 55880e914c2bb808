// Package check asks what a safe deployment has, of a data directory and of a running
// server: who can read what, keys, headers, limits, what caches may keep, drafts, the
// figures, whether there is a release to roll back to, and room for the next.
//
// It only reads, and tells each thing as a [Finding]. What could not be looked at is
// skipped with the reason, and never passes for right. A server is not trusted: its
// answers are bounded in bytes and time, and redirects are not followed.
//
// The package must not know how a server or a release does what is checked: it asks the
// catalogue as commands do, and a server as its readers do.
//
// Begin with finding.go. Then data.go and server.go, each with the list of its checks,
// and compare.go, which holds two servers against each other.
package check
