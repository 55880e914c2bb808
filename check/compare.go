package check

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"
)

// ownSettings are those that two servers have each for themselves: where they listen,
// what they are called, and where their files are.
var ownSettings = []string{"addr", "ops-addr", "public-url", "webhooks", "tls-cert", "tls-key", "trusted-proxies", "trusted-documents", "otlp-endpoint"}

// comparedHeaders are those that say the same of the same question on both servers. Of
// all others it is compared whether they are there.
var comparedHeaders = []string{"Cache-Control", "Vary", "Content-Type", "X-Content-Type-Options", "Strict-Transport-Security", "Content-Security-Policy", "Referrer-Policy",
	"Cross-Origin-Resource-Policy", "X-Robots-Tag", "Access-Control-Allow-Origin", "Access-Control-Allow-Headers", "Access-Control-Allow-Methods", "Access-Control-Expose-Headers", "Allow", "RateLimit-Policy"}

// passingHeaders come and go with a single answer, or with what stands in front.
var passingHeaders = []string{"Date", "Age", "Content-Length", "Etag", "Last-Modified", "Connection", "Via", "Server-Timing", "Ratelimit", "Retry-After", "Link", "Transfer-Encoding", "Keep-Alive", "Alt-Svc"}

// probes are the questions whose headers are compared.
var probes = []struct{ method, target, origin string }{
	{"GET", "/health", ""},
	{"GET", "/v1/posts?limit=1", ""},
	{"GET", "/v1/posts?limit=1", "https://alphanode-check.example"},
	{"OPTIONS", "/v1/posts", "https://alphanode-check.example"},
	{"GET", "/v1/posts/alphanode-check-of-no-post", ""},
	{"GET", "/v1/search?q=cache&limit=1", ""},
	{"GET", "/graphql?query=%7B__typename%7D", ""},
	{"GET", "/openapi.json", ""},
}

// Compared are two servers to hold against each other, such as staging and production.
// Each has its own key, or none.
type Compared struct {
	URL, Key            string
	Against, AgainstKey string
	OpsURL              string // of the first; "" where it is not known
}

// Run compares their settings and headers. An error is an address that is none.
func (c *Compared) Run(ctx context.Context) ([]Finding, error) {
	ctx, cancel := context.WithTimeout(ctx, serverTime)
	defer cancel()
	a, err := newClient(c.URL, c.Key)
	if err != nil {
		return nil, fmt.Errorf("--url: %w", err)
	}
	defer a.close()
	b, err := newClient(c.Against, c.AgainstKey)
	if err != nil {
		return nil, fmt.Errorf("--against: %w", err)
	}
	defer b.close()
	var ops *client
	if c.OpsURL != "" {
		if ops, err = newClient(c.OpsURL, ""); err != nil {
			return nil, fmt.Errorf("--ops-url: %w", err)
		}
		defer ops.close()
	}
	return slices.Concat(compareSettings(ctx, a, ops, b), compareHeaders(ctx, a, b)), nil
}

func compareSettings(ctx context.Context, a, ops, b *client) (all []Finding) {
	add := func(f Finding) {
		f.ID = "compare.settings"
		all = append(all, f)
	}
	here, why := a.settings(ctx, ops)
	if here == nil {
		add(skipped("the settings are not told: %s", why).about(a.base.String()))
		return all
	}
	there, why := b.settings(ctx, nil)
	if there == nil {
		add(skipped("the settings are not told: %s", why).about(b.base.String()))
		return all
	}
	if here.Version != there.Version || here.Go != there.Go {
		add(warning(fmt.Sprintf("alphanode %s of %s here, %s of %s there", here.Version, here.Go, there.Version, there.Go), "the same version", "what is rehearsed with one version is served with another").about("version"))
	}
	known := map[string]bool{}
	same := 0
	for _, s := range slices.Concat(here.Settings, there.Settings) {
		if known[s.Name] {
			continue
		}
		known[s.Name] = true
		one, other := written(here.value(s.Name)), written(there.value(s.Name))
		short, shortOther := cut(one), cut(other)
		switch {
		case one == other && !s.Secret:
			same++
		case s.Secret:
			add(skipped("it is secret, and not told").about(s.Name))
		case slices.Contains(ownSettings, s.Name):
			add(right("differs, as it may: %s here, %s there", short, shortOther).about(s.Name))
		default:
			add(fault(fmt.Sprintf("%s here, %s there", short, shortOther), "the same on both", "set it alike: alphanode serve --print-config on both").about(s.Name))
		}
	}
	add(right("%d settings are the same", same))
	return all
}

// written is a value as it stands in JSON.
func written(value any) string {
	text, err := json.Marshal(value)
	if err != nil {
		return ""
	}
	return string(text)
}

// cut is as much of a value as is told. Values are compared whole.
func cut(text string) string {
	if len(text) > 200 {
		return text[:200] + "…"
	}
	return text
}

func compareHeaders(ctx context.Context, a, b *client) (all []Finding) {
	add := func(f Finding, about string) {
		f.ID, f.About = "compare.headers", about
		all = append(all, f)
	}
	same := 0
	for _, p := range probes {
		what := p.method + " " + p.target
		q := request{method: p.method, target: p.target, header: map[string]string{}}
		if p.origin != "" {
			what += " of another origin"
			q.header["Origin"] = p.origin
			if p.method == http.MethodOptions {
				q.header["Access-Control-Request-Method"] = "GET"
				q.header["Access-Control-Request-Headers"] = "authorization"
			}
		}
		here, err := a.ask(ctx, q)
		if err != nil {
			add(fault("here: "+err.Error(), "an answer", ""), what)
			continue
		}
		there, err := b.ask(ctx, q)
		if err != nil {
			add(fault("there: "+err.Error(), "an answer", ""), what)
			continue
		}
		differ := differences(here, there, a.base.Scheme == b.base.Scheme)
		if len(differ) == 0 {
			same++
			continue
		}
		add(fault(strings.Join(differ, "; "), "the same on both", "see how the two servers are set up, and what stands in front of them"), what)
	}
	if same > 0 {
		add(right("%d of %d questions have the same status and headers", same, len(probes)), "")
	}
	return all
}

// differences tells in what two answers differ. What is for TLS alone is compared where
// both have it or neither.
func differences(here, there answer, sameScheme bool) (all []string) {
	if here.status != there.status {
		return []string{fmt.Sprintf("status %d here, %d there", here.status, there.status)}
	}
	names := map[string]bool{}
	for _, header := range []http.Header{here.header, there.header} {
		for name := range header {
			names[name] = true
		}
	}
	for name := range names {
		one, other := strings.Join(here.header.Values(name), ", "), strings.Join(there.header.Values(name), ", ")
		switch {
		case slices.Contains(passingHeaders, name), name == "Strict-Transport-Security" && !sameScheme, one == other:
		case one == "":
			all = append(all, fmt.Sprintf("%s is there alone", shown(name, other)))
		case other == "":
			all = append(all, fmt.Sprintf("%s is here alone", shown(name, one)))
		case slices.ContainsFunc(comparedHeaders, func(compared string) bool { return strings.EqualFold(compared, name) }):
			all = append(all, fmt.Sprintf("%s here, %s there", shown(name, one), shown(name, other)))
		}
	}
	slices.Sort(all)
	return all
}
