package client

import (
	"net/http"
	"net/netip"
)

// Client is who asks, as far as that can be known.
type Client struct {
	// Addr is where the request comes from, IPv4 as such and without a zone; of who
	// stays hidden behind a proxy it is that of the proxy. It is the zero value where the
	// connection has no address.
	Addr netip.Addr
	// Local is who asks from this machine, with no proxy between that could be seen: what
	// a proxy on this machine hands on is not.
	Local bool
	// Secure reports whether they ask over TLS.
	Secure bool
}

// Network is what counts as one client: an address of IPv4, and of IPv6 the 64 bits
// that a subscriber gets, who has 2^64 addresses in them. It is the zero value where
// there is no address.
func (c Client) Network() netip.Prefix {
	bits := 64
	if c.Addr.Is4() {
		bits = 32
	}
	network, _ := c.Addr.Prefix(bits) // the zero one of the zero address
	return network
}

// Client finds out who asks. Headers are read from the right, where the nearest proxy
// writes, for as long as who wrote an entry is trusted: what stands further left may be
// made up.
//
// Where both kinds of header are there, what they agree on is believed alone, for a proxy
// writes one kind and may hand on the other as it got it. Where an entry cannot be read,
// or names nobody, who asks counts as the proxy that wrote it.
func (p Proxies) Client(r *http.Request) Client {
	c := Client{Secure: r.TLS != nil}
	if peer, err := netip.ParseAddrPort(r.RemoteAddr); err == nil {
		c.Addr = plain(peer.Addr())
	}
	if len(p.networks) == 0 || !p.trust(c.Addr) {
		c.Local = c.Addr.IsLoopback() && !handedOn(r.Header)
		return c
	}
	standard, older := r.Header["Forwarded"], r.Header["X-Forwarded-For"]
	switch {
	case standard == nil:
		hop := p.lastOf(c.Addr, older, readAddr)
		c.Addr = hop.addr
		if scheme := nthFromRight(r.Header["X-Forwarded-Proto"], hop.steps); scheme != "" {
			c.Secure = isHTTPS(scheme, c.Secure)
		}
	case older == nil:
		hop := p.lastOf(c.Addr, standard, readForwarded)
		c.Addr, c.Secure = hop.addr, isHTTPS(hop.scheme, c.Secure)
	default:
		one, other := p.lastOf(c.Addr, standard, readForwarded), p.lastOf(c.Addr, older, readAddr)
		if one.addr != other.addr {
			break
		}
		c.Addr = one.addr
		if scheme := nthFromRight(r.Header["X-Forwarded-Proto"], other.steps); isHTTPS(scheme, c.Secure) == isHTTPS(one.scheme, c.Secure) {
			c.Secure = isHTTPS(scheme, c.Secure)
		}
	}
	return c
}

// handedOn reports whether a request has a header that proxies write.
func handedOn(h http.Header) bool {
	for _, name := range [...]string{"Forwarded", "X-Forwarded-For", "Via", "X-Real-Ip", "X-Forwarded-Proto", "X-Forwarded-Host"} {
		if _, ok := h[name]; ok {
			return true
		}
	}
	return false
}

// hop is who asked the outermost proxy that is trusted.
type hop struct {
	addr   netip.Addr
	scheme string // "" where it is not told
	steps  int    // entries that were read
}

// lastOf goes from proxy to proxy, from the one that the connection comes from.
func (p Proxies) lastOf(peer netip.Addr, lines []string, read func(entry string) (netip.Addr, string)) hop {
	found := hop{addr: peer}
	for entry := range fromRight(lines) {
		addr, scheme := read(entry)
		found.steps++
		if scheme != "" {
			found.scheme = scheme
		}
		if !addr.IsValid() {
			break
		}
		if found.addr = addr; !p.trust(addr) {
			break
		}
	}
	return found
}

// nthFromRight gives the entry of a list that belongs to a hop; the leftmost where
// proxies put theirs in the place of what was there.
func nthFromRight(lines []string, n int) (entry string) {
	for entry = range fromRight(lines) {
		if n--; n <= 0 {
			break
		}
	}
	return entry
}
