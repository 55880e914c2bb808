package server

import (
	"bytes"
	"encoding/base64"
	"encoding/binary"
	"net/http"
	"net/url"
	"strings"

	"github.com/cespare/xxhash/v2"
	"github.com/go-faster/jx"

	"alphanode/apierror"
)

// answer is what a handler makes. It is whole before the first byte is sent,
// unless it is a stream, and holds nothing about the one request or release it
// was made for.
type answer struct {
	status int
	header http.Header
	body   []byte
	stream *stream       // the body, where it is made while it is sent; else nil
	tag    string        // its ETag, where that is known without the body
	keys   []string      // what it is about, as Surrogate-Key names it
	posts  []string      // the slugs of the posts it is about
	code   apierror.Code // of a problem
	cause  error         // of a problem, for the log
}

func newAnswer(status int) *answer { return &answer{status: status, header: http.Header{}} }

const jsonMedia = "application/json"

func jsonAnswer(body []byte) *answer {
	a := newAnswer(http.StatusOK)
	a.header["Content-Type"] = jsonType
	a.body = body
	return a
}

// jsonType is shared by all answers: making such a list for each costs more
// than setting it.
var jsonType = []string{jsonMedia}

// about notes what the answer shows, so that a cache can drop it when that
// changes.
func (a *answer) about(kind, slug string) { a.keys = append(a.keys, kind+":"+url.PathEscape(slug)) }

// aboutPosts notes a list of posts.
func (a *answer) aboutPosts(slugs []string) {
	a.keys = append(a.keys, "posts")
	a.posts = slugs
}

// maxKeys bounds the header Surrogate-Key, in bytes. Caches refuse long
// headers, and each list has the key posts, which covers what is left out.
const maxKeys = 6 << 10

func (a *answer) surrogateKey() string {
	size := 0
	for _, key := range a.keys {
		size += len(key) + 1
	}
	for _, slug := range a.posts {
		size += len(" post:") + len(slug)
	}
	all := make([]byte, 0, min(size, maxKeys))
	add := func(prefix, rest string) bool {
		if len(all)+1+len(prefix)+len(rest) > maxKeys {
			return false
		}
		if len(all) > 0 {
			all = append(all, ' ')
		}
		all = append(append(all, prefix...), rest...)
		return true
	}
	for _, key := range a.keys {
		if !add("", key) {
			return string(all)
		}
	}
	for _, slug := range a.posts {
		if !add("post:", url.PathEscape(slug)) {
			break
		}
	}
	return string(all)
}

// etag is strong: equal bytes have the same and others another. It holds 128
// bits of XXH64, the second half seeded with the first: it tells apart what
// differs by accident, and no one gains by making two answers that share one.
func (a *answer) etag() string {
	if a.tag != "" {
		return a.tag
	}
	var sum [16]byte
	low := xxhash.Sum64(a.body)
	var seeded xxhash.Digest
	seeded.ResetWithSeed(low)
	_, _ = seeded.Write(a.body) // never fails
	binary.LittleEndian.PutUint64(sum[:], low)
	binary.LittleEndian.PutUint64(sum[8:], seeded.Sum64())
	tag := append(make([]byte, 0, 24), '"')
	return string(append(base64.RawURLEncoding.AppendEncode(tag, sum[:]), '"'))
}

// matches reports whether an If-None-Match names the tag.
func matches(ifNoneMatch []string, etag string) bool {
	for tag := range strings.SplitSeq(strings.Join(ifNoneMatch, ","), ",") {
		tag = strings.TrimSpace(tag)
		if tag == "*" || strings.TrimPrefix(tag, "W/") == etag {
			return true
		}
	}
	return false
}

// buffer keeps what an http.Handler writes, so that it can become an answer.
type buffer struct {
	status int
	header http.Header
	body   bytes.Buffer
}

func (b *buffer) Header() http.Header { return b.header }

func (b *buffer) WriteHeader(status int) {
	if b.status == 0 {
		b.status = status
	}
}

func (b *buffer) Write(p []byte) (int, error) {
	b.WriteHeader(http.StatusOK)
	return b.body.Write(p)
}

func (b *buffer) answer() *answer {
	b.WriteHeader(http.StatusOK)
	b.header.Del("Content-Length") // set when the answer is sent
	return &answer{status: b.status, header: b.header, body: b.body.Bytes()}
}

func appendString(dst []byte, s string) []byte {
	w := jx.Writer{Buf: dst}
	w.Str(s)
	return w.Buf
}
