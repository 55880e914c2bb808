// Package purge says what caches in front of a server must drop when another
// release is served than before, and tells those who asked to be told. It knows
// how the answers of the server are tagged; the tests of the server hold the two
// together.
package purge
