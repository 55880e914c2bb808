package graph

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"maps"
	"mime"
	"net/http"
	"net/url"
	"reflect"
	"strconv"
	"strings"

	"alphanode/apierror"
	"alphanode/graph/model"
	"alphanode/graph/plan"
)

// MaxBody is the most bytes a request may have.
const MaxBody = 1 << 20

// The media types of an answer. An older client asks for plain JSON, or for
// nothing in particular, and takes any status but 200 for a broken connection.
const (
	mediaJSON     = "application/json"
	mediaResponse = "application/graphql-response+json"
)

// NewHandler serves GraphQL over HTTP: POST with a JSON body, GET and HEAD with
// the same members as parameters. The reader comes with the context, see
// [WithReader]; so does the deadline.
//
// The answer is application/json where the client accepts anything or says
// nothing. There an operation that could not run has the status 200, as the
// contract says; a request that is no GraphQL request has its own in both.
// An answer with errors is marked Cache-Control: no-store. Parts of the schema can be
// left out, see [schema.Load].
func NewHandler(limits Limits, without ...string) *Handler {
	return &Handler{engine: newEngine(limits, without...), persisted: newPersisted()}
}

// Handler answers GraphQL requests. It is an http.Handler too.
type Handler struct {
	engine    *engine
	persisted *persisted
}

// Answer is what a request is answered with. It varies by Accept.
type Answer struct {
	Status int
	Header http.Header
	Body   []byte
}

// Answer answers a request in this context, which stands for that of the
// request.
func (h *Handler) Answer(ctx context.Context, r *http.Request) Answer {
	media, err := Media(r.Header.Values("Accept"))
	if err != nil {
		return refuse(ctx, mediaResponse, err)
	}
	request, err := readRequest(ctx, r)
	if refused := apierror.From(err); refused != nil && refused.Code == apierror.TooComplex {
		return answered(media, plan.Refusal(ctx, err))
	}
	if err != nil {
		return refuse(ctx, media, err)
	}
	op, err := h.persisted.resolve(ctx, request)
	if err != nil {
		return answered(media, plan.Refusal(ctx, err))
	}
	return answered(media, h.engine.run(ctx, op))
}

func (h *Handler) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	a := h.Answer(r.Context(), r)
	maps.Copy(w.Header(), a.Header)
	w.Header().Add("Vary", "Accept")
	w.Header().Set("Content-Length", strconv.Itoa(len(a.Body)))
	w.WriteHeader(a.Status)
	_, _ = w.Write(a.Body) // a client that left is no error
}

// answered is the answer to a GraphQL request.
func answered(media string, r plan.Response) Answer {
	status := http.StatusOK
	if r.Data == nil && media != mediaJSON {
		status = codeOf(r).Status()
	}
	return newAnswer(media, status, r)
}

// refuse answers what is no GraphQL request.
func refuse(ctx context.Context, media string, err error) Answer {
	r := plan.Refusal(ctx, err)
	a := newAnswer(media, codeOf(r).Status(), r)
	if codeOf(r) == apierror.MethodNotAllowed {
		a.Header.Set("Allow", "GET, HEAD, POST")
	}
	return a
}

// codeOf a response without data.
func codeOf(r plan.Response) apierror.Code { return apierror.From(r.Errors[0]).Code }

func newAnswer(media string, status int, r plan.Response) Answer {
	header := http.Header{"Content-Type": contentTypes[media]}
	if len(r.Errors) > 0 { // another try may be answered in full
		header.Set("Cache-Control", "no-store")
	}
	return Answer{status, header, r.JSON()}
}

// contentTypes are shared by all answers, and so never appended to.
var contentTypes = map[string][]string{
	mediaJSON:     {mediaJSON + "; charset=utf-8"},
	mediaResponse: {mediaResponse + "; charset=utf-8"},
}

// request is a GraphQL request as HTTP carries it.
type request struct {
	Query         string         `json:"query"`
	OperationName string         `json:"operationName"`
	Variables     map[string]any `json:"variables"`
	Extensions    struct {
		PersistedQuery *persistedQuery `json:"persistedQuery"`
	} `json:"extensions"`

	variables []byte // instead of Variables: the JSON object
}

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
	if err == nil && req.Query == "" && req.Extensions.PersistedQuery == nil {
		err = malformed("query", "", "the text of an operation")
	}
	return req, err
}

