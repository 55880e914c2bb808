package server

import (
	"errors"
	"strings"

	"alphanode/apierror"
	"alphanode/server/route"
	"alphanode/store"
)

// atLeast is the header by which a request says how old an answer may be: from no release
// that was current before this one. So who asks several servers, or one that begins anew,
// never goes back in time.
const atLeast = "Release-At-Least"

// errBehind says that what is served is older than a request takes. The server is well.
var errBehind = errors.New("an older release is served than was asked for")

// leastOf gives the release that the header names, "" where there is no header. It is
// checked where it does not decide, too: who misspells it is told before it matters.
func (x *exchange) leastOf() (string, error) {
	given := x.r.Header[atLeast]
	if given == nil {
		return "", nil
	}
	name := strings.Join(given, ", ")
	if !store.IsReleaseName(name) {
		return "", errNoRelease("header."+atLeast, name)
	}
	return name, nil
}

// reaches refuses to answer from a release that is older than the least that is asked for.
// It is called with the very release that answers: what is served by then may be another.
func (s *Server) reaches(served, least string) error {
	reached, err := s.archive.Live.Reached(served, least)
	if err != nil || reached {
		return err
	}
	return apierror.New(apierror.NotReady, "This server has "+served+" and not yet "+least+", or what came after it. Ask again in a second, or ask another server.",
		apierror.Field{Location: "header." + atLeast, Value: least, Expected: served + ", which is served here, or one that was current before it"}).WithCause(errBehind)
}

// errNoRelease says that what should name a release does not.
func errNoRelease(location, found string) error {
	return apierror.New(apierror.BadRequest, location+" names no release.",
		apierror.Field{Location: location, Value: route.Shorten(found), Expected: route.ExpectedRelease})
}
