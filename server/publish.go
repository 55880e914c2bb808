package server

import (
	"errors"

	"alphanode/apierror"
	"alphanode/server/schema"
	"alphanode/store"
)

// publishRelease makes a release current, as the command does.
func (archive restArchive) publishRelease(r *request) (*answer, error) {
	published, err := archive.Catalogue.Publish(r.release, store.PublishOptions{By: r.key.Name, Force: r.force})
	if err != nil {
		return nil, releaseProblem(err, "path.name", r.release)
	}
	return jsonOf(members{{"data", published}})
}

// rollBack makes an earlier release current, as the command does.
func (archive restArchive) rollBack(r *request) (*answer, error) {
	rolled, err := archive.Catalogue.Rollback(r.release, r.key.Name)
	switch {
	case err == nil:
		return jsonOf(members{{"data", rolled}})
	case r.release != "":
		return nil, releaseProblem(err, "query.to", r.release)
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
func releaseParameter(in, name, doc string) *parameter {
	s := &schema.Schema{Type: "string", Pattern: releasePattern, Examples: []any{"r2"}}
	p := single(name, doc, s, func(q *query, release string) *misfit {
		if !store.IsReleaseName(release) {
			return &misfit{Found: release, Expected: expectedRelease}
		}
		q.release = release
		return nil
	})
	p.in = in
	return p
}

const (
	releasePattern = "^r[1-9][0-9]*$"
)

var (
	releaseName = releaseParameter(inPath, "name", "The name of the release.")
	rollbackTo  = releaseParameter(inQuery, "to",
		"A release that was current earlier. Without it, the one that was current before this one was first published.")
	force = truthParameter("force", "Publish it although its parent is no longer current, and so undo what was published in between.",
		func(q *query, force bool) { q.force = force })
)
