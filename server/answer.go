package server

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"io"
	"net/http"
	"net/url"
	"strings"

	"github.com/cespare/xxhash/v2"

	"alphanode/apierror"
	"alphanode/server/wire"
	"alphanode/store"
)

// answer is what a handler makes. It is whole before the first byte is sent,
// unless it is a stream, and holds nothing about the one request or release it
// was made for.
type answer struct {
	status    int
	header    wire.Head
	body      []byte
	lent      []byte           // the memory of the body, where it is the lender's
	lender    *wire.Bodies     // nil where the body is not lent
	stream    *stream          // the body, where it is made while it is sent; else nil
	tag       string           // its ETag, where that is known without the body
	keys      []string         // what it is about, as Surrogate-Key names it
	posts     [][]byte         // the slugs of the posts it is about
	sealed    *wire.SealedHead // the whole header but what belongs to one request, where it is made already
	passing   bool             // can be wrong while the same release is served
	alone     bool             // shows one post, which may be as long as it is
	surrogate string           // its Surrogate-Key, where that is known without the two
	code      apierror.Code    // of a problem
	cause     error            // of a problem, for the log
}

func newAnswer(status int) *answer { return &answer{status: status, header: make(wire.Head, 0, 24)} }

// lentAnswer makes an answer of a body that was taken from a lender.
func lentAnswer(lender *wire.Bodies, body []byte) *answer {
	a := jsonAnswer(body)
	a.lent, a.lender = body, lender
	return a
}

// release gives lent memory back when the answer is sent. Nobody may read the
// body after it.
func (a *answer) release() {
	if a.lender != nil {
		a.lender.Give(a.lent)
		a.body, a.lender = nil, nil
	}
}

// keep gives the body to who asks for it: it is no longer lent.
func (a *answer) keep() []byte {
	a.lent, a.lender = nil, nil
	return a.body
}

// pack has the answer sent as a body that was packed.
func (a *answer) pack(c wire.Coding, packed []byte) {
	a.tag, a.surrogate = c.Tag(a.etag()), a.surrogateKey() // before the body goes of which they are made
	a.release()
	a.body = packed
	a.header.Add("Content-Encoding", string(c))
}

// copy gives the answer to one more who asked the same; its body is read only.
func (a *answer) copy() *answer {
	same := *a
	same.header = append(make(wire.Head, 0, len(a.header)+18), a.header...)
	if a.lender != nil {
		same.body, same.lent, same.lender = bytes.Clone(a.body), nil, nil
		same.surrogate, same.posts = a.surrogateKey(), nil // which are parts of the body
	}
	return &same
}

const jsonMedia = "application/json"

func jsonAnswer(body []byte) *answer {
	a := newAnswer(http.StatusOK)
	a.header.Add("Content-Type", jsonMedia)
	a.body = body
	return a
}

// about notes what the answer shows, so that a cache can drop it when that
// changes.
func (a *answer) about(kind, slug string) { a.keys = append(a.keys, kind+":"+url.PathEscape(slug)) }

// keyRelease is on what tells which release is current. That changes with every
// switch, though no post that the public sees may have.
const keyRelease = "release"

// aboutPosts notes a list of posts. Their slugs may be parts of the body.
func (a *answer) aboutPosts(slugs [][]byte) {
	a.keys = append(a.keys, "posts")
	a.posts = slugs
}

// maxKeys bounds the header Surrogate-Key, in bytes. Caches refuse long
// headers, and each list has the key posts, which covers what is left out.
const maxKeys = 6 << 10

func (a *answer) surrogateKey() string {
	if a.surrogate != "" {
		return a.surrogate
	}
	size := 0
	for _, key := range a.keys {
		size += len(" ") + len(key)
	}
	for _, slug := range a.posts {
		size += len(" post:") + len(slug)
	}
	var line strings.Builder
	line.Grow(size)
	for _, key := range a.keys {
		line.WriteByte(' ')
		line.WriteString(key)
	}
	for i := 0; i < len(a.posts) && line.Len() <= maxKeys; i++ {
		line.WriteString(" post:")
		if slug := a.posts[i]; plain(slug) {
			line.Write(slug)
		} else {
			line.WriteString(url.PathEscape(string(slug)))
		}
	}
	all := line.String()
	if len(all) > maxKeys+1 { // with the space in front
		all = all[:strings.LastIndexByte(all[:maxKeys+2], ' ')]
	}
	return strings.TrimPrefix(all, " ")
}

// plainByte are the bytes that slugs are made of, and that need no escaping.
var plainByte = func() (is [256]bool) {
	for _, c := range []byte("-0123456789abcdefghijklmnopqrstuvwxyz") {
		is[c] = true
	}
	return is
}()

// plain reports whether a slug has nothing to escape, as most have.
func plain(slug []byte) bool {
	for _, c := range slug {
		if !plainByte[c] {
			return false
		}
	}
	return true
}

// etag is strong: equal bytes have the same and others another. It holds their
// XXH64 and how many they are: it tells apart what differs by accident, and no
// one gains by making two answers that share one.
func (a *answer) etag() string {
	if a.tag != "" {
		return a.tag
	}
	sum := binary.LittleEndian.AppendUint64(make([]byte, 0, 16), xxhash.Sum64(a.body))
	sum = binary.AppendUvarint(sum, uint64(len(a.body)))
	tag := append(make([]byte, 0, 24), '"')
	return string(append(base64.RawURLEncoding.AppendEncode(tag, sum), '"'))
}

func jsonOf(value any) (*answer, error) {
	body, err := json.Marshal(value)
	if err != nil {
		return nil, err
	}
	return jsonAnswer(body), nil
}

// mayIndex notes it where the answer shows a post that may be read but not
// indexed. A card does not say.
func (a *answer) mayIndex(text store.Text) {
	if text.NoIndex {
		a.header.Set("X-Robots-Tag", "noindex")
	}
}

// sent is how many bytes of body were sent.
func (a *answer) sent() int {
	if a.stream != nil {
		return a.stream.sent
	}
	return len(a.body)
}

// cut says why the answer was broken off, "" where it was not.
func (a *answer) cut() string {
	if a.stream != nil {
		return a.stream.cut
	}
	return ""
}

// stream is the body of an answer that is made while it is sent, because it may
// be longer than memory. Its status and its header are sent before it is known
// whether it can be made to its end: where it cannot, the connection is broken
// off, so that no reader takes a part for the whole.
type stream struct {
	reader *store.Reader
	write  func(context.Context, io.Writer) error
	close  func()
	sent   int    // bytes
	cut    string // why it was broken off, as the metrics name it; "" where it was not
}
