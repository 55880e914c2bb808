package settings

import (
	"errors"
	"net"
	"net/url"
	"strconv"
	"strings"
	"time"
)

// Fleet are the settings of a server that shares its data directory's history with others.
type Fleet struct {
	URL         string // one address, or several of one NATS, separated by commas; "" for none
	Credentials string // a file; "" for none
	CA          string // PEM files; "" without
	Cert        string
	Key         string

	Name    string        // "" for that of the machine
	MaxLag  time.Duration // 0 for no bound
	Alone   bool
	Rate    int // bytes a second; 0 for no bound
	Reserve int // bytes

	Embedded bool
	Listen   string
	Cluster  string // "" for none
	Peers    []string
	Dir      string // "" for one beside the data directory
}

// Any reports whether the server belongs to a fleet.
func (f *Fleet) Any() bool { return f.URL != "" || f.Embedded }

var sharing = []Setting{
	{"fleet", "", "URL", "the fleet to which this server belongs as a replica: nats://host:port or tls://host:port, several of one NATS separated by commas, or file:///path of a folder that machines share; never with a user or a password in it",
		fleetURL(func(s *Settings) *string { return &s.Fleet.URL })},
	{"fleet-credentials", "", "file", "a file of what NATS is to know this machine by (.creds, an nkey, a token, or a user and a password); it holds secrets",
		text(func(s *Settings) *string { return &s.Fleet.Credentials })},
	{"fleet-ca", "", "file", "a PEM file of who must have signed the certificates of NATS; empty for those that the system knows",
		text(func(s *Settings) *string { return &s.Fleet.CA })},
	{"fleet-cert", "", "file", "a PEM file of the certificate that is shown to NATS, and by the NATS inside",
		text(func(s *Settings) *string { return &s.Fleet.Cert })},
	{"fleet-key", "", "file", "the PEM file of its key; with fleet-cert",
		text(func(s *Settings) *string { return &s.Fleet.Key })},
	{"fleet-name", "", "name", "by which the fleet knows this replica, of lower-case letters, digits, hyphens; empty for the name of the machine",
		fleetName(func(s *Settings) *string { return &s.Fleet.Name })},
	{"max-lag", "0s", "duration", "how long this replica may be behind the fleet, or hear nothing of it, before it says that it is not ready; 0s for ever",
		duration(0, 365*24*time.Hour, func(s *Settings) *time.Duration { return &s.Fleet.MaxLag })},
	{"fleet-alone", "false", "true or false", "whether what is on disk is served at the start though the fleet does not answer: posts may have been taken down since",
		truth(func(s *Settings) *bool { return &s.Fleet.Alone })},
	{"fleet-rate", "0", "bytes a second", "how fast releases are fetched at most; 0 for no bound",
		count(0, 1<<40, func(s *Settings) *int { return &s.Fleet.Rate })},
	{"fleet-reserve", strconv.Itoa(512 << 20), "bytes", "how much room fetching leaves on the disk",
		count(0, 1<<50, func(s *Settings) *int { return &s.Fleet.Reserve })},
	{"fleet-embedded", "false", "true or false", "whether a NATS server runs inside, for machines with nothing else; then fleet may be left out",
		truth(func(s *Settings) *bool { return &s.Fleet.Embedded })},
	{"fleet-listen", "127.0.0.1:4222", "host:port", "where the NATS inside listens for machines of the fleet; off the loopback it needs fleet-cert, fleet-key, fleet-ca and fleet-credentials",
		address(func(s *Settings) *string { return &s.Fleet.Listen })},
	{"fleet-cluster", "", "host:port", "where the NATS inside listens for those of the other machines, likewise; empty for a machine alone",
		optionalAddress(func(s *Settings) *string { return &s.Fleet.Cluster })},
	{"fleet-peers", "", "addresses", "host:port of fleet-cluster of the other machines, separated by commas; its own may be among them",
		peers(func(s *Settings) *[]string { return &s.Fleet.Peers })},
	{"fleet-dir", "", "folder", "where the NATS inside keeps what it has; empty for one beside the data directory, with -fleet behind its name",
		text(func(s *Settings) *string { return &s.Fleet.Dir })},
}

func text(field func(*Settings) *string) func(*Settings, string) error {
	return func(s *Settings, value string) error { *field(s) = value; return nil }
}

// fleetURL takes addresses in which nobody can have written a password: they stand in lists of
// processes and in logs.
func fleetURL(field func(*Settings) *string) func(*Settings, string) error {
	return func(s *Settings, value string) error {
		if value == "" {
			*field(s) = ""
			return nil
		}
		const expected = "nats://host:port or tls://host:port, several separated by commas, or file:///path; without a user"
		list := strings.Split(value, ",")
		for i, one := range list {
			list[i] = strings.TrimSpace(one)
			u, err := url.Parse(list[i])
			switch {
			case err != nil || u.User != nil || u.RawQuery != "" || u.Fragment != "":
				return mismatch(withoutUser(one), expected)
			case u.Scheme == "file" && u.Host == "" && strings.HasPrefix(u.Path, "/") && len(list) == 1:
			case (u.Scheme == "nats" || u.Scheme == "tls") && u.Host != "" && strings.Trim(u.Path, "/") == "":
			default:
				return mismatch(withoutUser(one), expected)
			}
		}
		*field(s) = strings.Join(list, ",")
		return nil
	}
}

func fleetName(field func(*Settings) *string) func(*Settings, string) error {
	return func(s *Settings, value string) error {
		if strings.Trim(value, "abcdefghijklmnopqrstuvwxyz0123456789-_") != "" || len(value) > 100 {
			return mismatch(value, "at most 100 lower-case letters, digits, hyphens and underscores")
		}
		*field(s) = value
		return nil
	}
}

func peers(field func(*Settings) *[]string) func(*Settings, string) error {
	return func(s *Settings, value string) error {
		*field(s) = nil
		if value == "" {
			return nil
		}
		for one := range strings.SplitSeq(value, ",") {
			one = strings.TrimSpace(one)
			if host, port, err := net.SplitHostPort(one); err != nil || host == "" || port == "" {
				return mismatch(one, "addresses such as 10.0.0.2:6222, separated by commas")
			}
			*field(s) = append(*field(s), one)
		}
		return nil
	}
}

// agree checks what they have to do with each other.
func (f *Fleet) agree() error {
	var wrong []error
	if !f.Any() && (f.MaxLag > 0 || f.Alone) {
		wrong = append(wrong, errors.New("max-lag, fleet-alone: found no fleet, expected one that this server belongs to"))
	}
	if !f.Embedded && (f.Cluster != "" || len(f.Peers) > 0 || f.Dir != "") {
		wrong = append(wrong, errors.New("fleet-cluster, fleet-peers, fleet-dir: found no fleet-embedded, whose settings these are"))
	}
	if f.Embedded && strings.HasPrefix(f.URL, "file:") {
		wrong = append(wrong, errors.New("fleet, fleet-embedded: found a folder and a NATS inside, expected one of them"))
	}
	if len(f.Peers) > 0 && f.Cluster == "" {
		wrong = append(wrong, errors.New("fleet-peers: found no fleet-cluster, expected where this machine listens for them"))
	}
	if (f.Cert == "") != (f.Key == "") {
		wrong = append(wrong, errors.New("fleet-cert, fleet-key: found one of them, expected both or none"))
	}
	return errors.Join(wrong...)
}
