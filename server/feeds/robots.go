package feeds

import (
	"strings"

	"alphanode/server/route"
)

// unread are the addresses that robots are asked not to read (RFC 9309): what operators
// have, what pages say too, and pages that are the same posts in another choice or order.
// The combinations of filters have no end; the sitemap has every post.
var unread = []string{"/ops", "/v1/", "/graphql", "/graphiql", "/compare/", "/?", "/tools?", "/entities?", "/tools/*?", "/entities/*?", "/*?release=", "/*&release="}

func (f *Feeds) robots(r *route.Request) (*route.Answer, error) {
	var w strings.Builder
	w.WriteString("User-agent: *\n")
	for _, path := range unread {
		w.WriteString("Disallow: " + r.Site.Path(path) + "\n")
	}
	w.WriteString("\nSitemap: " + r.Site.URL("/sitemap.xml") + "\n")
	return file(textMedia, []byte(w.String())), nil
}
