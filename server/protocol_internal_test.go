package server

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"alphanode/content"
	"alphanode/store/release"
	"alphanode/store/storetest"
)

// listening runs a server on the loopback until the test ends.
func listening(t testing.TB, flags map[string]string) (s *Server, addr string) {
	t.Helper()
	return listeningTo(t, storetest.Release(t, &content.Post{Slug: "a", Title: "A"}), flags)
}

func listeningTo(t testing.TB, release *release.Release, flags map[string]string) (s *Server, addr string) {
	t.Helper()
	given := map[string]string{"addr": "127.0.0.1:0", "drain-delay": "0s", "shutdown-grace": "5s"}
	for name, value := range flags {
		given[name] = value
	}
	s = testServer(t, release, func() {}, given)
	ctx, stop := context.WithCancel(context.Background())
	if err := s.Listen(ctx); err != nil {
		t.Fatal(err)
	}
	ended := make(chan error, 1)
	go func() { ended <- s.Run(ctx) }()
	t.Cleanup(func() {
		stop()
		if err := <-ended; err != nil {
			t.Error(err)
		}
	})
	return s, s.Addr().String()
}

// sent sends bytes as they are and gives what comes back until the server closes its side,
// which it must do before it gives up on the sender.
func sent(t testing.TB, addr, text string) string {
	t.Helper()
	c, err := net.Dial("tcp", addr)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	_ = c.SetDeadline(time.Now().Add(30 * time.Second))
	go func() { _, _ = io.WriteString(c, text) }() // the answer may come before all is written
	came, err := io.ReadAll(c)
	if err != nil {
		t.Errorf("%.80q: %v behind %.200q", text, err, came)
	}
	return string(came)
}

// statuses gives those of the answers in a text. Not told is what each is to, so all are of
// GET or POST.
func statuses(t testing.TB, text string) (all []int) {
	t.Helper()
	r := bufio.NewReader(strings.NewReader(text))
	for {
		if _, err := r.Peek(1); err != nil {
			return all
		}
		a, err := http.ReadResponse(r, nil)
		if err != nil {
			t.Errorf("%q: %v", text, err)
			return all
		}
		if _, err := io.Copy(io.Discard, a.Body); err != nil {
			t.Errorf("%q: %v", text, err)
		}
		a.Body.Close()
		all = append(all, a.StatusCode)
	}
}

const (
	asked = `{"query":"{__typename}"}`
	again = "GET /smuggled HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"
)

