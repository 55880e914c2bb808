package server

import (
	"errors"
	"strings"

	"alphanode/server/route"
	"alphanode/store"
	"alphanode/store/release"
)

// pin gives the release that answers a request: the one it names, else the
// current one, where that is as new as it must be.
func (s *Server) pin(x *exchange) (*release.Release, error) {
	least, err := x.leastOf()
	if err != nil {
		return nil, err
	}
	named, location := x.r.Header["Release"], "header.Release"
	if x.route.Pins {
		if given := x.r.URL.Query()["release"]; len(given) == 1 && given[0] != "" { // else it is refused with the rest of the query
			named, location = given, "query.release"
		}
	}
	if named == nil {
		release, err := s.archive.Live.Acquire()
		if err != nil {
			return nil, s.notReady(err)
		}
		if least != "" {
			if err := s.reaches(release.Name(), least); err != nil {
				_ = release.Close() // it was only looked at
				return nil, err
			}
		}
		return release, nil
	}
	name := strings.Join(named, ", ")
	if !store.IsReleaseName(name) {
		return nil, errNoRelease(location, name)
	}
	ctx := newDeadline(x.r.Context(), x.began.Add(s.settings.RequestTimeout))
	defer ctx.cancel()
	key := x.key
	preview := key.Scope.Includes(store.ScopePreview)
	release, err := s.archive.Live.Pin(ctx, name, store.PinOptions{Any: preview, Window: s.settings.PinWindow})
	switch {
	case err == nil:
		return release, nil
	case errors.Is(err, store.ErrWithheld):
		return nil, authorize(key, store.ScopePreview, "Release "+name+" is not the current one, and not one that was so until a short time ago")
	case errors.Is(err, store.ErrNotReady):
		return nil, s.notReady(err)
	default:
		return nil, route.ReleaseProblem(err, location, name)
	}
}

// appendReleases tells the script of a page, in Server-Timing, which release it is from
// and which others may be looked at: no kept page says so, for a switch would make all
// of them others.
func (x *exchange) appendReleases(line []byte) []byte {
	if x.release == "" {
		return line
	}
	line = append(append(append(line, `, release;desc="`...), x.release...), '"')
	for _, name := range x.server.archive.Live.Recent(x.server.settings.PinWindow) {
		if name != x.release {
			line = append(append(append(line, `, pin;desc="`...), name...), '"')
		}
	}
	return line
}
