package server

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"net/http"
	"net/url"
	"strings"

	"github.com/go-faster/jx"

	"alphanode/apierror"
)

// answer is what a handler makes. It is whole before the first byte is sent,
// and holds nothing about the one request or release it was made for.
type answer struct {
	status int
	header http.Header
	body   []byte
	keys   []string      // what it is about, as Surrogate-Key names it
	code   apierror.Code // of a problem
	cause  error         // of a problem, for the log
}

func newAnswer(status int) *answer { return &answer{status: status, header: http.Header{}} }

const jsonMedia = "application/json"

func jsonAnswer(body []byte) *answer {
	a := newAnswer(http.StatusOK)
	a.header.Set("Content-Type", jsonMedia)
	a.body = body
	return a
}

// about notes what the answer shows, so that a cache can drop it when that
// changes.
func (a *answer) about(kind, slug string) { a.keys = append(a.keys, kind+":"+url.PathEscape(slug)) }

// aboutPosts notes a list of posts.
func (a *answer) aboutPosts(slugs []string) {
	a.keys = append(a.keys, "posts")
	for _, slug := range slugs {
		a.about("post", slug)
	}
}

// maxKeys bounds the header Surrogate-Key, in bytes. Caches refuse long
// headers, and each list has the key posts, which covers what is left out.
const maxKeys = 6 << 10

func (a *answer) surrogateKey() string {
	var w strings.Builder
	for _, key := range a.keys {
		if w.Len()+1+len(key) > maxKeys {
			break
		}
		if w.Len() > 0 {
			w.WriteByte(' ')
		}
		w.WriteString(key)
	}
	return w.String()
}

// etag is strong: equal bytes and nothing else have the same.
func (a *answer) etag() string {
	sum := sha256.Sum256(a.body)
	return `"` + base64.RawURLEncoding.EncodeToString(sum[:16]) + `"`
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
