package server

import (
	"errors"
	"strings"

	"alphanode/apierror"
	"alphanode/store"
)

// pin gives the release that answers a request: the one it names, else the
// current one.
func (s *Server) pin(x *exchange) (*store.Release, error) {
	named := x.r.Header["Release"]
	if named == nil {
		release, err := s.archive.Live.Acquire()
		if err != nil {
			return nil, s.notReady(err)
		}
		return release, nil
	}
	name := strings.Join(named, ", ")
	if !store.IsReleaseName(name) {
		return nil, apierror.New(apierror.BadRequest, "The header Release names no release.",
			apierror.Field{Location: "header.Release", Value: shorten(name), Expected: expectedRelease})
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
		return nil, releaseProblem(err, "header.Release", name)
	}
}

// releaseProblem words why a release that was named is of no use.
func releaseProblem(err error, location, name string) error {
	field := apierror.Field{Location: location, Value: name, Expected: "a release that is there"}
	switch {
	case errors.Is(err, store.ErrNotFound):
		return apierror.New(apierror.NotFound, "There never was a release "+name+".", field).WithCause(err)
	case errors.Is(err, store.ErrReleaseGone):
		return apierror.New(apierror.ReleaseGone, "Release "+name+" was here and has been removed.", field).WithCause(err)
	case errors.Is(err, store.ErrNotSwitched):
		return apierror.New(apierror.Internal, "Release "+name+" could not be made current, so what was current still is. The server's log says why.", field).WithCause(err)
	case errors.Is(err, store.ErrNotSynced):
		return apierror.New(apierror.Internal, "Release "+name+" is current, but that may not outlast a power cut: publish it again. The server's log says why.", field).WithCause(err)
	case errors.Is(err, store.ErrCorrupt):
		return apierror.New(apierror.Internal, "Release "+name+" is damaged; alphanode verify "+name+" says where.", field).WithCause(err)
	case apierror.From(err).Code == apierror.Internal: // such as one of another format
		return apierror.New(apierror.Internal, "Release "+name+" cannot be opened. The server's log says why.", field).WithCause(err)
	default:
		return err
	}
}
