// Package plot draws what the store counts as pictures inside pages: SVG that the server
// writes, readable without colour, each with what it shows in a sentence and with its
// numbers in a table.
//
// It must not know pages, addresses or requests: where the rows of a table lead is handed
// in as a function, and every picture is a pure function of counts. Of the frame it takes
// alone how counts are written.
//
// Begin with Figure in figure.go and the partial that writes one, plot.html; then
// quality.go, which is the plainest of the pictures.
//
// Here are the posts of a page, the archive is all posts that its reader sees. A mark is one
// shape of a picture. A finding is what a picture shows, as a sentence. Lift is how many
// times as often as by chance.
package plot
