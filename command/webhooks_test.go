package command_test

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"alphanode/command"
	"alphanode/content"
	"alphanode/purge"
	"alphanode/store"
	"alphanode/store/catalogue"
	"alphanode/store/storetest"
	"alphanode/trace"
)

// publishing is the trace of a publish.
const publishing = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"

// TestServeTellsWebhooks publishes beside a server, and looks at what it posts and
// at its metrics.
func TestServeTellsWebhooks(t *testing.T) {
	t.Parallel()
	got := make(chan purge.Message, 4)
	receiver := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		var m purge.Message
		if err := json.NewDecoder(r.Body).Decode(&m); err != nil {
			t.Error(err)
		}
		if span := trace.Parse(r.Header["Traceparent"], nil); span.Trace() != publishing[3:35] || span.Span() == publishing[36:52] {
			t.Errorf("the message belongs to the trace %q, expected a span of %s", r.Header["Traceparent"], publishing)
		}
		got <- m
	}))
	defer receiver.Close()
	dir := t.TempDir()
	file := filepath.Join(dir, "webhooks.json")
	text := fmt.Sprintf(`{"webhooks":[{"name":"edge","url":%q,"secret":"whsec_MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY="}]}`, receiver.URL)
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	titled := func(title string) *content.Post {
		p := &content.Post{Slug: "a", Title: title}
		p.Settle()
		return p
	}
	c := storetest.Catalogue(t, titled("A"))
	ctx, stop := context.WithCancel(t.Context())
	said, says := io.Pipe()
	ended := make(chan int, 1)
	go func() {
		code := command.Main(ctx, []string{"serve", "--addr", "127.0.0.1:0", "--ops-addr", "127.0.0.1:0", "--drain-delay", "0s", "--data", c.Dir(),
			"--webhooks", file, "--public-url", "https://a.example/"}, command.Streams{In: strings.NewReader(""), Out: io.Discard, Err: says})
		says.Close()
		ended <- code
	}()
	ops := ""
	address := regexp.MustCompile(`listening for operators.*?(127\.0\.0\.1:\d+)`)
	lines := bufio.NewScanner(said)
	for ops == "" && lines.Scan() {
		if m := address.FindStringSubmatch(lines.Text()); m != nil {
			ops = m[1]
		}
	}
	go func() { _, _ = io.Copy(io.Discard, said) }() // ends with the pipe
	storetest.Stage(t, c, catalogue.ImportOptions{Replace: true}, titled("A again"))
	if _, err := c.Publish("r2", store.PublishOptions{By: "test", Trace: publishing}); err != nil {
		t.Fatal(err)
	}
	select {
	case m := <-got:
		if m.Before != "r1" || m.After != "r2" || !slices.Equal(m.Tags, []string{"post:a", "posts", "release"}) ||
			!slices.Contains(m.URLs, "https://a.example/v1/posts/a") || time.Since(m.At).Abs() > time.Minute {
			t.Errorf("found %+v", m)
		}
	case <-time.After(30 * time.Second):
		t.Fatal("the webhook was not told")
	}
	metrics := ""
	const want = `alphanode_webhook_attempts_total{outcome="delivered",webhook="edge"} 1`
	for deadline := time.Now().Add(10 * time.Second); !strings.Contains(metrics, want) && time.Now().Before(deadline); time.Sleep(20 * time.Millisecond) {
		answer, err := http.Get("http://" + ops + "/metrics")
		if err != nil {
			t.Fatal(err)
		}
		body, err := io.ReadAll(answer.Body)
		answer.Body.Close()
		if err != nil {
			t.Fatal(err)
		}
		metrics = string(body)
	}
	if !strings.Contains(metrics, want) || !strings.Contains(metrics, `alphanode_webhook_waiting{webhook="edge"} 0`) {
		t.Errorf("the metrics do not say that the webhook was told:\n%s", metrics)
	}
	stop()
	if code := <-ended; code != 0 {
		t.Errorf("the server ended with %d", code)
	}
}
