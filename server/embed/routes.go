package embed

import (
	"regexp"
	"slices"
	"strings"

	"alphanode/apierror"
	"alphanode/server/route"
	"alphanode/server/schema"
	"alphanode/store"
)

// Media is the media type of a fragment.
const Media = "text/html"

// Routes are the addresses that programs of other sites read: they are part of the API.
func Routes() []*route.Route {
	return []*route.Route{(&route.Route{
		Method: "GET", Pattern: "/v1/posts/{slug}/meta.html", ID: "getPostMetaHTML", Part: route.PartPages, Tag: "posts", Summary: "The meta box of one post as HTML",
		Doc: "For sites that put it into their pages on the server. Every field of the post's meta that is there, in the order in which archives show them; lists as lists. " +
			"It needs no sheet, runs nothing, and its classes begin with alphanode-. The element alphanode-post-meta of /embed.js shows it without asking again.",
		Parameters: []*route.Parameter{route.SlugParameter("post"), include, similarLimit, postLink, termLink}, Check: check,
		Gives: schema.Text("A fragment of HTML: a section for each box."), Media: Media, Fragment: true, Faults: []apierror.Code{apierror.NotFound},
		Pinned: true, Absolute: true, RestsOn: route.OnPost, Handle: metaHTML,
	}).Prepare()}
}

const similarLimitName, postLinkName, termLinkName = "similar.limit", "link", "termLink"

var (
	include = route.ChoicesParameter("include", "What else is shown. similar: the posts most like it, in a section of its own.", []string{"similar"},
		func(q *route.Query, parts []string) { q.Similar = slices.Contains(parts, "similar") })
	similarLimit = route.IntegerParameter(similarLimitName, "With include=similar: how many posts there are at most.", 1, 20, &schema.Schema{Default: preset},
		func(q *route.Query, n int64) { q.Alike.First = int(n) })
	postLink = pattern(postLinkName, "Where links to posts lead on the site: a path with {slug} in it. To the pages of this server where it is left out.",
		"/articles/{slug}", regexp.MustCompile(`\{slug\}`))
	termLink = pattern(termLinkName, "Where links to tools and entities lead on the site: a path with {kind}, which is tools or entities, and {slug} in it. Likewise.",
		"/topics/{kind}/{slug}", regexp.MustCompile(`\{kind\}.*\{slug\}`))
)

// preset is how many similar posts there are where nobody says it.
const preset = 6

// pattern takes the pattern of links within the site that shows a fragment. Links to
// elsewhere are for that site to write: who opens a fragment here should be led nowhere.
func pattern(name, doc, example string, holds *regexp.Regexp) *route.Parameter {
	return route.SingleParameter(name, doc, &schema.Schema{Type: "string", MinLength: 1, MaxLength: mostTemplate, Examples: []any{example}}, func(q *route.Query, given string) *route.Misfit {
		if len(given) > mostTemplate || !ownPath.MatchString(given) || !holds.MatchString(given) {
			return &route.Misfit{Found: given, Expected: "a path of at most 512 bytes that begins with one slash and has its names in braces, such as " + example}
		}
		return nil
	})
}

const mostTemplate = 512

// ownPath is a path on the site itself: two slashes, or a backslash that browsers take for
// one, would name another.
var ownPath = regexp.MustCompile(`^/($|[^/\\\s])[^\\\s]*$`)

// check refuses to say how many posts there are of what is not shown.
func check(q *route.Query) (f route.Faults) {
	if q.Values.Has(similarLimitName) && !q.Similar {
		f = append(f, apierror.Field{Location: route.InQuery + "." + similarLimitName, Value: route.Shorten(q.Given(similarLimitName)), Expected: similarLimitName + " only together with include=similar"})
	}
	return f
}

// links says where the links of a fragment lead.
type links struct {
	site        route.Site
	posts, term string // templates; "" where they lead to the pages of this server
}

func linksOf(r *route.Request) links {
	return links{r.Site, r.Values.Get(postLinkName), r.Values.Get(termLinkName)}
}

func (l links) post(slug string) string {
	if path := route.PostPath(slug); l.posts == "" {
		return l.site.URL(path)
	} else {
		return strings.ReplaceAll(l.posts, "{slug}", strings.TrimPrefix(path, "/posts/"))
	}
}

// address leads a link of a meta box, such as /tools/redis, to where the site has it.
func (l links) address(path string) string {
	for _, kind := range []string{"tools", "entities"} {
		if slug, ok := strings.CutPrefix(path, "/"+kind+"/"); ok && l.term != "" {
			return strings.NewReplacer("{kind}", kind, "{slug}", slug).Replace(l.term)
		}
	}
	return l.site.URL(path)
}

// about notes what a fragment shows, so that caches can drop it when that changes.
func about(a *route.Answer, slug string, terms store.PostTerms) {
	a.About("post", slug)
	for _, list := range [][]*store.Term{terms.Tools, terms.Entities} {
		for _, t := range list {
			a.About(string(t.Kind), t.Slug)
		}
	}
}
