// Package storetest is for tests of store and of the rooms above it: it makes releases of
// posts, posts and questions by chance, and has the model that answers are held against.
//
// The model must not know how a release is stored or searched: it looks at every post,
// and so shows what an answer should be.
//
// Begin with Model in model.go, and Release in storetest.go.
package storetest
