// Package facts is what of a post goes into the indexes, and all of it, gathered in the
// order of ordinals while a release is built.
//
// It must not know which indexes are made of it, nor how they are laid out.
//
// Begin with Facts in draft.go, and Gathered in gathered.go, which every index is built
// from.
//
//   - a draft is a post on its way into a release: its facts, its card and its JSON.
//   - a spelling is a name as a post writes it; the vocabulary numbers them, so that each
//     is looked at once.
//   - the identity of a term is what makes two spellings one term.
package facts
