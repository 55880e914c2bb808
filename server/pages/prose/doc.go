// Package prose writes the body of a post as a page of this server can show it: with
// headings that follow each other, code with its language in words, images that keep their
// place, and authors' mark-up that can neither break the page nor be refused by its policy.
//
// It must not know requests, releases, or what else stands on a page.
//
// Begin with Of in prose.go, which goes through the blocks; markup.go rewrites mark-up, and
// picture.go writes images.
//
// Mark-up is what an author gave as HTML: it is sanitised when it is imported, which says
// what is safe, not what a page of ours can hold. A box is the place of an image, which is
// there before the image is, and where none comes.
package prose
