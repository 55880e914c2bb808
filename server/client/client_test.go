package client_test

import (
	"crypto/tls"
	"net/http"
	"net/netip"
	"strings"
	"testing"

	"alphanode/server/client"
)

const trusted = "10.0.0.0/8, 127.0.0.1, ::1, 2001:db8:aa::/48"

func proxies(t testing.TB, list string) client.Proxies {
	t.Helper()
	p, err := client.ParseProxies(list)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// request is one from an address, with headers given as "Name: value".
func request(from string, headers ...string) *http.Request {
	r := &http.Request{RemoteAddr: from, Header: http.Header{}}
	for _, header := range headers {
		name, value, _ := strings.Cut(header, ": ")
		r.Header.Add(name, value)
	}
	return r
}

func TestClient(t *testing.T) {
	t.Parallel()
	p := proxies(t, trusted)
	const proxy = "10.0.0.1:4000"
	for _, tt := range []struct {
		name    string
		from    string
		headers []string
		want    string // the address, and what holds for it
	}{
		{"nobody between", "192.0.2.1:80", nil, "192.0.2.1"},
		{"mapped", "[::ffff:192.0.2.1]:80", nil, "192.0.2.1"},
		{"with a zone", "[fe80::1%eth0]:80", nil, "fe80::1"},
		{"no address", "pipe", nil, "invalid IP"},
		{"a stranger who makes it up", "192.0.2.1:80", []string{"X-Forwarded-For: 8.8.8.8", "Forwarded: for=8.8.8.8;proto=https", "X-Forwarded-Proto: https"}, "192.0.2.1"},
		{"a proxy that says nothing", proxy, nil, "10.0.0.1"},
		{"a mapped proxy", "[::ffff:10.0.0.1]:80", []string{"X-Forwarded-For: 192.0.2.1"}, "192.0.2.1"},

		{"older", proxy, []string{"X-Forwarded-For: 192.0.2.1"}, "192.0.2.1"},
		{"from the right", proxy, []string{"X-Forwarded-For: 8.8.8.8, 192.0.2.1"}, "192.0.2.1"},
		{"past those that are trusted", proxy, []string{"X-Forwarded-For: 8.8.8.8, 192.0.2.1, 10.0.0.2 ,10.0.0.3"}, "192.0.2.1"},
		{"no further than a stranger", proxy, []string{"X-Forwarded-For: 10.9.9.9, 192.0.2.1, 10.0.0.2"}, "192.0.2.1"},
		{"in several lines", proxy, []string{"X-Forwarded-For: 8.8.8.8, 192.0.2.1", "X-Forwarded-For: 10.0.0.2"}, "192.0.2.1"},
		{"trusted ones alone", proxy, []string{"X-Forwarded-For: 10.0.0.5, 10.0.0.4"}, "10.0.0.5"},
		{"empty entries", proxy, []string{"X-Forwarded-For: , 192.0.2.1,, 10.0.0.2, "}, "192.0.2.1"},
		{"nothing but empty", proxy, []string{"X-Forwarded-For: ,"}, "10.0.0.1"},
		{"with a port", proxy, []string{"X-Forwarded-For: 192.0.2.1:4711"}, "192.0.2.1"},
		{"IPv6", proxy, []string{"X-Forwarded-For: 2001:db8::1"}, "2001:db8::1"},
		{"IPv6 in brackets", proxy, []string{"X-Forwarded-For: [2001:db8::1]"}, "2001:db8::1"},
		{"IPv6 in brackets with a port", proxy, []string{"X-Forwarded-For: [2001:db8::1]:80"}, "2001:db8::1"},
		{"IPv4 mapped into it", proxy, []string{"X-Forwarded-For: ::ffff:192.0.2.1"}, "192.0.2.1"},
		{"mapped and trusted", proxy, []string{"X-Forwarded-For: 192.0.2.1, ::ffff:10.0.0.9"}, "192.0.2.1"},
		{"unknown", proxy, []string{"X-Forwarded-For: 192.0.2.1, unknown"}, "10.0.0.1"},
		{"unknown further out", proxy, []string{"X-Forwarded-For: 192.0.2.1, unknown, 10.0.0.2"}, "10.0.0.2"},
		{"broken", proxy, []string{"X-Forwarded-For: 192.0.2.1, 999.1.1.1"}, "10.0.0.1"},
		{"broken port", proxy, []string{"X-Forwarded-For: 192.0.2.1:99999"}, "10.0.0.1"},
		{"broken brackets", proxy, []string{"X-Forwarded-For: [2001:db8::1"}, "10.0.0.1"},
		{"IPv4 in brackets", proxy, []string{"X-Forwarded-For: [192.0.2.1]"}, "10.0.0.1"},
		{"another's broken one", proxy, []string{`X-Forwarded-For: ",x, 192.0.2.1`}, "192.0.2.1"},

		{"standard", proxy, []string{"Forwarded: for=192.0.2.1"}, "192.0.2.1"},
		{"in other case, with more", proxy, []string{`Forwarded: By="[2001:db8:aa::1]";FOR="192.0.2.1:80" ; host=a.example`}, "192.0.2.1"},
		{"from the right", proxy, []string{"Forwarded: for=8.8.8.8, for=192.0.2.1, for=10.0.0.2"}, "192.0.2.1"},
		{"IPv6", proxy, []string{`Forwarded: for="[2001:db8::1]:_port"`}, "2001:db8::1"},
		{"IPv6 trusted", "[2001:db8:aa::1]:80", []string{`Forwarded: for="[2001:db8:bb::1]", for="[2001:db8:aa::2]"`}, "2001:db8:bb::1"},
		{"a comma in quotes", proxy, []string{`Forwarded: for=192.0.2.1;host="a,b"`}, "192.0.2.1"},
		{"a quote in quotes", proxy, []string{`Forwarded: for=192.0.2.1;host="a\",b"`}, "192.0.2.1"},
		{"unknown", proxy, []string{"Forwarded: for=192.0.2.1, for=unknown"}, "10.0.0.1"},
		{"obfuscated", proxy, []string{"Forwarded: for=192.0.2.1, for=_hidden"}, "10.0.0.1"},
		{"no for", proxy, []string{"Forwarded: for=192.0.2.1, proto=https"}, "10.0.0.1 secure"},
		{"twice", proxy, []string{"Forwarded: for=192.0.2.1;for=192.0.2.2"}, "10.0.0.1"},
		{"no value", proxy, []string{"Forwarded: for="}, "10.0.0.1"},
		{"no name", proxy, []string{"Forwarded: 192.0.2.1"}, "10.0.0.1"},
		{"another's open quote", proxy, []string{`Forwarded: for=", for=192.0.2.1`}, "192.0.2.1"},
		{"another's open quote in a line of its own", proxy, []string{`Forwarded: for="`, `Forwarded: for="192.0.2.1"`}, "192.0.2.1"},

		{"both, of one mind", proxy, []string{"Forwarded: for=192.0.2.1", "X-Forwarded-For: 192.0.2.1, 10.0.0.2"}, "192.0.2.1"},
		{"both, the standard one made up", proxy, []string{"Forwarded: for=8.8.8.8;proto=https", "X-Forwarded-For: 192.0.2.1"}, "10.0.0.1"},
		{"both, the older one made up", proxy, []string{"Forwarded: for=192.0.2.1", "X-Forwarded-For: 8.8.8.8", "X-Forwarded-Proto: https"}, "10.0.0.1"},
		{"both, a scheme made up", proxy, []string{"Forwarded: for=192.0.2.1;proto=https", "X-Forwarded-For: 192.0.2.1", "X-Forwarded-Proto: http"}, "192.0.2.1"},
		{"both, one scheme", proxy, []string{"Forwarded: for=192.0.2.1;proto=https", "X-Forwarded-For: 192.0.2.1", "X-Forwarded-Proto: https"}, "192.0.2.1 secure"},
		{"both, the standard one's scheme alone", proxy, []string{"Forwarded: for=192.0.2.1;proto=https", "X-Forwarded-For: 192.0.2.1"}, "192.0.2.1"},

		{"scheme", proxy, []string{"Forwarded: for=192.0.2.1;proto=HTTPS"}, "192.0.2.1 secure"},
		{"scheme of the outermost", proxy, []string{"Forwarded: for=192.0.2.1;proto=https, for=10.0.0.2;proto=http"}, "192.0.2.1 secure"},
		{"scheme made up further out", proxy, []string{"Forwarded: for=8.8.8.8;proto=https, for=192.0.2.1;proto=http"}, "192.0.2.1"},
		{"older scheme", proxy, []string{"X-Forwarded-For: 192.0.2.1", "X-Forwarded-Proto: https"}, "192.0.2.1 secure"},
		{"older scheme alone", proxy, []string{"X-Forwarded-Proto: https"}, "10.0.0.1 secure"},
		{"older scheme made up further out", proxy, []string{"X-Forwarded-For: 8.8.8.8, 192.0.2.1", "X-Forwarded-Proto: https, http"}, "192.0.2.1"},
		{"older scheme of the outermost", proxy, []string{"X-Forwarded-For: 192.0.2.1, 10.0.0.2", "X-Forwarded-Proto: https, http"}, "192.0.2.1 secure"},
		{"older scheme that was replaced", proxy, []string{"X-Forwarded-For: 192.0.2.1, 10.0.0.2", "X-Forwarded-Proto: https"}, "192.0.2.1 secure"},
		{"no scheme", proxy, []string{"X-Forwarded-For: 192.0.2.1", "X-Forwarded-Proto: gopher"}, "192.0.2.1"},
	} {
		c := p.Client(request(tt.from, tt.headers...))
		got := c.Addr.String()
		if c.Secure {
			got += " secure"
		}
		if c.Local {
			got += " local"
		}
		if got != tt.want {
			t.Errorf("%s: from %s with %q found %s, expected %s", tt.name, tt.from, tt.headers, got, tt.want)
		}
	}
}

// TestLocal: what a proxy on this machine hands on does not come from this machine,
// whether the proxy is trusted or not, and whatever it says.
func TestLocal(t *testing.T) {
	t.Parallel()
	none, some := client.Proxies{}, proxies(t, trusted)
	for _, tt := range []struct {
		p       client.Proxies
		from    string
		headers []string
		want    bool
	}{
		{none, "127.0.0.1:80", nil, true},
		{none, "[::1]:80", nil, true},
		{none, "[::ffff:127.0.0.1]:80", nil, true},
		{none, "192.0.2.1:80", nil, false},
		{none, "pipe", nil, false},
		{none, "127.0.0.1:80", []string{"X-Forwarded-For: 192.0.2.1"}, false},
		{none, "127.0.0.1:80", []string{"Forwarded: for=127.0.0.1"}, false},
		{none, "127.0.0.1:80", []string{"Via: 1.1 cache"}, false},
		{none, "127.0.0.1:80", []string{"X-Real-IP: 192.0.2.1"}, false},
		{none, "127.0.0.1:80", []string{"X-Forwarded-Proto: https"}, false},
		{none, "127.0.0.1:80", []string{"X-Forwarded-Host: a.example"}, false},
		{some, "127.0.0.1:80", nil, false},
		{some, "127.0.0.2:80", nil, true},
		{some, "127.0.0.1:80", []string{"X-Forwarded-For: 127.0.0.2"}, false},
		{some, "10.0.0.1:80", []string{"Forwarded: for=unknown"}, false},
	} {
		if got := tt.p.Client(request(tt.from, tt.headers...)).Local; got != tt.want {
			t.Errorf("%s %q: found %t", tt.from, tt.headers, got)
		}
	}
}

func TestSecure(t *testing.T) {
	t.Parallel()
	r := request("10.0.0.1:80", "X-Forwarded-Proto: http")
	r.TLS = &tls.ConnectionState{}
	if !(client.Proxies{}).Client(r).Secure {
		t.Error("a connection over TLS is not secure")
	}
	if proxies(t, trusted).Client(r).Secure {
		t.Error("found secure, but the client asked the proxy without TLS")
	}
}

func TestNetwork(t *testing.T) {
	t.Parallel()
	for from, want := range map[string]string{
		"192.0.2.1:80": "192.0.2.1/32", "[::ffff:192.0.2.1]:80": "192.0.2.1/32", "[2001:db8:1:2:3:4:5:6]:80": "2001:db8:1:2::/64", "[fe80::1%eth0]:80": "fe80::/64",
	} {
		if got := (client.Proxies{}).Client(request(from)).Network().String(); got != want {
			t.Errorf("%s: found %s, expected %s", from, got, want)
		}
	}
	if got := (client.Proxies{}).Client(request("pipe")).Network(); got != (netip.Prefix{}) {
		t.Errorf("found %s", got)
	}
}

func TestParseProxies(t *testing.T) {
	t.Parallel()
	for list, want := range map[string]string{
		"": "", " ": "", "10.0.0.1": "10.0.0.1/32", "10.0.0.0/8 , ::1": "10.0.0.0/8,::1/128", "::ffff:10.0.0.0/104": "10.0.0.0/8", "::ffff:10.0.0.1": "10.0.0.1/32",
	} {
		if got := proxies(t, list).String(); got != want {
			t.Errorf("%q: found %s, expected %s", list, got, want)
		}
	}
	for list, want := range map[string]string{
		"proxy": `found "proxy", expected addresses`, "10.0.0.1,": `found ""`, "10.0.0.0/33": "expected addresses", "::ffff:0.0.0.0/90": "expected addresses",
		"0.0.0.0/0": "everyone can say who they are", "::/0": "everyone can say", "::ffff:0:0/96": "everyone can say", "10.0.0.1/8": "expected 10.0.0.0/8",
	} {
		if _, err := client.ParseProxies(list); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: found %v, expected %s", list, err, want)
		}
	}
}

