package command

import (
	"bytes"
	"context"
	"io"
	"log/slog"
	"strconv"
	"sync"
	"time"

	"github.com/go-faster/jx"
)

const (
	// gatherTime is how long a line of the log may wait for more.
	gatherTime = 200 * time.Millisecond
	// gatherSize is how many bytes may wait.
	gatherSize = 32 << 10
)

// gatheredLines writes lines together: a call of the operating system for each
// request's line costs about as much as finding what the request asked for.
type gatheredLines struct {
	to      io.Writer
	mu      sync.Mutex
	waiting []byte
	timer   *time.Timer // nil before the first line; it runs while lines wait
}

// Write takes one line. A log that cannot be written is lost: there is no one
// else to tell.
func (g *gatheredLines) Write(line []byte) (int, error) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if len(g.waiting) == 0 {
		if g.timer == nil {
			g.timer = time.AfterFunc(gatherTime, g.flush)
		} else {
			g.timer.Reset(gatherTime)
		}
	}
	g.waiting = append(g.waiting, line...)
	if len(g.waiting) >= gatherSize {
		g.write()
	}
	return len(line), nil
}

// flush writes what waits.
func (g *gatheredLines) flush() {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.write()
}

func (g *gatheredLines) write() {
	if len(g.waiting) == 0 {
		return
	}
	g.timer.Stop()
	_, _ = g.to.Write(g.waiting)
	g.waiting = g.waiting[:0]
}

// lineHandler writes records as lines of JSON, as slog.JSONHandler does with logOptions,
// and gathers them; those that tell of trouble do not wait. A usual record, of
// texts and numbers alone, it writes itself: there is one for each request.
type lineHandler struct {
	slog.Handler // for records that are not usual
	lines        *gatheredLines
	plain        bool // without attributes or groups of its own
}

func newLineHandler(lines *gatheredLines) lineHandler {
	return lineHandler{slog.NewJSONHandler(lines, &logOptions), lines, true}
}

// logOptions are those of every handler: a duration is written in milliseconds, as a
// number whose name says so, for a bare number tells nobody what it counts.
var logOptions = slog.HandlerOptions{ReplaceAttr: func(_ []string, a slog.Attr) slog.Attr {
	if a.Value.Kind() != slog.KindDuration {
		return a
	}
	d := a.Value.Duration()
	if d%time.Millisecond == 0 { // which a terminal would show with an exponent where it is long
		return slog.Int64(a.Key+inMilliseconds, d.Milliseconds())
	}
	return slog.Float64(a.Key+inMilliseconds, milliseconds(d))
}}

// inMilliseconds stands behind the name of a duration.
const inMilliseconds = "_ms"

// milliseconds gives a duration with three decimals.
func milliseconds(d time.Duration) float64 {
	return float64(d.Round(time.Microsecond).Microseconds()) / 1000
}

// appendMilliseconds writes what milliseconds gives, as JSON has it, without the detour by
// a fraction.
func appendMilliseconds(dst []byte, d time.Duration) []byte {
	micros := d.Round(time.Microsecond).Microseconds()
	if micros < 0 {
		dst, micros = append(dst, '-'), -micros
	}
	dst = strconv.AppendInt(dst, micros/1000, 10)
	rest := micros % 1000
	if rest == 0 {
		return dst
	}
	dst = append(dst, '.', byte('0'+rest/100), byte('0'+rest/10%10), byte('0'+rest%10))
	return bytes.TrimRight(dst, "0")
}

// lineRoom lends the memory for a line.
var lineRoom = sync.Pool{New: func() any { return new(make([]byte, 0, 1<<10)) }}

func (h lineHandler) Handle(ctx context.Context, r slog.Record) (err error) {
	room := lineRoom.Get().(*[]byte)
	line, ok := appendLine((*room)[:0], r)
	if ok && h.plain {
		_, err = h.lines.Write(line)
	} else {
		err = h.Handler.Handle(ctx, r)
	}
	*room = line[:0]
	lineRoom.Put(room)
	if r.Level >= slog.LevelWarn {
		h.lines.flush()
	}
	return err
}

func (h lineHandler) WithAttrs(attrs []slog.Attr) slog.Handler {
	return lineHandler{h.Handler.WithAttrs(attrs), h.lines, h.plain && len(attrs) == 0}
}

func (h lineHandler) WithGroup(name string) slog.Handler {
	return lineHandler{h.Handler.WithGroup(name), h.lines, h.plain && name == ""}
}

// appendLine appends a usual record. It reports false where the record is not
// usual.
func appendLine(dst []byte, r slog.Record) (line []byte, ok bool) {
	w := jx.Writer{Buf: dst}
	if !r.Time.IsZero() {
		w.RawStr(`{"time":"`)
		w.Buf = r.Time.AppendFormat(w.Buf, time.RFC3339Nano)
		w.RawStr(`","level":"`)
	} else {
		w.RawStr(`{"level":"`)
	}
	w.RawStr(r.Level.String())
	w.RawStr(`","msg":`)
	ok = appendLogText(&w, r.Message)
	r.Attrs(func(a slog.Attr) bool {
		kind, key := a.Value.Kind(), a.Key
		w.Comma()
		ok = ok && key != "" && appendLogText(&w, key)
		if kind == slog.KindDuration {
			w.Buf = append(append(w.Buf[:len(w.Buf)-1], inMilliseconds...), '"')
		}
		w.RawStr(":")
		switch kind {
		case slog.KindString:
			ok = ok && appendLogText(&w, a.Value.String())
		case slog.KindInt64:
			w.Int64(a.Value.Int64())
		case slog.KindDuration:
			w.Buf = appendMilliseconds(w.Buf, a.Value.Duration())
		case slog.KindBool:
			w.Bool(a.Value.Bool())
		default:
			ok = false
		}
		return ok
	})
	w.RawStr("}\n")
	return w.Buf, ok
}

// appendLogText appends a text that needs no escaping, and reports false for
// others.
func appendLogText(w *jx.Writer, s string) bool {
	for i := range len(s) {
		if c := s[i]; c < ' ' || c > '~' || c == '"' || c == '\\' {
			return false
		}
	}
	w.Buf = append(append(append(w.Buf, '"'), s...), '"')
	return true
}
