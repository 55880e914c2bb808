package client

import (
	"iter"
	"net/netip"
	"slices"
	"strconv"
	"strings"
)

// fromRight gives the entries of a header that is a list, the last first. They are cut
// apart from the right as well: whatever stands in front of what a proxy has written,
// such as a quote that is never closed, does not change how that is read. Empty entries
// are passed over.
func fromRight(lines []string) iter.Seq[string] {
	return func(yield func(string) bool) {
		for _, line := range slices.Backward(lines) {
			for more := true; more; {
				var entry string
				entry, line, more = cutLast(line)
				if entry = strings.Trim(entry, " \t"); entry != "" && !yield(entry) {
					return
				}
			}
		}
	}
}

// cutLast cuts off what stands behind the last comma that is not within quotes.
func cutLast(line string) (last, rest string, more bool) {
	quoted := false
	for i := len(line) - 1; i >= 0; i-- {
		switch {
		case line[i] == ',' && !quoted:
			return line[i+1:], line[:i], true
		case line[i] == '"' && !escaped(line[:i]):
			quoted = !quoted
		}
	}
	return line, "", false
}

// escaped reports whether what follows is taken as it is: behind an odd number of
// backslashes.
func escaped(before string) bool {
	return (len(before)-len(strings.TrimRight(before, `\`)))%2 == 1
}

// readForwarded reads one entry of Forwarded (RFC 7239, 4). There is no address where it
// names none, and nothing of it is believed where it is broken.
func readForwarded(entry string) (addr netip.Addr, scheme string) {
	seen := map[string]bool{}
	for rest := entry; rest != ""; {
		name, after, ok := strings.Cut(rest, "=")
		name = strings.ToLower(strings.Trim(name, " \t"))
		if !ok || !isToken(name) || seen[name] {
			return netip.Addr{}, ""
		}
		seen[name] = true
		value, after, ok := cutValue(after)
		if !ok {
			return netip.Addr{}, ""
		}
		switch name {
		case "for":
			addr, _ = readAddr(value)
		case "proto":
			scheme = value
		}
		rest = after
	}
	return addr, scheme
}

// cutValue takes a token or a quoted string off, and the semicolon behind it.
func cutValue(s string) (value, rest string, ok bool) {
	if !strings.HasPrefix(s, `"`) {
		value, rest, _ = strings.Cut(s, ";")
		value = strings.TrimRight(value, " \t")
		// Colons and brackets are to be quoted; who writes a bare address means it.
		return value, strings.TrimLeft(rest, " \t"), value != "" && !strings.ContainsAny(value, "\" \t=\\")
	}
	var text strings.Builder
	for i := 1; i < len(s); i++ {
		switch s[i] {
		case '"':
			rest = strings.TrimLeft(s[i+1:], " \t")
			if rest != "" && rest[0] != ';' {
				return "", "", false
			}
			return text.String(), strings.TrimLeft(strings.TrimPrefix(rest, ";"), " \t"), true
		case '\\':
			if i++; i == len(s) {
				return "", "", false
			}
		}
		text.WriteByte(s[i])
	}
	return "", "", false
}

// isToken reports whether a name is one (RFC 9110, 5.6.2).
func isToken(s string) bool {
	for i := range len(s) {
		c := s[i]
		letter := 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9'
		if !letter && strings.IndexByte("!#$%&'*+-.^_`|~", c) < 0 {
			return false
		}
	}
	return s != ""
}

// readAddr reads an address, with or without a port, one of IPv6 with or without
// brackets. It has none where a name stands in its place, such as unknown or _hidden.
func readAddr(s string) (netip.Addr, string) {
	none := netip.Addr{}
	if inner, ok := strings.CutPrefix(s, "["); ok {
		inner, port, closed := strings.Cut(inner, "]")
		addr, err := netip.ParseAddr(inner)
		if !closed || err != nil || !addr.Is6() || port != "" && !isPort(port) {
			return none, ""
		}
		return plain(addr), ""
	}
	if addr, err := netip.ParseAddr(s); err == nil {
		return plain(addr), ""
	}
	colon := strings.LastIndexByte(s, ':')
	if colon < 0 || !isPort(s[colon:]) {
		return none, ""
	}
	addr, err := netip.ParseAddr(s[:colon])
	if err != nil || !addr.Is4() {
		return none, ""
	}
	return addr, ""
}

// isPort reports whether a text is a colon and a port, by its number or under another
// name (RFC 7239, 6.3).
func isPort(s string) bool {
	s, ok := strings.CutPrefix(s, ":")
	if name, hidden := strings.CutPrefix(s, "_"); hidden {
		return ok && isToken(name)
	}
	_, err := strconv.ParseUint(s, 10, 16)
	return ok && err == nil
}

// isHTTPS reads the name of a scheme; what is none leaves what was known.
func isHTTPS(scheme string, known bool) bool {
	switch {
	case strings.EqualFold(scheme, "https"):
		return true
	case strings.EqualFold(scheme, "http"):
		return false
	default:
		return known
	}
}
