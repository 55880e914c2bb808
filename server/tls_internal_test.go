package server

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/binary"
	"encoding/pem"
	"errors"
	"io"
	"math/big"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"alphanode/store/storetest"
)

// writePair writes a certificate of its own, and gives its files.
func writePair(t testing.TB, dir string, number int64, ends time.Time) (certFile, keyFile string) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{SerialNumber: big.NewInt(number), Subject: pkix.Name{CommonName: "alphanode"}, IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: ends, IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageDigitalSignature | x509.KeyUsageCertSign}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	private, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	certFile, keyFile = filepath.Join(dir, "cert.pem"), filepath.Join(dir, "key.pem")
	writeFile(t, certFile, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}))
	writeFile(t, keyFile, pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: private}))
	return certFile, keyFile
}

func writeFile(t testing.TB, path string, text []byte) {
	t.Helper()
	if err := os.WriteFile(path, text, 0o600); err != nil {
		t.Fatal(err)
	}
}

// overTLS is a client that speaks HTTP/2 where it may, and trusts anyone.
func overTLS(t testing.TB, two bool) *http.Client {
	transport := &http.Transport{ForceAttemptHTTP2: two, TLSClientConfig: &tls.Config{InsecureSkipVerify: true}, DisableCompression: true}
	if !two {
		transport.TLSNextProto = map[string]func(string, *tls.Conn) http.RoundTripper{}
	}
	t.Cleanup(transport.CloseIdleConnections)
	return &http.Client{Transport: transport}
}

// until waits for what must come to be.
func until(t testing.TB, what string, so func() bool) {
	t.Helper()
	for end := time.Now().Add(30 * time.Second); !so(); time.Sleep(10 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatalf("never: %s", what)
		}
	}
}

// TestOverTLS asks the same over HTTP/1.1, HTTP/2 and without TLS.
func TestOverTLS(t *testing.T) {
	t.Parallel()
	certFile, keyFile := writePair(t, t.TempDir(), 1, time.Now().Add(time.Hour))
	release := storetest.Release(t, longPosts(t, 12, 30_000)...)
	_, secure := listeningTo(t, release, map[string]string{"tls-cert": certFile, "tls-key": keyFile})
	_, plain := listeningTo(t, release, nil)
	one, two, none := overTLS(t, false), overTLS(t, true), overTLS(t, false)
	for _, tt := range []struct{ method, target, body, header, value string }{
		{"GET", "/v1/posts?limit=2&fields=slug", "", "", ""}, {"GET", "/v1/posts?limit=12", "", "", ""}, {"GET", "/v1/posts?limit=12", "", "Accept-Encoding", "gzip"},
		{"HEAD", "/v1/posts?limit=12", "", "", ""}, {"GET", "/v1/posts?limit=2", "", "If-None-Match", "*"}, {"GET", "/v1/posts?limit=2", "", "If-Match", `"x"`},
		{"GET", "/v1/posts.ndjson", "", "", ""}, {"GET", "/v1/posts.ndjson", "", "Accept-Encoding", "zstd"}, {"GET", "/nowhere", "", "", ""}, {"GET", "/v1/posts?limit=x", "", "", ""},
		{"POST", "/graphql", `{"query":"{posts{nodes{slug}}}"}`, "Content-Type", "application/json"}, {"POST", "/graphql", strings.Repeat(" ", 2<<20), "Content-Type", "application/json"},
		{"OPTIONS", "/v1/posts", "", "", ""}, {"DELETE", "/v1/posts", "", "", ""}, {"GET", "/health", "", "", ""},
	} {
		var want reply
		for _, by := range []struct {
			client *http.Client
			url    string
			proto  int
		}{{none, "http://" + plain, 1}, {one, "https://" + secure, 1}, {two, "https://" + secure, 2}} {
			r, err := http.NewRequest(tt.method, by.url+tt.target, strings.NewReader(tt.body))
			if err != nil {
				t.Fatal(err)
			}
			if tt.header != "" {
				r.Header.Set(tt.header, tt.value)
			}
			a, err := by.client.Do(r)
			if err != nil {
				t.Errorf("%+v by %+v: %v", tt.target, by, err)
				continue
			}
			body, err := io.ReadAll(a.Body)
			a.Body.Close()
			got := reply{a.StatusCode, a.Header.Get("ETag"), string(body)}
			if want == (reply{}) {
				want = got
			}
			if err != nil || got != want || a.ProtoMajor != by.proto {
				t.Errorf("%s %s over HTTP/%d: found %d %s, %d bytes, %v; expected %d %s, %d bytes", tt.method, tt.target, a.ProtoMajor, got.status, got.tag, len(got.body), err, want.status, want.tag, len(want.body))
			}
			if hsts := a.Header.Get("Strict-Transport-Security"); (hsts == "max-age=15552000") != strings.HasPrefix(by.url, "https") {
				t.Errorf("%s: found %q", by.url+tt.target, hsts)
			}
		}
	}
	if c, err := tls.Dial("tcp", secure, &tls.Config{InsecureSkipVerify: true, MaxVersion: tls.VersionTLS11}); err == nil {
		c.Close()
		t.Error("TLS 1.1 is spoken")
	}
	weak := &tls.Config{InsecureSkipVerify: true, MaxVersion: tls.VersionTLS12, CipherSuites: []uint16{tls.TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA}}
	if c, err := tls.Dial("tcp", secure, weak); err == nil {
		c.Close()
		t.Error("a suite without authenticated encryption is spoken")
	}
}

