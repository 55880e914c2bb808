package broker_test

import (
	"bytes"
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"errors"
	"fmt"
	"log/slog"
	"math/big"
	"net"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"alphanode/fleet/broker"
	"alphanode/fleet/broker/brokertest"
	"alphanode/fleet/transport"
	"alphanode/fleet/transport/jetstream"
)

const secret = "s3cret s3cret/@:"

// papers are the files by which brokers know each other.
type papers struct{ credentials, cert, key, ca string }

func issue(t *testing.T) papers {
	t.Helper()
	dir := t.TempDir()
	file := func(name, kind string, data []byte) string {
		path := filepath.Join(dir, name)
		if kind != "" {
			data = pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: data})
		}
		if err := os.WriteFile(path, data, 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "fleet"}, NotAfter: time.Now().Add(time.Hour),
		IsCA: true, BasicConstraintsValid: true, IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)},
		KeyUsage:    x509.KeyUsageDigitalSignature | x509.KeyUsageCertSign,
		ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth, x509.ExtKeyUsageClientAuth},
	}
	cert, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	bytes, err := x509.MarshalECPrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	path := file("cert.pem", "CERTIFICATE", cert)
	return papers{file("credentials", "", []byte("user: fleet\npassword: "+secret)), path, file("key.pem", "EC PRIVATE KEY", bytes), path}
}

func (p papers) on(o broker.Options) broker.Options {
	o.Credentials, o.Cert, o.Key, o.CA = p.credentials, p.cert, p.key, p.ca
	return o
}

func everywhere(address string) string { return strings.Replace(address, "127.0.0.1", "0.0.0.0", 1) }

// log is what three brokers say, in every detail.
type log struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (l *log) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.Write(p)
}

