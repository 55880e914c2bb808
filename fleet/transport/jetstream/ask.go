package jetstream

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/nats-io/nats.go"

	"alphanode/fleet/transport"
)

// patience is how long a try is waited for: longer each time, so that a slow link is not asked
// for the same again and again before it can answer.
func patience(first time.Duration, tries int) time.Duration {
	return min(first<<min(tries, 4), 30*time.Second)
}

const (
	forAnswer = 2 * time.Second  // what is asked and answered in a few bytes
	forPiece  = 12 * time.Second // pieces of files, which wait for each other: see piecesSent
)

// ask calls a step until it is answered, by ErrUnavailable or not at all where it was not.
func (l *link) ask(ctx context.Context, step func(context.Context) error) error {
	return l.askFor(ctx, forAnswer, step)
}

func (l *link) askFor(ctx context.Context, first time.Duration, step func(context.Context) error) error {
	var last error
	for tries := 0; ; tries++ {
		if ctx.Err() != nil {
			return transport.Unanswered(ctx, last)
		}
		try, cancel := context.WithTimeout(ctx, patience(first, tries))
		err := step(try)
		cancel()
		switch {
		case err == nil, !errors.Is(err, transport.ErrUnavailable):
			return err
		case l.nats != nil && l.nats.IsClosed():
			return err
		case ctx.Err() == nil:
			last = err
		}
		select {
		case <-ctx.Done():
		case <-time.After(min(20*time.Millisecond<<min(tries, 8), time.Second)):
		}
	}
}

// explain says what an error of the client is to those who carry by any transport.
func (l *link) explain(err error, since time.Time, subject string) error {
	switch {
	case err == nil:
		return nil
	case refusal(err), l.wasRefused(since, subject):
		return fmt.Errorf("NATS: %w: %w", transport.ErrRefused, err)
	case errors.Is(err, nats.ErrMaxPayload):
		return fmt.Errorf("NATS: %w: more than %d bytes of a message: the limit max_payload of the servers must be 1 MB or more", transport.ErrInvalid, l.nats.MaxPayload())
	}
	return fmt.Errorf("NATS: %w: %w", transport.ErrUnavailable, err)
}

// request sends a message and gives the answer to it.
func (l *link) request(ctx context.Context, m *nats.Msg) (*nats.Msg, error) {
	began := time.Now()
	answer, err := l.nats.RequestMsgWithContext(ctx, m)
	return answer, l.explain(err, began, m.Subject)
}

// apiError is what JetStream answers instead of what it was asked for.
type apiError struct {
	Code        int    `json:"code"`
	ErrCode     int    `json:"err_code"`
	Description string `json:"description"`
}

func (e *apiError) Error() string { return "NATS: " + e.Description }

// Numbers of errors of JetStream; they are fixed.
const (
	errStreamNotFound  = 10059
	errMessageNotFound = 10037
	errNameInUse       = 10058
	errNoPeers         = 10005 // that have room and are seen to live, as just after an election
	errPublishedTwice  = 10158 // and the first of the two is not yet stored
	errStoreFailed     = 10077
)

var (
	errsOfRevision = []int{10071, 10164}
	errsOfRoom     = []int{10002, 10023, 10028, 10047}
	errsOfNoServer = []int{10039, 10076}
)

// kind says what an answer is to those who carry by any transport.
func (l *link) kind(e *apiError, about string) error {
	is := func(kind error) error { return fmt.Errorf("%w: %w", kind, e) }
	switch {
	case e.ErrCode == errStreamNotFound:
		return l.names.missing(about)
	case slices.Contains(errsOfNoServer, e.ErrCode):
		return &transport.MissingError{What: "JetStream in NATS, where it is not turned on (" + e.Description + ")"}
	case e.ErrCode == errMessageNotFound:
		return is(transport.ErrNotFound)
	case slices.Contains(errsOfRevision, e.ErrCode):
		return is(transport.ErrConflict)
	case slices.Contains(errsOfRoom, e.ErrCode), e.ErrCode == errStoreFailed && strings.Contains(e.Description, "maximum"):
		return is(transport.ErrNoRoom)
	case e.Code >= 500, e.ErrCode == errNoPeers, e.ErrCode == errPublishedTwice:
		return is(transport.ErrUnavailable)
	}
	return e
}

// api asks JetStream until it answers.
func (l *link) api(ctx context.Context, what string, in, out any) error {
	return l.ask(ctx, func(ctx context.Context) error { return l.apiOnce(ctx, what, in, out) })
}

func (l *link) apiOnce(ctx context.Context, what string, in, out any) error {
	var body []byte
	if in != nil {
		var err error
		if body, err = json.Marshal(in); err != nil {
			return err
		}
	}
	answer, err := l.request(ctx, &nats.Msg{Subject: "$JS.API." + what, Data: body})
	if err != nil {
		return err
	}
	return l.decode(answer.Data, what, out)
}

// decode reads an answer of JetStream, which may be an error.
func (l *link) decode(body []byte, about string, out any) error {
	var failed struct {
		Error *apiError `json:"error"`
	}
	if err := json.Unmarshal(body, &failed); err != nil {
		return fmt.Errorf("NATS: %w: an answer that is no JSON: %w", transport.ErrUnavailable, err)
	}
	if failed.Error != nil {
		return l.kind(failed.Error, about)
	}
	if out == nil {
		return nil
	}
	if err := json.Unmarshal(body, out); err != nil {
		return fmt.Errorf("NATS: %w: an answer of another form: %w", transport.ErrUnavailable, err)
	}
	return nil
}

// streamInfo is what is read of how a stream stands.
type streamInfo struct {
	Config struct {
		AllowDirect bool `json:"allow_direct"`
	} `json:"config"`
}
