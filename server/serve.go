package server

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"net/http"
	"regexp"
	"runtime/debug"
	"strconv"
	"strings"
	"time"

	"alphanode/server/client"
	"alphanode/server/quota"
	"alphanode/server/route"
	"alphanode/server/wire"
	"alphanode/store"
	"alphanode/trace"
)

// exchange is one request and what is noted about it, for headers and the log.
type exchange struct {
	server  *Server
	r       *http.Request
	id      string
	began   time.Time
	trace   trace.Context // the span of the request; of who asks where it has none of its own
	span    trace.Span    // nil where none is recorded
	client  client.Client
	route   *route.Route // nil where there is none
	key     store.Key
	release string    // "" where none was pinned
	since   time.Time // when that became what is served; zero where it is not known
	cache   string    // how the answer came about
	drained bool      // the body of the request was read to its end
	arrived int       // bytes of the body that were read
	failed  bool      // it could not be
	store   trace.Store
	spent   int            // units of what the answer may cost
	paid    int            // of these, those that were charged
	out     *wire.Outgoing // what its reader has not taken
	visit   wire.Visit     // on its connection
	taken   taken          // the memory of its body
	account quota.Account  // what it is charged to
	left    quota.Left     // of that, when the answer is sent
	packing int            // units that packing the answer cost
	units   int            // what it was charged beside what was paid to make it
	free    bool           // it was refused because nothing was left, and is charged nothing
}

// ServeHTTP answers a request: everything that holds for all of them is here.
// The answer is whole before the first byte is sent, unless it is a stream.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	x := &exchange{server: s, r: r, id: requestID(r), began: time.Now(), client: s.settings.Proxies.Client(r), out: wire.OutgoingOf(r), visit: wire.Arrive(r)}
	defer s.unsent.Free(x.out)
	defer x.visit.Leave()
	x.follow()
	a := x.answer()
	if a.Stream != nil {
		defer a.Stream.Close()
	}
	if x.refuses(a) {
		a.Release()
		a = route.Problem(x.errChanged(), r.URL.EscapedPath())
	}
	a = x.asPage(a)
	if a.Stream != nil {
		// It is paid for piece by piece.
	} else if err := x.hold(len(a.Body)); err != nil && (x.route == nil || !x.route.Vital) {
		a.Release()
		a = route.Problem(err, r.URL.EscapedPath())
	}
	x.charge(a)
	if x.unread() {
		x.visit.Wait() // to the end: net/http reads it, or what is behind it, before it goes on
	}
	x.send(w, a)
	if errors.Is(a.Cause, context.Canceled) && r.Context().Err() != nil {
		s.abandoned.Add(1)
	}
	x.tell(a)
	a.Release()
	if x.ends() && (x.unread() || len(r.TransferEncoding) > 0) {
		wire.Linger(w, r) // more may be coming
	}
	if a.Cut() != "" {
		panic(http.ErrAbortHandler) // the one way to break off an answer
	}
}

