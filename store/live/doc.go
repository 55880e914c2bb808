// Package live is what is served: the release that CURRENT names, followed while a server
// runs, and others that are open beside it because requests name them or compare with
// them.
//
// It must not know requests, answers or HTTP: who serves takes a release, and gives it
// back.
//
// Begin with Live in follow.go. fallback.go says what is served where the current release
// is damaged, proving.go reads it again and again to find that; pinned.go and others.go
// have the releases beside it.
//
//   - to look is to see what CURRENT says, and to serve that.
//   - a switch is that another release is served than before; an attendant is told of it.
//   - a pin is a release that is open because a request names it.
//   - to fall back is to serve an earlier release in place of one that is damaged.
//   - a suspicion is what a read could not prove; it is struck when it was proven damage.
package live
