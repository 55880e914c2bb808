package server

import (
	"net"
	"net/http"
	"testing"

	"alphanode/server/wire"
)

// nowhere is a connection to a reader who takes everything at once.
type nowhere struct{ net.Conn }

func (nowhere) Write(p []byte) (int, error) { return len(p), nil }

// readers is a listener for such readers.
type readers struct{ net.Listener }

func (readers) Accept() (net.Conn, error) { return nowhere{}, nil }

// BenchmarkKept times what a kept answer costs beside net/http and the network.
func BenchmarkKept(b *testing.B) {
	s := testServer(b, onePostRelease(b), func() {}, nil)
	c, err := wire.NewConnections(readers{}, s.unsent, nil, nil).Accept()
	if err != nil {
		b.Fatal(err)
	}
	for _, coding := range []string{"", "gzip, deflate, br, zstd"} {
		b.Run("coding "+coding, func(b *testing.B) {
			r, err := http.NewRequestWithContext(wire.WithConnection(b.Context(), c), "GET", "/v1/posts/a", http.NoBody)
			if err != nil {
				b.Fatal(err)
			}
			r.RequestURI = "/v1/posts/a"
			r.Header.Set("Accept", "application/json")
			if coding != "" {
				r.Header.Set(wire.AcceptEncoding, coding)
			}
			s.ServeHTTP(nil, r)
			b.ReportAllocs()
			for b.Loop() {
				s.ServeHTTP(nil, r)
			}
		})
	}
}
