package fields

import (
	"bytes"
	"encoding/json"
	"errors"
	"net/mail"
	"net/netip"
	"regexp"
	"strings"
)

// Private gives what may be kept of a value of a source: without what an export holds of
// persons, their machines and their passwords, found by the names of the value and of its
// members, and by what a text is. lost is how many values that were; kept is nil where
// nothing is left. A value in which nothing is lost is kept letter by letter.
//
// Texts that hold an address among other words stay: whoever wrote them meant to.
func Private(name string, value json.RawMessage) (kept json.RawMessage, lost int) {
	value = bytes.TrimSpace(value)
	if len(value) == 0 {
		return nil, 0
	}
	d := json.NewDecoder(bytes.NewReader(value))
	d.UseNumber()
	p := pruning{in: d}
	left := p.value(nil, name, versionNames.MatchString(plain(name)), 0)
	switch {
	case p.err != nil: // it is no JSON, or too deep for anybody to say what is in it
		return nil, p.lost + 1
	case len(left) == 0:
		return nil, p.lost
	case p.lost == 0:
		return value, 0
	}
	return left, p.lost
}

// privateNames are those, as [plain] has them, of what is lost whatever it is.
var privateNames = regexp.MustCompile(`mails?\d*$|mail(address(es)?|hash|md5)$` +
	`|passw(or)?d|passphrase|passhash|pwd$|^(user|author)?pass$` +
	`|ipv?[46]?addr|remoteaddr|remotehost|(^|author|user|comment|client|remote|last|login|signup|registration|visitor|sender|poster)ip$` +
	`|^phone(number)?$`)

// discussions are names of what readers wrote, or of how much or whether they did.
var discussions = regexp.MustCompile(`^(post|reader|user|disqus)?comments?(list|data|thread)?s?$|^replies$|^responses$`)

// howMany is what a discussion may say that is none of its texts.
var howMany = regexp.MustCompile(`(?i)^\s*(\d*|true|false|yes|no|on|off|open|closed)\s*$`)

// versionNames are names of what may look like the address of a machine, but is none.
var versionNames = regexp.MustCompile(`version|release|build|firmware|revision|section|chapter|^ver$|^oid$`)

// maxPruned is how deep a value may be. No post may have one as deep.
const maxPruned = 128

// pruning copies a value without what is private in it.
type pruning struct {
	in   *json.Decoder
	lost int
	err  error
}

// value appends the next value, or nothing of it. The name is that of the value, or of the
// list in which it stands.
func (p *pruning) value(to []byte, name string, version bool, depth int) []byte {
	token := p.token()
	switch t := token.(type) {
	case json.Delim:
		if depth == maxPruned {
			p.err = errDeep
			return to
		}
		return p.members(to, t, name, version, depth)
	case string:
		if isPrivateName(name) && strings.TrimSpace(t) != "" || discussions.MatchString(plain(name)) && !howMany.MatchString(t) || isPrivateText(t, version) {
			p.lost++
			return to
		}
		return append(to, quoted(t)...)
	case json.Number:
		if isPrivateName(name) {
			p.lost++
			return to
		}
		return append(to, t...)
	case bool:
		if t {
			return append(to, "true"...)
		}
		return append(to, "false"...)
	}
	return append(to, "null"...)
}

// members appends a list or an object, whose beginning was read.
func (p *pruning) members(to []byte, begin json.Delim, name string, version bool, depth int) []byte {
	before, lost := len(to), p.lost
	whole := isPrivateName(name) || discussions.MatchString(plain(name))
	to = append(to, byte(begin))
	first, some := len(to), false
	for p.err == nil && p.in.More() {
		some = true
		start := len(to)
		if start > first {
			to = append(to, ',')
		}
		inner, ofVersion := name, version
		if begin == '{' {
			inner, _ = p.token().(string)
			ofVersion = version || versionNames.MatchString(plain(inner))
			to = append(append(to, quoted(inner)...), ':')
		}
		at, lostBefore := len(to), p.lost
		to = p.value(to, inner, ofVersion, depth+1)
		if begin == '{' && len(to) > at && isPrivateText(inner, version) { // it is said of somebody
			to, p.lost = to[:at], lostBefore+1
		}
		if len(to) == at {
			to = to[:start]
		}
	}
	p.token() // the end
	switch {
	case whole && some:
		p.lost = lost + 1
		return to[:before]
	case some && len(to) == first:
		return to[:before]
	}
	return append(to, byte(begin)+2) // ] and } stand two behind [ and {
}

func (p *pruning) token() json.Token {
	if p.err != nil {
		return nil
	}
	token, err := p.in.Token()
	p.err = err
	return token
}

var errDeep = errors.New("too deep")

func isPrivateName(name string) bool { return privateNames.MatchString(plain(name)) }

// isPrivateText reports whether a text is nothing but addresses of mail or of machines, with
// the moments at which these were seen, or the hash of a password.
func isPrivateText(text string, version bool) bool {
	text = strings.TrimSpace(text)
	if passwordHash.MatchString(text) {
		return true
	}
	if !strings.ContainsAny(text, "@.:") {
		return false
	}
	addresses := 0
	for part := range strings.FieldsFuncSeq(text, parts) {
		switch {
		case isMail(part), !version && isMachine(part):
			addresses++
		case !moment.MatchString(part):
			return isMailbox(text)
		}
	}
	return addresses > 0
}

// parts reports whether a character may stand between addresses.
func parts(r rune) bool { return strings.ContainsRune(",;|<>()\"' \t\r\n\u00a0", r) }

// moment is a day, a time, or seconds or milliseconds since 1970.
var moment = regexp.MustCompile(`^(\d{9,13}|\d{4}-\d\d-\d\d(T[\d:.]+(Z|[+-][\d:]+)?)?|\d\d?:\d\d(:\d\d(\.\d+)?)?Z?)$`)

// passwordHash is what phpass, bcrypt, argon2, WordPress 6.8 and Django write.
var passwordHash = regexp.MustCompile(`^(\$(P|H|wp|2[abxy]|argon2\w*)\$|pbkdf2_\w+\$)\S+$`)

var (
	mailAddress = regexp.MustCompile(`^[^@:/]+@[^@:/]+\.[\pL][\pL\pN-]*[\pL\pN]$`)
	forDensity  = regexp.MustCompile(`@\d(\.\d)?x\.\w+$`) // logo@2x.png
)

func isMail(text string) bool {
	if len(text) > len("mailto:") && strings.EqualFold(text[:len("mailto:")], "mailto:") {
		text, _, _ = strings.Cut(text[len("mailto:"):], "?")
	}
	return mailAddress.MatchString(text) && !forDensity.MatchString(text)
}

// isMailbox reports whether a text is an address with a name, as programs for mail have it.
func isMailbox(text string) bool {
	const longest = 512 // a name and an address
	if len(text) > longest || !strings.HasSuffix(text, ">") {
		return false
	}
	box, err := mail.ParseAddress(text)
	return err == nil && isMail(box.Address)
}

// isMachine reports whether a text is an IP address, with or without a port or the bits of
// its network. A::B is the name of a module.
func isMachine(text string) bool {
	if strings.Count(text, ".") != 3 && (strings.Count(text, ":") < 2 || !strings.ContainsAny(text, "0123456789")) {
		return false
	}
	if _, err := netip.ParseAddr(strings.Trim(text, "[]")); err == nil {
		return true
	}
	if _, err := netip.ParseAddrPort(text); err == nil {
		return true
	}
	_, err := netip.ParsePrefix(text)
	return err == nil
}
