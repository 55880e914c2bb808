package check

import (
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"strconv"
	"strings"
)

// checkOpsHidden wants what is for operators away from the public address.
func checkOpsHidden(x *session) Finding {
	for _, target := range []string{"/metrics", "/debug/pprof/", "/debug/pprof/heap?debug=1"} {
		a, err := x.get(x.ctx, target)
		if err != nil {
			return fault(err.Error(), "404", "").about(target)
		}
		if a.status == http.StatusOK {
			return fault("the public can read it", "404: it is for --ops-addr alone", "see what a proxy in front leads to, and that --addr and --ops-addr differ").about(target)
		}
	}
	return right("metrics and profiles are not at the public address")
}

func checkSettingsHidden(x *session) Finding {
	a, err := x.get(x.ctx, "/settings")
	switch {
	case err != nil:
		return fault(err.Error(), "404", "")
	case a.status == http.StatusOK:
		return fault("the public can read /settings", "404 without an admin key", "name the public address with --url, and see that a proxy in front adds no key")
	}
	return right("/settings is not there without a key")
}

// metrics gives the value of a metric, added up over its labels.
func (x *session) metrics() (map[string]float64, string) {
	if x.ops == nil {
		return nil, "the operators' address is not known: --ops-url"
	}
	a, err := x.ops.get(x.ctx, "/metrics")
	if err != nil {
		return nil, "the operators' address: " + err.Error()
	}
	if a.status != http.StatusOK {
		return nil, fmt.Sprintf("/metrics at the operators' address is answered with %d", a.status)
	}
	sums := map[string]float64{}
	for line := range strings.Lines(string(a.body)) {
		name, value, ok := strings.Cut(strings.TrimSpace(line), " ")
		if i := strings.LastIndexByte(line, '}'); i >= 0 {
			name, value, ok = line[:strings.IndexByte(line, '{')], strings.TrimSpace(line[i+1:]), true
		}
		if n, err := strconv.ParseFloat(value, 64); ok && err == nil && !strings.HasPrefix(line, "#") {
			sums[name] += n
		}
	}
	return sums, ""
}

func checkMetrics(x *session) Finding {
	if x.ops == nil {
		return skipped("the operators' address is not known: --ops-url")
	}
	sums, why := x.metrics()
	if why != "" {
		return fault(why, "the figures of the server: response time, errors, cache, store calls", "serve --ops-addr")
	}
	if _, ok := sums["alphanode_requests_total"]; !ok {
		return fault("there is no alphanode_requests_total in /metrics", "the figures of an alphanode", "name its operators' address with --ops-url")
	}
	return right("%.0f requests are counted", sums["alphanode_requests_total"])
}

// quiet wants a metric to be 0.
func (x *session) quiet(metric string, f Finding) Finding {
	sums, why := x.metrics()
	if why != "" {
		return skipped("%s", why)
	}
	if n, ok := sums[metric]; !ok {
		return skipped("the server does not tell %s", metric)
	} else if n == 0 {
		return right("%s is 0", metric)
	}
	return f
}

func checkReleaseProblem(x *session) Finding {
	return x.quiet("alphanode_release_problem", fault("the current release cannot be opened, or is damaged", "a release that is served as it was built", "/ready and the log say why; alphanode verify"))
}

func checkWebhooksTold(x *session) Finding {
	return x.quiet("alphanode_webhook_waiting", warning("a webhook was not told of a switch: caches may give what is old", "every webhook is told", "the log says what it answers"))
}

func checkKeysProblem(x *session) Finding {
	return x.quiet("alphanode_keys_problem", fault("the keys cannot be read: what was revoked since may still be in force", "keys that can be read", "alphanode key list says what is damaged"))
}

func checkOpsAddress(x *session) Finding {
	if x.told == nil {
		return skipped("the settings are not told: %s", x.untold)
	}
	addr := x.told.text("ops-addr")
	host, _, err := net.SplitHostPort(addr)
	ip, errIP := netip.ParseAddr(host)
	switch {
	case addr == "":
		return warning("there is no address for operators, and so no metrics", "one that readers cannot reach", "serve --ops-addr 127.0.0.1:8081")
	case err == nil && (host == "localhost" || errIP == nil && (ip.IsLoopback() || ip.IsPrivate())):
		return right("%s", addr)
	}
	return warning("it listens at "+addr, "an address that readers cannot reach", "serve --ops-addr 127.0.0.1:8081, or see that a firewall keeps readers from it")
}

func checkLog(x *session) Finding {
	id := x.first.header.Get("Request-Id")
	if id == "" {
		return fault("an answer has no Request-Id", "one, by which its line in the log is found", "see that a proxy in front passes it on")
	}
	return skipped("the log cannot be seen from here: it must have a line with the request_id %.64s", id)
}
