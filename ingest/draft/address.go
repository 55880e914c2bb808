package draft

import (
	"net/url"
	"strings"
)

// whole gives the function that makes addresses whole, for a draft that stands at an
// address or path: relative ones are taken against it, and what is a path from the root
// gets the archive's site, where that is known.
func (o Options) whole(at string) func(string) string {
	base := &url.URL{Path: "/"}
	if u, err := url.Parse(at); err == nil {
		base = (&url.URL{Path: "/"}).ResolveReference(&url.URL{Path: u.Path})
	}
	return func(address string) string {
		u, err := url.Parse(strings.TrimSpace(address))
		switch {
		case err != nil, u.Scheme != "", u.Host != "", u.Path == "" && u.RawQuery == "":
			return address // whole, mail, an anchor, or what nobody can read
		}
		u = base.ResolveReference(u)
		if o.Base != nil {
			u = o.Base.ResolveReference(u)
		}
		return u.String()
	}
}
