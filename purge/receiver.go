package purge

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"sync/atomic"
	"time"

	"alphanode/trace"
	"alphanode/webhook"
)

// mostWaits bounds how often it is waited for the next switch to settle: where one
// follows the other, the message is sent, and what came late is told of again.
const mostWaits = 10

// The outcomes of an attempt to tell a receiver.
const (
	delivered = iota
	retried   // it failed, and another follows
	givenUp   // it failed and was the last; the next switch brings all that was missed
)

var outcomes = [...]string{"delivered", "retried", "given_up"}

// receiver is one webhook, and what it was not told yet.
type receiver struct {
	notifier *Notifier
	endpoint webhook.Endpoint
	counts   [len(outcomes)]atomic.Int64 // by outcome
	wake     chan struct{}               // holds something where there is news
	pending  pending
}

func newReceiver(n *Notifier, e webhook.Endpoint) *receiver {
	return &receiver{notifier: n, endpoint: e, wake: make(chan struct{}, 1)}
}

// news says that there may be something to tell.
func (r *receiver) news() {
	select {
	case r.wake <- struct{}{}:
	default: // it was said already
	}
}

// run tells the receiver what there is until the context ends.
func (r *receiver) run(ctx context.Context) {
	for {
		select {
		case <-ctx.Done():
			return
		case <-r.wake:
		}
		if !r.deliver(ctx) {
			return
		}
	}
}

// deliver sends what is pending, again and again with longer waits, until it is told
// or given up. What is added in between goes into the next attempt, as a message
// with another id. It reports false where nothing is to be sent any more.
func (r *receiver) deliver(ctx context.Context) bool {
	log := r.notifier.options.Log.With("webhook", r.endpoint.Name)
	var now debt
	var m webhook.Message
	var plan *Plan
	for failed, waits := 0, 0; ; {
		select {
		case <-r.wake: // news of what is looked at now must not end the wait after an attempt
		default:
		}
		next := r.pending.debt()
		if len(next.owed()) == 0 {
			return true
		}
		if wait := r.notifier.options.Settle - time.Since(next.at); wait > 0 && waits < mostWaits {
			if waits++; !sleep(ctx, wait, nil) {
				return false
			}
			continue // there may have been another switch
		}
		settled := time.Now().Add(-r.notifier.options.Settle)
		if m.ID == "" || next.changes != now.changes {
			var err error
			if plan, err = r.notifier.plan(ctx, next); err != nil {
				return false // the context has ended
			}
			if m, err = newMessage(plan, next, r.notifier.reason(plan.After)); err != nil {
				log.Error("cannot write a purge plan", "error", err)
				return true
			}
			now, failed = next, 0
		}
		err := r.notifier.client.Post(ctx, r.endpoint, m)
		if ctx.Err() != nil {
			return false
		}
		if err == nil {
			r.counts[delivered].Add(1)
			r.pending.told(now, settled)
			r.notifier.save()
			log.Info("webhook told", "id", m.ID, "before", plan.Before, "after", plan.After, "tags", len(plan.Tags), "all", plan.All, "attempts", failed+1)
			m, failed, waits = webhook.Message{}, 0, 0
			continue
		}
		failed++
		attempt, _ := errors.AsType[*webhook.AttemptError](err)
		switch {
		case attempt.Status == http.StatusGone:
			r.counts[givenUp].Add(1)
			log.Error("webhook wants no more messages; it gets none until the server starts anew", "id", m.ID, "after", plan.After)
			return false
		case !attempt.Transient() || failed == webhook.MaxAttempts:
			r.counts[givenUp].Add(1)
			log.Error("webhook not told; the next switch brings it what it missed", "id", m.ID, "before", plan.Before, "after", plan.After,
				"attempts", failed, "error", err)
			return true
		}
		r.counts[retried].Add(1)
		wait, wake := webhook.Backoff(failed), r.wake
		if attempt.RetryAfter > 0 { // a wish that news does not override
			wait, wake = max(wait, attempt.RetryAfter), nil
		}
		log.Warn("webhook not told, trying again", "id", m.ID, "after", plan.After, "attempts", failed, "wait", wait, "error", err)
		if !sleep(ctx, wait, wake) {
			return false
		}
	}
}

// sleep waits for a time or for news, and reports false where the context ended.
func sleep(ctx context.Context, d time.Duration, news <-chan struct{}) bool {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return false
	case <-timer.C:
	case <-news:
	}
	return true
}

// Message is what a webhook gets.
type Message struct {
	ID    string    `json:"id"`
	Event string    `json:"event"` // "switch"
	At    time.Time `json:"at"`    // when After was served
	*Plan
	Reason string `json:"reason,omitempty"` // the damage because of which the server acted by itself
}

// newMessage writes a message. It is a span of the trace in which the release was made
// current; where there is none, a trace begins with it.
func newMessage(p *Plan, d debt, reason string) (webhook.Message, error) {
	id := webhook.NewID()
	body, err := json.Marshal(Message{ID: id, Event: "switch", At: d.at.UTC().Truncate(time.Millisecond), Plan: p, Reason: reason})
	span := trace.New()
	if act := trace.Parse([]string{d.trace}, nil); act.Valid() {
		span = act.Child()
	}
	return webhook.Message{ID: id, Body: body, Trace: span.Traceparent()}, err
}
