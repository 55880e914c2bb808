// Package markdown reads archives that are folders of Markdown, or of HTML, with front
// matter: those of Hugo, Jekyll, Zola, Astro, Docusaurus and Eleventy.
//
// It knows what the generators call things. The rules that hold for every format are those
// of ingest/draft, the mark-up inside of texts is ingest/shortcode's, and the languages of
// front matter are ingest/frontmatter's.
//
// Begin with [Read] in read.go, which says of each file what it is. front.go has the table
// of names; terms.go, authors.go, images.go and public.go have what some of them mean.
// convert.go makes blocks of the texts.
package markdown
