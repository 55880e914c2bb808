package content

import (
	"net/url"
	"strings"
)

// WebAddress reads an address that somebody wrote: one of http or https that names a host
// can be followed from anywhere. Of others ok is false.
func WebAddress(given string) (u *url.URL, ok bool) {
	u, err := url.Parse(strings.TrimSpace(given))
	if err != nil || u.Host == "" || u.Scheme != "https" && u.Scheme != "http" {
		return nil, false
	}
	return u, true
}