// TestOneAnswerEach sends requests whose end can be seen in two ways, each with one more
// behind it that must not be answered, or that must be where there is no doubt.
func TestOneAnswerEach(t *testing.T) {
	t.Parallel()
	_, addr := listening(t, nil)
	const post = "POST /graphql HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\n"
	length := fmt.Sprintf("Content-Length: %d\r\n", len(asked))
	chunks := fmt.Sprintf("%x\r\n%s\r\n0\r\n\r\n", len(asked), asked)
	for _, tt := range []struct {
		name, text string
		want       []int
	}{
		{"no doubt", post + length + "\r\n" + asked, []int{200, 404}},
		{"chunks", post + "Transfer-Encoding: chunked\r\n\r\n" + chunks, []int{200}},
		{"length and chunks", post + length + "Transfer-Encoding: chunked\r\n\r\n" + chunks, []int{200}},
		{"chunks and a length that is short", post + "Transfer-Encoding: chunked\r\nContent-Length: 3\r\n\r\n" + chunks, []int{200}},
		{"chunks of HTTP/1.0", "POST /graphql HTTP/1.0\r\nHost: a\r\nConnection: keep-alive\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n" + chunks, []int{400}},
		{"two lengths", post + length + "Content-Length: 3\r\n\r\n" + asked, []int{400}},
		{"two lengths in one line", post + fmt.Sprintf("Content-Length: %d, 3\r\n\r\n", len(asked)) + asked, []int{400}},
		{"a length with a sign", post + "Content-Length: +25\r\n\r\n" + asked, []int{400}},
		{"a negative length", post + "Content-Length: -1\r\n\r\n" + asked, []int{400}},
		{"a length in hex", post + "Content-Length: 0x19\r\n\r\n" + asked, []int{400}},
		{"identity, chunked", post + "Transfer-Encoding: identity, chunked\r\n\r\n" + chunks, []int{501}},
		{"chunked, identity", post + "Transfer-Encoding: chunked, identity\r\n\r\n" + chunks, []int{501}},
		{"twice chunked", post + "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n" + chunks, []int{501}},
		{"chunked behind a control character", post + "Transfer-Encoding: \x0bchunked\r\n\r\n" + chunks, []int{400}},
		{"a space before the colon", post + "Transfer-Encoding : chunked\r\n\r\n" + chunks, []int{400}},
		{"a space before the colon of a length", post + "Content-Length : 3\r\n\r\n" + asked, []int{400}},
		{"a space before the first name", "POST /graphql HTTP/1.1\r\n Content-Length: 3\r\nHost: a\r\n\r\n" + asked, []int{400}},
		{"a chunk's size in doubt", post + "Transfer-Encoding: chunked\r\n\r\n0x19\r\n" + asked + "\r\n0\r\n\r\n", []int{400}},
		{"a chunk's size behind a bare LF", post + "Transfer-Encoding: chunked\r\n\r\n19\n" + asked + "\r\n0\r\n\r\n", []int{400}},
		{"a chunk that is longer than it says", post + "Transfer-Encoding: chunked\r\n\r\n2\r\n" + asked + "\r\n0\r\n\r\n", []int{400}},
		{"a bare CR in a header", post + "X-A: b\rContent-Length: 3\r\n\r\n" + asked, []int{400}},
		{"a NUL in a header", post + "X-A: b\x00\r\n\r\n" + asked, []int{400}},
		{"no host", "GET /health HTTP/1.1\r\n\r\n", []int{400}},
		{"two hosts", "GET /health HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", []int{400}},
		{"a host with a path", "GET /health HTTP/1.1\r\nHost: a/b\r\n\r\n", []int{400}},
		{"another host in the target", "GET http://b/health HTTP/1.1\r\nHost: a\r\n\r\n", []int{200, 404}},
		{"another version", "GET /health HTTP/3.0\r\nHost: a\r\n\r\n", []int{505}},
		{"none", "GET /health\r\n\r\n", []int{400}},
		{"HTTP/2 without TLS", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", []int{400}},
		{"a length of what is not wanted", "GET /v1/tools HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nGET /", []int{200, 404}},
		{"chunks of what is not wanted", "GET /v1/tools HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nGET /\r\n0\r\n\r\n", []int{200}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			came := sent(t, addr, tt.text+again)
			if got := statuses(t, came); fmt.Sprint(got) != fmt.Sprint(tt.want) {
				t.Errorf("found %v, expected %v: %q", got, tt.want, came)
			}
			if tt.want[0] >= 400 && !strings.Contains(came, `"code":"BAD_REQUEST"`) {
				t.Errorf("found %q", came)
			}
		})
	}
}

