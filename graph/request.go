package graph

import (
	"bytes"
	"context"
	"io"
	"mime"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"alphanode/apierror"
	"alphanode/graph/model"
)

// request is a GraphQL request as HTTP carries it.
type request struct {
	Query         string
	OperationName string
	DocumentID    string // of a trusted document, as the draft of GraphQL over HTTP calls it
	RelayID       string // likewise, as network layers of Relay send it
	Extensions    extensions

	variables []byte // the JSON object; nil where there is none
}

// extensions are those that are known; others are passed over.
type extensions struct {
	PersistedQuery *persistedQuery
	Cost           bool // whether the answer is to tell what it cost
}

// members are the names that a request may have. Others are passed over, but for those
// that differ in upper and lower case alone: they were meant.
var members = []string{"query", "operationName", "variables", "extensions", "documentId", "doc_id", "id"}

func readRequest(ctx context.Context, r *http.Request) (request, error) {
	var req request
	var err error
	switch r.Method {
	case http.MethodGet, http.MethodHead:
		req, err = readParameters(ctx, r.URL.RawQuery)
	case http.MethodPost:
		req, err = readBody(ctx, r)
	default:
		return req, apierror.New(apierror.MethodNotAllowed, "found "+r.Method+", expected GET, HEAD or POST")
	}
	if err == nil && req.Query == "" && req.Extensions.PersistedQuery == nil && req.DocumentID == "" && req.RelayID == "" {
		err = malformed("query", "", "the text of an operation")
	}
	return req, err
}

func readBody(ctx context.Context, r *http.Request) (request, error) {
	contentType := r.Header.Get("Content-Type")
	if !isJSON(contentType) {
		return request{}, apierror.New(apierror.UnsupportedMediaType, "Content-Type: found "+strconv.Quote(model.Shorten(contentType))+", expected "+mediaJSON,
			apierror.Field{Location: "Content-Type", Value: model.Shorten(contentType), Expected: mediaJSON})
	}
	var room bytes.Buffer
	room.Grow(int(min(max(r.ContentLength, 0), MaxBody)) + bytes.MinRead) // so that nothing is copied to grow
	if _, err := room.ReadFrom(io.LimitReader(r.Body, MaxBody+1)); err != nil {
		return request{}, apierror.New(apierror.BadRequest, "The body could not be read to its end. Send the request again.").WithCause(err)
	}
	body := withoutMark(room.Bytes())
	if len(body) > MaxBody {
		expected := "a body of at most " + strconv.Itoa(MaxBody) + " bytes"
		return request{}, apierror.New(apierror.TooLarge, "The body is too large, expected "+expected+".", apierror.Field{Location: "body", Expected: expected})
	}
	if bytes.HasPrefix(bytes.TrimLeft(body, " \t\r\n"), []byte("[")) {
		return request{}, malformed("body", "an array", "one JSON object; batches are not answered, send the operations one by one")
	}
	if err := payToRead(ctx, len(body), 2, body); err != nil { // the body, and the variables in it
		return request{}, err
	}
	return readJSON(body)
}

// withoutMark takes away the byte order mark that some clients put in front of a text.
func withoutMark(text []byte) []byte { return bytes.TrimPrefix(text, []byte("\uFEFF")) }

// isJSON reports whether a Content-Type is that of JSON in UTF-8. No form of a web page
// can send it, so that no other site can have a browser ask by POST without being
// allowed to.
func isJSON(contentType string) bool {
	if contentType == mediaJSON {
		return true
	}
	media, parameters, err := mime.ParseMediaType(contentType)
	charset := strings.ToLower(parameters["charset"])
	return err == nil && media == mediaJSON && (charset == "" || charset == "utf-8" || charset == "utf8")
}

// readParameters reads the members of a request from a query string. As
// everywhere in the API, an unknown parameter is an error.
func readParameters(ctx context.Context, rawQuery string) (request, error) {
	var req request
	values, err := url.ParseQuery(rawQuery)
	if err != nil {
		return req, malformed("query string", "", "percent-encoded parameters")
	}
	if err := payToRead(ctx, len(rawQuery), 1, values.Get("variables"), values.Get("extensions")); err != nil {
		return req, err
	}
	for name, given := range values {
		if len(given) > 1 {
			return req, malformed(name, "it "+strconv.Itoa(len(given))+" times", "it once")
		}
		if !slices.Contains(members, name) {
			return req, malformed(strconv.Quote(model.Shorten(name)), "an unknown parameter", "query, operationName, variables, extensions or documentId")
		}
		if !utf8.ValidString(given[0]) {
			return req, malformed(name, "bytes that are not UTF-8", "UTF-8")
		}
		text := withoutMark([]byte(given[0]))
		switch {
		case len(text) == 0: // as if it were left out
		case name == "variables":
			req.variables, err = readObject(name, text)
		case name == "extensions":
			req.Extensions, err = readExtensions(text)
		default:
			*req.text(name) = string(text)
		}
		if err != nil {
			return req, err
		}
	}
	return req, nil
}

// text is where a member that is a text stands, nil for one that is none.
func (req *request) text(name string) *string {
	switch name {
	case "query":
		return &req.Query
	case "operationName":
		return &req.OperationName
	case "documentId":
		return &req.DocumentID
	case "doc_id", "id":
		return &req.RelayID
	}
	return nil
}

func malformed(location, found, expected string) error {
	if found == "" {
		found = "nothing that can be read"
	}
	return apierror.New(apierror.BadRequest, location+": found "+found+", expected "+expected,
		apierror.Field{Location: location, Value: found, Expected: expected})
}
