package webhook_test

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"alphanode/webhook"
)

var secret = []byte("0123456789abcdef0123456789abcdef")

// endpoint is one that is read from a file, as all are.
func endpoint(t *testing.T, address string) webhook.Endpoint {
	t.Helper()
	all, err := webhook.ReadFile(write(t, `{"webhooks":[{"name":"edge","url":"`+address+`","secret":"whsec_`+base64.StdEncoding.EncodeToString(secret)+`"}]}`, 0o600))
	if err != nil {
		t.Fatal(err)
	}
	return all[0]
}

func write(t *testing.T, text string, mode os.FileMode) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "webhooks.json")
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(path, mode); err != nil {
		t.Fatal(err)
	}
	return path
}

// TestPost checks an attempt as a receiver would, by the specification.
func TestPost(t *testing.T) {
	t.Parallel()
	const body = `{"id":"msg_1"}`
	got := make(chan error, 1)
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		text, err := io.ReadAll(r.Body)
		id, stamp := r.Header.Get("webhook-id"), r.Header.Get("webhook-timestamp")
		mac := hmac.New(sha256.New, secret)
		_, _ = io.WriteString(mac, id+"."+stamp+"."+string(text))
		signature, ok := strings.CutPrefix(r.Header.Get("webhook-signature"), "v1,")
		given, errText := base64.StdEncoding.DecodeString(signature)
		seconds, errTime := strconv.ParseInt(stamp, 10, 64)
		switch {
		case errors.Join(err, errText, errTime) != nil || !ok || !hmac.Equal(given, mac.Sum(nil)):
			got <- errors.New("the signature is wrong")
		case r.Method != "POST" || string(text) != body || id != "msg_1" || r.Header.Get("Content-Type") != "application/json":
			got <- errors.New("the message is wrong")
		case time.Since(time.Unix(seconds, 0)).Abs() > time.Minute:
			got <- errors.New("the time is wrong")
		default:
			got <- nil
		}
		w.WriteHeader(http.StatusNoContent)
	}))
	defer s.Close()
	c := webhook.NewClient(nil)
	defer c.Close()
	if err := c.Post(t.Context(), endpoint(t, s.URL+"/hook"), webhook.Message{ID: "msg_1", Body: []byte(body)}); err != nil {
		t.Error(err)
	}
	if err := <-got; err != nil {
		t.Error(err)
	}
}

func TestPostFails(t *testing.T) {
	t.Parallel()
	followed := false
	var status int
	var after string
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		followed = followed || r.URL.Path != "/hook"
		w.Header().Set("Location", "/other")
		w.Header().Set("Retry-After", after)
		w.WriteHeader(status)
		_, _ = w.Write(make([]byte, 100<<10))
	}))
	defer s.Close()
	c := webhook.NewClient(nil)
	defer c.Close()
	for _, test := range []struct {
		status    int
		after     string
		transient bool
		wait      time.Duration
	}{
		{301, "", false, 0}, {307, "", false, 0}, {400, "", false, 0}, {401, "", false, 0}, {410, "", false, 0},
		{408, "", true, 0}, {429, "7", true, 7 * time.Second}, {500, "-1", true, 0}, {503, "999999999", true, time.Hour}, {503, "soon", true, 0},
		{503, "Mon, 02 Jan 2006 15:04:05 GMT", true, 0},
	} {
		status, after = test.status, test.after
		err := c.Post(t.Context(), endpoint(t, s.URL+"/hook"), webhook.Message{ID: "msg_1"})
		e, ok := errors.AsType[*webhook.AttemptError](err)
		if !ok || e.Status != test.status || e.Transient() != test.transient || e.RetryAfter != test.wait {
			t.Errorf("%d %q: found %#v, expected transient %t, wait %s", test.status, test.after, err, test.transient, test.wait)
		}
	}
	if followed {
		t.Error("a redirect was followed")
	}
	s.Close()
	err := c.Post(t.Context(), endpoint(t, s.URL+"/token-in-path"), webhook.Message{ID: "msg_1"})
	if e, ok := errors.AsType[*webhook.AttemptError](err); !ok || !e.Transient() || strings.Contains(err.Error(), "token") {
		t.Errorf("found %v, expected an error that can pass and does not hold the address", err)
	}
}

func TestBackoff(t *testing.T) {
	t.Parallel()
	for range 100 {
		var total time.Duration
		for failed := 1; failed < webhook.MaxAttempts; failed++ {
			total += webhook.Backoff(failed)
		}
		if total < 45*time.Minute || total > 70*time.Minute {
			t.Fatalf("found %s for all attempts, expected about an hour", total)
		}
	}
}
