package server

import (
	"bytes"
	"errors"
	"io"
	"net/http"
	"os"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"alphanode/apierror"
	"alphanode/server/route"
)

// readBody gives the request with its body read, so that no handler waits for
// a slow sender or meets a body without bounds. What is announced to be too long, or to be
// packed, is refused before it is asked for.
func (x *exchange) readBody() (_ *http.Request, body []byte, err error) {
	if x.r.Body == http.NoBody {
		return x.r, nil, nil
	}
	r := x.r.WithContext(x.r.Context())
	most := x.server.settings.MaxBody
	if x.route.Takes == nil { // dropped, but read: until then net/http does not see a reader leave
		if r.ContentLength <= int64(most) && r.Header["Expect"] == nil { // else it is not asked for
			x.visit.Wait()
			n, err := io.Copy(io.Discard, io.LimitReader(r.Body, int64(most)+1))
			x.visit.Resume()
			x.drained = err == nil && n <= int64(most)
		}
		r.Body, r.ContentLength = http.NoBody, 0
		return r, nil, nil
	}
	if coded := strings.Join(r.Header["Content-Encoding"], ", "); !slices.Contains([]string{"", identity}, strings.ToLower(coded)) {
		return nil, nil, errCoded(coded)
	}
	if r.ContentLength > int64(most) {
		return nil, nil, tooLarge("body", strconv.FormatInt(r.ContentLength, 10)+" bytes", "at most "+strconv.Itoa(most)+" bytes")
	}
	x.visit.Wait()
	body, err = x.server.intake.read(r.Body, most, &x.taken)
	x.arrived = len(body)
	x.visit.Resume()
	switch {
	case errors.Is(err, errIntake):
		return nil, nil, err
	case errors.Is(err, os.ErrDeadlineExceeded):
		return nil, nil, errSlow.WithCause(err)
	case err != nil:
		return nil, nil, apierror.New(apierror.BadRequest, "The body of the request could not be read to its end. Send it again.").WithCause(err)
	case len(body) > most:
		return nil, nil, tooLarge("body", "more than "+strconv.Itoa(most)+" bytes", "at most "+strconv.Itoa(most)+" bytes")
	}
	x.drained = true
	if !utf8.Valid(body) {
		return nil, nil, apierror.New(apierror.BadRequest, "The body of the request is not UTF-8.", apierror.Field{Location: "body", Expected: "UTF-8"})
	}
	r.Body, r.ContentLength = io.NopCloser(bytes.NewReader(body)), int64(len(body))
	return r, body, nil
}

// identity is the coding of a body that is not packed, the only one there is here: what
// is asked is short, and what is packed can be longer than it says.
const identity = "identity"

func errCoded(found string) error {
	return apierror.New(apierror.UnsupportedMediaType, "The body of the request is packed. Send it as it is.",
		apierror.Field{Location: "header.Content-Encoding", Value: route.Shorten(found), Expected: identity + ", or no such header"}).WithCause(errPackedBody)
}

var errPackedBody = errors.New("the body is packed")

// bodyProblem says why a body was refused; of one that is packed also what would be taken
// (RFC 9110, 12.5.3).
func bodyProblem(err error, path string) *route.Answer {
	a := route.Problem(err, path)
	if errors.Is(err, errPackedBody) {
		a.Header.Set("Accept-Encoding", identity)
	}
	return a
}

// errSlow says that a body did not come in time. Asking again can help.
var errSlow = apierror.New(apierror.Timeout, "The body of the request did not come in time. Send it again.").WithStatus(http.StatusRequestTimeout)

// drainedByNet is how many bytes of a body net/http reads by itself, so that the
// connection can go on, where a request is refused before its body was read.
const drainedByNet = 64 << 10

// ends reports whether the connection must end with this answer, because what comes next
// on it may not be a request, or would take long to come to. A body that comes in chunks
// can be one thing to us and another to a proxy that goes by Content-Length, which net/http
// does not show where both are there; and so it is with chunks of HTTP/1.0.
func (x *exchange) ends() bool {
	r := x.r
	switch {
	case r.ProtoMajor != 1: // frames have no such doubt
		return false
	case len(r.TransferEncoding) > 0 || r.ProtoMinor == 0:
		return true
	default:
		return x.unread() && (x.failed || r.ContentLength > drainedByNet)
	}
}

// unread reports whether the request has a body that was not read to its end.
func (x *exchange) unread() bool { return !x.drained && x.r.Body != nil && x.r.Body != http.NoBody }
