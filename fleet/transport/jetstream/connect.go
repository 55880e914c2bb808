package jetstream

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"time"

	"github.com/nats-io/nats.go"

	"alphanode/fleet/transport"
)

// link is a connection to NATS, which comes back by itself.
type link struct {
	nats  *nats.Conn
	names names
	log   *slog.Logger

	direct  bool          // any server may be asked for pieces of files, not only the leader
	sending chan struct{} // room for pieces that are on their way to a server
	reading chan struct{} // and from one

	mu      sync.Mutex
	live    context.Context // ends when the connection is lost; another one begins when it is back
	lose    context.CancelFunc
	refused refused
	away    bool // which the log was told of
}

// refused is when and how a server last said that something is not allowed.
type refused struct {
	at   time.Time
	text string
}

// Pieces of files that are under way at once, of all files of a connection together. On a link
// of 1 Mbit/s the last of them comes 8 and 4 seconds after the first: see patience.
const (
	piecesSent = 8
	piecesRead = 4
)

// fleet is a fleet's files over one connection and its values over another: on a slow link a
// value would wait for seconds behind pieces of files.
type fleet struct {
	transport.Files
	transport.Values
	links [2]*link
}

// Connect connects to NATS. It tries until the context ends, and gives a
// [transport.MissingError] where NATS has nothing of a fleet. The caller closes the transport.
func Connect(ctx context.Context, o Options) (transport.Transport, error) {
	values, err := dial(ctx, o)
	if err != nil {
		return nil, err
	}
	err = values.look(ctx)
	if err != nil {
		return nil, errors.Join(err, values.Close())
	}
	files, err := dial(ctx, o)
	if err != nil {
		return nil, errors.Join(err, values.Close())
	}
	files.direct = values.direct
	return &fleet{files, values, [2]*link{files, values}}, nil
}

// Close ends the connections. Calls that wait for an answer get none.
func (f *fleet) Close() error { return errors.Join(f.links[0].Close(), f.links[1].Close()) }

// dial connects, whatever is or is not there.
func dial(ctx context.Context, o Options) (*link, error) {
	options, err := o.nats()
	if err != nil {
		return nil, err
	}
	l := &link{
		names: o.names(), log: o.Log,
		sending: make(chan struct{}, piecesSent), reading: make(chan struct{}, piecesRead),
	}
	l.live, l.lose = context.WithCancel(context.Background())
	if l.log == nil {
		l.log = slog.New(slog.DiscardHandler)
	}
	options = append(options, nats.DisconnectErrHandler(l.leave), nats.ReconnectHandler(l.back), nats.ErrorHandler(l.trouble),
		nats.ReconnectErrHandler(func(c *nats.Conn, err error) { l.trouble(c, nil, err) }), nats.NoCallbacksAfterClientClose())
	err = l.ask(ctx, func(context.Context) error {
		c, err := nats.Connect(o.servers(), options...)
		if err == nil {
			l.nats = c
		}
		return l.explain(err, time.Now(), "")
	})
	if err != nil {
		l.lose()
		return nil, fmt.Errorf("connect to NATS: %w", err)
	}
	return l, nil
}

// look looks whether NATS has what a fleet needs.
func (l *link) look(ctx context.Context) error {
	var files, values streamInfo
	if err := l.api(ctx, "STREAM.INFO."+l.names.valueStream(), nil, &values); err != nil {
		return err
	}
	if err := l.api(ctx, "STREAM.INFO."+l.names.fileStream(), nil, &files); err != nil {
		return err
	}
	l.direct = files.Config.AllowDirect
	return nil
}

// Close ends the connection.
func (l *link) Close() error {
	l.nats.Close()
	l.mu.Lock()
	defer l.mu.Unlock()
	l.lose()
	return nil
}

// connection gives the context of the connection of now.
func (l *link) connection() context.Context {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.live
}

func (l *link) leave(_ *nats.Conn, err error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.lose()
	if !l.away {
		l.away = true
		l.log.Warn("the connection to NATS is lost, and tried again", "error", err)
	}
}

func (l *link) back(c *nats.Conn) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.lose()
	l.live, l.lose = context.WithCancel(context.Background())
	if l.away {
		l.away = false
		l.log.Info("connected to NATS again", "server", c.ConnectedServerName())
	}
}

// trouble is told of what a server says of its own accord: such as that what was sent to it is
// not allowed, which it does not answer otherwise.
func (l *link) trouble(_ *nats.Conn, _ *nats.Subscription, err error) {
	if refusal(err) {
		l.mu.Lock()
		l.refused = refused{time.Now(), err.Error()}
		l.mu.Unlock()
	}
	l.log.Debug("NATS tells of a fault", "error", err)
}

// refusal reports whether an error says that somebody may not do something.
func refusal(err error) bool {
	for _, kind := range []error{nats.ErrAuthorization, nats.ErrAuthExpired, nats.ErrAuthRevoked, nats.ErrAccountAuthExpired, nats.ErrPermissionViolation} {
		if errors.Is(err, kind) {
			return true
		}
	}
	return false
}

// wasRefused reports whether a server has said since then that a subject is not allowed, or
// the connection as a whole.
func (l *link) wasRefused(since time.Time, subject string) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	named := strings.Contains(l.refused.text, `"`)
	return !l.refused.at.Before(since) && (!named || strings.Contains(l.refused.text, `"`+subject+`"`))
}
