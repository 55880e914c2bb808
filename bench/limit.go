package bench

import (
	"context"
	"encoding/gob"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"strconv"
	"time"
)

// limit answers from memory: what net/http costs and nothing else. Its bodies
// are those of the real server; of its headers it has what it must.
type limit map[string]*limitAnswer

type limitAnswer struct {
	Answer
	kind, length, tag []string // values of headers, made before they are sent
}

// maxKey bounds a body that names an answer, in bytes.
const maxKey = 1 << 20

func (l limit) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	var a *limitAnswer
	if r.Method == http.MethodPost && r.ContentLength > 0 && r.ContentLength <= maxKey {
		key := make([]byte, r.ContentLength)
		if _, err := io.ReadFull(r.Body, key); err != nil {
			return // who asked is gone
		}
		a = l[string(key)]
	} else {
		a = l[r.RequestURI]
	}
	if a == nil {
		http.NotFound(w, r)
		return
	}
	header := w.Header()
	if a.Status == http.StatusNotModified {
		header["Etag"] = a.tag
		w.WriteHeader(a.Status)
		return
	}
	header["Content-Type"] = a.kind
	header["Content-Length"] = a.length
	w.WriteHeader(a.Status)
	_, _ = w.Write(a.Body) // who no longer listens cannot be told so
}

func newLimit(answers map[string]Answer) limit {
	l := limit{}
	for key, a := range answers {
		l[key] = &limitAnswer{Answer: a, kind: []string{a.Type}, length: []string{strconv.Itoa(len(a.Body))}, tag: []string{a.ETag}}
	}
	return l
}

// writeAnswers writes the right answers for [ServeLimit].
func writeAnswers(path string, calls []call) error {
	answers := map[string]Answer{}
	for _, requests := range calls {
		for _, r := range requests {
			answers[r.key] = r.want
		}
	}
	f, err := os.Create(path)
	if err != nil {
		return err
	}
	if err := errors.Join(gob.NewEncoder(f).Encode(answers), f.Close()); err != nil {
		return fmt.Errorf("write answers to %s: %w", path, err)
	}
	return nil
}

// ServeLimit gives the answers of a file on a free port of loopback until the
// context ends. It tells its address as the real server does.
func ServeLimit(ctx context.Context, path string, log io.Writer) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	answers := map[string]Answer{}
	err = gob.NewDecoder(f).Decode(&answers)
	if err := errors.Join(err, f.Close()); err != nil {
		return fmt.Errorf("read answers from %s: %w", path, err)
	}
	var config net.ListenConfig
	l, err := config.Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	h := &http.Server{Handler: newLimit(answers), ReadHeaderTimeout: time.Minute}
	defer context.AfterFunc(ctx, func() { _ = h.Close() })() // Serve says that it ended
	fmt.Fprintf(log, "%s%s\n", listening, l.Addr())
	if err := h.Serve(l); !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	return nil
}
