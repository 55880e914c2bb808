package webhook

import (
	"bytes"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"time"
)

const (
	// attemptTime bounds one attempt: a receiver should note a message and answer.
	attemptTime = 20 * time.Second
	// maxAnswer bounds what is read of an answer, which says nothing but its status.
	maxAnswer = 16 << 10
	// maxRetryAfter bounds how long a receiver can ask to be left alone.
	maxRetryAfter = time.Hour
)

// Message is what is posted. All attempts to send it have its id.
type Message struct {
	ID    string
	Body  []byte // JSON
	Trace string // the header traceparent; "" for none
}

// NewID gives an id that no other message has.
func NewID() string { return "msg_" + rand.Text() }

// Client posts messages. It is safe for many goroutines.
type Client struct{ http *http.Client }

// NewClient makes a client. A nil transport is one that keeps few connections.
// Redirects are not followed: the signature is for the address that is configured.
func NewClient(transport http.RoundTripper) *Client {
	if transport == nil {
		t := http.DefaultTransport.(*http.Transport).Clone()
		t.MaxIdleConns, t.MaxIdleConnsPerHost, t.MaxResponseHeaderBytes = MaxEndpoints, 1, maxAnswer
		transport = t
	}
	return &Client{&http.Client{
		Transport:     transport,
		Timeout:       attemptTime,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}}
}

// Close gives up the connections that are kept.
func (c *Client) Close() { c.http.CloseIdleConnections() }

// AttemptError is an attempt that failed.
type AttemptError struct {
	Status     int           // 0 where there was no answer
	RetryAfter time.Duration // as the receiver asks, 0 where it does not
	Cause      error
}

func (e *AttemptError) Error() string {
	if e.Status == 0 {
		return "no answer: " + e.Cause.Error()
	}
	return fmt.Sprintf("found status %d, expected 200 to 299", e.Status)
}

func (e *AttemptError) Unwrap() error { return e.Cause }

// Transient reports whether another attempt can succeed though nobody changes
// anything: not where the receiver has said that the message or the address is wrong.
func (e *AttemptError) Transient() bool {
	switch e.Status {
	case 0, http.StatusRequestTimeout, http.StatusTooEarly, http.StatusTooManyRequests:
		return true
	default:
		return e.Status >= http.StatusInternalServerError
	}
}

// Post makes one attempt to send a message. The error is an *AttemptError, which
// does not hold the address.
func (c *Client) Post(ctx context.Context, to Endpoint, m Message) error {
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, to.url, bytes.NewReader(m.Body))
	if err != nil {
		return &AttemptError{Cause: withoutAddress(err)}
	}
	now := time.Now()
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("User-Agent", "alphanode")
	r.Header.Set("webhook-id", m.ID)
	r.Header.Set("webhook-timestamp", strconv.FormatInt(now.Unix(), 10))
	r.Header.Set("webhook-signature", sign(to.secret, m.ID, now, m.Body))
	if m.Trace != "" {
		r.Header.Set("traceparent", m.Trace)
	}
	answer, err := c.http.Do(r)
	if err != nil {
		return &AttemptError{Cause: withoutAddress(err)}
	}
	defer answer.Body.Close()
	_, _ = io.CopyN(io.Discard, answer.Body, maxAnswer) // so that the connection can be used again
	if answer.StatusCode >= 200 && answer.StatusCode < 300 {
		return nil
	}
	return &AttemptError{Status: answer.StatusCode, RetryAfter: retryAfter(answer.Header.Get("Retry-After"), now)}
}

// withoutAddress takes away the address that errors of net/http begin with.
func withoutAddress(err error) error {
	if e, ok := errors.AsType[*url.Error](err); ok {
		return e.Err
	}
	return err
}

// retryAfter reads the header of that name: seconds, or a time. What it cannot read
// is no wish.
func retryAfter(value string, now time.Time) time.Duration {
	var wait time.Duration
	if seconds, err := strconv.ParseUint(value, 10, 31); err == nil {
		wait = time.Duration(seconds) * time.Second
	} else if at, err := http.ParseTime(value); err == nil {
		wait = at.Sub(now)
	}
	return min(max(wait, 0), maxRetryAfter)
}
