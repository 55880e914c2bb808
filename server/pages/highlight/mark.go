package highlight

import (
	"context"
	"hash/maphash"
	"html/template"
	"runtime"
	"strings"
	"sync"
	"time"

	"github.com/alecthomas/chroma/v2"
)

// What is marked at most, in bytes: a lexer takes one to three microseconds for each.
const (
	maxSample  = 8 << 10
	maxSamples = 12 << 10 // of those that are marked together
)

// How long marking may take.
const (
	maxWait = 50 * time.Millisecond  // until what is not marked stays plain this time
	tooSlow = 250 * time.Millisecond // for one sample, which then stays plain
)

// Sample is a piece of code.
type Sample struct{ Language, Source string }

// Marker marks samples. It is safe for many goroutines.
type Marker struct {
	wait, slow time.Duration
	places     chan struct{} // one for each that works
	working    sync.WaitGroup
	later      later
}

// New makes a marker.
func New() *Marker {
	return &Marker{
		wait: maxWait, slow: tooSlow,
		places: make(chan struct{}, runtime.GOMAXPROCS(0)),
		later:  later{seed: maphash.MakeSeed(), came: map[uint64]result{}},
	}
}

// Mark gives each of some samples as HTML that is safe to show: its source escaped, with
// span elements of the classes k (keywords), s (texts), c (comments) and m (numbers). It
// takes about 50 ms at most, for all; what is not marked by then is plain, and settled is
// false: the next time it may be marked.
func (m *Marker) Mark(ctx context.Context, samples []Sample) (marked []template.HTML, settled bool) {
	marked = make([]template.HTML, len(samples))
	var jobs []job
	left := maxSamples
	for i, s := range samples {
		marked[i] = template.HTML(template.HTMLEscapeString(s.Source))
		lexer := lexerOf(s.Language)
		if lexer == nil || len(s.Source) > min(maxSample, left) {
			continue
		}
		left -= len(s.Source)
		if r, known := m.later.known(s); !known {
			jobs = append(jobs, job{i, s, lexer})
		} else if r.ok {
			marked[i] = r.html
		}
	}
	if len(jobs) == 0 {
		return marked, true
	}
	ctx, cancel := context.WithTimeout(ctx, m.wait)
	defer cancel()
	select {
	case m.places <- struct{}{}:
	case <-ctx.Done():
		return marked, false
	}
	results := make(chan result, len(jobs)) // so that what works never waits
	m.working.Go(func() {
		defer func() { <-m.places }()
		m.work(ctx, jobs, results)
	})
	for range jobs {
		select {
		case r := <-results:
			if r.ok {
				marked[r.at] = r.html
			}
		case <-ctx.Done():
			return marked, false
		}
	}
	return marked, true
}

// Wait waits until nothing is worked on any more: what nobody waits for ends soon.
func (m *Marker) Wait() { m.working.Wait() }

// classes are what tokens are marked with; what is in none of these is plain.
var classes = map[chroma.TokenType]byte{
	chroma.Keyword: 'k', chroma.OperatorWord: 'k', chroma.NameTag: 'k', chroma.CommentPreproc: 'k',
	chroma.LiteralString: 's', chroma.GenericInserted: 's',
	chroma.LiteralNumber: 'm', chroma.LiteralDate: 'm', chroma.GenericDeleted: 'm',
	chroma.Comment: 'c',
}

// classOf gives the class of a token, 0 for none: that of its type, or of the kind or the
// category of types that it belongs to.
func classOf(t chroma.TokenType) byte {
	for _, of := range [...]chroma.TokenType{t, t.SubCategory(), t.Category()} {
		if class, ok := classes[of]; ok {
			return class
		}
	}
	return 0
}

// writer writes tokens as HTML, those of one class that follow each other in one element.
type writer struct {
	strings.Builder
	class byte // of the element that is open; 0 where none is
}

func (w *writer) token(class byte, text string) {
	if class != w.class {
		w.close()
		if class != 0 {
			w.WriteString(`<span class="` + string(class) + `">`)
		}
		w.class = class
	}
	w.WriteString(template.HTMLEscapeString(text))
}

func (w *writer) close() {
	if w.class != 0 {
		w.WriteString("</span>")
		w.class = 0
	}
}
