package content

import (
	"net/url"
	"path"
	"slices"
	"strings"

	"golang.org/x/text/unicode/norm"
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

// NormalAddress gives what tells an address where a post stood from those of other posts:
// its path and what is asked of it, without what differs though the page is the same.
// That is scheme, host, fragment, a closing slash, a last index.html, percent-encoding,
// the order of what is asked, and what is added to follow visitors (utm_source, fbclid).
// The address is whole (of http or https) or a path; a path that does not begin at the
// root is taken from there. Of what is neither ok is false.
func NormalAddress(given string) (normal string, ok bool) {
	rest, _, _ := strings.Cut(strings.Trim(given, " \t\r\n"), "#")
	rest, asked, _ := strings.Cut(strings.TrimRight(rest, " \t\r\n"), "?")
	if i := strings.IndexAny(rest, ":/"); i >= 0 && rest[i] == ':' {
		if scheme := strings.ToLower(rest[:i]); scheme != "http" && scheme != "https" || !strings.HasPrefix(rest[i:], "://") {
			return "", false
		}
		rest = rest[i+1:]
	}
	if whole, ok := strings.CutPrefix(rest, "//"); ok {
		host := 0
		for host < len(whole) && whole[host] != '/' {
			host++
		}
		if host == 0 {
			return "", false
		}
		rest = whole[host:]
		if rest == "" {
			rest = "/"
		}
	}
	if rest == "" && asked == "" {
		return "", false
	}
	where := path.Clean("/" + norm.NFC.String(percentDecoded(rest)))
	for path.Base(where) == "index.html" || path.Base(where) == "index.htm" || path.Base(where) == "index.php" {
		where = path.Dir(where)
	}
	normal = escapedPath.Replace(where)
	if asked := normalQuery(asked); asked != "" {
		normal += "?" + asked
	}
	return normal, true
}

// escapedPath keeps a path from ending earlier than it does.
var escapedPath = strings.NewReplacer("%", "%25", "?", "%3F", "#", "%23", " ", "%20", "\x00", "%00", "\t", "%09", "\r", "%0D", "\n", "%0A")

// normalQuery gives what is asked of an address, sorted, without what only follows
// visitors.
func normalQuery(query string) string {
	var kept []string
	for part := range strings.SplitSeq(query, "&") {
		name, value, _ := strings.Cut(strings.ReplaceAll(part, "+", " "), "=")
		name, value = norm.NFC.String(percentDecoded(name)), norm.NFC.String(percentDecoded(value))
		if name == "" && value == "" || followsVisitors(name) {
			continue
		}
		kept = append(kept, url.QueryEscape(name)+"="+url.QueryEscape(value))
	}
	slices.Sort(kept)
	return strings.Join(kept, "&")
}

// followsVisitors reports whether a parameter is added to links by those who count who
// follows them, and never says which page is meant.
func followsVisitors(name string) bool {
	name = strings.ToLower(name)
	return strings.HasPrefix(name, "utm_") || slices.Contains(visitorParameters, name)
}

var visitorParameters = []string{"fbclid", "gclid", "dclid", "gbraid", "wbraid", "msclkid", "mc_cid", "mc_eid", "igshid", "yclid", "twclid"}

// percentDecoded decodes what is percent-encoded. A % before anything else stands for
// itself: old addresses were written by hand.
func percentDecoded(s string) string {
	if !strings.Contains(s, "%") {
		return s
	}
	var w strings.Builder
	for i := 0; i < len(s); i++ {
		if s[i] == '%' && i+2 < len(s) {
			if decoded, err := url.PathUnescape(s[i : i+3]); err == nil {
				w.WriteString(decoded)
				i += 2
				continue
			}
		}
		w.WriteByte(s[i])
	}
	return w.String()
}

// Addresses gives the normal form of each address where a post stood, the newest first
// and each once.
func (m *Meta) Addresses() []string {
	var normal []string
	for _, url := range m.URLs {
		if address, ok := NormalAddress(url); ok {
			normal = append(normal, address)
		}
	}
	return distinct(normal)
}

// distinct gives the entries of a list, each where it first stands.
func distinct(list []string) []string {
	if len(list) < 2 {
		return list
	}
	seen := make(map[string]bool, len(list))
	return slices.DeleteFunc(list, func(entry string) bool {
		again := seen[entry]
		seen[entry] = true
		return again
	})
}
