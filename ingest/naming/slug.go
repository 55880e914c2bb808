package naming

import (
	"net/url"
	"path"
	"slices"
	"strings"
	"unicode"

	"alphanode/content"
)

// GivenSlug is the slug that a source gives in so many words: percent-decoded, in
// NFC, with nothing in it that does not show; case, dots and letters of every script
// stay. Of a path it is the last part. What no slug may have (spaces, `?`, …) becomes
// a hyphen. It is empty where nothing is left.
func GivenSlug(given string) string {
	given = strings.TrimSpace(strings.ToValidUTF8(given, ""))
	return allowed(lastPart(strings.TrimRight(given, "/")))
}

// SlugOfAddress is the last part of a permalink, of an address or of a path in it,
// without query, fragment, closing slash and an ending such as `.html`. It is empty
// where an address has no part of its own, as `/?p=12`.
func SlugOfAddress(address string) string {
	parts := strings.Split(pathOf(address), "/")
	for _, part := range slices.Backward(parts) {
		name, _ := cutExtension(part, pageExtensions)
		if name == "" || len(name) < len(part) && name == "index" {
			continue
		}
		if strings.HasPrefix(name, ":") {
			return "" // the name of a value, as in /:categories/:title/
		}
		return allowed(name)
	}
	return ""
}

// SlugOfFile is the slug that the path of a file says: its name, or its folder's for
// an `index`, without ending and without a leading date. A language in the name is to
// be cut before ([Languages.Of]).
func SlugOfFile(file string) string {
	file = strings.Trim(strings.ReplaceAll(file, `\`, "/"), "/")
	name, _ := cutExtension(path.Base(file), fileExtensions)
	if name == "index" || name == "_index" {
		if name = path.Base(path.Dir(file)); name == "." {
			return ""
		}
	}
	_, name = CutDay(name)
	return allowed(name)
}

// SlugOfTitle is the slug of a post that has nothing but a title: its words in lower
// case, with hyphens between them; letters of every script stay.
func SlugOfTitle(title string) string {
	post := content.Post{Title: title}
	return post.DeriveSlug()
}

// pathOf cuts scheme, host, query and fragment off an address.
func pathOf(address string) string {
	address = strings.TrimSpace(strings.ToValidUTF8(address, ""))
	address, _, _ = strings.Cut(address, "#")
	address, _, _ = strings.Cut(address, "?")
	if _, rest, whole := strings.Cut(address, "//"); whole && schemeBefore(address) {
		_, address, _ = strings.Cut(rest, "/")
	}
	return address
}

// schemeBefore reports whether an address has a scheme and a host, or a host alone
// behind two slashes.
func schemeBefore(address string) bool {
	scheme, _, _ := strings.Cut(address, "//")
	name, colon := strings.CutSuffix(scheme, ":")
	return scheme == "" || colon && !strings.ContainsAny(name, "/.")
}

// Endings that a web server or an editor put behind a name.
var (
	pageExtensions = []string{".html", ".htm", ".xhtml", ".shtml", ".php", ".php3", ".asp", ".aspx", ".jsp", ".cfm"}
	fileExtensions = append([]string{".md", ".markdown", ".mdown", ".mdx", ".txt", ".json"}, pageExtensions...)
)

func cutExtension(name string, known []string) (stem, extension string) {
	dot := strings.LastIndexByte(name, '.')
	if dot <= 0 || !slices.Contains(known, strings.ToLower(name[dot:])) {
		return name, ""
	}
	return name[:dot], name[dot:]
}

func lastPart(p string) string { return p[strings.LastIndexByte(p, '/')+1:] }

// allowed decodes a part of an address and makes a slug of it that may be kept.
func allowed(part string) string {
	slug := content.NormalSlug(strings.ToValidUTF8(percentDecoded(part), ""))
	slug = hyphened(slug)
	if len(slug) > content.MaxSlug {
		slug = strings.TrimRight(strings.ToValidUTF8(slug[:content.MaxSlug], ""), "-")
	}
	if content.CheckSlug(slug) != nil {
		return "" // nothing is left, or dots alone
	}
	return slug
}

// hyphened puts one hyphen for each run of what no slug may have, none at the ends.
func hyphened(s string) string {
	if !strings.ContainsFunc(s, forbidden) {
		return s
	}
	var words []string
	for part := range strings.FieldsFuncSeq(s, forbidden) {
		if part = strings.Trim(part, "-"); part != "" {
			words = append(words, part)
		}
	}
	return strings.Join(words, "-")
}

func forbidden(r rune) bool {
	return unicode.IsSpace(r) || unicode.IsControl(r) || strings.ContainsRune(`/?#%\`, r)
}

// percentDecoded decodes what can be decoded: a name that is cut off inside an escape,
// as databases with a bounded column have it, keeps what stands before.
func percentDecoded(s string) string {
	if whole, err := url.PathUnescape(s); err == nil {
		return whole
	}
	var w strings.Builder
	escapes := 0
	for i := 0; i < len(s); i++ {
		if s[i] == '%' && i+3 <= len(s) {
			if one, err := url.PathUnescape(s[i : i+3]); err == nil {
				w.WriteString(one)
				escapes++
				i += 2
				continue
			}
		}
		if s[i] == '%' && i+3 > len(s) && escapes > 0 {
			break
		}
		w.WriteByte(s[i])
	}
	return w.String()
}
