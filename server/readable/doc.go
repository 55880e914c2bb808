// Package readable writes numbers and dates as people read them in English: on
// the pages, in the meta box and on the desk of the people on call.
//
// It must not know what is counted, and it writes no mark-up. Begin reading at
// [Number].
package readable
