// Package graphtest makes operations by chance, and values for their variables, by
// which tests hold two ways of answering them against each other.
//
// It knows the schema that it is given and how ids are written; it must not know who
// answers. Begin with operation.go.
package graphtest
