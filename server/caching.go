package server

import (
	"encoding/hex"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/cespare/xxhash/v2"

	"alphanode/server/route"
	"alphanode/server/settings"
	"alphanode/store"
)

// freshness says, as Cache-Control does, how long answers may be kept.
type freshness struct {
	shared string // by everyone
	own    string // by the one reader
	moved  string // of where a post is now, by everyone: browsers ask no more for what has moved
}

// lasting says it of what is never another. A year is as long as caches are told.
const lasting = "public, max-age=31536000, immutable"

func newFreshness(s *settings.Settings) freshness {
	own := "max-age=" + seconds(s.MaxAge)
	f := freshness{shared: "public, " + own, own: "private, " + own, moved: "public, " + own}
	for _, more := range []struct {
		name string
		time time.Duration
	}{{"s-maxage", s.SMaxAge}, {"stale-while-revalidate", s.StaleWhile}, {"stale-if-error", s.StaleError}} {
		if more.time > 0 {
			f.shared += ", " + more.name + "=" + seconds(more.time)
		}
	}
	return f
}

func seconds(d time.Duration) string { return strconv.Itoa(int(d.Seconds())) }

// varies names what of a request the answer depends on. Answers to requests
// without a key, or without the name of a release, must say so too: caches hold
// later requests against the answers that they have.
func (x *exchange) varies() string {
	switch rt := x.route; {
	case rt == nil || rt.Vital:
		return "" // the same for all, or not to be kept
	case rt.Pinned:
		return "Accept, Accept-Encoding, Authorization, Release"
	default:
		return "Accept, Accept-Encoding, Authorization"
	}
}

// keeps reports whether what answers the request right may be kept by caches, as an
// answer to a POST may not, nor what shows posts that are not public.
func (x *exchange) keeps() bool {
	rt := x.route
	return rt != nil && !rt.Vital && rt.Method == http.MethodGet && viewOf(x.key) == store.Public
}

// faultless reports whether nothing went wrong. An answer of GraphQL can tell errors
// under the status 200: its handler has said then that it must not be kept.
func faultless(a *route.Answer) bool {
	return a.Status == http.StatusOK && a.Header.Get("Cache-Control") != "no-store"
}

// setCaching says what may be kept. An error never is, nor does it have a tag. The
// answer to a POST has one all the same, by which answers can be compared.
func (x *exchange) setCaching(a *route.Answer) {
	moved := moved(a)
	if rt := x.route; rt != nil && !rt.Vital && (faultless(a) || moved) {
		if !moved {
			a.Header.Add("Etag", a.ETag())
		}
		for _, field := range x.server.settings.TagHeaders {
			if value := tagsAs(field, a.SurrogateKey()); value != "" {
				a.Header.Add(field, value)
			}
		}
	}
	kept := (faultless(a) || moved) && x.keeps()
	owned := x.key.ID != ""
	switch {
	case kept && a.Lasting:
		a.Header.Set("Cache-Control", lasting)
	case kept && owned:
		a.Header.Set("Cache-Control", x.server.freshness.own)
	case kept && moved:
		a.Header.Set("Cache-Control", x.server.freshness.moved)
	case kept:
		a.Header.Set("Cache-Control", x.server.freshness.shared)
	case owned:
		a.Header.Set("Cache-Control", "private, no-store")
	default:
		a.Header.Set("Cache-Control", "no-store")
	}
}

func (x *exchange) cacheStatus() string {
	switch {
	case x.cache != "":
		return x.cache
	case x.route.Method != http.MethodGet:
		return cacheMethod
	case x.route.Pinned && viewOf(x.key) != store.Public:
		return cacheBypass
	default:
		return cacheMiss
	}
}

// modified is when what is served became what is served: a rollback brings back
// older posts, but an answer that a reader has not seen. It is told in whole seconds,
// rounded up, so that no answer of before has a date as late; and not in the first
// second, so that two switches within one do not look like one. An answer that rests
// on more than what is served has no such time, nor has one that is not to be kept.
func (x *exchange) modified(a *route.Answer) string {
	if x.since.IsZero() || x.began.Sub(x.since) < time.Second {
		return ""
	}
	if !faultless(a) || a.Passing || !x.keeps() {
		return ""
	}
	return x.server.switches.Of(wholeSecond(x.since))
}

// wholeSecond is the first whole second that is not before a time.
func wholeSecond(t time.Time) time.Time { return t.Add(time.Second - 1).Truncate(time.Second) }

// Fields that tell caches what an answer is about, so that they can drop it when
// that changes.
const (
	surrogateKey = "Surrogate-Key" // separated by spaces
	cacheTag     = "Cache-Tag"     // separated by commas
	cacheGroups  = "Cache-Groups"  // RFC 9875
)

// tagsAs gives the value of one of these fields for keys separated by spaces.
func tagsAs(field, keys string) string {
	switch {
	case keys == "" || field == surrogateKey:
		return keys
	case field == cacheTag:
		return strings.ReplaceAll(keys, " ", ",")
	default:
		return groupsOf(strings.Split(keys, " "))
	}
}

// A cache must take this many groups of this length (RFC 9875, 2); what is beyond it
// may ignore.
const (
	maxGroups      = 32
	maxGroupLength = 32
	// groupBuckets for each of the kinds post, entity and tool, beside the keys that
	// name none, stay within maxGroups.
	groupBuckets = 8
)

// groupsOf gives Cache-Groups. A key that is too long stands in one of a few buckets
// of its kind, where it always stands; and so do all where they are too many.
func groupsOf(keys []string) string {
	fold := len(keys) > maxGroups
	var groups []string
	for _, key := range keys {
		if kind, name, named := strings.Cut(key, ":"); named && (fold || len(key) > maxGroupLength) {
			key = bucketOf(kind, name)
		}
		if !slices.Contains(groups, key) {
			groups = append(groups, key)
		}
	}
	return `"` + strings.Join(groups, `", "`) + `"`
}

// bucketOf is the bucket in which a name stands.
func bucketOf(kind, name string) string {
	return kind + ":~" + hex.EncodeToString([]byte{byte(xxhash.Sum64String(name) % groupBuckets)})
}
