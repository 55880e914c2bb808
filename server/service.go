package server

import (
	"encoding/json"
	"log/slog"
	"net/http"

	"alphanode/apierror"
	"alphanode/graph"
	"alphanode/server/wire"
)

// The addresses that are about the server and its release, not about posts.

func (s *Server) index(*request) (*answer, error) {
	links := members{}
	for _, rt := range s.table {
		if rt.method == "GET" && rt.pattern != "/" {
			links = append(links, member{rt.id, rt.pattern})
		}
	}
	return jsonOf(members{{"data", members{{"name", "alphanode"}, {"links", links}}}})
}

func (s *Server) openAPI(*request) (*answer, error) { return jsonAnswer(s.document), nil }

func (s *Server) health(*request) (*answer, error) { return jsonAnswer([]byte(`{"ok":true}`)), nil }

func (s *Server) ready(*request) (*answer, error) {
	if s.draining.Load() {
		return nil, apierror.New(apierror.NotReady, "The server is shutting down. Ask another one.")
	}
	release, err := s.archive.Live.Acquire()
	if err != nil {
		return nil, s.notReady(err)
	}
	defer release.Close()
	body := members{{"ok", true}, {"release", release.Manifest().Name}}
	if problem := s.archive.problem(); problem != "" {
		body = append(body, member{"problem", problem})
	}
	return jsonOf(body)
}

// notReady says why there is no release to serve, and what to do.
func (s *Server) notReady(err error) error {
	detail := "There is no release yet. Import posts and publish what that builds: alphanode import PATH --publish"
	if problem := s.archive.Live.Problem(); problem != "" {
		detail = "There is nothing to serve: " + problem + ". The server's log says why."
	} else if staged := s.archive.Live.Staged(); staged != "" {
		detail = "No release is published. Publish the newest with: alphanode publish " + staged
	}
	return apierror.New(apierror.NotReady, detail).WithCause(err)
}

// graphql hands the request to the other face, with the same pinned release.
func (s *Server) graphql(r *request) (*answer, error) {
	logger := func() *slog.Logger { return s.logger.With(slog.String("request_id", r.id)) }
	found := s.graph.Answer(graph.WithLogger(graph.WithReader(r.ctx, r.reader), logger), r.http)
	a := &answer{status: found.Status, header: wire.HeadOf(found.Header), body: found.Body}
	if a.status == http.StatusOK {
		a.keys = []string{"posts", keyRelease} // any post can be among them, and so can the release
	}
	return a, nil
}

func jsonOf(value any) (*answer, error) {
	body, err := json.Marshal(value)
	if err != nil {
		return nil, err
	}
	return jsonAnswer(body), nil
}
