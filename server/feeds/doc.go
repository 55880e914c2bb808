// Package feeds is what programs read that look for pages or for news of them: the
// sitemap, feeds of new posts in two forms, the Markdown of each post, and the files that
// tell robots and language models where all of it is.
//
// It must not know pages but by their addresses, nor how answers are kept and sent. What
// it names may be indexed: public posts that no human has to review first, whoever asks.
//
// Begin with Routes in routes.go. sitemap.go goes over all posts, entries.go gives the
// newest, which atom.go and jsonfeed.go write; post.go answers with one post.
//
// A part is one of the files that a sitemap of very many posts is cut into.
package feeds
