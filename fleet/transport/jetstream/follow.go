package jetstream

import (
	"context"
	"crypto/rand"
	"fmt"
	"strconv"
	"time"

	"github.com/nats-io/nats.go"

	"alphanode/fleet/transport"
)

// A stream is followed by what JetStream calls a consumer, which a server keeps in memory for
// one who reads. It tells that it lives when it has nothing to tell.
const (
	heartbeat = 5 * time.Second
	silence   = 3 * heartbeat // after which it is given up
	abandoned = time.Minute   // after which a server forgets one that nobody reads
)

// consumer is how a consumer is asked for.
type consumer struct {
	Name              string        `json:"name"`
	DeliverPolicy     string        `json:"deliver_policy"`
	DeliverSubject    string        `json:"deliver_subject"`
	AckPolicy         string        `json:"ack_policy"`
	ReplayPolicy      string        `json:"replay_policy"`
	MaxDeliver        int           `json:"max_deliver"`
	FilterSubjects    []string      `json:"filter_subjects"`
	FlowControl       bool          `json:"flow_control"`
	Heartbeat         time.Duration `json:"idle_heartbeat"`
	InactiveThreshold time.Duration `json:"inactive_threshold"`
	Replicas          int           `json:"num_replicas"`
	Memory            bool          `json:"mem_storage"`
}

// follow reads the last message of each subject and then all that come, until it is told to
// end, the context ends or the connection is lost. each is called with nil, once, behind all
// that had been acknowledged before follow was called.
func (l *link) follow(ctx context.Context, stream string, subjects []string, settled string, each func(*nats.Msg, uint64) error) error {
	r, err := l.reader(ctx, stream, subjects)
	if err != nil {
		return err
	}
	defer r.end()
	behind, err := l.settle(ctx, stream, settled)
	if err != nil {
		return err
	}
	for waiting := true; ; {
		m, seq, err := r.next()
		switch {
		case err != nil:
		case m.Subject != settled:
			err = each(m, seq)
		case waiting && seq >= behind:
			waiting = false
			err = each(nil, 0)
		}
		if err != nil {
			return err
		}
	}
}

// follower reads what a consumer sends.
type follower struct {
	link   *link
	ctx    context.Context // of the caller
	alive  context.Context // and of the connection
	sub    *nats.Subscription
	stream string
	name   string
	told   uint64 // messages until now
	end    func()
}

// reader makes a consumer. The caller ends it.
func (l *link) reader(ctx context.Context, stream string, subjects []string) (*follower, error) {
	alive, cancel := context.WithCancel(ctx)
	stop := context.AfterFunc(l.connection(), cancel)
	began := time.Now()
	inbox := l.nats.NewInbox()
	sub, err := l.nats.SubscribeSync(inbox)
	if err != nil {
		cancel()
		return nil, l.explain(err, began, inbox)
	}
	r := &follower{link: l, ctx: ctx, alive: alive, sub: sub, stream: stream}
	r.end = func() {
		_ = sub.Unsubscribe() // which is gone where the connection is, like what is asked for here
		_ = l.nats.Publish("$JS.API.CONSUMER.DELETE."+stream+"."+r.name, nil)
		stop()
		cancel()
	}
	if err := r.consume(inbox, subjects); err != nil {
		r.end()
		return nil, err
	}
	return r, nil
}

// consume makes the consumer, which sends to an inbox.
func (r *follower) consume(inbox string, subjects []string) error {
	return r.link.ask(r.ctx, func(ctx context.Context) error {
		r.name = rand.Text() // that of a try without an answer may be there, and sends to the inbox too
		request := struct {
			Stream string   `json:"stream_name"`
			Config consumer `json:"config"`
			Action string   `json:"action"`
		}{r.stream, consumer{
			Name: r.name, DeliverPolicy: "last_per_subject", DeliverSubject: inbox, AckPolicy: "none", ReplayPolicy: "instant",
			MaxDeliver: 1, FilterSubjects: subjects, FlowControl: true, Heartbeat: heartbeat, InactiveThreshold: abandoned, Replicas: 1, Memory: true,
		}, "create"}
		return r.link.apiOnce(ctx, "CONSUMER.CREATE."+r.stream+"."+r.name, request, nil)
	})
}

// next gives the next message and its place in the stream.
func (r *follower) next() (*nats.Msg, uint64, error) {
	for {
		wait, cancel := context.WithTimeout(r.alive, silence)
		m, err := r.sub.NextMsgWithContext(wait)
		cancel()
		switch {
		case err == nil:
		case r.ctx.Err() != nil:
			return nil, 0, transport.Unanswered(r.ctx, nil)
		case r.alive.Err() != nil:
			return nil, 0, fmt.Errorf("NATS: %w: the connection is lost", transport.ErrUnavailable)
		default:
			return nil, 0, fmt.Errorf("NATS: %w: %w", transport.ErrUnavailable, err)
		}
		if m.Header.Get("Status") == "100" && len(m.Data) == 0 {
			if err := r.control(m); err != nil {
				return nil, 0, err
			}
			continue
		}
		meta, err := m.Metadata()
		if err != nil {
			return nil, 0, fmt.Errorf("NATS: %w: %w", transport.ErrUnavailable, err)
		}
		if meta.Consumer != r.name {
			continue
		}
		if r.told++; meta.Sequence.Consumer != r.told {
			return nil, 0, errGap
		}
		return m, meta.Sequence.Stream, nil
	}
}

var errGap = fmt.Errorf("NATS: %w: a message was lost on its way", transport.ErrUnavailable)

// control answers what a server sends about the sending itself: it waits until a message is
// answered, so that no more is under way than is read; or it has nothing to tell, and says
// how much it has told.
func (r *follower) control(m *nats.Msg) error {
	answer := m.Reply
	if answer == "" {
		answer = m.Header.Get("Nats-Consumer-Stalled")
	}
	if answer != "" {
		_ = r.link.nats.Publish(answer, nil) // it asks again
	}
	if last := m.Header.Get("Nats-Last-Consumer"); last != "" && last != strconv.FormatUint(r.told, 10) {
		return errGap
	}
	return nil
}
