// Package synth writes synthetic posts: a pure function of a seed and a
// number. Post K of a seed is the same bytes on every machine, however many
// posts are asked for; so it uses neither a clock, nor the order of a map, nor
// floating point, whose functions differ between machines in the last digit.
//
// It must not know what becomes of the posts.
package synth
