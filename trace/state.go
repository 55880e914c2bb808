package trace

import "strings"

// Bounds of a tracestate: the W3C has programs hand on 512 bytes, and allows 32 members.
// Where it is longer, members of more than 128 bytes go first.
const (
	maxState   = 512
	maxMembers = 32
	longMember = 128
)

// state gives the lines of tracestate as one, as it is passed on. What breaks the rules
// gives "": part of it could say something else than the whole.
func state(lines []string) string {
	var members []string
	keys := map[string]bool{}
	size := -1
	for _, line := range lines {
		for member := range strings.SplitSeq(line, ",") {
			member = strings.Trim(member, " \t")
			if member == "" {
				continue
			}
			key, value, found := strings.Cut(member, "=")
			if !found || !isKey(key) || !isValue(value) || keys[key] || len(members) == maxMembers {
				return ""
			}
			keys[key] = true
			members = append(members, member)
			size += len(member) + 1
		}
	}
	if size > maxState {
		members = shortened(members)
	}
	return strings.Join(members, ",")
}

// shortened drops long members, and then those furthest right, until the rest fits.
func shortened(members []string) (kept []string) {
	size := -1
	for _, member := range members {
		if len(member) > longMember {
			continue
		}
		if size += len(member) + 1; size > maxState {
			break
		}
		kept = append(kept, member)
	}
	return kept
}

// isKey reports whether a text is the name of a vendor, of a tenant of one (TENANT@VENDOR)
// too. Level 2 lets a name begin with a digit.
func isKey(s string) bool {
	if s == "" || len(s) > 256 || !isLetterOrDigit(s[0]) {
		return false
	}
	at := 0
	for i := 1; i < len(s); i++ {
		switch c := s[i]; {
		case isLetterOrDigit(c), c == '_', c == '-', c == '*', c == '/':
		case c == '@' && at == 0:
			at = i
		default:
			return false
		}
	}
	if at == 0 {
		return true
	}
	tenant, vendor := s[:at], s[at+1:]
	return len(tenant) <= 241 && vendor != "" && len(vendor) <= 14 && isLetterOrDigit(vendor[0])
}

func isLetterOrDigit(c byte) bool { return 'a' <= c && c <= 'z' || '0' <= c && c <= '9' }

// isValue reports whether a text is printable ASCII without what separates members. It
// may hold spaces, not at its end.
func isValue(s string) bool {
	if s == "" || len(s) > 256 || s[len(s)-1] == ' ' {
		return false
	}
	for i := range len(s) {
		if c := s[i]; c < ' ' || c > '~' || c == ',' || c == '=' {
			return false
		}
	}
	return true
}
