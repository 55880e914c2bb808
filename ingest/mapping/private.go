package mapping

import (
	"net/mail"
	"net/netip"
	"regexp"
	"strings"

	"github.com/go-faster/jx"
)

// privateNames are names of fields, in small letters and without what parts their words,
// that hold what an export has beside its posts and no release may have.
var privateNames = regexp.MustCompile(`mail$|emails$|emailaddress|passw(or)?d|passphrase|^(user)?pass$|ipaddr|remoteaddr|^(author|user|comment|client|remote)?ip$|^(comments|replies)$`)

// isPrivate reports whether a text is the address of a person or of a machine and nothing
// else, or stands under the name of such a thing.
func isPrivate(name, text string) bool {
	if name != "" && privateNames.MatchString(plainName(name)) {
		return true
	}
	text = strings.TrimSpace(text)
	if len(text) > 254 || text == "" {
		return false
	}
	if strings.Contains(text, "@") {
		address, err := mail.ParseAddress(text)
		return err == nil && strings.Contains(address.Address, ".")
	}
	if strings.Count(text, ".") == 3 || strings.Contains(text, "::") || strings.Count(text, ":") == 7 {
		_, err := netip.ParseAddr(text)
		return err == nil
	}
	return strings.HasPrefix(text, "$2y$") || strings.HasPrefix(text, "$2a$") || strings.HasPrefix(text, "$2b$") ||
		strings.HasPrefix(text, "$argon2") || strings.HasPrefix(text, "$P$")
}

// plainName is a name in small letters, without what parts its words.
func plainName(name string) string { return strings.ToLower(parting.Replace(name)) }

var parting = strings.NewReplacer("_", "", "-", "", " ", "", ".", "")

// isCount tells how many comments there are, which is no secret.
func isCount(name string, v *value) bool {
	return v.kind == jx.Number && (strings.EqualFold(name, "comments") || strings.EqualFold(name, "replies"))
}

// withoutPrivate gives a value without what is private in it, and how much that was. It is
// nil where nothing is left.
func withoutPrivate(name string, v *value) (left *value, private int) {
	if name != "" && v.kind != jx.Bool && !v.absent() && privateNames.MatchString(plainName(name)) && !isCount(name, v) {
		return nil, 1
	}
	if len(v.members) == 0 {
		if v.kind == jx.String && isPrivate("", v.text) {
			return nil, 1
		}
		return v, 0
	}
	left = &value{kind: v.kind}
	for i, member := range v.members {
		inner := ""
		if v.kind == jx.Object {
			inner = v.names[i]
		}
		kept, n := withoutPrivate(inner, member)
		private += n
		if kept == nil {
			continue
		}
		left.members = append(left.members, kept)
		if v.kind == jx.Object {
			left.names = append(left.names, inner)
		}
	}
	if len(left.members) == 0 {
		return nil, private
	}
	return left, private
}
