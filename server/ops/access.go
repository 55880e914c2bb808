package ops

import (
	"net"
	"net/http"
	"net/netip"
	"slices"
	"strings"
	"time"

	"alphanode/server/route"
	"alphanode/store"
)

// Door is an address at which people ask, and what it lets them do without a key.
type Door struct {
	Open     bool   // look at everything, as at /metrics beside it
	Loopback bool   // and act: nobody but who is on this machine gets there
	Name     string // of who acts there without a key, for the journal

	// Apart says that the pages of the archive are not at this address, but at the one that
	// is named, where it is known.
	Apart   bool
	Archive route.Site
}

// link leads to a page of the archive; "" where it is not known how.
func (door Door) link(r *route.Request, path string) string {
	switch {
	case !door.Apart:
		return r.Site.Path(path)
	case door.Archive.Origin != "":
		return door.Archive.URL(path)
	default:
		return ""
	}
}

// visitor is who asks, and what they may.
type visitor struct {
	Name     string // for the journal; "" where they may do nothing
	Reads    bool
	Acts     bool
	SignedIn bool // by the form, so that they can sign out
	refused  bool // they sent a key that opens nothing
}

// visitorOf finds out who asks: by a session, by a key in the header Authorization, or by
// the door that they came through.
func (d *Desk) visitorOf(door Door, r *http.Request, now time.Time) visitor {
	if key, ok := d.sessions.find(r, now); ok {
		return visitor{Name: key.Name, Reads: true, Acts: true, SignedIn: true}
	}
	if given := r.Header["Authorization"]; given != nil {
		key, ok := d.keyOf(r, given, now)
		return visitor{Name: key.Name, Reads: ok || door.Open, Acts: ok, refused: !ok}
	}
	v := visitor{Reads: door.Open}
	if v.Acts = door.Loopback && d.Client(r).Local && d.trustedHost(r.Host); v.Acts {
		v.Name = door.Name
	}
	return v
}

// keyOf gives the key in the header Authorization, where it opens what is here.
func (d *Desk) keyOf(r *http.Request, authorization []string, now time.Time) (store.Key, bool) {
	scheme, secret, _ := strings.Cut(authorization[0], " ")
	if len(authorization) > 1 || !strings.EqualFold(scheme, "Bearer") {
		return store.Key{}, false
	}
	return d.try(r, strings.TrimLeft(secret, " "), now)
}

// trustedHost reports whether nobody else can have made up the name by which a browser got
// here. A page of any site can have its own name lead to this machine, and is then of one
// origin with what it finds here; it can do so with no address, and not with a name that
// is the operator's.
func (d *Desk) trustedHost(host string) bool {
	if !route.IsHost(host) {
		return false
	}
	if name, _, err := net.SplitHostPort(host); err == nil {
		host = name
	}
	host = strings.ToLower(strings.TrimSuffix(strings.TrimPrefix(host, "["), "]"))
	if _, err := netip.ParseAddr(host); err == nil {
		return true
	}
	return host == "localhost" || slices.Contains(d.Hosts, host)
}
