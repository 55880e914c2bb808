package server

import (
	"context"
	"errors"
	"net/http"
	"strconv"
	"time"

	"alphanode/apierror"
	"alphanode/server/client"
	"alphanode/server/quota"
	"alphanode/server/route"
	"alphanode/store"
)

const (
	// requestPrice is what every request costs, in units: to read it, to find a kept
	// answer or to refuse it, to send and to log it.
	requestPrice = 20
	// bytesRead is how many bytes of a body are read, checked and refused for one unit. What is
	// answered has paid for reading its question already.
	bytesRead = 128
	// bytesSent is how many bytes of a body are sent for one unit.
	bytesSent = 4 << 10
	// mostReaders is how many readers are remembered who have spent something.
	mostReaders = 1 << 18
)

// errOverBudget says that a reader has spent what they may. How long to wait is told
// when the answer is sent.
var errOverBudget = apierror.New(apierror.RateLimited, "Your requests have cost as much as they may for now. Ask again after the seconds in Retry-After; RateLimit-Policy says how many units of work there are in how many seconds.")

// readerOf says who asks: by their key, else by where they ask from.
func readerOf(key store.Key, c client.Client) quota.Reader {
	if key.ID != "" {
		return quota.OfKey(key.ID)
	}
	return quota.OfNetwork(c.Network())
}

// accountOf is what a request is charged to. A key that has a budget of its own has it
// everywhere; else who asks from this machine is no stranger.
func (s *Server) accountOf(key store.Key, c client.Client) quota.Account {
	units := s.settings.AddressBudget
	switch {
	case key.Budget > 0:
		units = key.Budget
	case c.Local || !c.Addr.IsValid():
		units = s.settings.LoopbackBudget
	case key.ID != "":
		units = s.settings.KeyBudget
	}
	return s.accounts.Of(readerOf(key, c), units)
}

// mostFor is what one answer may cost: never more than its reader has in all, for they
// would pay it back for longer than the window.
func (s *Server) mostFor(account quota.Account) int {
	if most := account.Quota(); most > 0 {
		return min(most, s.settings.GraphQL.Complexity)
	}
	return s.settings.GraphQL.Complexity
}

// ofOneReader reports whether an error is due to what one reader may spend, so that
// another who asks the same may be answered.
func ofOneReader(err error) bool {
	return errors.Is(err, errOverBudget) || errors.Is(err, store.ErrTooComplex)
}

// charge notes what an answer has cost beside the work that was paid for when it was
// done. Who is refused because they have spent too much is charged nothing, or the time
// that they were told to wait would not be true.
func (x *exchange) charge(a *route.Answer) {
	if !x.free && (x.route == nil || !x.route.Vital) { // what is vital is nobody's to pay
		x.units = requestPrice + x.packing
		if x.r.Method != http.MethodHead && !x.unchanged(a) { // else the body is not sent
			x.units += len(a.Body) / bytesSent
		}
		if a.Code != "" {
			x.units += x.arrived / bytesRead
		}
	}
	x.left = x.account.Spend(x.units)
	if a.Code == apierror.RateLimited && x.left.Exhausted() {
		a.Header.Set("Retry-After", strconv.FormatInt(x.left.Seconds(), 10))
	}
}

// charged is what the reader was charged for the request in all, or would have been if
// they had a budget.
func (x *exchange) charged() int { return x.paid + x.units }

// pay charges a stream for what it has sent, and waits while its reader has nothing
// left: so it goes on at the pace of their budget.
func (x *exchange) pay(ctx context.Context, units int) error {
	x.spent, x.paid = x.spent+units, x.paid+units
	for left := x.account.Spend(units); left.Exhausted(); left = x.account.Left() {
		wait := time.NewTimer(left.Wait())
		select {
		case <-wait.C:
		case <-ctx.Done():
			wait.Stop()
			return ctx.Err()
		}
	}
	return nil
}
