package client

import (
	"fmt"
	"net/netip"
	"slices"
	"strconv"
	"strings"
)

// Proxies are those whose word about a request is believed. The zero value trusts none.
type Proxies struct{ networks []netip.Prefix }

// ParseProxies reads addresses and prefixes, such as 10.0.0.0/8, separated by commas.
// Empty is none. A prefix of all addresses is refused, because then whoever asks could
// say who they are; and so is one that has bits behind its length, which is a slip.
func ParseProxies(list string) (Proxies, error) {
	var p Proxies
	if strings.TrimSpace(list) == "" {
		return p, nil
	}
	for entry := range strings.SplitSeq(list, ",") {
		entry = strings.TrimSpace(entry)
		network, ok := parseNetwork(entry)
		switch {
		case !ok:
			return Proxies{}, fmt.Errorf("found %s, expected addresses and prefixes such as 192.0.2.1 or 10.0.0.0/8, separated by commas", strconv.Quote(entry))
		case network.Bits() == 0:
			return Proxies{}, fmt.Errorf("found %s, expected the addresses of proxies: where all are trusted, everyone can say who they are", entry)
		case network != network.Masked():
			return Proxies{}, fmt.Errorf("found %s, expected %s, or a longer prefix", entry, network.Masked())
		}
		p.networks = append(p.networks, network)
	}
	return p, nil
}

func parseNetwork(entry string) (netip.Prefix, bool) {
	if addr, err := netip.ParseAddr(entry); err == nil {
		addr = plain(addr)
		return netip.PrefixFrom(addr, addr.BitLen()), true
	}
	network, err := netip.ParsePrefix(entry)
	if err != nil {
		return network, false
	}
	if addr := network.Addr(); addr.Is4In6() {
		if network.Bits() < mappedBits {
			return network, false
		}
		network = netip.PrefixFrom(addr.Unmap(), network.Bits()-mappedBits)
	}
	return network, true
}

// mappedBits are those of IPv6 before an address of IPv4 that is mapped into it.
const mappedBits = 96

// String gives what ParseProxies reads.
func (p Proxies) String() string {
	names := make([]string, len(p.networks))
	for i, network := range p.networks {
		names[i] = network.String()
	}
	return strings.Join(names, ",")
}

// trust reports whether one of them has this address.
func (p Proxies) trust(addr netip.Addr) bool {
	return slices.ContainsFunc(p.networks, func(network netip.Prefix) bool { return network.Contains(addr) })
}

// plain gives an address in the form in which it is compared: IPv4 as such, and without
// the name of an interface.
func plain(addr netip.Addr) netip.Addr { return addr.Unmap().WithZone("") }
