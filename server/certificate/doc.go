// Package certificate keeps the certificate that a server shows over TLS, and takes
// another when its files change. Where they cannot be used the last good one stays.
//
// It must not know what is served, nor how.
//
// Begin with Load in pair.go. A pair is a certificate with its chain, and its key.
package certificate
