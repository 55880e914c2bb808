package server

import (
	"bytes"
	"hash/maphash"
	"net/http"
	"strings"
	"sync/atomic"

	"alphanode/server/route"
)

// forecast remembers what kind of questions were dear, so that under load they are
// refused before anything is done for them. As a processor foretells branches it counts
// up where one was dear and down where it was not, for each of so many shapes. Two that
// share a count are taken for one; a wrong guess costs a wait in the other queue.
type forecast struct{ counts [shapes]atomic.Int32 }

// shape is the kind of a question: the same but for the values that are given.
type shape uint16

const (
	shapes = 1 << 12
	// surelyDear is from which count on a question is taken to be dear: most of the last
	// ones were. A cheap one counts for several, since it would wait for longer than it takes.
	surelyDear, mostCounted = 8, 16
	oneCheap                = 3
)

func (f *forecast) dear(s shape) bool { return f.counts[s].Load() >= surelyDear }

// note may lose a count to another goroutine.
func (f *forecast) note(s shape, dear bool) {
	count := &f.counts[s]
	switch known := count.Load(); {
	case dear && known < mostCounted:
		count.Store(known + 1)
	case !dear && known > 0:
		count.Store(max(0, known-oneCheap))
	}
}

var shapeSeed = maphash.MakeSeed()

// shapeOf gives the kind of a question: its address but for the slugs in it, and the names
// of its parameters; of GraphQL the text before the variables.
func shapeOf(rt *route.Route, r *http.Request, body []byte) shape {
	var h maphash.Hash
	h.SetSeed(shapeSeed)
	_, _ = h.WriteString(rt.Pattern)
	if len(body) > 0 {
		text, _, _ := bytes.Cut(body, []byte(`"variables"`))
		_, _ = h.Write(text)
	}
	for parameter := range strings.SplitSeq(r.URL.RawQuery, "&") {
		name, value, _ := strings.Cut(parameter, "=")
		_, _ = h.WriteString(name)
		if name == "query" || name == "extensions" {
			_, _ = h.WriteString(value)
		}
		_ = h.WriteByte('&')
	}
	return shape(h.Sum64() % shapes)
}
