package apierror_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	"alphanode/apierror"
	"alphanode/store"
)

func TestCodes(t *testing.T) {
	t.Parallel()
	type row struct {
		status int
		retry  bool
	}
	want := map[apierror.Code]row{
		"BAD_REQUEST": {400, false}, "VALIDATION_FAILED": {400, false}, "TOO_COMPLEX": {400, false},
		"PERSISTED_QUERY_NOT_FOUND": {400, false},
		"UNAUTHENTICATED":           {401, false}, "FORBIDDEN": {403, false}, "NOT_FOUND": {404, false},
		"METHOD_NOT_ALLOWED": {405, false}, "NOT_ACCEPTABLE": {406, false}, "RELEASE_GONE": {410, false},
		"PRECONDITION_FAILED": {412, false}, "TOO_LARGE": {413, false}, "UNSUPPORTED_MEDIA_TYPE": {415, false}, "RATE_LIMITED": {429, true},
		"INTERNAL": {500, true}, "OVERLOADED": {503, true}, "NOT_READY": {503, true}, "TIMEOUT": {504, true},
	}
	if len(apierror.Codes) != len(want) {
		t.Errorf("%d codes, expected %d", len(apierror.Codes), len(want))
	}
	for _, code := range apierror.Codes {
		if got := (row{code.Status(), code.Retryable()}); got != want[code] {
			t.Errorf("%s is %+v, expected %+v", code, got, want[code])
		}
		if code != apierror.Internal && code.Title() == apierror.Internal.Title() {
			t.Errorf("%s has no title of its own", code)
		}
	}
}

func TestFrom(t *testing.T) {
	t.Parallel()
	secret := errors.New("/var/lib/secret")
	tests := []struct {
		name string
		err  error
		code apierror.Code
	}{
		{"argument", &store.ArgumentError{Name: "first", Found: "101", Expected: "0 to 100"}, apierror.BadRequest},
		{"not found", fmt.Errorf("%w: %w", store.ErrNotFound, secret), apierror.NotFound},
		{"too complex", fmt.Errorf("%w: %w", store.ErrTooComplex, secret), apierror.TooComplex},
		{"corrupt", fmt.Errorf("%w: %w", store.ErrCorrupt, secret), apierror.Internal},
		{"release gone", fmt.Errorf("%w: %w", store.ErrReleaseGone, secret), apierror.ReleaseGone},
		{"no such release", fmt.Errorf("%w: %w", &store.ReleaseError{Argument: "since", Release: "r9"}, secret), apierror.NotFound},
		{"release to compare gone", fmt.Errorf("%w: %w", &store.ReleaseError{Argument: "since", Release: "r1", Gone: true}, secret), apierror.ReleaseGone},
		{"overloaded", fmt.Errorf("%w: %w", store.ErrOverloaded, secret), apierror.Overloaded},
		{"busy", fmt.Errorf("%w: %w", store.ErrBusy, secret), apierror.Overloaded},
		{"too many open", fmt.Errorf("%w: %w", store.ErrTooManyOpen, secret), apierror.Overloaded},
		{"withdrawn", fmt.Errorf("%w: %w", store.ErrWithdrawn, secret), apierror.NotReady},
		{"unfinished takedown", fmt.Errorf("%w: %w", &store.UnfinishedTakedownError{Release: "r1", Post: secret.Error()}, secret), apierror.NotReady},
		{"refused", fmt.Errorf("%w: %w", &store.RefusedError{Reason: "found r2, expected r1"}, secret), apierror.BadRequest},
		{"deadline", fmt.Errorf("%w: %w", context.DeadlineExceeded, secret), apierror.Timeout},
		{"canceled", fmt.Errorf("%w: %w", context.Canceled, secret), apierror.Timeout},
		{"itself", fmt.Errorf("wrapped: %w", apierror.New(apierror.RateLimited, "slow down")), apierror.RateLimited},
		{"anything", secret, apierror.Internal},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			got := apierror.From(tt.err)
			if got.Code != tt.code {
				t.Errorf("found %s, expected %s", got.Code, tt.code)
			}
			if strings.Contains(got.Error(), secret.Error()) {
				t.Errorf("%q leaks the cause", got.Error())
			}
			if errors.Is(tt.err, secret) && !errors.Is(got, secret) {
				t.Error("the cause is lost to the log")
			}
		})
	}
	if apierror.From(nil) != nil {
		t.Error("From(nil) is not nil")
	}
}

func TestFromArgument(t *testing.T) {
	t.Parallel()
	err := apierror.From(fmt.Errorf("list posts: %w", &store.ArgumentError{Name: "first", Found: "101", Expected: "0 to 100"}))
	want := apierror.Field{Location: "first", Value: "101", Expected: "0 to 100"}
	if len(err.Fields) != 1 || err.Fields[0] != want {
		t.Errorf("found fields %+v, expected %+v", err.Fields, want)
	}
	if err.Detail != "first: found 101, expected 0 to 100" || err.Expected() != "0 to 100" {
		t.Errorf("found %q, %q", err.Detail, err.Expected())
	}
}
