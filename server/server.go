package server

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"sync"
	"sync/atomic"
	"time"

	"alphanode/graph"
	"alphanode/server/cache"
	"alphanode/server/certificate"
	"alphanode/server/consoles"
	"alphanode/server/figures"
	"alphanode/server/ops"
	"alphanode/server/pages"
	"alphanode/server/pages/frame"
	"alphanode/server/quota"
	"alphanode/server/rest"
	"alphanode/server/route"
	"alphanode/server/settings"
	"alphanode/server/wire"
	"alphanode/trace"
)

// Server answers readers. It is an http.Handler, and [Server.Run] listens with
// it.
type Server struct {
	settings     *settings.Settings
	archive      Archive
	site         route.Site // of the settings
	logger       *slog.Logger
	table        []*route.Route
	redirects    *route.Route   // nil where old addresses lead nowhere
	keyed        []*route.Route // for who has an admin key
	onCall       []*route.Route // pages for people on call
	desk         *ops.Desk      // of these pages; nil where there is no catalogue
	frame        *frame.Frame
	carried      atomic.Pointer[ops.Carried]  // at the last switch
	document     func() (*route.Fixed, error) // openapi.json, made when it is first asked for
	links        *route.Fixed                 // where everything is
	sdl          *route.Fixed                 // the GraphQL schema as a file
	freshness    freshness
	switches     wire.Dates   // when releases became what is served
	cache        *cache.Cache // nil where nothing is kept
	filling      flights[string, filled]
	packing      flights[packedForm, []byte]
	packers      *wire.Packers
	carrier      carrier
	graph        *graph.Handler
	pages        *pages.Pages
	refusedPages sync.Map // what a refusal says → its page
	consoles     *consoles.Consoles
	crossOrigin  *crossOrigin
	sameOrigin   http.CrossOriginProtection
	metrics      *metrics
	figures      *figures.Figures
	tracer       trace.Tracer // nil where no spans are recorded
	netErrors    *netErrors
	bodies       wire.Bodies
	workshop     *workshop // where answers are made
	unsent       *wire.Unsent
	crowd        *wire.Crowd
	certificate  *certificate.Pair // nil without TLS
	hsts         string            // Strict-Transport-Security for who asks over TLS; "" for none
	intake       intake
	tooLong      atomic.Int64 // answers refused because they were
	abandoned    atomic.Int64 // requests whose readers left before they were answered
	streams      *streamPlaces
	accounts     *quota.Accounts // of readers
	draining     atomic.Bool
	cutting      atomic.Bool // the grace of a shutdown is over
	listener     net.Listener
	opsListener  net.Listener // nil where there is none
}

// New makes a server that does not listen yet.
func New(settings *settings.Settings, archive Archive, logger *slog.Logger) (*Server, error) {
	s := &Server{
		settings:    settings,
		archive:     archive,
		logger:      logger,
		graph:       graph.NewHandler(settings.GraphQL, settings.Without...),
		crossOrigin: newCrossOrigin(settings),
		workshop:    newWorkshop(settings.MaxInFlight),
		unsent:      wire.NewUnsent(settings.MaxUnsent),
		crowd:       wire.NewCrowd(settings.MaxConnections),
		intake:      intake{most: int64(settings.MaxUnsent / 4)},
		streams:     newStreamPlaces(settings.MaxStreams, settings.MaxStreamsPerReader),
		accounts:    quota.New(mostReaders),
		freshness:   newFreshness(settings),
	}
	if settings.HSTS > 0 {
		s.hsts = "max-age=" + seconds(settings.HSTS)
	}
	if files := settings.TrustedDocuments; len(files) > 0 {
		if err := s.graph.Trust(files, settings.TrustedOnly); err != nil {
			return nil, err
		}
	}
	var err error
	if settings.TLSCert != "" {
		if s.certificate, err = certificate.Load(settings.TLSCert, settings.TLSKey); err != nil {
			return nil, err
		}
	}
	if s.site, err = route.SiteOf(settings.PublicURL); err != nil {
		return nil, fmt.Errorf("read the public URL: %w", err)
	}
	if s.packers, err = wire.NewPackers(); err != nil {
		return nil, fmt.Errorf("prepare compression: %w", err)
	}
	if settings.CacheSize > 0 {
		s.cache = cache.New(settings.CacheSize)
		s.carrier.init()
	}
	s.netErrors = newNetErrors(settings, logger)
	s.metrics = newMetrics(s)
	api := s.routes(settings.Without)
	s.table, s.keyed = tableOf(s.pageRoutes(api, settings.Without), api), s.keyedRoutes()
	if settings.Redirects {
		s.redirects = s.redirectRoute()
	}
	if archive.Catalogue != nil {
		s.openDesk()
	}
	if s.figures = newFigures(s.table, s.onCall, s.keyed, []*route.Route{s.redirectRoute()}); s.desk != nil {
		s.desk.Figures = s.figures // which counts the requests for the desk too
	}
	document := sync.OnceValues(func() ([]byte, error) { return rest.Document(api, graphqlShapes, settings.PublicURL) })
	s.document = sync.OnceValues(func() (*route.Fixed, error) {
		body, err := document()
		return route.NewFixed(route.JSONMedia, body), err
	})
	s.consoles.Describe(document)
	links, err := rest.Index(api)
	if err != nil {
		return nil, fmt.Errorf("list the addresses: %w", err)
	}
	s.links = route.NewFixed(route.JSONMedia, links)
	s.sdl = route.NewFixed(sdlMedia+"; charset=utf-8", []byte(graph.SDL(settings.Without...)))
	if s.cache != nil {
		archive.Live.OnSwitch(s.switched)
	}
	return s, nil
}

