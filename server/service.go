package server

import (
	"fmt"

	"alphanode/apierror"
	"alphanode/server/route"
	"alphanode/server/schema"
)

// The addresses that are about the server and its release, not about posts.

func (s *Server) index(r *route.Request) (*route.Answer, error) { return s.links.Answer(r) }

func (s *Server) openAPI(r *route.Request) (*route.Answer, error) {
	document, err := s.document()
	if err != nil {
		return nil, fmt.Errorf("write the API description: %w", err)
	}
	return document.Answer(r)
}

func (s *Server) health(*route.Request) (*route.Answer, error) {
	return route.JSON([]byte(`{"ok":true}`)), nil
}

func (s *Server) ready(*route.Request) (*route.Answer, error) {
	if s.draining.Load() {
		return nil, apierror.New(apierror.NotReady, "The server is shutting down. Ask another one.")
	}
	release, err := s.archive.Live.Acquire()
	if err != nil {
		return nil, s.notReady(err)
	}
	defer release.Close()
	if s.archive.Fleet != nil {
		if reason := s.archive.Fleet.Unready(); reason != "" {
			return nil, apierror.New(apierror.NotReady, reason)
		}
	}
	return route.JSONOf(struct {
		OK      bool   `json:"ok"`
		Release string `json:"release"`
		Problem string `json:"problem,omitempty"`
	}{true, release.Manifest().Name, s.problem()})
}

// problem is what /ready tells though the server is ready; "" where there is none.
func (s *Server) problem() string {
	problem := s.archive.problem()
	if s.certificate == nil || s.certificate.Problem() == "" {
		return problem
	}
	if problem != "" {
		problem += "; "
	}
	return problem + s.certificate.Problem()
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

var indexShape = schema.Object("Where everything is.",
	schema.Is("name", schema.Text("", "alphanode")),
	schema.Is("links", &schema.Schema{Type: "object", Additional: schema.Text("An address.")}))

var healthShape = schema.Object("", schema.Is("ok", schema.Truth("")))

var readyShape = schema.Object("", schema.Is("ok", schema.Truth("")), schema.Is("release", schema.Text("The release that is served.", "r3")),
	schema.Maybe("problem", schema.Text("Why the release that was made current last is not served, or that it is damaged, or why API keys that were added or revoked are not known yet, or that the fleet to which the server belongs does not answer.")))

var documentShape = &schema.Schema{Type: "object", Additional: true, Description: "This document."}
