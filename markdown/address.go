package markdown

import (
	"net/url"
	"slices"
	"strings"
)

// linked are the schemes that pages link. An address without one is of this site.
var linked = []string{"", "http", "https", "mailto", "tel"}

// destination gives an address as a link has it between parentheses, where it may be
// linked. What would end it, or be read as another character, is escaped as addresses
// escape it.
func destination(address string) (string, bool) {
	address = strings.TrimFunc(address, func(r rune) bool { return r <= ' ' })
	u, err := url.Parse(address)
	if err != nil || address == "" || !slices.Contains(linked, strings.ToLower(u.Scheme)) {
		return "", false
	}
	var w strings.Builder
	reference := -1 // where the character reference ends that was begun last
	for i := range len(address) {
		c := address[i]
		if c == '&' && characterReference(address[i:]) {
			reference = i + strings.IndexByte(address[i:], ';')
		}
		if c <= ' ' || c >= 0x7f || i == reference || strings.IndexByte("()<>[]{}\\\"`|^", c) >= 0 {
			const hex = "0123456789ABCDEF"
			w.Write([]byte{'%', hex[c>>4], hex[c&15]})
		} else {
			w.WriteByte(c)
		}
	}
	return w.String(), true
}

// hostOf is the host of an address, or all of it where it has none.
func hostOf(address string) string {
	if u, err := url.Parse(address); err == nil && u.Host != "" {
		return u.Host
	}
	return address
}
