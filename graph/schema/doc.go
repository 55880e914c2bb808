// Package schema is the executor that gqlgen generates from schema.graphqls and
// gqlgen.yml, and what other rooms take from it: the schema itself, and what reads
// the arguments of a field.
//
// generated.go is never edited, and nothing stands beside it that could be
// elsewhere. It knows the types that it is bound to, in content, store and
// graph/model; it must not know who runs it.
//
// Begin with arguments.go.
package schema

//go:generate go run github.com/99designs/gqlgen generate