// TestEarlyRefusals sends what is refused before it has come to its end: the answer comes
// through, and not a connection that is reset.
func TestEarlyRefusals(t *testing.T) {
	t.Parallel()
	_, addr := listening(t, map[string]string{"read-timeout": "4s", "read-header-timeout": "3s"})
	const post = "POST /graphql HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\n"
	for _, tt := range []struct {
		name, text string
		want       int
		code       string
	}{
		{"a long address", "GET /v1/posts?q=" + strings.Repeat("a", 20_000) + " HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n", 414, "TOO_LARGE"},
		{"a longer one", "GET /v1/posts?q=" + strings.Repeat("a", 100_000) + " HTTP/1.1\r\nHost: a\r\n\r\n", 431, "TOO_LARGE"},
		{"a very long one", "GET /v1/posts?q=" + strings.Repeat("a", 5_000_000) + " HTTP/1.1\r\nHost: a\r\n\r\n", 431, "TOO_LARGE"},
		{"long headers", "GET /v1/posts HTTP/1.1\r\nHost: a\r\n" + strings.Repeat("X-A: "+strings.Repeat("a", 1000)+"\r\n", 100) + "\r\n", 431, "TOO_LARGE"},
		{"a long body", post + "Content-Length: 5000000\r\n\r\n" + strings.Repeat(" ", 5_000_000), 413, "TOO_LARGE"},
		{"a long body of a GET", "GET /health HTTP/1.1\r\nHost: a\r\nContent-Length: 5000000\r\n\r\n" + strings.Repeat(" ", 5_000_000), 200, ""},
		{"long chunks", post + "Transfer-Encoding: chunked\r\n\r\n" + strings.Repeat("186A0\r\n"+strings.Repeat(" ", 100_000)+"\r\n", 50) + "0\r\n\r\n", 413, "TOO_LARGE"},
		{"a long body to nowhere", "POST /nowhere HTTP/1.1\r\nHost: a\r\nContent-Length: 5000000\r\n\r\n" + strings.Repeat(" ", 5_000_000), 404, "NOT_FOUND"},
		{"a body that is expected to go on", post + "Expect: 100-continue\r\nContent-Length: 1000000000\r\n\r\n", 413, "TOO_LARGE"},
		{"another expectation", post + "Expect: tea\r\nContent-Length: 25\r\n\r\n" + asked, 417, "BAD_REQUEST"},
		{"a body that does not come", post + "Content-Length: 25\r\n\r\n{", 408, "TIMEOUT"},
		{"a packed body", post + "Content-Encoding: gzip\r\nContent-Length: 25\r\n\r\n" + asked, 415, "UNSUPPORTED_MEDIA_TYPE"},
		{"one that is packed twice", post + "Content-Encoding: identity\r\nContent-Encoding: br\r\nContent-Length: 25\r\n\r\n" + asked, 415, "UNSUPPORTED_MEDIA_TYPE"},
		{"one whose coding nobody knows", post + "Content-Encoding: x-unknown\r\nContent-Length: 25\r\n\r\n" + asked, 415, "UNSUPPORTED_MEDIA_TYPE"},
		{"one that is not packed", post + "Content-Encoding: Identity\r\nConnection: close\r\nContent-Length: 25\r\n\r\n" + asked + " ", 200, ""},
		{"no request", "\x16\x03\x01\x02\x00\x01\x00\r\n\r\n", 400, "BAD_REQUEST"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			came := sent(t, addr, tt.text)
			if got := statuses(t, came); len(got) != 1 || got[0] != tt.want {
				t.Errorf("found %v, expected %d: %q", got, tt.want, came)
			}
			if tt.code != "" && !strings.Contains(came, `"code":"`+tt.code+`"`) {
				t.Errorf("found %q", came)
			}
			if strings.Contains(came, "100 Continue") || (tt.want == 415) != strings.Contains(came, "Accept-Encoding: identity") {
				t.Errorf("found %q", came)
			}
		})
	}
	if came := sent(t, addr, post+"Expect: 100-continue\r\nConnection: close\r\nContent-Length: 24\r\n\r\n"+asked); !strings.HasPrefix(came, "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200") {
		t.Errorf("a body that is expected and not too long: found %q", came)
	}
	if came := sent(t, addr, "GET /health HT"); !strings.HasPrefix(came, "HTTP/1.1 408 ") {
		t.Errorf("headers that do not come: found %q", came)
	}
}

