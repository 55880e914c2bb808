// Package fleet keeps the data directories of many machines at one history. What is current,
// the journal, which releases there are, what is taken down and the keys stand in one small
// value, the head, which is changed by compare-and-set alone: so there is one history, and an
// act is either in it for all or nowhere. What the head names are files that never change,
// known by their SHA-256: only what a machine lacks travels.
//
// A Member is a data directory that shares that history: who acts there, and who serves from
// it. A Replica is a member that follows the head by itself and says how far it is.
//
// It must not know what carries the bytes (fleet/transport does), nor how a data directory is
// changed: store/catalogue and store/keys ask a member before they do anything, and are told
// what was agreed on.
//
// Begin with head in head.go, then Member in member.go: CatchUp in catchup.go and Agree in agree.go. Then push.go and
// fetch.go: how a release travels. replica.go is the one that serves.
//
//   - the head is the value that says what all have in common.
//   - an act is one step of the common history; the head counts them.
//   - a paper is a small file: a parcel, or a part of the head that is too long for it.
//   - a parcel says of what files and blocks a release consists.
//   - a form of a release is one format of it: while machines are brought to another version
//     of alphanode there can be two.
//   - garbage are papers that nobody needs any more, until their blocks are deleted.
//   - a roll call is a value that has every replica report at once.
package fleet
