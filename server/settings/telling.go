package settings

import (
	"slices"
	"strings"
	"time"
)

// ClientAs is how much of the address of who asks is told, in the log and in spans.
type ClientAs string

// An address is personal data, which a log is kept with.
const (
	ClientNetwork ClientAs = "network" // 24 bits of IPv4, 48 of IPv6
	ClientAddress ClientAs = "address"
	ClientNone    ClientAs = "none"
)

var telling = []Setting{
	{"log-client", string(ClientNetwork), "network, address or none", "what the log and spans tell of the address of who asks, which is personal data: the network it is in (24 bits of IPv4, 48 of IPv6), all of it, or nothing",
		clientAs(func(s *Settings) *ClientAs { return &s.LogClient })},
	{"slow-request", "1s", "duration", `requests that took this long have "slow":true in their line of the log; 0 marks none`,
		duration(0, time.Hour, func(s *Settings) *time.Duration { return &s.SlowRequest })},
	{"otlp-endpoint", "", "URL", "where traces and metrics are sent by OTLP over HTTP, such as http://localhost:4318; where it is empty the variables of OpenTelemetry say it, and without them nothing is sent",
		publicURL(func(s *Settings) *string { return &s.Telemetry })},
}

func clientAs(field func(*Settings) *ClientAs) func(*Settings, string) error {
	return func(s *Settings, value string) error {
		all := []string{string(ClientNetwork), string(ClientAddress), string(ClientNone)}
		if !slices.Contains(all, value) {
			return mismatch(value, strings.Join(all, ", "))
		}
		*field(s) = ClientAs(value)
		return nil
	}
}
