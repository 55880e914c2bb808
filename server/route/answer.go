package route

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
	"alphanode/store/release"
	"alphanode/trace"
)

// Answer is what a handler makes. It is whole before the first byte is sent,
// unless it is a stream, and holds nothing about the one request or release it
// was made for.
type Answer struct {
	Status    int
	Header    wire.Head
	Body      []byte
	lent      []byte           // the memory of the body, where it is the lender's
	lender    *wire.Bodies     // nil where the body is not lent
	Stream    *Stream          // the body, where it is made while it is sent; else nil
	Tag       string           // its ETag, where that is known without the body
	Keys      []string         // what it is about, as Surrogate-Key names it
	posts     [][]byte         // the slugs of the posts it is about
	Sealed    *wire.SealedHead // the whole header but what belongs to one request, where it is made already
	Passing   bool             // can be wrong while the same release is served
	Lasting   bool             // is never another: its address holds a sum of its bytes
	Alone     bool             // shows one post, which may be as long as it is
	Surrogate string           // its Surrogate-Key, where that is known without the two
	Code      apierror.Code    // of a problem, or of the first error in it
	Cause     error            // of a problem, for the log
	Fault     *apierror.Error  // that a problem tells; else nil
	Operation *trace.Operation // what it is the answer to, in GraphQL; else nil
}

// NewAnswer makes an answer without a body.
func NewAnswer(status int) *Answer { return &Answer{Status: status, Header: make(wire.Head, 0, 24)} }

// Lent makes an answer of a body that was taken from a lender.
func Lent(lender *wire.Bodies, body []byte) *Answer {
	a := JSON(body)
	a.lent, a.lender = body, lender
	return a
}

// Release gives lent memory back when the answer is sent. Nobody may read the
// body after it.
func (a *Answer) Release() {
	if a.lender != nil {
		a.lender.Give(a.lent)
		a.Body, a.lender = nil, nil
	}
}

// Keep gives the body to who asks for it: it is no longer lent.
func (a *Answer) Keep() []byte {
	a.lent, a.lender = nil, nil
	return a.Body
}

// Pack has the answer sent as a body that was packed.
func (a *Answer) Pack(c wire.Coding, packed []byte) {
	a.Tag, a.Surrogate = c.Tag(a.ETag()), a.SurrogateKey() // before the body goes of which they are made
	a.Release()
	a.Body = packed
	a.Header.Add("Content-Encoding", string(c))
}

// Copy gives the answer to one more who asked the same; its body is read only.
func (a *Answer) Copy() *Answer {
	same := *a
	same.Header = append(make(wire.Head, 0, len(a.Header)+18), a.Header...)
	if a.lender != nil {
		same.Body, same.lent, same.lender = bytes.Clone(a.Body), nil, nil
		same.Surrogate, same.posts = a.SurrogateKey(), nil // which are parts of the body
	}
	return &same
}

// JSONMedia is the media type of JSON.
const JSONMedia = "application/json"

// JSON makes an answer of a body.
func JSON(body []byte) *Answer {
	a := NewAnswer(http.StatusOK)
	a.Header.Add("Content-Type", JSONMedia)
	a.Body = body
	return a
}

// About notes what the answer shows, so that a cache can drop it when that
// changes.
func (a *Answer) About(kind, slug string) { a.Keys = append(a.Keys, kind+":"+url.PathEscape(slug)) }

// AboutAddressOf notes that the answer tells where a post is now. Any post can take the
// address over.
func (a *Answer) AboutAddressOf(slug string) {
	a.Keys = append(a.Keys, "posts")
	a.About("post", slug)
}

// KeyRelease is on what tells which release is current. That changes with every
// switch, though no post that the public sees may have.
const KeyRelease = "release"

// AboutPosts notes a list of posts. Their slugs may be parts of the body.
func (a *Answer) AboutPosts(slugs [][]byte) {
	a.Keys = append(a.Keys, "posts")
	a.posts = slugs
}

// maxKeys bounds the header Surrogate-Key, in bytes. Caches refuse long
// headers, and each list has the key posts, which covers what is left out.
const maxKeys = 6 << 10

// SurrogateKey is what the answer is about, as the header of that name says it.
func (a *Answer) SurrogateKey() string {
	if a.Surrogate != "" {
		return a.Surrogate
	}
	size := 0
	for _, key := range a.Keys {
		size += len(" ") + len(key)
	}
	for _, slug := range a.posts {
		size += len(" post:") + len(slug)
	}
	var line strings.Builder
	line.Grow(size)
	for _, key := range a.Keys {
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

// ETag is strong: equal bytes have the same and others another. It holds their
// XXH64 and how many they are: it tells apart what differs by accident, and no
// one gains by making two answers that share one.
func (a *Answer) ETag() string {
	if a.Tag != "" {
		return a.Tag
	}
	sum := binary.LittleEndian.AppendUint64(make([]byte, 0, 16), xxhash.Sum64(a.Body))
	sum = binary.AppendUvarint(sum, uint64(len(a.Body)))
	tag := append(make([]byte, 0, 24), '"')
	return string(append(base64.RawURLEncoding.AppendEncode(tag, sum), '"'))
}

// Matches reports whether an If-None-Match names the tag.
func Matches(ifNoneMatch []string, etag string) bool {
	return matches(ifNoneMatch, func(tag string) bool { return strings.TrimPrefix(tag, "W/") == etag })
}

// MatchesStrongly reports whether an If-Match names the tag: one that is marked as weak
// never does, even if the server made it from the same bytes.
func MatchesStrongly(ifMatch []string, etag string) bool {
	return matches(ifMatch, func(tag string) bool { return tag == etag })
}

// matches reports whether one tag of a list does, or the list is all there are. Tags
// of this server have no comma in them.
func matches(header []string, is func(tag string) bool) bool {
	all := strings.TrimSpace(strings.Join(header, ","))
	if all == "*" {
		return true
	}
	for tag := range strings.SplitSeq(all, ",") {
		if is(strings.TrimSpace(tag)) {
			return true
		}
	}
	return false
}

// JSONOf makes an answer of a value.
func JSONOf(value any) (*Answer, error) {
	body, err := json.Marshal(value)
	if err != nil {
		return nil, err
	}
	return JSON(body), nil
}

// MayIndex notes it where the answer shows a post that may be read but not
// indexed. A card does not say.
func (a *Answer) MayIndex(text store.Text) {
	if text.NoIndex {
		a.Header.Set("X-Robots-Tag", "noindex")
	}
}

// Sent is how many bytes of body were sent.
func (a *Answer) Sent() int {
	if a.Stream != nil {
		return a.Stream.Sent
	}
	return len(a.Body)
}

// Cut says why the answer was broken off, "" where it was not.
func (a *Answer) Cut() string {
	if a.Stream != nil {
		return a.Stream.Cut
	}
	return ""
}

// Stream is the body of an answer that is made while it is sent, because it may
// be longer than memory. Its status and its header are sent before it is known
// whether it can be made to its end: where it cannot, the connection is broken
// off, so that no reader takes a part for the whole.
type Stream struct {
	Reader *release.Reader // that it is made from
	Write  func(context.Context, io.Writer) error
	Pay    func(ctx context.Context, units int) error // for what is sent; it waits while the reader has spent too much
	Close  func()                                     // gives back what it holds
	Sent   int                                        // bytes
	Cut    string                                     // why it was broken off, as the metrics name it; "" where it was not
}