// reply is what is compared of an answer.
type reply struct {
	status    int
	tag, body string
}

// TestStrictTransport: behind a proxy who asks it over TLS is told so, and nobody who says
// so by themselves.
func TestStrictTransport(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		flags  map[string]string
		header string
		want   string
	}{
		{nil, "https", ""}, {map[string]string{"trusted-proxies": "127.0.0.1"}, "https", "max-age=15552000"}, {map[string]string{"trusted-proxies": "127.0.0.1"}, "http", ""},
		{map[string]string{"trusted-proxies": "127.0.0.1", "hsts": "1h"}, "https", "max-age=3600"}, {map[string]string{"trusted-proxies": "127.0.0.1", "hsts": "0s"}, "https", ""},
	} {
		_, addr := listening(t, tt.flags)
		came := sent(t, addr, "GET /health HTTP/1.1\r\nHost: a\r\nConnection: close\r\nX-Forwarded-For: 192.0.2.1\r\nX-Forwarded-Proto: "+tt.header+"\r\n\r\n")
		_, value, _ := strings.Cut(came, "Strict-Transport-Security: ")
		if value, _, _ = strings.Cut(value, "\r\n"); value != tt.want {
			t.Errorf("%v %s: found %q, expected %q", tt.flags, tt.header, value, tt.want)
		}
	}
}

// TestCertificateIsRenewed replaces the files under a server that runs.
func TestCertificateIsRenewed(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	certFile, keyFile := writePair(t, dir, 1, time.Now().Add(time.Hour))
	s, addr := listening(t, map[string]string{"tls-cert": certFile, "tls-key": keyFile})
	number := func() int64 {
		c, err := tls.Dial("tcp", addr, &tls.Config{InsecureSkipVerify: true})
		if err != nil {
			t.Fatal(err)
		}
		defer c.Close()
		return c.ConnectionState().PeerCertificates[0].SerialNumber.Int64()
	}
	if number() != 1 {
		t.Fatalf("found %d", number())
	}
	writePair(t, dir, 2, time.Now().Add(time.Hour))
	until(t, "the second certificate is shown", func() bool { return number() == 2 })
	if s.certificate.Problem() != "" {
		t.Errorf("found %s", s.certificate.Problem())
	}
	client := overTLS(t, true)
	ready := func() string {
		a, err := client.Get("https://" + addr + "/ready")
		if err != nil {
			t.Fatal(err)
		}
		defer a.Body.Close()
		text, _ := io.ReadAll(a.Body)
		return string(text)
	}
	for _, broken := range [][]byte{[]byte("half a file"), nil} {
		if broken == nil {
			if err := os.Remove(keyFile); err != nil {
				t.Fatal(err)
			}
		} else {
			writeFile(t, keyFile, broken)
		}
		until(t, "what is wrong is told", func() bool { return strings.Contains(ready(), "TLS certificate") })
		if number() != 2 {
			t.Errorf("found %d, expected the last good one", number())
		}
		writePair(t, dir, 2, time.Now().Add(time.Hour))
		until(t, "all is well", func() bool { return !strings.Contains(ready(), "TLS certificate") })
	}
	writePair(t, dir, 3, time.Now().Add(-time.Minute))
	until(t, "it has expired", func() bool { return strings.Contains(ready(), "has expired") })
	if _, err := New(s.settings, s.archive, s.logger); err != nil {
		t.Errorf("one that has expired: %v", err) // is shown: to refuse to start would help nobody
	}
	writeFile(t, certFile, []byte("x"))
	if _, err := New(s.settings, s.archive, s.logger); err == nil || !strings.Contains(err.Error(), certFile) {
		t.Errorf("a server that starts with a broken one: found %v", err)
	}
}

