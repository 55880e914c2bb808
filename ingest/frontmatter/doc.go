// Package frontmatter splits a text into its front matter and the rest, and
// reads YAML, TOML and JSON as the makers of static sites write them before a
// text: Hugo, Jekyll, Zola, Astro, Docusaurus, Eleventy and Hexo.
//
// It gives names and values as they are written and must not know what any
// name means. A date stays in its spelling, since a moment that is read and
// written again may have moved by a day; a number stays exact. Begin reading at
// [Parse] in parse.go; fence.go finds where front matter begins and ends.
//
// Odd word: a fence is the line (---, +++, ;;;) that front matter begins and
// ends with.
package frontmatter