func readBody(ctx context.Context, r *http.Request) (request, error) {
	var req request
	contentType := r.Header.Get("Content-Type")
	if !isJSON(contentType) {
		return req, apierror.New(apierror.UnsupportedMediaType, "Content-Type: found "+strconv.Quote(model.Shorten(contentType))+", expected "+mediaJSON,
			apierror.Field{Location: "Content-Type", Value: model.Shorten(contentType), Expected: mediaJSON})
	}
	var room bytes.Buffer
	room.Grow(int(min(max(r.ContentLength, 0), MaxBody)) + bytes.MinRead) // so that nothing is copied to grow
	if _, err := room.ReadFrom(io.LimitReader(r.Body, MaxBody+1)); err != nil {
		return req, apierror.New(apierror.BadRequest, "The body could not be read to its end. Send the request again.").WithCause(err)
	}
	body := room.Bytes()
	if len(body) > MaxBody {
		expected := "a body of at most " + strconv.Itoa(MaxBody) + " bytes"
		return req, apierror.New(apierror.TooLarge, "The body is too large, expected "+expected+".", apierror.Field{Location: "body", Expected: expected})
	}
	if bytes.HasPrefix(bytes.TrimLeft(body, " \t\r\n"), []byte("[")) {
		return req, malformed("body", "an array", "one JSON object; batches are not answered, send the operations one by one")
	}
	if err := payToRead(ctx, body, len(body), 2); err != nil { // the body, and the variables in it
		return req, err
	}
	if usual, ok := readUsual(body); ok {
		return usual, nil
	}
	return req, decode("body", body, &req)
}

// isJSON reports whether a Content-Type is that of JSON in UTF-8.
func isJSON(contentType string) bool {
	if contentType == mediaJSON {
		return true
	}
	media, parameters, err := mime.ParseMediaType(contentType)
	charset := parameters["charset"]
	return err == nil && media == mediaJSON && (charset == "" || strings.EqualFold(charset, "utf-8"))
}

// readParameters reads the members of a request from a query string. As
// everywhere in the API, an unknown parameter is an error.
func readParameters(ctx context.Context, rawQuery string) (request, error) {
	var req request
	values, err := url.ParseQuery(rawQuery)
	if err != nil {
		return req, malformed("query string", "", "percent-encoded parameters")
	}
	if err := payToRead(ctx, []byte(values.Get("variables")), len(rawQuery), 1); err != nil {
		return req, err
	}
	for name, given := range values {
		if len(given) > 1 {
			return req, malformed(name, "it "+strconv.Itoa(len(given))+" times", "it once")
		}
		switch name {
		case "query":
			req.Query = given[0]
		case "operationName":
			req.OperationName = given[0]
		case "variables":
			if text := []byte(given[0]); isObject(text) {
				req.variables = text
			} else {
				err = decodeParameter(name, given[0], &req.Variables)
			}
		case "extensions":
			err = decodeParameter(name, given[0], &req.Extensions)
		default:
			err = malformed(strconv.Quote(model.Shorten(name)), "an unknown parameter", "query, operationName, variables or extensions")
		}
		if err != nil {
			return req, err
		}
	}
	return req, nil
}

// decodeParameter takes an empty parameter for one that was left out.
func decodeParameter(name, value string, into any) error {
	if value == "" {
		return nil
	}
	return decode(name, []byte(value), into)
}

// decode reads JSON whose numbers stay exact. Its errors never repeat the text,
// which may hold what is not for a log.
func decode(location string, text []byte, into any) error {
	in := json.NewDecoder(bytes.NewReader(text))
	in.UseNumber()
	err := in.Decode(into)
	if wrong, ok := errors.AsType[*json.UnmarshalTypeError](err); ok {
		at := strings.TrimPrefix(location+"."+wrong.Field, "body.")
		return malformed(strings.TrimSuffix(at, "."), "a JSON "+wrong.Value, jsonTypeOf(wrong))
	}
	if err != nil {
		return malformed(location, "broken JSON near byte "+strconv.FormatInt(in.InputOffset(), 10), "one JSON object")
	}
	if _, err := in.Token(); err != io.EOF {
		return malformed(location, "more after the JSON object", "one JSON object")
	}
	return nil
}

// jsonTypeOf names in JSON's words what a member must be.
func jsonTypeOf(wrong *json.UnmarshalTypeError) string {
	switch wrong.Type.Kind() {
	case reflect.String:
		return "a string"
	case reflect.Int:
		return "an integer"
	default:
		return "an object"
	}
}

func malformed(location, found, expected string) error {
	if found == "" {
		found = "nothing that can be read"
	}
	return apierror.New(apierror.BadRequest, location+": found "+found+", expected "+expected,
		apierror.Field{Location: location, Value: found, Expected: expected})
}
