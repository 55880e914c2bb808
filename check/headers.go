package check

import (
	"fmt"
	"net/http"
	"strconv"
	"strings"
)

func checkHSTS(x *session) Finding {
	if x.first.tls == nil {
		return skipped("it is for TLS alone")
	}
	const expected = "Strict-Transport-Security with a max-age of at least a day"
	value := x.first.header.Get("Strict-Transport-Security")
	for directive := range strings.SplitSeq(value, ";") {
		if age, ok := strings.CutPrefix(strings.TrimSpace(directive), "max-age="); ok {
			if n, err := strconv.Atoi(strings.Trim(age, `"`)); err == nil && n >= 86400 {
				return right("%s", value)
			}
		}
	}
	return fault(shown("Strict-Transport-Security", value), expected, "serve --hsts, or have the proxy in front send it")
}

func checkNosniff(x *session) Finding {
	if value := x.first.header.Get("X-Content-Type-Options"); value != "nosniff" {
		return fault(shown("X-Content-Type-Options", value), "nosniff", "see that a proxy in front passes it on")
	}
	return right("X-Content-Type-Options: nosniff")
}

// checkVersion wants nothing that tells which faults the software in front has.
func checkVersion(x *session) Finding {
	for _, name := range []string{"Server", "X-Powered-By", "X-AspNet-Version", "Via"} {
		if value := x.first.header.Get(name); strings.ContainsAny(value, "0123456789") && (name != "Via" || strings.Contains(value, "/")) {
			return fault(shown(name, value), "no version of a server", "switch that off in the proxy in front")
		}
	}
	return right("no header tells a version")
}

func checkCORS(x *session) Finding {
	const origin = "https://alphanode-check.example"
	a, err := x.get(x.ctx, "/v1/posts?limit=1", "Origin", origin)
	if err != nil {
		return fault(err.Error(), "an answer", "")
	}
	allowed, credentials := a.header.Get("Access-Control-Allow-Origin"), a.header.Get("Access-Control-Allow-Credentials")
	switch {
	case credentials == "true" && allowed != "":
		return fault(shown("Access-Control-Allow-Credentials", credentials), "none: an archive has no cookies, and keys are sent by those who have them", "see what a proxy in front adds")
	case allowed == origin:
		return fault("any origin is repeated: "+shown("Access-Control-Allow-Origin", allowed), "* or origins that are listed", "see what a proxy in front adds")
	case allowed == "*":
		return right("pages of all origins may ask, without credentials")
	}
	return right("a page of an unknown origin may not ask")
}

func checkPublicCaching(x *session) Finding {
	if ok, why := x.open(); !ok {
		return skipped("%s", why)
	}
	control, vary := x.first.header.Get("Cache-Control"), strings.Join(x.first.header.Values("Vary"), ", ")
	switch {
	case !directive(control, "public"):
		return fault(shown("Cache-Control", control), "public, and how long", "see that a proxy in front passes it on")
	case !names(vary, "Authorization"):
		return fault(shown("Vary", vary), "Authorization among them, or a cache gives readers what was answered to a key", "see that a proxy in front passes it on")
	case !names(vary, "Release"):
		return fault(shown("Vary", vary), "Release among them, or a cache gives readers another release", "see that a proxy in front passes it on")
	case x.first.header.Get("Set-Cookie") != "":
		return fault("a cookie is set, which caches may give to others", "none", "see what a proxy in front adds")
	}
	return right("Cache-Control: %s; Vary: %s", control, vary)
}

func checkRevalidation(x *session) Finding {
	if ok, why := x.open(); !ok {
		return skipped("%s", why)
	}
	const again = 2 // as another release may be served by now
	a := x.first
	for range again {
		tag := a.header.Get("ETag")
		if tag == "" {
			return fault("there is no ETag", "one, by which caches ask whether they are right", "see that a proxy in front passes it on")
		}
		var err error
		if a, err = x.get(x.ctx, "/v1/posts?limit=1", "If-None-Match", tag); err != nil {
			return fault(err.Error(), "304", "")
		}
		if a.status == http.StatusNotModified {
			return right("what is still right is answered with 304")
		}
	}
	return fault(fmt.Sprintf("If-None-Match with the ETag is answered with %d", a.status), "304", "see that a proxy in front passes it on")
}

func checkErrorCaching(x *session) Finding {
	a, err := x.get(x.ctx, "/v1/posts/alphanode-check-of-no-post")
	switch {
	case err != nil:
		return fault(err.Error(), "404", "")
	case !directive(a.header.Get("Cache-Control"), "no-store"):
		return fault(fmt.Sprintf("%d with %s", a.status, shown("Cache-Control", a.header.Get("Cache-Control"))), "no-store: an error is not kept", "see that a proxy in front passes it on")
	}
	return right("errors are not kept")
}

// checkKeyedCaching asks as who has logged in does.
func checkKeyedCaching(x *session) Finding {
	ok, why := x.keyed()
	if !ok {
		return skipped("%s", why)
	}
	a, err := x.withKey(x.ctx, "/v1/posts?limit=1")
	control := a.header.Get("Cache-Control")
	switch {
	case err != nil:
		return fault(err.Error(), "an answer", "")
	case a.status == http.StatusUnauthorized:
		return fault("the key of --key-file is refused", "a key that is in force", "alphanode key list")
	case directive(control, "public") || !directive(control, "private") && !directive(control, "no-store"):
		return fault("with a key: "+shown("Cache-Control", control), "private or no-store, or a cache gives others what only a key may see", "see that a proxy in front passes it on")
	case !names(strings.Join(a.header.Values("Vary"), ","), "Authorization") && !directive(control, "no-store"):
		return fault("with a key: "+shown("Vary", strings.Join(a.header.Values("Vary"), ", ")), "Authorization among them", "see that a proxy in front passes it on")
	}
	return right("with a key: Cache-Control: %s", control)
}

// shown tells a header as it was found, and no more of it than a line.
func shown(name, value string) string {
	if value == "" {
		return "no " + name
	}
	if len(value) > 120 {
		value = value[:120] + "…"
	}
	return name + ": " + value
}

// directive reports whether a Cache-Control has one.
func directive(control, name string) bool {
	for part := range strings.SplitSeq(control, ",") {
		word, _, _ := strings.Cut(strings.TrimSpace(part), "=")
		if strings.EqualFold(word, name) {
			return true
		}
	}
	return false
}

// names reports whether a Vary has a name.
func names(vary, name string) bool { return directive(vary, name) || directive(vary, "*") }
