// Package sets holds sets and lists of numbers, in memory and as they lie in a file:
// posts by their ordinals, and places in an order. It must not know what the numbers
// stand for, nor where they are stored.
//
// Begin with [Set], the posts of a view; [Bits] is one that is filled in, [Bitmap] is
// bits and [Uint32s] are numbers where they lie in a file. A [Chunk] is a part of a
// large set in the form that is the shortest; a span is 256 places of it.
package sets