var saneID = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$`)

// requestID keeps the name that a proxy gave the request, so that both logs
// can be laid side by side.
func requestID(r *http.Request) string {
	if given := r.Header.Get("Request-Id"); given != "" && saneID.MatchString(given) {
		return given
	}
	// Names need not be secret, only never the same.
	const letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"
	var name [26]byte
	for i, bits := 0, uint64(0); i < len(name); i, bits = i+1, bits>>5 {
		if i%12 == 0 { // 12 letters of 5 bits each
			bits = rand.Uint64()
		}
		name[i] = letters[bits%32]
	}
	return string(name[:])
}

// answer never fails: an error becomes a problem, and so does a panic.
func (x *exchange) answer() (a *route.Answer) {
	if x.r.URL.Path == "" && x.r.URL.Host != "" && x.r.Method != http.MethodConnect {
		x.r.URL.Path = "/" // which is what an address without a path means (RFC 9112, 3.2.1)
	}
	path := x.r.URL.EscapedPath()
	defer func() {
		if fault := recover(); fault != nil {
			a = route.Problem(errPanic.WithCause(fmt.Errorf("panic: %v\n%s", fault, debug.Stack())), path)
		}
	}()
	a = x.found(path)
	if a.Status == http.StatusNotFound && x.asksForMoved() {
		if moved := x.whereMoved(); moved != nil {
			a.Release()
			return moved
		}
	}
	return a
}

// found answers by the table of routes.
func (x *exchange) found(path string) (a *route.Answer) {
	s := x.server
	if n := len(x.r.RequestURI); n > s.settings.MaxURL {
		return route.Problem(tooLarge("url", strconv.Itoa(n)+" bytes", "at most "+strconv.Itoa(s.settings.MaxURL)+" bytes").WithStatus(http.StatusRequestURITooLong), "/")
	}
	rt, captured, methods := route.Find(s.table, x.r.Method, x.r.URL)
	if rt == nil && methods == nil {
		rt, captured, methods = route.Find(s.onCall, x.r.Method, x.r.URL)
	}
	var unacceptable error
	if rt != nil {
		rt, unacceptable = rt.Form(x.r.Header["Accept"])
	}
	if preflight(x.r) {
		return s.crossOrigin.answerPreflight(x.r, path)
	}
	if methods == nil && (x.r.RequestURI == "*" && x.r.Method == http.MethodOptions || x.r.Method == http.MethodTrace || x.r.Method == http.MethodConnect) {
		methods = anyMethod // of the server as a whole, or of no address at all
	}
	if rt == nil || !rt.Vital { // which is for who watches the server, and tells nothing
		if err := x.identify(); err != nil && (x.free || rt == nil || !rt.Admits) {
			x.route = rt
			return route.Problem(err, path)
		}
	}
	if rt == nil && methods == nil && x.key.Scope.Includes(store.ScopeAdmin) {
		rt, captured, methods = route.Find(s.keyed, x.r.Method, x.r.URL)
	}
	switch {
	case rt == nil && methods == nil && !strings.HasPrefix(path, "/"):
		return route.Problem(errTarget(x.r.RequestURI), "/")
	case rt == nil && methods == nil:
		return route.Problem(unknownAddress(path), path)
	case rt == nil && x.r.Method == http.MethodOptions:
		a = route.NewAnswer(http.StatusNoContent)
		a.Header.Set("Allow", strings.Join(methods, ", "))
		return a
	case rt == nil:
		return methodNotAllowed(x.r.Method, path, methods)
	}
	if x.asksByNumber() {
		if moved := x.whereMoved(); moved != nil {
			return moved
		}
	}
	x.route = rt
	if unacceptable != nil {
		return route.Problem(unacceptable, path)
	}
	if err := x.admit(); err != nil {
		return route.Problem(err, path)
	}
	// Who sends slowly waits here, where no one else needs the place.
	defer x.server.intake.free(&x.taken)
	bounded, body, err := x.readBody()
	if err != nil {
		x.failed = true
		return bodyProblem(err, path)
	}
	a, err = x.handle(work{route: rt, captured: captured, http: bounded, body: body, key: x.key, account: x.account, id: x.id, trace: x.trace, out: x.out}, body)
	if err != nil {
		return route.Problem(err, path)
	}
	return a
}

// identify finds out who asks, and refuses who must have a key, or has spent too much.
func (x *exchange) identify() (err error) {
	s := x.server
	x.account = s.accountOf(store.Key{}, x.client)
	if x.key, err = s.authenticate(x.r.Header["Authorization"]); err == nil && x.key.ID != "" {
		x.account = s.accountOf(x.key, x.client)
	} else if err == nil && s.settings.RequireKey {
		err = unauthenticated("This server answers nobody without a key.")
	}
	if x.account.Left().Exhausted() {
		x.free = true
		return errOverBudget
	}
	return err
}

// admit refuses what who asks may not.
func (x *exchange) admit() error {
	rt := x.route
	if rt.Scope == "" {
		return nil
	}
	if err := x.server.checkSameOrigin(x.r); err != nil {
		return err
	}
	if err := authorize(x.key, rt.Scope, "To change which release is current is not for everyone"); err != nil {
		return err
	}
	if x.r.Header["If-Match"] != nil { // there is no answer there that it could be about
		return x.errChanged()
	}
	return nil
}

// handle pins the release and has it answer: by way of the cache where the answer
// is for the public, else anew.
func (x *exchange) handle(w work, body []byte) (*route.Answer, error) {
	s, rt := x.server, x.route
	site, err := x.site()
	if err != nil {
		return nil, err
	}
	w.site = site
	if rt.Pinned {
		release, err := s.pin(x)
		if err != nil {
			if _, wrong := route.ReadQuery(rt, w.http.URL, w.captured); wrong != nil { // in any release
				return nil, wrong
			}
			return nil, err
		}
		defer release.Close()
		w.release, x.release, x.since = release, release.Manifest().Name, release.ServedSince()
		if s.cache != nil && viewOf(x.key) == store.Public {
			if q, ok := questionOf(rt, w.http, body, site.Origin); ok {
				return x.fromCache(w, q)
			}
		}
	}
	m, err := s.compute(x.r.Context(), w)
	x.store, x.spent, x.paid = m.store, m.spent, m.paid
	if errors.Is(err, store.ErrWithdrawn) && rt.Pinned {
		m, err = x.again(w, err)
	}
	if err == nil && (rt.Pinned && !rt.Streams || rt.Admits) {
		err = x.pack(m.answer, m.spent)
	}
	return m.answer, err
}

// again answers from the same release as it is on disk by now, where posts were taken
// down since it was opened.
func (x *exchange) again(w work, withdrawn error) (computed, error) {
	release, err := x.server.archive.Live.Pin(x.r.Context(), x.release, store.PinOptions{Any: true, Fresh: true})
	if err != nil {
		return computed{}, errors.Join(withdrawn, err)
	}
	defer release.Close()
	w.release, x.since = release, release.ServedSince()
	m, err := x.server.compute(x.r.Context(), w)
	x.store, x.spent, x.paid = x.store.And(m.store), x.spent+m.spent, x.paid+m.paid
	return m, err
}

// hold notes that an answer of so many bytes waits for its reader. An error says that
// there is no room for it.
func (x *exchange) hold(n int) error { return x.server.hold(x.out, n) }

func (s *Server) hold(out *wire.Outgoing, n int) error {
	if !s.unsent.Hold(out, n) {
		return errNoRoom
	}
	return nil
}

// send writes the answer.
func (x *exchange) send(w http.ResponseWriter, a *route.Answer) {
	if a.Sealed == nil {
		x.complete(a)
	}
	own := x.own(a)
	unchanged := x.unchanged(a)
	if a.Stream != nil && !unchanged {
		a.Header = append(a.Header, own...)
		x.sendStream(w, a)
		return
	}
	sealed := a.Sealed
	if sealed == nil {
		sealed = &wire.SealedHead{Fields: a.Header}
	}
	if unchanged {
		a.Status, a.Body, a.Stream = http.StatusNotModified, nil, nil
		sealed = sealed.OfUnchanged()
	}
	x.visit.Sends(len(a.Body))
	until := x.began.Add(x.server.settings.WriteTimeout)
	stays := !x.unread() && !x.ends() && !x.server.draining.Load()
	if !wire.Respond(w, x.r, x.out, stays, a.Status, sealed, own, a.Body, until) {
		a.Keep()
	}
	if x.r.Method == http.MethodHead {
		a.Body = nil // not sent
	}
}

// complete adds the fields that are the same for all who ask the same.
func (x *exchange) complete(a *route.Answer) {
	x.server.crossOrigin.mark(&a.Header, x.r)
	if vary := x.varies(); vary != "" {
		a.Header.Add("Vary", vary)
	}
	a.Header = append(a.Header, fixedFields...)
	if viewOf(x.key) == store.Preview || x.pinned() != "" && a.Header.Get("X-Robots-Tag") == "" {
		a.Header.Set("X-Robots-Tag", "noindex") // it may hold posts that are not public, or is of a release that goes
	}
	x.setCaching(a)
}

// own gives the fields that belong to one request.
func (x *exchange) own(a *route.Answer) wire.Head {
	own := make(wire.Head, 0, 9)
	if x.ends() {
		own.Add("Connection", "close")
	}
	own.Add("Request-Id", x.id)
	own.Add("Server-Timing", x.timing())
	if hsts := x.server.hsts; hsts != "" && x.client.Secure {
		own.Add("Strict-Transport-Security", hsts)
	}
	if x.release != "" {
		own.Add("Release", x.release)
	}
	if x.account.Bounded() {
		own.Add(quota.PolicyField, x.account.Policy())
		own.Add(quota.LimitField, x.left.Field())
	}
	if rt := x.route; rt != nil && !rt.Vital {
		own.Add("Cache-Status", x.cacheStatus())
		if modified := x.modified(a); modified != "" {
			own.Add("Last-Modified", modified)
		}
	}
	return own
}

// timing is the header Server-Timing.
func (x *exchange) timing() string {
	line := append(make([]byte, 0, 64), "total;dur="...)
	line = appendMilliseconds(line, time.Since(x.began))
	line = append(line, ", store;dur="...)
	line = appendMilliseconds(line, x.store.Busy)
	line = append(line, `;desc="`...)
	line = strconv.AppendInt(line, int64(x.store.Calls), 10)
	line = append(line, " call"...)
	if x.store.Calls != 1 {
		line = append(line, 's')
	}
	line = append(line, '"')
	if x.route != nil && x.route.Pins {
		line = x.appendReleases(line)
	}
	return string(line)
}

// appendMilliseconds appends a duration in milliseconds with three decimals.
func appendMilliseconds(dst []byte, d time.Duration) []byte {
	micros := d.Round(time.Microsecond).Microseconds()
	dst = strconv.AppendInt(dst, micros/1000, 10)
	rest := micros % 1000
	return append(dst, '.', byte('0'+rest/100), byte('0'+rest/10%10), byte('0'+rest%10))
}

// fixedFields are in the header of every answer. What is about documents, such as a
// policy of what may run, says nothing about JSON that is taken for nothing else;
// docs/security.md has the reasons.
var fixedFields = wire.Head{{Name: "X-Content-Type-Options", Value: "nosniff"}}