// Listen takes the addresses of the settings. Run does so too where it was not
// done before.
func (s *Server) Listen(ctx context.Context) error {
	var config net.ListenConfig
	l, err := config.Listen(ctx, "tcp", s.settings.Addr)
	if err != nil {
		return fmt.Errorf("listen on %s: %w", s.settings.Addr, err)
	}
	s.listener = l
	if s.settings.OpsAddr == "" {
		return nil
	}
	if s.opsListener, err = config.Listen(ctx, "tcp", s.settings.OpsAddr); err != nil {
		return errors.Join(fmt.Errorf("listen on %s for operators (another address, or none, can be given with --ops-addr): %w",
			s.settings.OpsAddr, err), l.Close())
	}
	return nil
}

// Addr is where the server listens; nil before it does.
func (s *Server) Addr() net.Addr {
	if s.listener == nil {
		return nil
	}
	return s.listener.Addr()
}

// OpsAddr is where the server listens for operators; nil where it does not.
func (s *Server) OpsAddr() net.Addr {
	if s.opsListener == nil {
		return nil
	}
	return s.opsListener.Addr()
}

// OnUnsent has a function told, before the server runs, how many bytes of answers wait
// for their readers: in steps of 32 MiB, when that changes. It must not wait.
func (s *Server) OnUnsent(notice func(bytes int64)) { s.unsent.OnChange(notice) }

// Close ends what the server does beside answering. Run does so at its end.
func (s *Server) Close() {
	s.carrier.close()
	s.pages.Wait()
}

const (
	// streamsPerConnection is how many requests of HTTP/2 a connection may have at once.
	streamsPerConnection = 100
	// certificateInterval is how often it is looked whether there is another certificate.
	certificateInterval = time.Second
)

// TLS reports whether the server is asked over TLS.
func (s *Server) TLS() bool { return s.certificate != nil }

// Run serves until the context ends, then shuts down in three steps: it is no
// longer ready, so that no new readers are sent here; after the drain delay it
// takes no new connections; what has begun may end within the grace. An error
// is one of listening, or of requests that did not end in time.
func (s *Server) Run(ctx context.Context) error {
	if s.listener == nil {
		if err := s.Listen(ctx); err != nil {
			return err
		}
	}
	defer s.Close()
	h := &http.Server{
		Handler:                      s,
		DisableGeneralOptionsHandler: true,
		ReadHeaderTimeout:            s.settings.ReadHeaderTimeout,
		ReadTimeout:                  s.settings.ReadTimeout,
		WriteTimeout:                 s.settings.WriteTimeout,
		IdleTimeout:                  s.settings.IdleTimeout,
		MaxHeaderBytes:               s.settings.MaxHeader,
		ConnContext:                  wire.WithConnection,
		ConnState:                    wire.NoteState,
		HTTP2: &http.HTTP2Config{
			MaxConcurrentStreams: streamsPerConnection,
			// Who opens the window and takes nothing is seen as over HTTP/1.1.
			WriteByteTimeout: wire.StalledAfter,
			SendPingTimeout:  s.settings.ReadTimeout, // to a client that says nothing more
			PingTimeout:      s.settings.ReadTimeout,
		},
		ErrorLog: s.netErrors.logger(),
	}
	served := make(chan error, 2)
	connections := wire.NewConnections(s.listener, s.unsent, s.crowd, s.refuseUnread)
	if s.certificate == nil {
		go func() { served <- h.Serve(connections) }()
	} else {
		h.TLSConfig = s.certificate.Config()
		following, stop := context.WithCancel(context.WithoutCancel(ctx))
		var followed sync.WaitGroup
		followed.Go(func() { s.certificate.Follow(following, certificateInterval, s.logger) })
		defer followed.Wait()
		defer stop()
		go func() { served <- h.ServeTLS(connections, "", "") }()
	}
	s.logger.Info("listening", slog.String("addr", s.listener.Addr().String()))
	if s.opsListener != nil {
		ops := s.opsServer()
		go func() { served <- ops.Serve(s.opsListener) }()
		defer ops.Close() // nobody waits for metrics while the server ends
		s.logger.Info("listening for operators", slog.String("addr", s.opsListener.Addr().String()))
	}
	select {
	case err := <-served:
		return fmt.Errorf("serve: %w", err)
	case <-ctx.Done():
	}
	s.draining.Store(true)
	s.logger.Info("shutting down", slog.Duration("drain_delay", s.settings.DrainDelay))
	drained := time.NewTimer(s.settings.DrainDelay)
	defer drained.Stop()
	select {
	case err := <-served:
		return fmt.Errorf("serve: %w", err)
	case <-drained.C:
	}
	grace, cancel := context.WithTimeout(context.WithoutCancel(ctx), s.settings.ShutdownGrace)
	defer cancel()
	if err := h.Shutdown(grace); err != nil {
		s.cutting.Store(true)
		err = errors.Join(fmt.Errorf("shut down: requests did not end within %s: %w", s.settings.ShutdownGrace, err), h.Close())
		s.streams.wait(time.Second) // until those broken off have said so in the log
		return err
	}
	return nil
}
