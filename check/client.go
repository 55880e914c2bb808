package check

import (
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"strings"
	"time"
)

// What one answer may take: a server that is checked may be any.
const (
	answerTime  = 10 * time.Second
	mostBody    = 1 << 20 // bytes
	mostHeaders = 64 << 10
)

// client asks one server, and sends nothing to another.
type client struct {
	base *url.URL
	key  string // of an operator; "" for none
	http *http.Client
}

// answer is what is kept of one.
type answer struct {
	status int
	header http.Header
	body   []byte
	tls    *tls.ConnectionState
}

// newClient checks the address of a server.
func newClient(address, key string) (*client, error) {
	u, err := url.Parse(address)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" || u.User != nil || u.RawQuery != "" || u.Fragment != "" {
		return nil, fmt.Errorf("found %q, expected an address such as https://archive.example.org", address)
	}
	u.Path = strings.TrimSuffix(u.Path, "/")
	transport := http.DefaultTransport.(*http.Transport).Clone()
	transport.MaxResponseHeaderBytes = mostHeaders
	transport.DisableCompression = true // what is unpacked could be endless
	return &client{base: u, key: key, http: &http.Client{
		Transport: transport, Timeout: answerTime,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}}, nil
}

// close ends the connections that wait.
func (c *client) close() { c.http.CloseIdleConnections() }

// local reports whether the server is asked on this machine, where nobody listens in.
func (c *client) local() bool {
	host := c.base.Hostname()
	addr, err := netip.ParseAddr(host)
	return host == "localhost" || err == nil && addr.IsLoopback()
}

// keyed reports whether the key may be sent, and why not.
func (c *client) keyed() (ok bool, why string) {
	switch {
	case c.key == "":
		return false, "a key is needed: --key-file"
	case c.base.Scheme == "http" && !c.local():
		return false, "the key is not sent without TLS"
	}
	return true, ""
}

// request is what is asked.
type request struct {
	method, target string
	body           []byte
	header         map[string]string
}

func (c *client) get(ctx context.Context, target string, headers ...string) (answer, error) {
	header := map[string]string{}
	for i := 0; i+1 < len(headers); i += 2 {
		header[headers[i]] = headers[i+1]
	}
	return c.ask(ctx, request{method: http.MethodGet, target: target, header: header})
}

// withKey is get, with the operator's key. Ask keyed first.
func (c *client) withKey(ctx context.Context, target string) (answer, error) {
	return c.get(ctx, target, "Authorization", "Bearer "+c.key)
}

func (c *client) ask(ctx context.Context, q request) (answer, error) {
	r, err := http.NewRequestWithContext(ctx, q.method, c.base.String()+q.target, bytes.NewReader(q.body))
	if err != nil {
		return answer{}, err
	}
	r.Header.Set("User-Agent", "alphanode-check")
	for name, value := range q.header {
		r.Header.Set(name, value)
	}
	response, err := c.http.Do(r)
	if err != nil {
		return answer{}, unanswered(err)
	}
	defer response.Body.Close()
	body, err := io.ReadAll(io.LimitReader(response.Body, mostBody))
	if err != nil {
		return answer{}, unanswered(err)
	}
	return answer{response.StatusCode, response.Header, body, response.TLS}, nil
}

// unanswered says why there is no answer, without the address, which may be long.
func unanswered(err error) error {
	if failed, ok := errors.AsType[*url.Error](err); ok {
		err = failed.Err
	}
	if wrong, ok := errors.AsType[*tls.CertificateVerificationError](err); ok {
		err = wrong.Err
	}
	if timeout, ok := errors.AsType[net.Error](err); ok && timeout.Timeout() {
		return fmt.Errorf("no whole answer within %s", answerTime)
	}
	switch {
	case errorIs[x509.UnknownAuthorityError](err):
		return fmt.Errorf("TLS: the certificate is signed by nobody whom this machine trusts (is the chain complete?): %w", err)
	case errorIs[x509.HostnameError](err):
		return fmt.Errorf("TLS: the certificate is of another host: %w", err)
	case errorIs[x509.CertificateInvalidError](err):
		return fmt.Errorf("TLS: the certificate does not hold, by the clock of this machine: %w", err)
	case errorIs[tls.RecordHeaderError](err), errors.Is(err, http.ErrSchemeMismatch):
		return errors.New("TLS: the server answers without it: is the address http, not https?")
	}
	return err
}

func errorIs[E error](err error) bool {
	_, ok := errors.AsType[E](err)
	return ok
}
