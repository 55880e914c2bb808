package server

import (
	"bytes"
	"cmp"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync/atomic"
	"time"
	"unsafe"

	"github.com/maypok86/otter/v2"

	"alphanode/graph"
	"alphanode/server/wire"
	"alphanode/store"
)

// cache keeps answers for the public in memory, within a bound in bytes. Which
// are kept is decided by W-TinyLFU (Einziger, Eytan, Friedman and Manes, 2022):
// those that are asked for most.
//
// The key of an answer is the whole of what it was asked with, see question.key, and
// holds no release. An answer knows for which releases it is right, and a question
// may have several answers, of several releases: after a rollback the old ones are
// there again.
type cache struct {
	slots *otter.Cache[string, *slot]
	most  int // bytes that one answer may have
}

// slot holds the answers to one question, the newest first. It is not changed once
// it is in the cache.
type slot struct{ answers []*kept }

// maxAnswers is how many answers of one question are kept: of the release that is
// served, the one before, and one that is pinned.
const maxAnswers = 3

// kept is an answer that is kept. Its packed forms are made when they are first
// asked for.
type kept struct {
	asked     question
	fields    wire.Head // without what is added when it is sent
	keys      string
	tag       string
	body      []byte
	spent     int                                             // units
	packed    [len(wire.AnswerCodings)]atomic.Pointer[[]byte] // by number of the coding
	heads     [len(wire.AnswerCodings)]atomic.Pointer[wire.SealedHead]
	footprint *store.Footprint
	right     atomic.Pointer[[]releaseID] // for which releases
	made      atomic.Pointer[time.Time]   // when it was begun to be made, the last time
}

// releaseID tells releases apart, and what stands under one name at two times.
type releaseID struct{ name, sum string }

func idOf(m store.Manifest) releaseID { return releaseID{m.Name, m.SHA256} }

// maxRight bounds for how many releases it is remembered that an answer is right.
const maxRight = 16

func newCache(most int) *cache {
	return &cache{
		slots: otter.Must(&otter.Options[string, *slot]{
			MaximumWeight: uint64(most),
			Weigher:       func(key string, s *slot) uint32 { return s.size(key) },
		}),
		most: min(most/16, 1<<20),
	}
}

// size is about how many bytes of memory the answers to a question take.
func (s *slot) size(key string) uint32 {
	const bookkeeping = 700 // of the library and the structures here
	n := len(key)
	for _, k := range s.answers {
		n += bookkeeping + len(k.body) + len(k.keys) + len(k.asked.body) + len(k.asked.target) + k.footprint.Size()
		for _, f := range k.fields {
			n += len(f.Value) + int(unsafe.Sizeof(f))
		}
		for i := range k.packed {
			if packed := k.packed[i].Load(); packed != nil {
				n += len(*packed)
			}
			if sealed := k.heads[i].Load(); sealed != nil {
				n += sealed.Size()
			}
		}
	}
	return uint32(min(n, 1<<31))
}

// find gives the answer to a question that is right for a release, nil where there
// is none, or none that was made since the release is relied on.
func (c *cache) find(key string, id releaseID, since time.Time) *kept {
	s, ok := c.slots.GetIfPresent(key)
	if !ok {
		return nil
	}
	k := s.right(id)
	if k == nil || k.made.Load().Before(since) {
		return nil
	}
	return k
}

func (s *slot) right(id releaseID) *kept {
	for _, k := range s.answers {
		if k.isRight(id) {
			return k
		}
	}
	return nil
}

func (k *kept) isRight(id releaseID) bool { return slices.Contains(*k.right.Load(), id) }

// prove notes that the answer is right for one more release.
func (k *kept) prove(id releaseID) {
	for {
		old := k.right.Load()
		if slices.Contains(*old, id) {
			return
		}
		more := append(slices.Clone((*old)[max(0, len(*old)-maxRight+1):]), id)
		if k.right.CompareAndSwap(old, &more) {
			return
		}
	}
}

