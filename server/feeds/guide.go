package feeds

import (
	"strings"

	"alphanode/markdown"
	"alphanode/server/route"
)

// mostGuided is how many posts the guide names.
const mostGuided = 20

// guide tells language models what there is (https://llmstxt.org): how a post is read as
// Markdown, where all of them are listed, and how to ask for some.
func (f *Feeds) guide(media string) func(*route.Request) (*route.Answer, error) {
	return func(r *route.Request) (*route.Answer, error) { return f.guideOf(r, media) }
}

func (f *Feeds) guideOf(r *route.Request, media string) (*route.Answer, error) {
	cards, err := newest(r, nil, mostGuided)
	if err != nil {
		return nil, err
	}
	asMarkdown, err := route.MarkdownPaths(r, slugsOf(cards)...)
	if err != nil {
		return nil, err
	}
	var w strings.Builder
	link := func(name, path, note string) {
		w.WriteString("- [" + name + "](" + r.Site.URL(path) + "): " + note + "\n")
	}
	w.WriteString("# " + siteName + "\n\n> An archive of technical articles, each with what is known about it: topic, tools, entities, scores and reviews.\n\n" +
		"Each post is Markdown at its address with `" + route.MarkdownSuffix + "` behind it, `" + r.Site.URL("/posts/SLUG"+route.MarkdownSuffix) + "`, and at its address itself where `Accept: " + MarkdownMedia + "` is sent; `Accept: " +
		route.JSONMedia + "` gives it as JSON. A post that is marked as written in the style of generated text, or that no human has reviewed yet, says so at its head.\n\n## Posts\n\n")
	link("Sitemap", "/sitemap.xml", "the address of every post that may be indexed, with the date of its last change")
	link("JSON Feed", "/feed.json", "the posts that were changed last; "+r.Site.URL("/tools/SLUG/feed.json")+" and "+r.Site.URL("/entities/SLUG/feed.json")+" have those of one tool or entity")
	link("Atom", "/feed.atom", "the same as Atom")
	if len(cards) > 0 {
		w.WriteString("\n## Newest posts\n\n")
		for i, card := range cards {
			link(markdown.Escape(card.Title), asMarkdown[i], markdown.Escape(card.Meta.Summary))
		}
	}
	w.WriteString("\n## API\n\n")
	link("OpenAPI", "/openapi.json", "the description of all requests: lists under filters, similar posts, statistics, what changed")
	if !f.without(route.PartSearch) {
		link("Search", "/v1/search?q=cache", "the posts that have some words, those that fit best first")
	}
	link("Posts", "/v1/posts?limit=20", "whole posts as JSON, under filters such as `tool=git` and `quality.gte=80`")
	if !f.without(route.PartStreams) {
		link("All posts", "/v1/posts.ndjson", "every post in one stream, a line each")
	}
	if !f.without(route.PartGraphQL) && !f.without(route.PartIntrospection) {
		link("GraphQL schema", "/schema.graphqls", "of "+r.Site.URL("/graphql"))
	}
	w.WriteString("\n## Optional\n\n")
	link("Tools", "/v1/tools", "all tools, with the number of posts of each")
	link("Entities", "/v1/entities", "all entities, by type")
	a := file(media, []byte(w.String()))
	about(a, cards)
	return a, nil
}
