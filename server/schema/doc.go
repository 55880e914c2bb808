// Package schema is the part of JSON Schema 2020-12 in which the API description says
// what is sent and taken.
//
// It must not know what is described, nor who reads the description.
//
// Begin with Schema; Object, Is and Maybe make most of them. A component is a schema
// that has a name in the description.
package schema
