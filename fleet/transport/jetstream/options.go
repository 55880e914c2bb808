package jetstream

import (
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/url"
	"strings"
	"time"

	"github.com/nats-io/nats.go"

	"alphanode/fleet/credentials"
)

// Inside is a server in this process, such as a broker.
type Inside interface {
	InProcessConn() (net.Conn, error)
}

// Options say where NATS is and how to connect.
type Options struct {
	URLs []string // such as nats://10.0.0.1:4222 or tls://…; those of others in their cluster are learned
	// Inside takes the place of URLs. No network is between, so there is no TLS; what the server
	// cannot do itself it asks of the others in its cluster.
	Inside Inside

	// Credentials is a file, see alphanode/fleet/credentials. It is read again for each
	// connection, so that it can be replaced while nobody restarts anything. An address with a
	// user in it is refused: it would stand in logs and lists of processes.
	Credentials string
	// CA has who signed the servers' certificates; Cert and Key are shown to servers that want
	// to see a certificate. All are files in PEM.
	CA, Cert, Key string

	Name     string // of this machine, as the operator of NATS sees it
	Bucket   string // with which the names of the buckets begin; "" for alphanode
	Replicas int    // of what Make makes; 0 for 3 where there is a cluster, and else 1
	Log      *slog.Logger
}

// names are the names of what a fleet has in NATS.
type names struct{ files, values string }

func (o Options) names() names {
	prefix := o.Bucket
	if prefix == "" {
		prefix = "alphanode"
	}
	return names{prefix + "-files", prefix + "-values"}
}

func (n names) fileStream() string  { return "OBJ_" + n.files }
func (n names) valueStream() string { return "KV_" + n.values }

// How a connection is kept. A server that does not answer three times is given up after some
// 20 seconds: on a slow link an answer waits that long behind files that are under way.
const (
	dialTimeout = 2 * time.Second
	pingEvery   = 5 * time.Second
	pingsOut    = 3
	retryEvery  = time.Second
)

// nats gives the options of a connection.
func (o Options) nats() ([]nats.Option, error) {
	options := []nats.Option{
		nats.Name(o.Name), nats.Timeout(dialTimeout), nats.MaxReconnects(-1), nats.IgnoreAuthErrorAbort(),
		nats.ReconnectWait(retryEvery), nats.ReconnectJitter(retryEvery/4, retryEvery/4),
		nats.ReconnectBufSize(-1), // what is sent while nobody is there is tried again by who sends it
		nats.PingInterval(pingEvery), nats.MaxPingsOutstanding(pingsOut), nats.FlusherTimeout(pingEvery * pingsOut),
	}
	shown, err := o.shown()
	if err != nil {
		return nil, err
	}
	options = append(options, shown...)
	if o.Inside != nil {
		return append(options, nats.InProcessServer(o.Inside)), nil
	}
	way, err := o.way()
	return append(options, way...), err
}

// servers gives the addresses as the client wants them.
func (o Options) servers() string {
	if o.Inside != nil {
		return "nats://inside"
	}
	return strings.Join(o.URLs, ",")
}

// way checks the addresses and says how what is sent there is kept from others.
func (o Options) way() (options []nats.Option, err error) {
	if len(o.URLs) == 0 {
		return nil, errors.New("connect to NATS: no address was given")
	}
	secure := o.CA != "" || o.Cert != ""
	for _, text := range o.URLs {
		u, err := url.Parse(text)
		if err == nil && !strings.Contains(text, "://") {
			u, err = url.Parse("nats://" + text)
		}
		if err != nil || u.Host == "" || u.Scheme != "nats" && u.Scheme != "tls" {
			return nil, errors.New("connect to NATS: expected addresses such as nats://host:4222 or tls://host:4222") // and not what may be a password
		}
		if u.User != nil {
			return nil, fmt.Errorf("connect to NATS: the address of %s has a user in it: give credentials in a file", u.Host)
		}
		secure = secure || u.Scheme == "tls"
	}
	if secure {
		options = append(options, nats.Secure())
	}
	if o.CA != "" {
		options = append(options, nats.RootCAs(o.CA))
	}
	if o.Cert != "" || o.Key != "" {
		options = append(options, nats.ClientCert(o.Cert, o.Key))
	}
	return options, nil
}

// shown gives what the file of credentials adds. The file is read for each connection.
func (o Options) shown() ([]nats.Option, error) {
	if o.Credentials == "" {
		return nil, nil
	}
	c, err := credentials.Read(o.Credentials)
	if err != nil {
		return nil, err
	}
	again := func() credentials.Credentials {
		if now, err := credentials.Read(o.Credentials); err == nil && now.Kind == c.Kind {
			return now
		}
		return c // it is being replaced
	}
	switch c.Kind {
	case credentials.UserPassword:
		return []nats.Option{nats.UserInfoHandler(func() (string, string) { now := again(); return now.User, now.Password })}, nil
	case credentials.Token:
		return []nats.Option{nats.TokenHandler(func() string { return again().Token })}, nil
	case credentials.NKey:
		option, err := nats.NkeyOptionFromSeed(o.Credentials)
		if err != nil {
			return nil, fmt.Errorf("%v: no seed of a key of a user", c)
		}
		return []nats.Option{option}, nil
	default:
		return []nats.Option{nats.UserCredentials(o.Credentials)}, nil
	}
}
