package broker

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/netip"
	"net/url"
	"os"
	"strconv"
	"time"

	"github.com/nats-io/nats-server/v2/server"

	"alphanode/fleet/credentials"
)

// Options are what a broker is started with.
type Options struct {
	Dir     string   // its own, made where it is not there
	Name    string   // of this machine, another than those of the others
	Listen  string   // host:port for the machines of the fleet; port 0 for one that is free. See below
	Cluster string   // host:port for the brokers on other machines; "" where there are none
	Peers   []string // host:port of theirs; this machine's own may be among them

	// Who connects to a broker that listens at a host learns where the others do. Where it
	// listens at all addresses of its machine, 0.0.0.0, it cannot know by which of them it is
	// reached, nor which its certificate is for: then who connects is given all brokers.

	// Credentials is a file with a user and a password, see alphanode/fleet/credentials, which
	// whoever connects must have, and the other brokers too. Cert, Key and CA are files in PEM:
	// what this broker shows, and who must have signed what other brokers show. The certificate
	// must be one for servers and for clients. All four are required off the loopback.
	Credentials   string
	Cert, Key, CA string

	Log *slog.Logger
}

// cluster is the name that the brokers of a fleet have in common.
const cluster = "alphanode"

// How soon a broker is given up that another does not hear, such as one whose plug was pulled:
// until then it may be chosen to do what nobody else does, and whoever asks for that waits. By
// itself a server takes more than a minute.
const (
	pingEvery = 5 * time.Second
	pingsOut  = 3
)

// reportEvery is how many tries to reach another broker are told of once. There is one each second or
// two, and no longer waits between them: those who are back must find each other at once.
const reportEvery = 60

// server gives the options of the server.
func (o Options) server() (*server.Options, error) {
	if o.Dir == "" || o.Name == "" {
		return nil, errors.New("broker of the fleet: expected a folder and a name of this machine")
	}
	if len(o.Peers) > 0 && o.Cluster == "" {
		return nil, errors.New("broker of the fleet: there are peers, and no address at which they reach this one")
	}
	so := &server.Options{
		ServerName: o.Name, StoreDir: o.Dir, JetStream: true, SyncAlways: true,
		NoSigs: true, NoLog: true, DisableJetStreamBanner: true,
	}
	var err error
	if so.Host, so.Port, err = o.address(o.Listen); err != nil {
		return nil, err
	}
	if err := o.identify(so); err != nil {
		return nil, err
	}
	if o.Cluster == "" {
		return so, nil
	}
	so.Cluster.Name = cluster
	so.ReconnectErrorReports = reportEvery
	so.Cluster.PingInterval, so.Cluster.MaxPingsOut = pingEvery, pingsOut
	ip, err := netip.ParseAddr(so.Host)
	so.Cluster.NoAdvertise = so.Host == "" || err == nil && ip.IsUnspecified()
	if so.Cluster.Host, so.Cluster.Port, err = o.address(o.Cluster); err != nil {
		return nil, err
	}
	so.Cluster.Username, so.Cluster.Password = so.Username, so.Password
	for _, peer := range o.Peers {
		if _, _, err := split(peer); err != nil {
			return nil, err
		}
		route := &url.URL{Scheme: "nats-route", Host: peer}
		if so.Username != "" {
			route.User = url.UserPassword(so.Username, so.Password)
		}
		so.Routes = append(so.Routes, route)
	}
	return so, nil
}

// address checks an address to listen at, against what is required off the loopback.
func (o Options) address(text string) (string, int, error) {
	host, port, err := split(text)
	if err != nil {
		return "", 0, err
	}
	if port == 0 {
		port = server.RANDOM_PORT
	}
	if !loopback(host) && (o.Credentials == "" || o.Cert == "" || o.Key == "" || o.CA == "") {
		return "", 0, fmt.Errorf("broker of the fleet: %s is not on the loopback, where others can read and change what a fleet has: give credentials, and a certificate with its key and its authority", text)
	}
	return host, port, nil
}

func split(text string) (string, int, error) {
	host, number, err := net.SplitHostPort(text)
	port, parseErr := strconv.ParseUint(number, 10, 16)
	if err != nil || parseErr != nil {
		return "", 0, fmt.Errorf("broker of the fleet: address %q: expected host:port", text)
	}
	return host, int(port), nil
}

// loopback reports whether nobody on another machine reaches a host. A name is looked up by
// the server, who knows when: of names only localhost counts.
func loopback(host string) bool {
	ip, err := netip.ParseAddr(host)
	return host == "localhost" || err == nil && ip.IsLoopback()
}

// identify gives a server what it shows, and what it wants to be shown.
func (o Options) identify(so *server.Options) error {
	if o.Credentials != "" {
		c, err := credentials.Read(o.Credentials)
		if err != nil {
			return err
		}
		if c.Kind != credentials.UserPassword {
			return fmt.Errorf("broker of the fleet: %v: expected a user and a password: tokens and keys are for clusters that are not embedded", c)
		}
		so.Username, so.Password = c.User, c.Password
	}
	if o.Cert == "" && o.Key == "" && o.CA == "" {
		return nil
	}
	pair, err := tls.LoadX509KeyPair(o.Cert, o.Key)
	if err != nil {
		return fmt.Errorf("certificate of the broker: %w", err)
	}
	authority, err := os.ReadFile(o.CA)
	if err != nil {
		return fmt.Errorf("authority of the brokers: %w", err)
	}
	pool := x509.NewCertPool()
	if !pool.AppendCertsFromPEM(authority) {
		return fmt.Errorf("authority of the brokers: %s has no certificate in PEM", o.CA)
	}
	so.TLS = true
	so.TLSTimeout = seconds(handshake)
	so.TLSConfig = &tls.Config{Certificates: []tls.Certificate{pair}, MinVersion: tls.VersionTLS13}
	so.Cluster.TLSTimeout = seconds(handshake)
	so.Cluster.TLSConfig = &tls.Config{
		Certificates: []tls.Certificate{pair}, MinVersion: tls.VersionTLS13,
		RootCAs: pool, ClientCAs: pool, ClientAuth: tls.RequireAndVerifyClientCert,
	}
	return nil
}