// put keeps an answer that was made from a release, and gives the one that is kept:
// where there is an equal one of another release, that is right for this one too,
// and its tag and packed forms stay.
func (c *cache) put(key string, fresh *kept, id releaseID, made time.Time) (_ *kept, equal bool) {
	fresh.right.Store(&[]releaseID{id})
	fresh.made.Store(&made)
	stays := fresh
	c.slots.Compute(key, func(old *slot, found bool) (*slot, otter.ComputeOp) {
		answers := []*kept{fresh}
		if found {
			for i, k := range old.answers {
				if k.equal(fresh) {
					k.prove(id)
					k.made.Store(&made)
					stays, equal = k, true
					if i == 0 {
						return old, otter.CancelOp
					}
					return &slot{slices.Insert(slices.Delete(slices.Clone(old.answers), i, i+1), 0, k)}, otter.WriteOp
				}
			}
			answers = append(answers, old.answers[:min(len(old.answers), maxAnswers-1)]...)
		}
		return &slot{answers}, otter.WriteOp
	})
	return stays, equal
}

func (k *kept) equal(other *kept) bool {
	return bytes.Equal(k.body, other.body) && k.keys == other.keys && slices.Equal(k.fields, other.fields)
}

// reweigh lets the cache know that a packed form or a header was added.
func (c *cache) reweigh(key string) {
	c.slots.ComputeIfPresent(key, func(old *slot) (*slot, otter.ComputeOp) { return old, otter.WriteOp })
}

// hottest gives all questions, those that are asked for most first.
func (c *cache) hottest() (keys []string, slots []*slot) {
	for entry := range c.slots.Hottest() {
		keys, slots = append(keys, entry.Key), append(slots, entry.Value)
	}
	return keys, slots
}

// question is a request whose answer is kept, in all that the answer depends on.
type question struct {
	method  string
	target  string // path and query
	accept  string // the media type that was negotiated, of GraphQL
	content string // the media type of the body
	body    []byte
}

// maxQuestion bounds a request whose answer is kept, in bytes.
const maxQuestion = 16 << 10

// questionOf gives what a request asks; false where its answer is not to be kept.
func questionOf(rt *route, r *http.Request, body []byte) (q question, ok bool) {
	if !rt.pinned || rt.streams || len(r.URL.RawPath)+len(r.URL.Path)+len(r.URL.RawQuery)+len(body) > maxQuestion {
		return q, false
	}
	q = question{method: rt.method, body: body}
	if rt.media != "" {
		media, err := graph.Media(r.Header.Values("Accept"))
		if err != nil {
			return q, false
		}
		q.accept = media
		if rt.method == http.MethodPost {
			q.content = r.Header.Get("Content-Type")
		}
	}
	query, ok := normalized(r.URL.RawQuery)
	q.target = r.URL.EscapedPath()
	if query != "" {
		q.target += "?" + query
	}
	return q, ok
}

// key is what the answer is found by. No two questions have the same: the parts
// hold no zero byte but the last, the body.
func (q *question) key() string {
	if q.accept == "" {
		return q.target // of GET, as all but those of GraphQL
	}
	return q.method + " " + q.accept + " " + q.content + "\x00" + q.target + "\x00" + string(q.body)
}

// request makes the request anew.
func (q *question) request() (*http.Request, error) {
	r, err := http.NewRequest(q.method, q.target, bytes.NewReader(q.body))
	if err != nil {
		return nil, err
	}
	if q.accept != "" {
		r.Header.Set("Accept", q.accept)
	}
	if q.content != "" {
		r.Header.Set("Content-Type", q.content)
	}
	return r, nil
}

// normalized gives a query in one of its spellings: by name, and escaped in one
// way. The order of values of one name is kept, for it may mean something. It
// reports false where the query cannot be read.
func normalized(query string) (string, bool) {
	if isNormal(query) {
		return query, true
	}
	values, err := url.ParseQuery(query)
	if err != nil {
		return "", false
	}
	return values.Encode(), true
}

// isNormal reports whether a query is known to be normal without reading it.
func isNormal(query string) bool {
	last := ""
	for pair := range strings.SplitSeq(query, "&") {
		name, value, given := strings.Cut(pair, "=")
		if query != "" && (!given || name == "") || cmp.Compare(last, name) > 0 || !unescaped(name) || !unescaped(value) {
			return false
		}
		last = name
	}
	return true
}

// unescaped reports whether a text is as url.QueryEscape leaves it.
func unescaped(s string) bool {
	for i := range len(s) {
		switch c := s[i]; {
		case 'a' <= c && c <= 'z', 'A' <= c && c <= 'Z', '0' <= c && c <= '9', c == '-', c == '_', c == '.', c == '~':
		default:
			return false
		}
	}
	return true
}
