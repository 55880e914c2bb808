package route

import (
	"errors"

	"alphanode/apierror"
	"alphanode/store"
)

// ReleaseProblem words why a release that was named is of no use.
func ReleaseProblem(err error, location, name string) error {
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

// ExpectedRelease is what must stand where a release is named.
const ExpectedRelease = "the name of a release, such as r1"
