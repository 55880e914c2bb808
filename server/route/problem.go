package route

import (
	"encoding/json"
	"strings"

	"alphanode/apierror"
	"alphanode/store"
)

// ProblemMedia is the media type of a problem.
const ProblemMedia = "application/problem+json"

// problem is an error as RFC 9457 puts it, in the order in which it is sent.
type problem struct {
	Type        string              `json:"type"`
	Title       string              `json:"title"`
	Status      int                 `json:"status"`
	Detail      string              `json:"detail"`
	Instance    string              `json:"instance"`
	Code        apierror.Code       `json:"code"`
	Retryable   bool                `json:"retryable"`
	Errors      []problemLocated    `json:"errors,omitempty"`
	Suggestions []problemSuggestion `json:"suggestions,omitempty"`
}

// problemSuggestion is a suggestion as lists have it in their envelope.
type problemSuggestion struct {
	Kind    store.Kind `json:"kind,omitempty"`
	Value   string     `json:"value"`
	Nearest []string   `json:"nearest"`
}

type problemLocated struct {
	Location string `json:"location"`
	Value    string `json:"value"`
	Expected string `json:"expected"`
}

// problemType names a kind of problem by a reference relative to the server.
// It is a name that tells problems apart, not the address of a page.
func problemType(code apierror.Code) string {
	return "/problems/" + strings.ReplaceAll(strings.ToLower(string(code)), "_", "-")
}

// Problem turns any error into an answer. Only what apierror makes safe
// is sent; the cause goes to the log.
func Problem(err error, instance string) *Answer {
	e := apierror.From(err)
	p := problem{
		Type: problemType(e.Code), Title: e.Code.Title(), Status: e.Status(), Detail: e.Error(),
		Instance: store.HideSecrets(instance), Code: e.Code, Retryable: e.Code.Retryable(),
	}
	for _, f := range e.Fields {
		p.Errors = append(p.Errors, problemLocated{f.Location, f.Value, f.Expected})
	}
	for _, suggested := range e.Suggestions {
		p.Suggestions = append(p.Suggestions, problemSuggestion{suggested.Kind, Shorten(suggested.Value), suggested.Nearest})
	}
	body, err := json.Marshal(p)
	if err != nil { // strings and numbers always encode
		panic(err)
	}
	a := NewAnswer(p.Status)
	a.Code, a.Cause, a.Fault, a.Body = e.Code, e.Unwrap(), e, body
	a.Header.Set("Content-Type", ProblemMedia)
	switch e.Code {
	case apierror.Overloaded, apierror.NotReady, apierror.RateLimited:
		a.Header.Set("Retry-After", "1")
	case apierror.Unauthenticated:
		a.Header.Set("Www-Authenticate", "Bearer")
	}
	return a
}