// frames speaks HTTP/2 by hand.
type frames struct {
	*tls.Conn
	t testing.TB
}

func dialFrames(t testing.TB, addr string) frames {
	t.Helper()
	c, err := tls.Dial("tcp", addr, &tls.Config{InsecureSkipVerify: true, NextProtos: []string{"h2"}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close() })
	f := frames{c, t}
	if _, err := io.WriteString(c, "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"); err != nil {
		t.Fatal(err)
	}
	_ = f.send(4, 0, 0, nil) // SETTINGS
	return f
}

func (f frames) send(kind, flags byte, stream uint32, payload []byte) error {
	head := []byte{byte(len(payload) >> 16), byte(len(payload) >> 8), byte(len(payload)), kind, flags}
	_, err := f.Write(append(binary.BigEndian.AppendUint32(head, stream), payload...))
	return err
}

// get begins a request. Its fields are literal, but for those of the static table.
func (f frames) get(stream uint32, path string) error {
	block := append([]byte{0x82, 0x87, 0x44, byte(len(path))}, path...) // :method GET, :scheme https, :path
	block = append(block, 0x41, 1, 'a')                                 // :authority
	return f.send(1, 0x5, stream, block)                                // HEADERS, END_STREAM and END_HEADERS
}

// post begins a request of GraphQL whose body of 100 bytes is still to come.
func (f frames) post(stream uint32) error {
	block := append([]byte{0x83, 0x87, 0x44, 8}, "/graphql"...)                          // :method POST, :scheme https, :path
	block = append(block, 0x41, 1, 'a')                                                  // :authority
	block = append(append(block, 0x5f, 16), "application/json"...)                       // content-type
	block = append(append(block, 0x5c, 3), "100"...)                                     // content-length
	return errors.Join(f.send(1, 0x4, stream, block), f.send(0, 0, stream, []byte{'{'})) // HEADERS, END_HEADERS; DATA
}

// TestRapidReset begins requests and takes them back, as fast as it can: others are
// answered meanwhile, and nothing of it is left.
func TestRapidReset(t *testing.T) {
	t.Parallel()
	certFile, keyFile := writePair(t, t.TempDir(), 1, time.Now().Add(time.Hour))
	s, addr := listening(t, map[string]string{"tls-cert": certFile, "tls-key": keyFile})
	f := dialFrames(t, addr)
	go func() { _, _ = io.Copy(io.Discard, f) }()
	begun := 0
	for stream := uint32(1); stream < 20_000; stream += 2 {
		if f.get(stream, "/v1/posts") != nil || f.send(3, 0, stream, []byte{0, 0, 0, 8}) != nil { // RST_STREAM, CANCEL
			break // the server has had enough
		}
		begun++
		if begun%1000 == 0 {
			a, err := overTLS(t, true).Get("https://" + addr + "/v1/posts")
			if err != nil || a.StatusCode != 200 {
				t.Fatalf("another: %v", err)
			}
			a.Body.Close()
		}
	}
	f.Close()
	t.Logf("%d requests were begun", begun)
	until(t, "all have ended", func() bool { return s.workshop.inFlight() == 0 && s.unsent.Bytes() == 0 && s.unsent.Writing() == 0 })
}

