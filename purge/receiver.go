package purge

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"alphanode/store"
	"alphanode/webhook"
)

// maxReleases bounds what is remembered for a receiver that cannot be told. Beyond
// it everything is dropped when it can.
const maxReleases = 64

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

	mu      sync.Mutex
	pending pending
}

// pending is what a receiver was not told: the release that it was told of last, ""
// where that is not known, and those that were served since.
type pending struct {
	releases []string
	first    int       // number of the first of them, counted from the start
	at       time.Time // when the last was served
}

func newReceiver(n *Notifier, e webhook.Endpoint, told []string) *receiver {
	return &receiver{notifier: n, endpoint: e, wake: make(chan struct{}, 1), pending: pending{releases: told, at: time.Now()}}
}

// untold is what the receiver is to be told now; the list is not to be changed.
func (r *receiver) untold() pending {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.pending
}

// note adds a switch.
func (r *receiver) note(s store.Switch) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if p := &r.pending; len(p.releases) == 0 || s.Before != "" {
		p.add(s.Before)
	}
	if s.Before == s.After || s.Reason != "" { // the release itself is another now, as after a takedown, or is damaged: what it was is not known
		r.pending.add("")
	}
	r.pending.add(s.After)
	r.news()
}

// noteServed adds what is served when the notifier starts. A receiver of which
// nothing is known begins with it.
func (r *receiver) noteServed(release string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.pending.add(release)
	r.news()
}

// news says that there may be something to tell.
func (r *receiver) news() {
	select {
	case r.wake <- struct{}{}:
	default: // it was said already
	}
}

func (p *pending) add(release string) {
	if n := len(p.releases); n > 0 && p.releases[n-1] == release {
		return
	}
	p.at = time.Now()
	p.releases = append(slices.Clip(p.releases), release)
	if n := len(p.releases); n > maxReleases {
		p.releases, p.first = []string{"", release}, p.first+n-2
	}
}

// told takes off what a receiver was told when this was pending.
func (r *receiver) told(then pending) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if n := then.first + len(then.releases) - 1 - r.pending.first; n > 0 {
		r.pending.releases, r.pending.first = slices.Clone(r.pending.releases[n:]), r.pending.first+n
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
		r.notifier.save()
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
	var now pending
	var m webhook.Message
	var plan *Plan
	for failed := 0; ; {
		next := r.untold()
		if len(next.releases) < 2 {
			return true
		}
		if wait := settle - time.Since(next.at); wait > 0 {
			if !sleep(ctx, wait, nil) {
				return false
			}
			next = r.untold()
		}
		if m.ID == "" || next.first != now.first || len(next.releases) != len(now.releases) {
			var err error
			if plan, err = r.notifier.plan(ctx, next.releases); err != nil {
				return false // the context has ended
			}
			if m, err = newMessage(plan, next.at, r.notifier.reason(plan.After)); err != nil {
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
			r.told(now)
			r.notifier.save()
			log.Info("webhook told", "id", m.ID, "before", plan.Before, "after", plan.After, "tags", len(plan.Tags), "all", plan.All, "attempts", failed+1)
			m, failed = webhook.Message{}, 0
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
		r.notifier.save()
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

func newMessage(p *Plan, at time.Time, reason string) (webhook.Message, error) {
	id := webhook.NewID()
	body, err := json.Marshal(Message{ID: id, Event: "switch", At: at.UTC().Truncate(time.Millisecond), Plan: p, Reason: reason})
	return webhook.Message{ID: id, Body: body}, err
}
