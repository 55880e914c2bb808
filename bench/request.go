package bench

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"time"
)

// request is a request as its bytes, and the answer that is right.
type request struct {
	key  string // what tells it from the others of its operation: the target, or the body
	wire []byte
	want Answer
}

// call is what one use of an operation asks: its requests, one after the
// other.
type call []request

// Answer is what a server says to a request, but for the headers that the
// limit does not send.
type Answer struct {
	Status int
	Type   string // the Content-Type
	ETag   string
	Body   []byte
}

// get makes a request for an address with parameters.
func get(path string, parameters url.Values) request {
	target := path
	if len(parameters) > 0 {
		target += "?" + parameters.Encode()
	}
	return request{key: target, wire: fmt.Appendf(nil, "GET %s HTTP/1.1\r\nHost: alphanode\r\nAccept: application/json\r\n\r\n", target)}
}

// see makes a request for a page, as a browser does.
func see(path string, parameters url.Values) request {
	r := get(path, parameters)
	r.wire = bytes.Replace(r.wire, []byte("application/json"), []byte("text/html"), 1)
	return r
}

// with adds a line to the header.
func (r request) with(line string) request {
	head, body, _ := bytes.Cut(r.wire, []byte("\r\n\r\n"))
	r.wire = fmt.Appendf(nil, "%s\r\n%s\r\n\r\n%s", head, line, body)
	return r
}

// post makes a request for a GraphQL operation.
func post(operation string, variables map[string]any) (request, error) {
	body, err := json.Marshal(map[string]any{"query": operation, "variables": variables})
	if err != nil {
		return request{}, fmt.Errorf("write a GraphQL request: %w", err)
	}
	wire := fmt.Appendf(nil, "POST /graphql HTTP/1.1\r\nHost: alphanode\r\nAccept: application/json\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s",
		len(body), body)
	return request{key: string(body), wire: wire}, nil
}

// patience is how long one answer may take.
const patience = time.Minute

// conn is a connection that asks one request at a time. It does no more than
// it must, so that little of the machine goes into the asking.
type conn struct {
	net.Conn
	read *bufio.Reader
	body []byte // of the last answer
}

func dial(addr string) (*conn, error) {
	c, err := net.Dial("tcp", addr)
	if err != nil {
		return nil, err
	}
	return &conn{Conn: c, read: bufio.NewReaderSize(c, 64<<10)}, nil
}

// ask gives the answer to a request. Its body is good until the next one.
func (c *conn) ask(wire []byte) (Answer, error) {
	if err := c.SetDeadline(time.Now().Add(patience)); err != nil {
		return Answer{}, err
	}
	if _, err := c.Write(wire); err != nil {
		return Answer{}, err
	}
	r, err := http.ReadResponse(c.read, nil)
	if err != nil {
		return Answer{}, err
	}
	if n := int(r.ContentLength); n < 0 {
		c.body, err = io.ReadAll(r.Body)
	} else {
		c.body = slices.Grow(c.body[:0], n)[:n]
		_, err = io.ReadFull(r.Body, c.body)
	}
	if err != nil {
		return Answer{}, err
	}
	return Answer{Status: r.StatusCode, Type: r.Header.Get("Content-Type"), ETag: r.Header.Get("ETag"), Body: c.body}, nil
}

// check reports how an answer differs from the one that is right.
func (r *request) check(a Answer) error {
	switch {
	case a.Status != r.want.Status:
		return fmt.Errorf("%.120s: found the status %d, expected %d: %.200s", r.key, a.Status, r.want.Status, a.Body)
	case !bytes.Equal(a.Body, r.want.Body):
		return fmt.Errorf("%.120s: found %s bytes that are not those of the first answer: %.200s", r.key, strconv.Itoa(len(a.Body)), a.Body)
	}
	return nil
}
