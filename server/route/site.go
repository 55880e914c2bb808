package route

import (
	"net/url"
	"regexp"
	"strings"
)

// Site is where readers find the server: what links are made of.
type Site struct {
	Origin string // scheme and authority, such as https://example.org; "" where nobody needs it
	Prefix string // the path in front of all addresses, such as /archive; "" where there is none
}

// SiteOf reads the address at which the server is found.
func SiteOf(publicURL string) (Site, error) {
	u, err := url.Parse(publicURL)
	if err != nil || publicURL == "" {
		return Site{}, err
	}
	return Site{Origin: u.Scheme + "://" + u.Host, Prefix: strings.TrimSuffix(u.EscapedPath(), "/")}, nil
}

// Path gives a link to a path of the server, which begins with a slash.
func (s Site) Path(path string) string { return s.Prefix + path }

// URL gives it as an absolute link.
func (s Site) URL(path string) string { return s.Origin + s.Prefix + path }

// PostPath is the path of the page of a post.
func PostPath(slug string) string { return "/posts/" + url.PathEscape(slug) }

// IsHost reports whether a header Host can stand in a link: the name or the address of a
// host, with a port or without (RFC 3986, 3.2.2). What else HTTP lets it hold is made up.
func IsHost(host string) bool { return len(host) <= 255 && plainHost.MatchString(host) }

var plainHost = regexp.MustCompile(`^([A-Za-z0-9_]([A-Za-z0-9._-]*[A-Za-z0-9_.])?|\[[0-9A-Fa-f:.]+\])(:[0-9]{1,5})?$`)
