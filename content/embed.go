package content

import (
	"net/url"
	"slices"
	"strings"
)

// isEmbed are elements by which a page shows another's: what they show is part of what the
// author says.
var isEmbed = map[string]bool{"iframe": true, "video": true, "audio": true, "embed": true, "object": true}

// embed is a frame or a player that is gone through. It stays where it is one of https, and a
// player also where its address is a path; another becomes a link.
type embed struct {
	name     string
	at       int    // where it stands in what is written: behind it stands what is in it
	start    []byte // its start tag
	sources  []byte // of a player, with its tracks and the space between them
	words    string // that a frame has for who cannot see it
	playable bool
	address  string // the first that it has
	title    string
	losses   Losses
}

// player reports whether an element can have sources and tracks.
func (e *embed) player() bool { return e.name == "video" || e.name == "audio" }

// see takes what an attribute says of where it is from.
func (e *embed) see(name, value string) {
	switch {
	case e.address == "" && (name == "src" || name == "data"):
		e.address, _, _ = readAddress(value)
	case e.title == "" && name == "title":
		e.title = collapsed(value)
	}
}

// openEmbed begins a frame or a player. Of one within another only the address is taken.
func (s *sanitizer) openEmbed(name string, hasAttributes, closed bool) {
	if s.open != nil {
		s.losses.Add(lossOf("element", name), 1)
		s.countingIn(&Losses{}, func() { s.attributes(&keptElement{}, hasAttributes, s.open.see) })
		return
	}
	e := &embed{name: name, at: len(s.out)}
	kept := &keptElement{} // objects have too many ways to run something
	switch {
	case name == "iframe":
		kept = &frame
	case e.player():
		kept = &player
	}
	s.out = append(append(s.out, '<'), name...)
	s.countingIn(&e.losses, func() { s.attributes(kept, hasAttributes, e.see) })
	e.playable = slices.Contains(s.taken, "src")
	e.start = slices.Clone(append(s.out[e.at:], '>'))
	s.out = s.out[:e.at]
	s.open = e
	if name == "embed" || closed && name != "iframe" {
		s.closeEmbed()
	}
}

// partOfPlayer reads a source or a track.
func (s *sanitizer) partOfPlayer(name string, hasAttributes, closed bool) {
	e, from := s.open, len(s.out)
	part := &playerSource
	if name == "track" {
		part = &playerTrack
	}
	s.countingIn(&e.losses, func() {
		see := e.see
		if name == "track" {
			see = nil
		}
		if s.write(name, part, hasAttributes, closed, see) && name == "source" {
			e.playable = true
		}
	})
	e.sources = append(e.sources, s.out[from:]...)
	s.out = s.out[:from]
}

// embedText takes text in a frame or a player, where that is no part of what it shows who cannot.
func (s *sanitizer) embedText(raw []byte) bool {
	e := s.open
	switch {
	case e.name == "iframe": // in which nothing is mark-up to a browser, though authors write it
		e.words = withoutNUL(TextOfHTML(string(raw)))
		return true
	case e.player() && len(s.out) == e.at && strings.TrimSpace(string(raw)) == "":
		e.sources = appendText(e.sources, raw)
		return true
	}
	return false
}

// closeEmbed writes the frame or player that is gone through, or a link to it, and then what
// stands in it.
func (s *sanitizer) closeEmbed() {
	e := s.open
	if e == nil {
		return
	}
	s.open = nil
	within := slices.Clone(s.out[e.at:])
	s.out = s.out[:e.at]
	if e.playable {
		s.losses.AddAll(e.losses)
		s.out = append(append(s.out, e.start...), e.sources...)
		switch { // in a frame no character is escaped
		case strings.ContainsRune(e.words, '<'), TextOfHTML(e.words) != e.words:
			s.losses.Add("text in iframe", 1)
		default:
			s.out = append(s.out, e.words...)
		}
		s.out = append(append(append(append(s.out, within...), "</"...), e.name...), '>')
		return
	}
	s.losses.Add(lossOf("element", e.name), 1)
	if !s.linkTo(e) {
		s.losses.AddAll(e.losses)
	}
	s.out = append(appendEntities(s.out, e.words), within...)
}

// linkTo writes a link to what was a frame or a player: by its title, if it has one, and the
// host.
func (s *sanitizer) linkTo(e *embed) bool {
	address := securely(e.address)
	clean, lost := addressOfFile(address)
	if lost != "" || clean == "" {
		return false
	}
	said := e.title
	if u, err := url.Parse(clean); err == nil && u.Host != "" {
		if said = u.Host; e.title != "" {
			said = e.title + " (" + u.Host + ")"
		}
	}
	if said == "" {
		said = clean
	}
	s.out = append(s.out, " <a"...)
	s.attribute("href", clean)
	s.out = append(s.out, '>')
	s.out = append(appendEntities(s.out, said), "</a> "...)
	return true
}

var addressOfFile = address([]string{"", "http", "https"})

// securely gives an address that goes by the scheme of its page one of https.
func securely(address string) string {
	if strings.HasPrefix(address, "//") {
		return "https:" + address
	}
	return address
}

// embedded keeps the address of a frame, or of a player, which may also be a path.
func embedded(path bool) check {
	return func(value string) (string, string) {
		value, scheme, ok := readAddress(value)
		if ok && scheme == "" && strings.HasPrefix(value, "//") {
			value, scheme = securely(value), "https"
		}
		u, err := url.Parse(value)
		switch {
		case !ok || err != nil:
			return "", "address that cannot be read"
		case scheme == "https" && u.Host != "", scheme == "" && path && value != "" && !strings.Contains(value, `\`):
			return value, ""
		}
		return "", lostAddress(scheme)
	}
}

// countingIn counts what f loses apart.
func (s *sanitizer) countingIn(losses *Losses, f func()) {
	before := s.losses
	s.losses = *losses
	f()
	*losses, s.losses = s.losses, before
}
