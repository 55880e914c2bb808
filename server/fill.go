package server

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net/http"
	"runtime/debug"
	"slices"
	"time"

	"alphanode/apierror"
	"alphanode/graph"
	"alphanode/server/cache"
	"alphanode/server/quota"
	"alphanode/server/route"
	"alphanode/server/wire"
	"alphanode/store"
	"alphanode/store/footprint"
	"alphanode/store/release"
	"alphanode/trace"
)

// work is all that an answer is made from.
type work struct {
	route    *route.Route
	captured []string
	http     *http.Request // its body is read, and within bounds
	body     []byte
	site     route.Site
	release  *release.Release
	key      store.Key
	account  quota.Account // that pays
	id       string
	trace    trace.Context
	keeps    bool           // whether it is noted what the answer rests on
	out      *wire.Outgoing // where it is noted that the answer waits for its reader; nil where it has none
}

// computed is an answer, and what it took.
type computed struct {
	answer    *route.Answer
	footprint *footprint.Footprint // where it was noted
	store     trace.Store
	spent     int // units of its budget
	paid      int // of these, those that were charged: not what was refused
}

// compute checks the request and runs the route's handler.
func (s *Server) compute(ctx context.Context, w work) (m computed, err error) {
	q, err := route.ReadQuery(w.route, w.http.URL, w.captured)
	if err != nil {
		return m, err
	}
	deadline := newDeadline(ctx, time.Now().Add(s.settings.RequestTimeout))
	defer deadline.cancel()
	r := &route.Request{Query: q, Ctx: deadline, Key: w.key, HTTP: w.http, ID: w.id, Trace: w.trace, Site: w.site, Bodies: &s.bodies, Most: s.settings.MaxAnswer}
	turn := &turn{shop: s.workshop, shape: shapeOf(w.route, w.http, w.body), account: w.account}
	budget := turn.budget(s.mostFor(w.account))
	defer func() { turn.end(budget.Paid()) }()
	if waits(w.route) {
		if err := turn.begin(deadline); err != nil {
			return m, err
		}
	}
	if w.release != nil {
		r.Reader = w.release.Reader(viewOf(w.key)).WithOthers(s.archive.Live.Others()).WithBudget(budget)
		if w.keeps {
			m.footprint = r.Reader.Note()
		}
		defer func() {
			m.store = storeOf(r.Reader)
			m.spent, m.paid = budget.Spent(), budget.Paid()
		}()
	}
	m.answer, err = w.route.Handle(r)
	if turn.err != nil { // whatever the handler made of it
		err = turn.err
	}
	if err == nil && !m.answer.Alone && !w.route.Negotiates && !w.route.Streams { // GraphQL sees to it by itself
		err = r.CheckLength(m.answer.Body)
	}
	if err == nil && w.out != nil && !w.route.Vital && m.answer.Stream == nil { // before the turn ends
		err = s.hold(w.out, len(m.answer.Body))
	}
	if err != nil {
		if _, long := errors.AsType[*store.LengthError](err); long {
			s.tooLong.Add(1)
		}
		return m, err
	}
	if w.release != nil && !r.Reader.Lasts() {
		m.answer.Passing = true
	}
	return m, nil
}

// How an answer came about, as Cache-Status says it (RFC 9211).
const (
	cacheHit       = "alphanode; hit"
	cacheMiss      = "alphanode; fwd=miss"
	cacheCollapsed = "alphanode; fwd=miss; collapsed"
	cacheBypass    = "alphanode; fwd=bypass"
	cacheMethod    = "alphanode; fwd=method"
)

// maxQuestion bounds a request whose answer is kept, in bytes.
const maxQuestion = 16 << 10

// questionOf gives what a request asks; false where its answer is not to be kept.
func questionOf(rt *route.Route, r *http.Request, body []byte, origin string) (q cache.Question, ok bool) {
	if !rt.Pinned || rt.Streams || rt.Unkept || len(r.URL.RawPath)+len(r.URL.Path)+len(r.URL.RawQuery)+len(body) > maxQuestion {
		return q, false
	}
	q = cache.Question{Method: rt.Method, Accept: rt.Media, Body: body}
	if rt.Negotiates {
		media, err := graph.Media(r.Header.Values("Accept"))
		if err != nil {
			return q, false
		}
		q.Accept = media
		if rt.Method == http.MethodPost {
			q.Content = r.Header.Get("Content-Type")
		}
	}
	if rt.Absolute {
		q.Origin = origin
	}
	q.Target, ok = cache.Target(rt.Known(r.URL), rt.Lists())
	return q, ok
}

