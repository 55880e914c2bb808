package certificate

import (
	"bytes"
	"context"
	"crypto/tls"
	"fmt"
	"log/slog"
	"os"
	"sync/atomic"
	"time"
)

// Pair is a certificate and its key as they lie in two PEM files, which are replaced when
// the certificate is renewed.
type Pair struct {
	certFile, keyFile string
	current           atomic.Pointer[tls.Certificate]
	problem           atomic.Pointer[string] // why the files cannot be used; nil where they can
	seen              [2][]byte              // the files as they were looked at last; of Follow alone
	wrong             bool                   // what was seen last cannot be used; likewise
}

// Load reads a pair. An error says which file cannot be used.
func Load(certFile, keyFile string) (*Pair, error) {
	p := &Pair{certFile: certFile, keyFile: keyFile}
	if err := p.read(); err != nil {
		return nil, err
	}
	return p, nil
}

// Config is for a server that shows the pair: TLS 1.2 with keys of each connection's own
// and authenticated encryption, or TLS 1.3.
func (p *Pair) Config() *tls.Config {
	return &tls.Config{
		MinVersion: tls.VersionTLS12,
		CipherSuites: []uint16{ // of TLS 1.2; those of 1.3 are all good
			tls.TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256, tls.TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256,
			tls.TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384, tls.TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384,
			tls.TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256, tls.TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256,
		},
		GetCertificate: func(*tls.ClientHelloInfo) (*tls.Certificate, error) { return p.current.Load(), nil },
	}
}

// Expires is when the certificate that is shown ends.
func (p *Pair) Expires() time.Time { return p.current.Load().Leaf.NotAfter }

// Problem says why the certificate is one that readers may refuse, or an old one; "" where
// all is well.
func (p *Pair) Problem() string {
	if problem := p.problem.Load(); problem != nil {
		return *problem
	}
	if expires := p.Expires(); time.Now().After(expires) {
		return "the TLS certificate has expired on " + expires.UTC().Format(time.RFC3339)
	}
	return ""
}

// Follow looks at the files after each interval until the context ends. They are read, not
// watched: they are often links that are turned to another folder, and they are short.
func (p *Pair) Follow(ctx context.Context, interval time.Duration, log *slog.Logger) {
	ticker := time.NewTicker(interval)
	defer ticker.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
			p.look(log)
		}
	}
}

// look takes the files where they have changed. What cannot be used is told when it was seen
// twice: between the writing of one file and the other they do not fit each other.
func (p *Pair) look(log *slog.Logger) {
	before, wrong := p.seen, p.wrong
	err := p.read()
	p.wrong = err != nil
	changed := !bytes.Equal(before[0], p.seen[0]) || !bytes.Equal(before[1], p.seen[1])
	switch {
	case err == nil && (changed || wrong):
		p.problem.Store(nil)
		log.Info("another TLS certificate is shown", slog.Time("expires", p.Expires()))
	case err != nil && wrong && !changed && p.problem.Load() == nil:
		problem := "the TLS certificate or its key cannot be used, and the last good ones stay"
		p.problem.Store(&problem)
		log.Error(problem, slog.Any("error", err))
	}
}

func (p *Pair) read() error {
	cert, err := os.ReadFile(p.certFile)
	if err != nil {
		p.seen = [2][]byte{}
		return fmt.Errorf("read the TLS certificate: %w", err)
	}
	key, err := os.ReadFile(p.keyFile)
	if err != nil {
		p.seen = [2][]byte{}
		return fmt.Errorf("read the key of the TLS certificate: %w", err)
	}
	same := p.current.Load() != nil && !p.wrong && bytes.Equal(cert, p.seen[0]) && bytes.Equal(key, p.seen[1])
	if same {
		return nil
	}
	p.seen = [2][]byte{cert, key}
	pair, err := tls.X509KeyPair(cert, key) // with its leaf
	if err != nil {
		return fmt.Errorf("the TLS certificate %s and the key %s cannot be used together: %w", p.certFile, p.keyFile, err)
	}
	p.current.Store(&pair)
	return nil
}
