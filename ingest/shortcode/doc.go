// Package shortcode puts Markdown and HTML in the place of what the generators of static
// sites let authors write into a text: shortcodes of Hugo and Zola, tags of Liquid
// (Jekyll, Eleventy), components of MDX (Docusaurus, Astro), admonitions.
//
// What has a meaning that every generator gives it becomes that: a sample of code, a figure,
// a player, a link, a quote. Of others the words inside stay, the calls go, and are counted by
// name. Code is never looked into. It runs nothing, reads no other files, and must not know
// what becomes of the text.
//
// Begin reading at [Expand] in expand.go, which goes through a text once. call.go
// reads arguments; hugo.go, liquid.go, component.go and admonition.go have one language each;
// say.go is what is written instead.
package shortcode