// fromCache gives the answer to a question of the public by way of the cache.
func (x *exchange) fromCache(w work, q cache.Question) (*route.Answer, error) {
	s := x.server
	key, id := q.Key(), cache.IDOf(w.release.Manifest())
	if k := s.cache.Find(key, id, w.release.ReliableSince()); k != nil {
		x.cache = cacheHit
		return x.cached(key, k)
	}
	x.cache = cacheMiss
	found := s.fill(x.r.Context(), key, w, q)
	for !found.mine && found.ofOneReader() { // who may have more done
		found = s.fill(x.r.Context(), key, w, q)
	}
	if found.mine {
		x.store, x.spent, x.paid = found.store, found.spent, found.paid
	} else {
		x.cache = cacheCollapsed
	}
	switch {
	case found.err != nil:
		return nil, found.err
	case found.kept != nil:
		return x.cached(key, found.kept)
	default:
		a := found.answer.Copy()
		return a, x.pack(a, found.spent)
	}
}

// coding is how a body of this length is packed, for whose making so much was spent:
// not so that making and packing it would cost more than one answer may. Who takes
// nothing that is left gets it as it is, as HTTP allows.
func (x *exchange) coding(length, spent int) wire.Coding {
	accept := x.r.Header[wire.AcceptEncoding]
	if len(accept) == 0 || length < route.MinPacked {
		return wire.Identity
	}
	codings := wire.CodingsFor(length)
	affordable := slices.DeleteFunc(codings[:], func(c wire.Coding) bool {
		price := c.PackPrice(length)
		return price > 0 && spent+price > x.server.settings.GraphQL.Complexity
	})
	if c := wire.Negotiate(accept, affordable); c != wire.NoCoding {
		return c
	}
	return wire.Identity
}

// filled is what became of a question that no kept answer was right for.
type filled struct {
	computed
	kept  *cache.Kept // nil where it cannot be kept
	equal bool        // it is as that of another release was
	mine  bool        // made by who asked, not by another who asked the same
	err   error
}

// ofOneReader reports whether another who asks the same may get another answer. GraphQL
// tells errors in what it answers.
func (f *filled) ofOneReader() bool {
	return ofOneReader(f.err) || f.answer != nil && f.answer.Code == apierror.TooComplex
}

// fill makes an answer and keeps it. Of all who ask the same at a time one makes it,
// for as long as any of them waits.
func (s *Server) fill(ctx context.Context, key string, w work, q cache.Question) filled {
	id := cache.IDOf(w.release.Manifest())
	f, mine, err := s.filling.do(ctx, id.Name+" "+id.Sum+" "+key, func(ctx context.Context) (filled, error) {
		return s.makeKept(ctx, key, id, w, q)
	})
	f.mine, f.err = mine, err
	return f
}

// makeKept makes an answer and keeps it where it may be kept: errors are not, nor is
// what was read from a release that is damaged; what is longer than one answer may be
// is kept only for those who wait. A panic is an error, so that those who wait learn of
// it.
func (s *Server) makeKept(ctx context.Context, key string, id cache.ReleaseID, w work, q cache.Question) (f filled, err error) {
	defer func() {
		if fault := recover(); fault != nil {
			err = errPanic.WithCause(fmt.Errorf("panic: %v\n%s", fault, debug.Stack()))
		}
	}()
	w.keeps = true
	made := time.Now()
	if f.computed, err = s.compute(ctx, w); err != nil {
		return f, err
	}
	a := f.answer
	defer a.Release()
	if a.Status != http.StatusOK || a.Header.Get("Cache-Control") != "" || a.Passing || w.release.Damaged() {
		f.answer = a.Copy() // for all who wait
		return f, nil
	}
	fresh := &cache.Kept{Asked: q, Fields: slices.Clone(a.Header), Keys: a.SurrogateKey(), Tag: a.ETag(), Spent: f.spent, Operation: a.Operation, Footprint: f.footprint}
	if len(a.Body) > s.cache.Longest() {
		fresh.Body = a.Keep() // to copy it would take as much again
		f.kept = fresh
		return f, nil
	}
	fresh.Body = bytes.Clone(a.Body)
	f.kept, f.equal = s.cache.Put(key, fresh, id, made)
	if w.release.Damaged() { // since it was asked; what was kept before is dropped with the switch
		s.cache.Drop(key)
	}
	return f, nil
}

