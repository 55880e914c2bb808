package highlight

import (
	"context"
	"errors"
	"html/template"
	"strings"
	"time"

	"github.com/alecthomas/chroma/v2"
)

// job is a sample that is to be marked.
type job struct {
	at     int // its place among those that were asked for
	sample Sample
	lexer  *chroma.RegexLexer
}

// result is what came of a job; ok where the sample could be marked.
type result struct {
	at   int
	html template.HTML
	ok   bool
}

// work does jobs one after the other, and tells of each; what comes when nobody waits any
// more is remembered. A lexer is left between two tokens: for each of these it tries some
// expressions, of which the library ends any that takes 250 ms.
func (m *Marker) work(ctx context.Context, jobs []job, results chan<- result) {
	ended := time.Time{} // when nobody waited any more
	for _, j := range jobs {
		if ctx.Err() != nil && ended.IsZero() {
			ended = time.Now()
		}
		if !ended.IsZero() && time.Since(ended) > maxAlone {
			return // the rest is tried when it is shown the next time
		}
		html, err := j.mark(m.slow)
		r := result{j.at, template.HTML(html), err == nil}
		results <- r
		if ctx.Err() != nil {
			m.later.note(j.sample, r)
		}
	}
}

// maxAlone is how long samples are marked that nobody waits for.
const maxAlone = time.Second

// Why a sample is not marked.
var (
	errSlow  = errors.New("reading the sample takes too long")
	errOther = errors.New("the lexer fails, or gives another text than the sample's")
)

// maxEmpty is how many tokens without text may follow each other: some lexers go round in
// circles.
const maxEmpty = 100

// mark marks the sample, unless it is too slow.
func (j job) mark(slow time.Duration) (html string, err error) {
	defer func() {
		if recover() != nil { // of the lexer, which is another's
			html, err = "", errOther
		}
	}()
	if _, err := j.lexer.Rules(); err != nil { // compiled once, which is not the sample's fault
		return "", err
	}
	source := j.sample.Source
	if !strings.HasSuffix(source, "\n") { // with which lexers end what stands in the last line
		source += "\n"
	}
	next, err := j.lexer.Tokenise(&chroma.TokeniseOptions{State: "root"}, source)
	if err != nil {
		return "", err
	}
	var w writer
	rest, empty, until := source, 0, time.Now().Add(slow)
	added := len(source) - len(j.sample.Source)
	for token := next(); token != chroma.EOF; token = next() {
		if time.Now().After(until) {
			return "", errSlow
		}
		if empty++; token.Value != "" {
			empty = 0
		}
		var same bool
		if rest, same = strings.CutPrefix(rest, token.Value); !same || empty > maxEmpty {
			return "", errOther
		}
		shown := token.Value
		if rest == "" {
			shown, added = shown[:max(0, len(shown)-added)], 0
		}
		if shown != "" {
			w.token(classOf(token.Type), shown)
		}
	}
	if len(rest) > added {
		return "", errOther
	}
	w.close()
	return w.String(), nil
}
