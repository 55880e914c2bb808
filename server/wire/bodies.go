package wire

import "sync"

// Bodies keeps the memory of bodies that were sent, for those to come: most
// answers are some kilobytes of it, which nobody looks at again. What may still be read,
// as over HTTP/2 where a stream was reset, must not be given back.
type Bodies struct{ sent sync.Pool }

// maxKept is how many bytes of one body are kept.
const maxKept = 1 << 20

// Take gives a body that begins with some text. It grows as any slice does;
// what it has become goes back with Give, or is left to the garbage collector.
func (b *Bodies) Take(start string) []byte {
	if body, ok := b.sent.Get().(*[]byte); ok {
		return append((*body)[:0], start...)
	}
	return []byte(start)
}

// Give takes back a body that nobody will read again.
func (b *Bodies) Give(body []byte) {
	if cap(body) > 0 && cap(body) <= maxKept {
		b.sent.Put(&body)
	}
}