// pack packs an answer that is not kept, for which so much was spent.
func (x *exchange) pack(a *route.Answer, spent int) error {
	c := x.coding(len(a.Body), spent)
	if c == wire.Identity || a.Status != http.StatusOK {
		return nil
	}
	if err := x.hold(len(a.Body)); err != nil {
		return err
	}
	ctx, cancel := context.WithDeadline(x.r.Context(), x.began.Add(x.server.settings.RequestTimeout))
	defer cancel()
	x.packing += c.PackCost(len(a.Body))
	packed, err := x.server.packBody(ctx, c, a.Body)
	if err != nil || len(packed) >= len(a.Body) {
		return err
	}
	a.Pack(c, packed)
	return nil
}

// cached is a kept answer in the form in which it is sent.
func (x *exchange) cached(key string, k *cache.Kept) (*route.Answer, error) {
	c := x.coding(len(k.Body), k.Spent)
	a := &route.Answer{Status: http.StatusOK, Body: k.Body, Tag: k.Tag, Operation: k.Operation}
	if c != wire.Identity {
		packed, err := x.packed(key, k, c)
		if err != nil && !errors.Is(err, errOverloaded) { // else it is sent as it is
			return nil, err
		}
		if err == nil && len(packed) < len(k.Body) {
			a.Body, a.Tag = packed, c.Tag(k.Tag)
		} else {
			c = wire.Identity
		}
	}
	everyone := x.key.ID == "" && x.server.crossOrigin.anyone // gets the same header
	if everyone {
		if a.Sealed = k.Head(c); a.Sealed != nil {
			return a, nil
		}
	}
	a.Header, a.Surrogate = append(make(wire.Head, 0, len(k.Fields)+18), k.Fields...), k.Keys
	if c != wire.Identity {
		a.Header.Add("Content-Encoding", string(c))
	}
	if everyone {
		x.complete(a)
		a.Sealed = wire.Seal(a.Header)
		x.server.cache.KeepHead(key, k, c, a.Sealed)
	}
	return a, nil
}

// packedForm is one coding of a kept answer.
type packedForm struct {
	kept   *cache.Kept
	coding wire.Coding
}

// packed gives the body of a kept answer in a coding. Of those who ask at once for a
// form that is not there yet, one makes it.
func (x *exchange) packed(key string, k *cache.Kept, c wire.Coding) ([]byte, error) {
	s := x.server
	if known, ok := k.Packed(c); ok {
		return known, nil
	}
	if err := x.hold(len(k.Body)); err != nil {
		return nil, err
	}
	ctx, cancel := context.WithDeadline(x.r.Context(), x.began.Add(s.settings.RequestTimeout))
	defer cancel()
	packed, mine, err := s.packing.do(ctx, packedForm{k, c}, func(ctx context.Context) ([]byte, error) {
		if known, ok := k.Packed(c); ok { // by now
			return known, nil
		}
		packed, err := s.packBody(ctx, c, k.Body)
		if err != nil {
			return nil, err
		}
		s.cache.KeepPacked(key, k, c, packed)
		return packed, nil
	})
	if mine {
		x.packing += c.PackCost(len(k.Body))
	}
	return packed, err
}

// packBody packs a body, which is dear work where it is long.
func (s *Server) packBody(ctx context.Context, c wire.Coding, body []byte) ([]byte, error) {
	if c.PackPrice(len(body)) > dear {
		if err := s.workshop.dear.enter(ctx); err != nil {
			return nil, err
		}
		began := time.Now()
		defer func() { s.workshop.dear.leave(time.Since(began)) }()
	}
	packed, err := s.packers.Pack(c, body)
	if err != nil {
		return nil, fmt.Errorf("pack an answer as %s: %w", c, err)
	}
	return packed, nil
}
