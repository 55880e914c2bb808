package rest

import (
	"errors"

	"alphanode/apierror"
	"alphanode/server/route"
	"alphanode/server/schema"
	"alphanode/store"
)

// publishRelease makes a release current, as the command does.
func (archive Archive) publishRelease(r *route.Request) (*route.Answer, error) {
	published, err := archive.Catalogue.Publish(r.Release, store.PublishOptions{By: r.Key.Name, Force: r.Force, Trace: parentOf(r)})
	if err != nil {
		return nil, route.ReleaseProblem(err, "path.name", r.Release)
	}
	return route.JSONOf(members{{"data", published}})
}

// rollBack makes an earlier release current, as the command does.
func (archive Archive) rollBack(r *route.Request) (*route.Answer, error) {
	rolled, err := archive.Catalogue.Rollback(r.Release, store.RollbackOptions{By: r.Key.Name, Trace: parentOf(r)})
	switch {
	case err == nil:
		return route.JSONOf(members{{"data", rolled}})
	case r.Release != "":
		return nil, route.ReleaseProblem(err, "query.to", r.Release)
	case errors.Is(err, store.ErrReleaseGone):
		return nil, apierror.New(apierror.ReleaseGone, "The release that was current before was removed. Publish another instead.").WithCause(err)
	case errors.Is(err, store.ErrNotSwitched):
		return nil, apierror.New(apierror.Internal, "The release that was current before could not be made current, so what was current still is. The server's log says why.").WithCause(err)
	case errors.Is(err, store.ErrNotSynced):
		return nil, apierror.New(apierror.Internal, "The release that was current before is so again, but that may not outlast a power cut: publish it again. The server's log says why.").WithCause(err)
	default:
		return nil, err
	}
}

// releaseParameter takes the name of a release.
func releaseParameter(in, name, doc string) *route.Parameter {
	s := releaseNameShape("r2")
	p := route.SingleParameter(name, doc, s, func(q *route.Query, release string) *route.Misfit {
		if !store.IsReleaseName(release) {
			return &route.Misfit{Found: release, Expected: route.ExpectedRelease}
		}
		q.Release = release
		return nil
	})
	p.In = in
	return p
}

// releaseNameShape is the name of a release.
func releaseNameShape(example string) *schema.Schema {
	s := text("", example).Most(len("r9223372036854775807"))
	s.Pattern = "^r[1-9][0-9]*$"
	return s
}

var (
	releaseName = releaseParameter(route.InPath, "name", "The name of the release.")
	rollbackTo  = releaseParameter(route.InQuery, "to",
		"A release that was current earlier. Without it, the one that was current before this one was first published.")
	force = route.TruthParameter("force", "Publish it although its parent is no longer current, and so undo what was published in between.",
		func(q *route.Query, force bool) { q.Force = force })
)

// parentOf names the span of a request, for what follows from it; "" where it has none.
func parentOf(r *route.Request) string {
	if !r.Trace.Valid() {
		return ""
	}
	return r.Trace.Traceparent()
}
