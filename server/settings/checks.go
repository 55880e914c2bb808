package settings

import (
	"fmt"
	"net"
	"net/textproto"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"alphanode/server/client"
	"alphanode/server/route"
)

// What a value may be, and how it is kept: each of these makes a check of the table for
// one field.

func mismatch(found, expected string) error {
	return fmt.Errorf("found %s, expected %s", strconv.Quote(found), expected)
}

func address(field func(*Settings) *string) func(*Settings, string) error {
	return func(s *Settings, value string) error {
		_, port, err := net.SplitHostPort(value)
		if n, errPort := strconv.ParseUint(port, 10, 16); err != nil || errPort != nil || strconv.FormatUint(n, 10) != port {
			return mismatch(value, "host:port or :port, with a port from 0 to 65535")
		}
		*field(s) = value
		return nil
	}
}

// optionalAddress is an address, or empty for none.
func optionalAddress(field func(*Settings) *string) func(*Settings, string) error {
	return func(s *Settings, value string) error {
		if value == "" {
			*field(s) = ""
			return nil
		}
		return address(field)(s, value)
	}
}

func publicURL(field func(*Settings) *string) func(*Settings, string) error {
	return func(s *Settings, value string) error {
		if value == "" {
			return nil
		}
		u, err := url.Parse(value)
		if err != nil || !web(u) || u.RawQuery != "" || u.Fragment != "" {
			return mismatch(withoutUser(value), "an address such as https://archive.example.org, without a user")
		}
		*field(s) = strings.TrimSuffix(value, "/")
		return nil
	}
}

// withoutUser is an address to be told of: what stands before its host may be a password.
func withoutUser(address string) string {
	at := strings.LastIndexByte(address, '@')
	if at < 0 {
		return address
	}
	scheme, _, found := strings.Cut(address[:at], "//")
	if !found {
		return "…" + address[at:]
	}
	return scheme + "//…" + address[at:]
}

// hosts are names of hosts, in lower case.
func hosts(field func(*Settings) *[]string) func(*Settings, string) error {
	return func(s *Settings, value string) error {
		if value == "" {
			return nil
		}
		list := strings.Split(strings.ToLower(value), ",")
		for i, name := range list {
			list[i] = strings.TrimSpace(name)
			if !hostName.MatchString(list[i]) {
				return mismatch(name, "names of hosts such as ops.example.org, without ports, separated by commas")
			}
		}
		*field(s) = list
		return nil
	}
}

// hostName is the name of a host (RFC 1123, 2.1).
var hostName = regexp.MustCompile(`^[a-z0-9]([a-z0-9.-]*[a-z0-9])?$`)

func proxies(field func(*Settings) *client.Proxies) func(*Settings, string) error {
	return func(s *Settings, value string) (err error) {
		*field(s), err = client.ParseProxies(value)
		return err
	}
}

func parts(field func(*Settings) *[]string) func(*Settings, string) error {
	return func(s *Settings, value string) error {
		if value == "" {
			return nil
		}
		list := strings.Split(value, ",")
		for i, name := range list {
			list[i] = strings.TrimSpace(name)
			if !slices.Contains(route.Parts, list[i]) {
				return mismatch(name, "names among "+strings.Join(route.Parts, ", ")+", separated by commas")
			}
		}
		*field(s) = list
		return nil
	}
}

func origins(field func(*Settings) *[]string) func(*Settings, string) error {
	return func(s *Settings, value string) error {
		list := strings.Split(value, ",")
		for i, origin := range list {
			origin = strings.TrimSpace(origin)
			list[i] = origin
			if origin == "*" && len(list) == 1 {
				continue
			}
			u, err := url.Parse(origin)
			if err != nil || !web(u) || u.Path != "" || u.RawQuery != "" || u.Fragment != "" || strings.Contains(origin, "*") {
				return mismatch(withoutUser(origin), "* alone, or origins such as https://example.org, separated by commas")
			}
		}
		*field(s) = list
		return nil
	}
}

func corsHeaders(field func(*Settings) *[]string) func(*Settings, string) error {
	return func(s *Settings, value string) error {
		if value == "*" {
			*field(s) = nil
			return nil
		}
		list := strings.Split(strings.ToLower(value), ",")
		for i, name := range list {
			list[i] = strings.TrimSpace(name)
			if !headerName.MatchString(list[i]) || list[i] == "*" {
				return mismatch(name, "* alone, or names of headers such as authorization,content-type, separated by commas")
			}
		}
		*field(s) = list
		return nil
	}
}

// headerName is a token (RFC 9110, 5.6.2).
var headerName = regexp.MustCompile("^[!#$%&'*+.^_`|~0-9A-Za-z-]+$")

// tagHeaderNames are the fields that can tell what an answer is about.
var tagHeaderNames = []string{"Surrogate-Key", "Cache-Tag", "Cache-Groups"}

func tagHeaders(field func(*Settings) *[]string) func(*Settings, string) error {
	return func(s *Settings, value string) error {
		if value == "" {
			*field(s) = nil
			return nil
		}
		list := strings.Split(value, ",")
		for i, name := range list {
			list[i] = textproto.CanonicalMIMEHeaderKey(strings.TrimSpace(name))
			if !slices.Contains(tagHeaderNames, list[i]) {
				return mismatch(name, "names among "+strings.Join(tagHeaderNames, ", ")+", separated by commas")
			}
		}
		*field(s) = list
		return nil
	}
}

// web reports whether an address is of http or https and names a host, but no
// user.
func web(u *url.URL) bool {
	return (u.Scheme == "http" || u.Scheme == "https") && u.Host != "" && u.User == nil
}

func duration(least, most time.Duration, field func(*Settings) *time.Duration) func(*Settings, string) error {
	return func(s *Settings, value string) error {
		d, err := time.ParseDuration(value)
		if err != nil || d < least || d > most {
			return mismatch(value, fmt.Sprintf("a duration from %s to %s, such as 500ms, 10s or 2m", least, most))
		}
		*field(s) = d
		return nil
	}
}

// mostBudget is that of sixteen processors.
const mostBudget = 1_000_000_000

// budget is units of a minute.
func budget(field func(*Settings) *int) func(*Settings, string) error {
	return count(0, mostBudget, field)
}

// files takes paths, separated by commas; empty for none.
func files(field func(*Settings) *[]string) func(*Settings, string) error {
	return func(s *Settings, value string) error {
		*field(s) = nil
		if value == "" {
			return nil
		}
		for path := range strings.SplitSeq(value, ",") {
			if path = strings.TrimSpace(path); path == "" {
				return mismatch(value, "paths of files, separated by commas")
			}
			*field(s) = append(*field(s), path)
		}
		return nil
	}
}

func truth(field func(*Settings) *bool) func(*Settings, string) error {
	return func(s *Settings, value string) error {
		if value != "true" && value != "false" {
			return mismatch(value, "true or false")
		}
		*field(s) = value == "true"
		return nil
	}
}

func count(least, most int, field func(*Settings) *int) func(*Settings, string) error {
	return func(s *Settings, value string) error {
		n, err := strconv.Atoi(value)
		if err != nil || n < least || n > most {
			return mismatch(value, fmt.Sprintf("an integer from %d to %d", least, most))
		}
		*field(s) = n
		return nil
	}
}