// FuzzClient: whatever a client sends, a trusted proxy's word of it stands, and of a
// stranger nothing is believed.
func FuzzClient(f *testing.F) {
	for _, seed := range []string{"", "for=8.8.8.8", `for="`, `for="\`, "10.0.0.1", "[", "for=[::1", ",", `"`, `for=a;for=b;proto=https`, "\\", "unknown", `\",`} {
		f.Add(seed)
	}
	p := proxies(f, trusted)
	f.Fuzz(func(t *testing.T, sent string) {
		stranger := p.Client(request("192.0.2.7:80", "Forwarded: "+sent, "X-Forwarded-For: "+sent, "X-Forwarded-Proto: "+sent))
		if stranger.Addr.String() != "192.0.2.7" || stranger.Secure {
			t.Errorf("a stranger is believed: %+v", stranger)
		}
		for _, headers := range [][]string{
			{"X-Forwarded-For: " + sent + ", 192.0.2.7"},
			{"X-Forwarded-For: " + sent, "X-Forwarded-For: 192.0.2.7"},
			{"Forwarded: " + sent + ", for=192.0.2.7"},
			{"Forwarded: " + sent + `, for="192.0.2.7:80";proto=http`},
			{"Forwarded: " + sent, "Forwarded: proto=http;for=192.0.2.7"},
		} {
			if c := p.Client(request("10.0.0.1:80", headers...)); c.Addr.String() != "192.0.2.7" || c.Secure || c.Local {
				t.Errorf("%q: found %+v", headers, c)
			}
		}
		if p.Client(request("10.0.0.1:80", "X-Forwarded-For: 192.0.2.7", "Forwarded: "+sent)).Secure {
			t.Errorf("%q alone says that the client came over TLS", sent)
		}
	})
}

func BenchmarkClient(b *testing.B) {
	for name, bm := range map[string]struct {
		p client.Proxies
		r *http.Request
	}{
		"direct":    {client.Proxies{}, request("192.0.2.1:4000")},
		"proxy":     {proxies(b, trusted), request("10.0.0.1:4000", "X-Forwarded-For: 8.8.8.8, 192.0.2.1", "X-Forwarded-Proto: https")},
		"forwarded": {proxies(b, trusted), request("10.0.0.1:4000", `Forwarded: for=8.8.8.8, for="192.0.2.1:80";proto=https`)},
	} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				bm.p.Client(bm.r)
			}
		})
	}
}