func TestThreeBrokersOffTheLoopback(t *testing.T) {
	t.Parallel()
	p, ports := issue(t), brokertest.FreePorts(t, 6)
	said := &log{}
	var brokers []*broker.Broker
	for i := range 3 {
		b, err := broker.Start(t.Context(), p.on(broker.Options{
			Dir: filepath.Join(t.TempDir(), "broker"), Name: fmt.Sprint("n", i), Listen: everywhere(ports[3+i]), Cluster: everywhere(ports[i]), Peers: ports[:3],
			Log: slog.New(slog.NewTextHandler(said, &slog.HandlerOptions{Level: slog.LevelDebug})),
		}))
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(b.Close)
		brokers = append(brokers, b)
	}
	for _, b := range brokers {
		if err := b.Ready(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	o := jetstream.Options{URLs: []string{"tls://" + ports[4]}, Credentials: p.credentials, CA: p.ca}
	if err := jetstream.Make(t.Context(), o); err != nil {
		t.Fatal(err)
	}
	m, err := jetstream.Connect(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	defer m.Close()
	if _, err := m.CompareAndSet(t.Context(), "k", nil, 0); err != nil {
		t.Fatal(err)
	}
	inside, err := jetstream.Connect(t.Context(), jetstream.Options{Inside: brokers[2], Credentials: p.credentials})
	if err != nil {
		t.Fatal(err)
	}
	defer inside.Close()
	if _, err := inside.Get(t.Context(), "k"); err != nil {
		t.Error("get from within the process:", err)
	}
	if _, err := jetstream.Connect(t.Context(), jetstream.Options{URLs: o.URLs, CA: p.ca}); !errors.Is(err, transport.ErrRefused) {
		t.Error("connect without credentials:", err)
	}
	for what, authority := range map[string]string{"another": issue(t).ca, "those of the system": ""} {
		ctx, cancel := context.WithTimeout(t.Context(), 300*time.Millisecond)
		defer cancel()
		o.CA = authority
		if _, err := jetstream.Connect(ctx, o); !errors.Is(err, transport.ErrUnavailable) || !strings.Contains(err.Error(), "x509") {
			t.Errorf("connect with the authority %s: %v", what, err)
		}
	}
	said.mu.Lock()
	defer said.mu.Unlock()
	if text := said.text.String(); strings.Contains(text, "s3cret") || len(text) < 1000 {
		t.Errorf("the log has the password, or nothing: %s", text)
	}
}

func TestWhatIsRequiredOffTheLoopback(t *testing.T) {
	t.Parallel()
	p := issue(t)
	token := filepath.Join(t.TempDir(), "token")
	if err := os.WriteFile(token, []byte("token: "+secret), 0o600); err != nil {
		t.Fatal(err)
	}
	whole := broker.Options{Dir: t.TempDir(), Name: "n", Listen: "127.0.0.1:0"}
	for expected, change := range map[string]func(*broker.Options){
		"0.0.0.0:0 is not on the loopback":     func(o *broker.Options) { o.Listen = "0.0.0.0:0" },
		":0 is not on the loopback":            func(o *broker.Options) { o.Listen = ":0" },
		"[::]:0 is not on the loopback":        func(o *broker.Options) { *o = p.on(*o); o.Cluster, o.Credentials = "[::]:0", "" },
		"example.org:1 is not on the loopback": func(o *broker.Options) { *o = p.on(*o); o.Listen, o.CA = "example.org:1", "" },
		"expected host:port":                   func(o *broker.Options) { o.Listen = "4222" },
		`"127.0.0.1:http"`:                     func(o *broker.Options) { o.Cluster = "127.0.0.1:http" },
		`"fleet-2"`:                            func(o *broker.Options) { o.Cluster, o.Peers = "127.0.0.1:0", []string{"fleet-2"} },
		"no address at which they reach":       func(o *broker.Options) { o.Peers = []string{"127.0.0.1:1"} },
		"a name of this machine":               func(o *broker.Options) { o.Name = "" },
		"expected a user and a password":       func(o *broker.Options) { o.Credentials = token },
		"certificate of the broker":            func(o *broker.Options) { o.Cert, o.Key = p.key, p.key },
		"has no certificate in PEM":            func(o *broker.Options) { *o = p.on(*o); o.CA = p.key },
	} {
		o := whole
		change(&o)
		b, err := broker.Start(t.Context(), o)
		if err == nil {
			b.Close()
		}
		if err == nil || !strings.Contains(err.Error(), expected) || strings.Contains(err.Error(), "s3cret") {
			t.Errorf("%v, expected %q", err, expected)
		}
	}
}

func TestABrokerWithoutItsPeersIsNotReady(t *testing.T) {
	t.Parallel()
	ports := brokertest.FreePorts(t, 3)
	b, err := broker.Start(t.Context(), broker.Options{Dir: t.TempDir(), Name: "n", Listen: "127.0.0.1:0", Cluster: ports[0], Peers: ports})
	if err != nil {
		t.Fatal(err)
	}
	defer b.Close()
	ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
	defer cancel()
	err = b.Ready(ctx)
	if !errors.Is(err, context.DeadlineExceeded) || !strings.Contains(err.Error(), ports[1]+", "+ports[2]) || strings.Contains(err.Error(), ports[0]) {
		t.Fatalf("ready: %v, expected that it names %v", err, ports[1:])
	}
}

func TestAnAddressThatIsTaken(t *testing.T) {
	t.Parallel()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	b, err := broker.Start(t.Context(), broker.Options{Dir: t.TempDir(), Name: "n", Listen: l.Addr().String()})
	if err == nil {
		b.Close()
		t.Fatal("started at an address that is taken")
	}
	if !strings.Contains(err.Error(), "address already in use") {
		t.Fatal(err)
	}
}

// TestCloseEndsAll looks for goroutines, so nothing else may run beside it.
func TestCloseEndsAll(t *testing.T) {
	defer goleak.VerifyNone(t, goleak.IgnoreCurrent())
	ports := brokertest.FreePorts(t, 3)
	var brokers []*broker.Broker
	for i := range ports {
		b, err := broker.Start(t.Context(), broker.Options{Dir: t.TempDir(), Name: fmt.Sprint("n", i), Listen: "127.0.0.1:0", Cluster: ports[i], Peers: ports})
		if err != nil {
			t.Fatal(err)
		}
		brokers = append(brokers, b)
	}
	for _, b := range brokers {
		if err := b.Ready(t.Context()); err != nil {
			t.Error(err)
		}
	}
	for _, b := range brokers {
		b.Close()
		b.Close()
	}
}
