package jetstream

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"strconv"
	"time"

	"github.com/nats-io/nats.go"

	"alphanode/fleet/transport"
)

// Headers that JetStream acts on.
const (
	headerID       = nats.MsgIdHdr
	headerRevision = nats.ExpectedLastSubjSeqHdr
	headerRollup   = nats.MsgRollup
)

// stored is a message as a stream has it.
type stored struct {
	Subject string    `json:"subject"`
	Seq     uint64    `json:"seq"`
	Header  []byte    `json:"hdrs"`
	Data    []byte    `json:"data"`
	Time    time.Time `json:"time"`
}

// header gives one header of a message.
func (s stored) header(name string) string {
	headers, err := nats.DecodeHeadersMsg(s.Header)
	if err != nil {
		return ""
	}
	return headers.Get(name)
}

// wanted says which message is asked for.
type wanted struct {
	Seq    uint64 `json:"seq,omitempty"`
	LastOf string `json:"last_by_subj,omitempty"`
	NextOf string `json:"next_by_subj,omitempty"`
}

// message asks the leader of a stream for a message. Any other server may be behind: what
// those read is asked for by what is called direct get, which this is not.
func (l *link) message(ctx context.Context, stream string, which wanted) (stored, error) {
	var answer struct {
		Message stored `json:"message"`
	}
	err := l.api(ctx, "STREAM.MSG.GET."+stream, which, &answer)
	return answer.Message, err
}

// receipt is what JetStream answers to what is published.
type receipt struct {
	Stream string `json:"stream"`
	Seq    uint64 `json:"seq"`
}

// publish publishes a message once, however often it has to be sent, and gives its place in
// its stream. Where a revision must be the last one of its subject, and the answer to a try was
// lost, a conflict may be with that try: then the message that is there tells by its name.
func (l *link) publish(ctx context.Context, stream string, m *nats.Msg) (uint64, error) {
	if m.Header == nil {
		m.Header = nats.Header{}
	}
	id := rand.Text()
	m.Header.Set(headerID, id)
	var set receipt
	lost := false
	err := l.ask(ctx, func(ctx context.Context) error {
		answer, err := l.request(ctx, m)
		if err == nil {
			err = l.decode(answer.Data, stream, &set)
		}
		if errors.Is(err, nats.ErrNoResponders) { // nobody had it: there is no stream, or it has no leader
			if missing := l.apiOnce(ctx, "STREAM.INFO."+stream, nil, nil); missing != nil {
				return missing
			}
			return err
		}
		lost = lost || errors.Is(err, transport.ErrUnavailable)
		return err
	})
	if errors.Is(err, transport.ErrConflict) && lost {
		there, readErr := l.message(ctx, stream, wanted{LastOf: m.Subject})
		if readErr == nil && there.header(headerID) == id {
			return there.Seq, nil
		}
	}
	return set.Seq, err
}

// expecting makes a message be published only where the last of its subject has this place; 0
// for none.
func expecting(m *nats.Msg, revision uint64) *nats.Msg {
	if m.Header == nil {
		m.Header = nats.Header{}
	}
	m.Header.Set(headerRevision, strconv.FormatUint(revision, 10))
	return m
}

// settle writes a message behind all others, which takes the place of the one before, and
// gives its place. It is acknowledged by most servers, so not by one that is cut off.
func (l *link) settle(ctx context.Context, stream, subject string) (uint64, error) {
	m := nats.NewMsg(subject)
	m.Header.Set(headerRollup, nats.MsgRollupSubject)
	return l.publish(ctx, stream, m)
}

// purge removes the messages of a subject, up to a place; 0 for all.
func (l *link) purge(ctx context.Context, stream, subject string, upTo uint64) error {
	request := struct {
		Filter string `json:"filter"`
		Before uint64 `json:"seq,omitempty"`
	}{Filter: subject}
	if upTo > 0 {
		request.Before = upTo + 1
	}
	if err := l.api(ctx, "STREAM.PURGE."+stream, request, nil); err != nil {
		return fmt.Errorf("remove messages: %w", err)
	}
	return nil
}
