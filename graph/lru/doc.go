// Package lru remembers the values that were used last, within bounds. It knows
// nobody, and must not know what it remembers. lru.go is all of it.
package lru
