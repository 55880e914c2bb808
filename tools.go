//go:build tools

package main

// The generator of graph/schema/generated.go, so that go.mod pins its version.
import _ "github.com/99designs/gqlgen"
