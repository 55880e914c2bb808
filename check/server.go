package check

import (
	"context"
	"fmt"
	"net/http"
	"time"
)

// serverTime bounds all that is asked of a server together.
const serverTime = 90 * time.Second

// Server is a running server to check.
type Server struct {
	URL    string   // as readers know it
	OpsURL string   // the operators' address; "" where it is not known
	Key    string   // of an operator; "" for none
	Drafts []string // slugs of posts that are not public, which must not be found
	Now    time.Time
}

// session is what the checks of one server share.
type session struct {
	*client
	ctx    context.Context
	server *Server
	ops    *client        // nil where the operators' address is not known
	first  answer         // to GET /v1/posts?limit=1, without a key
	told   *configuration // the settings in force; nil where they are not told
	untold string         // why they are not
}

// serverChecks are all that is asked of a server that answers.
var serverChecks = []struct {
	id  string
	run func(*session) Finding
}{
	{"server.ready", checkReady},
	{"server.clock", checkClock},
	{"tls.certificate", checkCertificate},
	{"headers.hsts", checkHSTS},
	{"headers.nosniff", checkNosniff},
	{"headers.version", checkVersion},
	{"headers.cors", checkCORS},
	{"cache.public", checkPublicCaching},
	{"cache.revalidation", checkRevalidation},
	{"cache.errors", checkErrorCaching},
	{"cache.keyed", checkKeyedCaching},
	{"keys.unknown", checkUnknownKey},
	{"drafts.lists", checkDraftLists},
	{"drafts.slugs", checkDraftSlugs},
	{"limits.body", checkBodyLimit},
	{"limits.url", checkURLLimit},
	{"limits.page", checkPageLimit},
	{"limits.depth", checkDepthLimit},
	{"limits.complexity", checkComplexityLimit},
	{"limits.budget", checkBudget},
	{"ops.hidden", checkOpsHidden},
	{"settings.hidden", checkSettingsHidden},
	{"ops.metrics", checkMetrics},
	{"ops.release", checkReleaseProblem},
	{"ops.webhooks", checkWebhooksTold},
	{"ops.keys", checkKeysProblem},
	{"ops.address", checkOpsAddress},
	{"log.requests", checkLog},
}

// Run asks all, in their order. An error is an address that is none.
func (s *Server) Run(ctx context.Context) (all []Finding, err error) {
	ctx, cancel := context.WithTimeout(ctx, serverTime)
	defer cancel()
	x := &session{ctx: ctx, server: s}
	if x.client, err = newClient(s.URL, s.Key); err != nil {
		return nil, fmt.Errorf("--url: %w", err)
	}
	defer x.close()
	if s.OpsURL != "" {
		if x.ops, err = newClient(s.OpsURL, ""); err != nil {
			return nil, fmt.Errorf("--ops-url: %w", err)
		}
		defer x.ops.close()
	}
	answers := x.checkAnswers().about(s.URL)
	answers.ID = "server.answers"
	all = append(all, answers)
	for _, c := range serverChecks {
		var f Finding
		switch {
		case answers.Severity == Fault:
			f = skipped("the server does not answer")
		case ctx.Err() != nil:
			f = skipped("all checks together took longer than %s", serverTime)
		default:
			f = c.run(x)
		}
		f.ID = c.id
		all = append(all, f)
	}
	return all, nil
}

// checkAnswers asks what the others rest on.
func (x *session) checkAnswers() Finding {
	const expected = "an alphanode that answers /health with 200 {\"ok\":true}"
	a, err := x.get(x.ctx, "/health")
	switch {
	case err != nil:
		return fault(err.Error(), expected, "start it, or name its address with --url")
	case a.status >= 300 && a.status < 400:
		return fault(fmt.Sprintf("%d to %s, which is not followed", a.status, a.header.Get("Location")), expected, "name the address behind it with --url")
	case a.status != http.StatusOK || string(a.body) != `{"ok":true}`:
		return fault(fmt.Sprintf("%d and %d bytes that are not of an alphanode", a.status, len(a.body)), expected, "name its address with --url")
	}
	if x.first, err = x.get(x.ctx, "/v1/posts?limit=1"); err != nil {
		return fault("/v1/posts: "+err.Error(), "an answer", "")
	}
	x.told, x.untold = x.settings(x.ctx, x.ops)
	return right("it answers")
}

// open reports whether the public is answered, and why not.
func (x *session) open() (ok bool, why string) {
	switch x.first.status {
	case http.StatusOK:
		return true, ""
	case http.StatusUnauthorized:
		return false, "everyone needs a key (--require-key)"
	default:
		return false, fmt.Sprintf("/v1/posts is answered with %d", x.first.status)
	}
}

func checkReady(x *session) Finding {
	const expected = "/ready is 200: a release is served"
	a, err := x.get(x.ctx, "/ready")
	switch {
	case err != nil:
		return fault(err.Error(), expected, "")
	case a.status != http.StatusOK:
		return fault(fmt.Sprintf("%d", a.status), expected, "the answer of /ready says what is missing")
	case jsonText(a.body, "problem") != "":
		return fault(jsonText(a.body, "problem"), "a release without a problem", "the log of the server says why")
	}
	return right("it serves %s", jsonText(a.body, "release"))
}

func checkClock(x *session) Finding {
	date, err := http.ParseTime(x.first.header.Get("Date"))
	if err != nil {
		return skipped("the answer has no Date")
	}
	if off := time.Since(date).Abs(); off > time.Minute {
		return warning(fmt.Sprintf("the clocks of the server and of this machine differ by %s", off.Round(time.Second)), "less than a minute", "have both follow a time server")
	}
	return right("the clocks of the server and of this machine agree")
}

func checkCertificate(x *session) Finding {
	if x.first.tls == nil {
		if x.local() {
			return skipped("the server is asked on this machine, without TLS")
		}
		return fault("the server is asked without TLS, and keys can be read on the way", "an address of https", "serve --tls-cert and --tls-key, or a proxy in front with TLS")
	}
	return lasts(x.first.tls.PeerCertificates[0], x.server.Now)
}
