package check

import (
	"bytes"
	"errors"
	"fmt"
	"net"
	"net/http"
	"slices"
	"strings"
)

// refused holds an answer against the statuses by which what is too much is refused.
func refused(what string, a answer, err error, statuses ...int) Finding {
	expected := strings.Trim(strings.Join(strings.Fields(fmt.Sprint(statuses)), " or "), "[]") + ": it is refused"
	switch {
	case err != nil && strings.Contains(err.Error(), "no whole answer"):
		return fault(what+": "+err.Error(), expected, "see what a proxy in front lets through")
	case unreached(err):
		return fault(what+": "+err.Error(), expected, "see whether the server still runs")
	case err != nil: // a server may close the connection on who sends too much
		return right("%s is refused by closing the connection", what)
	case !slices.Contains(statuses, a.status):
		return fault(fmt.Sprintf("%s is answered with %d", what, a.status), expected, "see what a proxy in front lets through, and alphanode serve --print-config")
	}
	return right("%s is refused with %d", what, a.status)
}

// unreached reports whether there was no connection at all, which refuses nothing.
func unreached(err error) bool {
	failed, ok := errors.AsType[*net.OpError](err)
	return ok && failed.Op == "dial"
}

func checkBodyLimit(x *session) Finding {
	if why := x.graphQL(); why != "" {
		return skipped("%s", why)
	}
	body := slices.Concat([]byte(`{"query":"{ __typename }","variables":{"x":"`), bytes.Repeat([]byte("x"), 1<<20), []byte(`"}}`))
	a, err := x.ask(x.ctx, request{method: http.MethodPost, target: "/graphql", body: body, header: map[string]string{"Content-Type": "application/json"}})
	return refused("a body of more than 1 MiB", a, err, http.StatusRequestEntityTooLarge, http.StatusTooManyRequests)
}

func checkURLLimit(x *session) Finding {
	a, err := x.get(x.ctx, "/v1/posts?tool="+strings.Repeat("x", 100<<10))
	return refused("an address of 100 kB", a, err, http.StatusRequestEntityTooLarge, http.StatusRequestURITooLong, http.StatusRequestHeaderFieldsTooLarge, http.StatusBadRequest)
}

func checkPageLimit(x *session) Finding {
	if ok, why := x.open(); !ok {
		return skipped("%s", why)
	}
	a, err := x.get(x.ctx, "/v1/posts?limit=100000")
	return refused("a page of 100,000 posts", a, err, http.StatusBadRequest)
}

func checkDepthLimit(x *session) Finding {
	const lists = 16
	return x.tooComplex("a query of 66 levels", "{ posts(first: 1) { nodes { meta { "+strings.Repeat("tools { posts(first: 1) { nodes { meta { ", lists-1)+"topic"+strings.Repeat(" }", 4*lists))
}

func checkComplexityLimit(x *session) Finding {
	return x.tooComplex("a query of lists in lists, of 100 each",
		"{ posts(first: 100) { nodes { meta { tools { posts(first: 100) { nodes { meta { tools { posts(first: 100) { nodes { slug } } } } } } } } } } }")
}

// tooComplex asks a query that must be refused for what it is before it is answered.
func (x *session) tooComplex(what, query string) Finding {
	if why := x.graphQL(); why != "" {
		return skipped("%s", why)
	}
	a, err := x.query(query)
	f := refused(what, a, err, http.StatusBadRequest, http.StatusOK)
	if f.Severity == OK && err == nil && !bytes.Contains(a.body, []byte("TOO_COMPLEX")) {
		return fault(fmt.Sprintf("%s is answered with %d, and not as TOO_COMPLEX", what, a.status), "it is refused as TOO_COMPLEX", "alphanode serve --print-config shows the limits (graphql-depth, graphql-complexity)")
	}
	return f
}

func (x *session) query(query string) (answer, error) {
	body := []byte(`{"query":"` + strings.ReplaceAll(query, `"`, `\"`) + `"}`)
	return x.ask(x.ctx, request{method: http.MethodPost, target: "/graphql", body: body,
		header: map[string]string{"Content-Type": "application/json", "Accept": "application/graphql-response+json"}})
}

// graphQL says why GraphQL cannot be asked, "" where it can.
func (x *session) graphQL() string {
	a, err := x.query("{ __typename }")
	switch {
	case err != nil:
		return err.Error()
	case a.status == http.StatusNotFound:
		return "GraphQL is switched off (--without graphql)"
	case a.status == http.StatusUnauthorized:
		return "everyone needs a key (--require-key)"
	case a.status != http.StatusOK:
		return fmt.Sprintf("a query is answered with %d (--trusted-only?)", a.status)
	}
	return ""
}

// checkBudget wants that nobody can have the server work for them alone.
func checkBudget(x *session) Finding {
	if policy := x.first.header.Get("RateLimit-Policy"); policy != "" {
		return right("RateLimit-Policy: %.100s", policy)
	}
	if x.told == nil {
		if x.local() {
			return skipped("who asks on the server's own machine has no budget by default; the settings tell: %s", x.untold)
		}
		return warning("no RateLimit-Policy: readers without a key have no budget", "a budget for each address", "serve --address-budget")
	}
	if budget, ok := x.told.number("address-budget"); !ok || budget == 0 {
		return warning("address-budget is 0: readers without a key have no budget", "a budget for each address", "serve --address-budget")
	}
	return right("each address has a budget")
}
