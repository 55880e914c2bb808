package command

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math"
	"strings"
	"sync"
	"testing"
	"time"
)

// written is a log that a test can read while it is written.
type written struct {
	mu  sync.Mutex
	all bytes.Buffer
}

func (w *written) Write(p []byte) (int, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.all.Write(p)
}

func (w *written) String() string {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.all.String()
}

func TestLinesAreThoseOfJSONHandler(t *testing.T) {
	at := time.Date(2026, 3, 1, 12, 30, 0, 123456000, time.UTC)
	records := map[string][]slog.Attr{
		"request": {
			slog.String("path", "/v1/posts/a"), slog.Int("status", 200), slog.Duration("duration", 1500),
			slog.String("release", ""), slog.Bool("cached", true), slog.Int64("least", math.MinInt64), slog.Int("six", 6),
		},
		"":               nil,
		"quotes \" and":  {slog.String("text", "a\"b\\c")},
		"control":        {slog.String("text", "a\nb\x00\x7f")},
		"wide":           {slog.String("text", "é \u2028 \xff")},
		"marks":          {slog.String("text", "<b>&amp;</b>")},
		"wide key":       {slog.String("ké\"y", "x")},
		"no key":         {slog.String("", "x")},
		"group":          {slog.Group("g", slog.Int("a", 1))},
		"error":          {slog.Any("cause", errors.New("lost"))},
		"fraction":       {slog.Float64("f", 0.25)},
		"durations":      {slog.Duration("a", 0), slog.Duration("b", -1_500_000), slog.Duration("c", 1_230_499), slog.Duration("d", 90*time.Minute+100*time.Microsecond), slog.Duration("e", math.MaxInt64)},
		"time":           {slog.Time("t", at)},
		"unusual behind": {slog.Int("a", 1), slog.Any("b", []int{1}), slog.Int("c", 2)},
	}
	for message, attrs := range records {
		for _, of := range []func(slog.Handler) slog.Handler{
			func(h slog.Handler) slog.Handler { return h },
			func(h slog.Handler) slog.Handler { return h.WithAttrs([]slog.Attr{slog.String("id", "7")}) },
			func(h slog.Handler) slog.Handler { return h.WithGroup("g") },
		} {
			for _, when := range []time.Time{at, {}, at.In(time.FixedZone("", 3600))} {
				r := slog.NewRecord(when, slog.LevelInfo, message, 0)
				r.AddAttrs(attrs...)
				var expected bytes.Buffer
				if err := of(slog.NewJSONHandler(&expected, &logOptions)).Handle(context.Background(), r.Clone()); err != nil {
					t.Fatal(err)
				}
				var found written
				lines := &gatheredLines{to: &found}
				if err := of(newLineHandler(lines)).Handle(context.Background(), r); err != nil {
					t.Fatal(err)
				}
				lines.flush()
				if found.String() != expected.String() {
					t.Errorf("found    %sexpected %s", &found, &expected)
				}
			}
		}
	}
}

// TestDurationsSayTheirUnit: in every line, on a terminal too, however they were given.
func TestDurationsSayTheirUnit(t *testing.T) {
	for d, want := range map[time.Duration]string{
		0: "0", 499: "0", 1500: "0.002", 40 * time.Microsecond: "0.04", 1_234_567: "1.235", time.Second: "1000", 36 * time.Hour: "129600000", -1500 * time.Microsecond: "-1.5",
	} {
		var json written
		lines := &gatheredLines{to: &json}
		var terminal bytes.Buffer
		for _, log := range []*slog.Logger{slog.New(newLineHandler(lines)), slog.New(slog.NewTextHandler(&terminal, &logOptions))} {
			log.Info("a", slog.Duration("duration", d))
			log.Info("b", "every", d, "error", errors.New("lost"))
			log.With("wait", d).Info("c", slog.Group("g", slog.Duration("drain_delay", d)))
		}
		lines.flush()
		for _, found := range []string{`"duration_ms":` + want + "}", `"every_ms":` + want + ",", `"wait_ms":` + want + ",", `"drain_delay_ms":` + want + "}"} {
			if !strings.Contains(json.String(), found) {
				t.Errorf("%v: found %s, expected %s", d, &json, found)
			}
		}
		for _, found := range []string{"duration_ms=" + want + "\n", "every_ms=" + want + " ", "wait_ms=" + want + " ", "g.drain_delay_ms=" + want + "\n"} {
			if text := terminal.String(); !strings.Contains(text, found) {
				t.Errorf("%v: found %s, expected %s", d, text, found)
			}
		}
	}
}

func TestLinesAreGathered(t *testing.T) {
	var log written
	lines := &gatheredLines{to: &log}
	logger := slog.New(newLineHandler(lines))
	logger.Info("first")
	if log.String() != "" {
		t.Errorf("a line did not wait: %s", &log)
	}
	logger.Warn("trouble")
	if s := log.String(); !strings.Contains(s, "first") || !strings.Contains(s, "trouble") {
		t.Errorf("trouble waits: found %q", s)
	}
	logger.Info("second")
	for deadline := time.Now().Add(time.Minute); !strings.Contains(log.String(), "second"); time.Sleep(time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatal("a line waits for ever")
		}
	}
	// So many that they cannot wait for each other, from several at once.
	const each, writers = 500, 4
	var done sync.WaitGroup
	for w := range writers {
		done.Go(func() {
			for i := range each {
				logger.Info(fmt.Sprintf("line %d of writer %d", i, w))
			}
		})
	}
	done.Wait()
	lines.flush()
	if found, expected := strings.Count(log.String(), "\n"), 3+each*writers; found != expected {
		t.Errorf("found %d lines, expected %d", found, expected)
	}
}