// TestTargets asks for addresses and by methods that are none of ours.
func TestTargets(t *testing.T) {
	t.Parallel()
	_, addr := listening(t, nil)
	for request, want := range map[string]int{
		"GET //v1/posts": 404, "GET /v1//posts": 404, "GET /./v1/posts": 404, "GET /v1/../v1/posts": 404, "GET /v1/posts/..": 404, "GET /v1/posts/%2e%2e": 404,
		"GET /v1/posts/%2e%2e%2fa": 404, "GET /v1/posts/%2F": 404, "GET /v1/posts/a%2F": 404, "GET /v1/posts/a;b": 404, "GET /v1/posts;a": 404, "GET /v1/posts/a%00": 400, "GET /v1/posts/%5C..%5Ca": 404,
		`GET /v1/posts/\..\a`: 404, "GET /v1/posts/%ff": 400, "GET /v1/posts/%zz": 400, "GET /v1/posts/%": 400, "GET v1/posts": 400, "GET http:v1": 400,
		"GET //evil.example/v1/posts": 404, "GET /\\evil.example": 404, "GET http://evil.example/v1/posts": 200, "GET http://evil.example": 200, "GET *": 400, "GET /v1/posts/": 404, "GET /v1/posts#a": 404,
		"GET /V1/posts": 404, "get /v1/posts": 405, "GeT /v1/posts": 405, "TRACE /v1/posts": 405, "TRACE /nowhere": 405, "CONNECT a.example:443": 405, "CONNECT /v1/posts": 405,
		"OPTIONS *": 204, "OPTIONS /v1/posts": 204, "OPTIONS /nowhere": 404, "BREW /v1/posts": 405, "G(T /v1/posts": 400, "PUT /": 405, "DELETE /v1/posts/a": 405,
	} {
		method, target, _ := strings.Cut(request, " ")
		came := sent(t, addr, method+" "+target+" HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
		got := statuses(t, came)
		if len(got) != 1 || got[0] != want {
			t.Errorf("%s: found %v, expected %d: %q", request, got, want, came)
		}
		head, _, _ := strings.Cut(came, "\r\n\r\n") // a page has absolute links to where it was asked
		if strings.Contains(head, "Location: ") || strings.Contains(head, "evil") && want == 200 {
			t.Errorf("%s: found %q", request, came)
		}
		if want == 405 && !strings.Contains(came, "\r\nAllow: GET, HEAD") {
			t.Errorf("%s: found %q", request, came)
		}
	}
}

// TestKept: what is asked again on a connection is answered, and an answer behind which
// it ends says so.
func TestKept(t *testing.T) {
	t.Parallel()
	_, addr := listening(t, nil)
	c, err := net.Dial("tcp", addr)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	_ = c.SetDeadline(time.Now().Add(30 * time.Second))
	r := bufio.NewReader(c)
	for _, tt := range []struct {
		text string
		want int
		ends bool
	}{
		{"GET /nowhere HTTP/1.1\r\nHost: a\r\n\r\n", 404, false},
		{"GET /v1/tools HTTP/1.1\r\nHost: a\r\n\r\n", 200, false},
		{"POST /nowhere HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nabcde", 404, false},
		{"PUT /graphql HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nabcde", 405, false},
		{"GET /v1/tools HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nabcde", 200, false},
		{"POST /graphql HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400, true},
	} {
		if _, err := io.WriteString(c, tt.text); err != nil {
			t.Fatal(err)
		}
		a, err := http.ReadResponse(r, nil)
		if err != nil {
			t.Fatalf("%q: %v", tt.text, err)
		}
		body, _ := io.ReadAll(a.Body)
		if a.StatusCode != tt.want || a.Close != tt.ends || bytes.Contains(body, []byte("panic")) {
			t.Errorf("%q: found %d, ends %t", tt.text, a.StatusCode, a.Close)
		}
	}
	if _, err := r.ReadByte(); err != io.EOF {
		t.Errorf("behind chunks: found %v", err)
	}
}
