// Package keys has the API keys of a data directory: made, listed and revoked, and
// followed while a server runs.
//
// It must not know releases: with them it shares the folder and nothing more. What a
// scope allows is for the server to say.
//
// Begin with File in keys.go; a Keyring, in follow.go, finds the key to a secret.
//
//   - a secret is what a reader sends. It is kept nowhere: the file has its hash.
//   - a scope is what a key opens: read, preview or admin.
package keys
