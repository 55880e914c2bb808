package apierror

import (
	"context"
	"errors"
	"strings"
	"time"

	"alphanode/store"
)

// Error is an error as a reader of the API gets it. Nothing in it but the
// cause may hold internal text, and the cause is never sent.
type Error struct {
	Code   Code
	Detail string  // what failed and what was found, in a sentence
	Fields []Field // the parts of the request that are at fault, where it is known
	// Suggestions are what may have been meant by names that are not there.
	Suggestions []store.Suggestion

	cause  error
	status int // 0 where it is that of the code
}

// Field is one part of a request that cannot be used.
type Field struct {
	Location string // such as first, filter.quality.gte or query.limit
	Value    string // what was found there
	Expected string
}

// New makes an error for a reader of the API. The secret of a key that was sent in a wrong
// place is not repeated.
func New(code Code, detail string, fields ...Field) *Error {
	for i, f := range fields {
		fields[i].Location, fields[i].Value = store.HideSecrets(f.Location), store.HideSecrets(f.Value)
	}
	return &Error{Code: code, Detail: store.HideSecrets(detail), Fields: fields}
}

// WithCause gives a copy of e that remembers, for the log, what led to it.
func (e *Error) WithCause(cause error) *Error {
	withCause := *e
	withCause.cause = cause
	return &withCause
}

// WithStatus gives a copy of e with an HTTP status that says more than that of its code:
// what is too large may be the address.
func (e *Error) WithStatus(status int) *Error {
	other := *e
	other.status = status
	return &other
}

// WithSuggestions gives a copy of e that says what may have been meant, by what is no
// secret.
func (e *Error) WithSuggestions(all ...store.Suggestion) *Error {
	other := *e
	for i := range all {
		all[i].Value = store.HideSecrets(all[i].Value)
	}
	other.Suggestions = all
	return &other
}

// Status is the HTTP status that goes with the error.
func (e *Error) Status() int {
	if e.status != 0 {
		return e.status
	}
	return e.Code.Status()
}

// Error is the public text: it never holds the cause.
func (e *Error) Error() string {
	if e.Detail == "" {
		return e.Code.Title()
	}
	return e.Detail
}

// Unwrap gives the cause, which is for the log alone.
func (e *Error) Unwrap() error { return e.cause }

// Expected says what was expected instead, empty where no field is at fault.
func (e *Error) Expected() string {
	var all []string
	for _, f := range e.Fields {
		if f.Expected != "" {
			all = append(all, f.Expected)
		}
	}
	return strings.Join(all, "; ")
}

// From turns any error into one that is safe to send. What it does not know
// becomes Internal, with the error as its cause and none of its text. It gives
// nil for nil.
func From(err error) *Error {
	if err == nil {
		return nil
	}
	if known, ok := errors.AsType[*Error](err); ok {
		return known
	}
	if argument, ok := errors.AsType[*store.ArgumentError](err); ok {
		return fromArgument(argument, errors.Is(err, store.ErrTooComplex)).WithCause(err)
	}
	if release, ok := errors.AsType[*store.ReleaseError](err); ok {
		return fromRelease(release).WithCause(err)
	}
	if early, ok := errors.AsType[*store.UnpublishedError](err); ok {
		return fromUnpublished(early).WithCause(err)
	}
	if refused, ok := errors.AsType[*store.RefusedError](err); ok {
		return New(BadRequest, refused.Reason).WithCause(err)
	}
	if _, ok := errors.AsType[*store.UnfinishedTakedownError](err); ok {
		return New(NotReady, "The release is being changed: a post is taken down. Ask again when that is done.").WithCause(err)
	}
	return fromSentinel(err).WithCause(err)
}

func fromArgument(e *store.ArgumentError, costs bool) *Error {
	code := BadRequest
	if costs {
		code = TooComplex
	}
	return New(code, e.Error(), Field{Location: e.Name, Value: e.Found, Expected: e.Expected})
}

// fromRelease says of a release that is gone what to do instead.
func fromRelease(e *store.ReleaseError) *Error {
	const kept = "the name of a release that was published"
	if !e.Gone {
		return New(NotFound, "There is no release "+e.Release+".", Field{Location: e.Argument, Value: e.Release, Expected: kept})
	}
	which, value := "The release "+e.Release, e.Release
	if e.At != "" {
		which, value = which+", which was current at "+e.At+",", e.At
	}
	detail := which + " was removed, so it can no longer be compared."
	if e.Argument == "since" {
		detail += " Read all posts anew, and ask from then on for the changes since the release that they are from."
	}
	return New(ReleaseGone, detail, Field{Location: e.Argument, Value: value, Expected: kept + " and is still there"})
}

// fromUnpublished says of a time at which nothing was published yet from when on something was.
func fromUnpublished(e *store.UnpublishedError) *Error {
	detail, expected := "Nothing was published yet at "+e.At+".", "the name of a release that was published"
	if !e.First.IsZero() {
		first := e.First.UTC().Format(time.RFC3339Nano)
		detail += " The first release was at " + first + ", and every post came with it or later: read all posts."
		expected += ", or a time from " + first + " on"
	}
	return New(NotFound, detail, Field{Location: e.Argument, Value: e.At, Expected: expected})
}

func fromSentinel(err error) *Error {
	switch {
	case errors.Is(err, store.ErrNotFound):
		return New(NotFound, "What was asked for is not there.")
	case errors.Is(err, store.ErrReleaseGone):
		return New(ReleaseGone, "The release was here and has been removed. Ask without naming a release.")
	case errors.Is(err, store.ErrOverloaded):
		return New(Overloaded, "The server compares as many releases as it can. Ask again in a second.")
	case errors.Is(err, store.ErrBusy):
		return New(Overloaded, "The data directory is being changed: a release is built, published or rolled back. Ask again when that is done.")
	case errors.Is(err, store.ErrWithdrawn):
		return New(NotReady, "Posts of the release were taken down while it was read. Ask again.")
	case errors.Is(err, store.ErrTooManyOpen):
		return New(Overloaded, "As many releases are in use as the server keeps open. Ask again later, or without naming a release.")
	case errors.Is(err, store.ErrTooComplex):
		return New(TooComplex, "The question would cost more than is allowed. Ask for less at once.")
	case errors.Is(err, context.DeadlineExceeded):
		return New(Timeout, "The answer took longer than is allowed. Ask again, or ask for less at once.")
	case errors.Is(err, context.Canceled):
		return New(Timeout, "The request was ended before the answer was ready. Ask again.")
	default: // store.ErrCorrupt too: what is broken is ours, and for the log
		return New(Internal, "Something went wrong on the server. It was logged; asking again is safe.")
	}
}