// TestSlowReadersOverTwo: what does not fit into the window that a client leaves is counted
// as what waits for slow readers is, stream by stream.
func TestSlowReadersOverTwo(t *testing.T) {
	t.Parallel()
	certFile, keyFile := writePair(t, t.TempDir(), 1, time.Now().Add(time.Hour))
	s, addr := listeningTo(t, storetest.Release(t, longPosts(t, 12, 30_000)...), map[string]string{"tls-cert": certFile, "tls-key": keyFile})
	f := dialFrames(t, addr)
	go func() { _, _ = io.Copy(io.Discard, f) }() // but the window stays
	const answers = 5
	for i := range uint32(answers) {
		if err := f.get(2*i+1, "/v1/posts?limit=12"); err != nil {
			t.Fatal(err)
		}
	}
	until(t, "all wait", func() bool { return s.unsent.Writing() == answers && s.unsent.Bytes() > answers*300_000 })
	f.Close()
	until(t, "nothing waits", func() bool { return s.unsent.Writing() == 0 && s.unsent.Bytes() == 0 })
}

// TestCrowd opens more connections than there may be, that say nothing or half of
// something: who asks is answered all the same.
func TestCrowd(t *testing.T) {
	t.Parallel()
	s, addr := listening(t, map[string]string{"max-connections": "10"})
	for i := range 60 {
		c, err := net.Dial("tcp", addr)
		if err != nil {
			t.Fatal(err)
		}
		defer c.Close()
		text := [...]string{"", "GET / HTT", "GET /health HTTP/1.1\r\nHost: a\r\n\r\n", "POST /graphql HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{"}[i%4]
		if _, err := io.WriteString(c, text); err != nil {
			continue // closed already to make room
		}
		if came := sent(t, addr, "GET /v1/posts HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"); !strings.HasPrefix(came, "HTTP/1.1 200") {
			t.Fatalf("%d: found %q", i, came)
		}
		if n := s.crowd.Size(); n > 10 {
			t.Fatalf("found %d connections", n)
		}
	}
	if s.crowd.Left() < 40 || s.crowd.Refused() != 0 {
		t.Errorf("found %d closed and %d refused", s.crowd.Left(), s.crowd.Refused())
	}
	var text bytes.Buffer
	families, err := s.metrics.registry.Gather()
	if err != nil {
		t.Fatal(err)
	}
	for _, family := range families {
		text.WriteString(family.GetName() + "\n")
	}
	if !strings.Contains(text.String(), "alphanode_connections_closed_total\n") {
		t.Error("no metric says so")
	}
}

// TestCrowdOverTwo opens more connections over HTTP/2 than there may be, on which bodies
// are waited for: who asks is answered all the same, and so is on to whom a stream is sent,
// whatever else is waited for beside it.
func TestCrowdOverTwo(t *testing.T) {
	t.Parallel()
	certFile, keyFile := writePair(t, t.TempDir(), 1, time.Now().Add(time.Hour))
	s, addr := listeningTo(t, storetest.Release(t, longPosts(t, 12, 30_000)...), map[string]string{"tls-cert": certFile, "tls-key": keyFile, "max-connections": "10"})
	reads := dialFrames(t, addr)
	if err := errors.Join(reads.get(1, "/v1/posts.ndjson"), reads.post(3)); err != nil {
		t.Fatal(err)
	}
	until(t, "a stream is sent", func() bool { return s.streams.taken() == 1 })
	for i := range 40 {
		f := dialFrames(t, addr)
		for stream := range uint32(i % 4) {
			if f.post(2*stream+1) != nil {
				break // closed already to make room
			}
		}
		a, err := overTLS(t, true).Get("https://" + addr + "/v1/posts?limit=1")
		if err != nil {
			t.Fatalf("%d: %v", i, err)
		}
		a.Body.Close()
		if n := s.crowd.Size(); a.StatusCode != 200 || n > 10 {
			t.Fatalf("%d: found %d, and %d connections", i, a.StatusCode, n)
		}
	}
	if s.crowd.Left() < 60 || s.crowd.Refused() != 0 || s.streams.taken() != 1 {
		t.Errorf("found %d closed and %d refused, %d streams", s.crowd.Left(), s.crowd.Refused(), s.streams.taken())
	}
	reads.Close()
	until(t, "all have ended", func() bool { return s.streams.taken() == 0 && s.workshop.inFlight() == 0 })
}
