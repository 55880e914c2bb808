package broker

import (
	"context"
	"fmt"
	"net"
	"strings"
	"time"

	"github.com/nats-io/nats-server/v2/server"

	"alphanode/store/disk"
)

// handshake is how long one may take on a slow link.
const handshake = 10 * time.Second

func seconds(d time.Duration) float64 { return d.Seconds() }

// Broker is a server that runs.
type Broker struct {
	server  *server.Server
	options Options
	log     *journal
}

// Start starts a broker. It returns when machines can connect, and does not wait for the
// other brokers: see [Broker.Ready]. The caller closes it.
func Start(ctx context.Context, o Options) (*Broker, error) {
	so, err := o.server()
	if err != nil {
		return nil, err
	}
	if err := disk.MakeFolder(o.Dir); err != nil {
		return nil, fmt.Errorf("folder of the broker: %w", err)
	}
	s, err := server.NewServer(so)
	if err != nil {
		return nil, fmt.Errorf("start the broker: %w", err)
	}
	b := &Broker{server: s, options: o, log: newJournal(o.Log)}
	s.SetLoggerV2(b.log, false, false, false)
	s.Start()
	if err := b.until(ctx, func() bool { return s.ReadyForConnections(time.Millisecond) }); err != nil {
		b.Close()
		return nil, fmt.Errorf("start the broker at %s: %w", o.Listen, err)
	}
	return b, nil
}

// until waits until something holds, the server gives up, or the context ends.
func (b *Broker) until(ctx context.Context, holds func() bool) error {
	for !holds() {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case err := <-b.log.fatal:
			b.log.fatal <- err // for who asks next
			return err
		case <-time.After(10 * time.Millisecond):
		}
	}
	return nil
}

// URL is where machines connect; of a broker that listens at all addresses of its machine, one
// that says so, where nobody can.
func (b *Broker) URL() string { return b.server.ClientURL() }

// InProcessConn gives this process a connection, past the network.
func (b *Broker) InProcessConn() (net.Conn, error) { return b.server.InProcessConn() }

// longest is how long Ready waits, whatever its context says.
const longest = time.Minute

// Ready waits until the broker answers: where there are others, until most of them have found
// each other, for a minute at most. It may be asked again.
func (b *Broker) Ready(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, longest)
	defer cancel()
	err := b.until(ctx, b.leads)
	if err == nil {
		return nil
	}
	if silent := b.silent(); len(silent) > 0 {
		return fmt.Errorf("the brokers have no leader: %w; nobody answers at %s: more than half of them must run, and reach each other", err, strings.Join(silent, ", "))
	}
	return fmt.Errorf("the brokers have no leader: %w; something answers at each address: look whether their credentials and certificates are the same fleet's", err)
}

// leads reports whether somebody decides what is made and where.
func (b *Broker) leads() bool {
	if !b.server.JetStreamEnabled() {
		return false
	}
	if b.options.Cluster == "" {
		return true
	}
	info, err := b.server.Jsz(nil)
	return err == nil && info.Meta != nil && info.Meta.Leader != ""
}

// silent gives the peers at whose addresses nobody answers.
func (b *Broker) silent() []string {
	var silent []string
	for _, peer := range b.options.Peers {
		conn, err := net.DialTimeout("tcp", peer, time.Second)
		if err != nil {
			silent = append(silent, peer)
			continue
		}
		_ = conn.Close()
	}
	return silent
}

// Close ends the broker, and returns when nothing of it runs any more. The other brokers
// elect another leader where it was theirs.
func (b *Broker) Close() {
	b.server.Shutdown()
	b.server.WaitForShutdown()
}
