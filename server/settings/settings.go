package settings

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"time"

	"alphanode/graph"
	"alphanode/server/client"
	"alphanode/server/route"
)

// Settings are what an operator can choose. They come from [Read],
// which checks them.
type Settings struct {
	Addr        string
	OpsAddr     string         // "" for none
	OpsHosts    []string       // in lower case
	PublicURL   string         // without a slash at the end; "" where it is not known
	Proxies     client.Proxies // those that are trusted
	TLSCert     string         // a PEM file; "" without TLS
	TLSKey      string
	HSTS        time.Duration // 0 for none
	CORSOrigins []string
	CORSHeaders []string // in lower case; nil for any
	MaxAge      time.Duration
	SMaxAge     time.Duration // 0 where shared caches keep an answer as long as others
	StaleWhile  time.Duration // how long an old answer may be given while a new one is fetched
	StaleError  time.Duration // likewise where none can be had
	Redirects   bool          // whether addresses where posts stood lead to them
	TagHeaders  []string      // the fields that tell what an answer is about
	PinWindow   time.Duration
	Webhooks    string   // the file of webhooks; "" for none
	Without     []string // parts that are switched off, of route.Parts

	ReadHeaderTimeout time.Duration
	ReadTimeout       time.Duration
	WriteTimeout      time.Duration
	IdleTimeout       time.Duration
	RequestTimeout    time.Duration
	DrainDelay        time.Duration
	ShutdownGrace     time.Duration

	MaxURL         int
	MaxHeader      int
	MaxBody        int
	MaxInFlight    int
	MaxConnections int
	MaxStreams     int
	MaxAnswer      int // bytes
	MaxUnsent      int // bytes

	MaxStreamsPerReader int

	AddressBudget  int // units of quota.Window; 0 for no bound; so are the others
	KeyBudget      int // of keys that have none of their own
	LoopbackBudget int
	RequireKey     bool

	CacheSize  int // bytes; 0 where no answers are kept
	CarryLimit int // kept answers times changed posts
	WarmLimit  int // answers

	GraphQL          graph.Limits
	TrustedDocuments []string // files
	TrustedOnly      bool

	Fleet Fleet

	LogClient   ClientAs
	Telemetry   string        // where traces and metrics are sent; "" where the standard variables say it, or nobody does
	SlowRequest time.Duration // 0 where none is marked

	Values  []Value // all settings as they were given
	Version string  // of the tool that reads them
}

// groups are the table: a row gives the name, the default, the unit, what it is for, and
// how a value is checked and kept.
var groups = []Group{
	{"Listening", listening},
	{"Browsers", browsers},
	{"Caches of others", caching},
	{"Kept answers", keeping},
	{"Releases", releases},
	{"Fleet", sharing},
	{"Timeouts", timeouts},
	{"Limits", limits},
	{"Readers", readers},
	{"GraphQL", graphQL},
	{"What is told", telling},
}

var listening = []Setting{
	{"addr", ":8080", "host:port", "where to listen; port 0 takes any free port",
		address(func(s *Settings) *string { return &s.Addr })},
	{"ops-addr", "127.0.0.1:8081", "host:port", "where to listen for operators (/ops, /metrics, /debug/pprof/), away from readers; empty for nowhere",
		optionalAddress(func(s *Settings) *string { return &s.OpsAddr })},
	{"ops-hosts", "", "names", "by which names, beside localhost and IP addresses, browsers may reach ops-addr to publish and roll back there without a key, separated by commas; only where it is an address of this machine alone, such as 127.0.0.1:8081: elsewhere a key is needed",
		hosts(func(s *Settings) *[]string { return &s.OpsHosts })},
	{"public-url", "", "URL", "the address readers know the server by, for links that must be absolute",
		publicURL(func(s *Settings) *string { return &s.PublicURL })},
	{"tls-cert", "", "file", "a PEM file of the certificate and its chain, with which the server is asked over TLS (HTTP/1.1 and HTTP/2); read again when it changes. Not at ops-addr",
		func(s *Settings, path string) error { s.TLSCert = path; return nil }},
	{"tls-key", "", "file", "the PEM file of its key; with tls-cert",
		func(s *Settings, path string) error { s.TLSKey = path; return nil }},
	{"hsts", "4320h", "duration", "how long browsers that asked over TLS, here or at a trusted proxy, are to ask this host in no other way (Strict-Transport-Security); 0s says nothing of it",
		duration(0, 2*365*24*time.Hour, func(s *Settings) *time.Duration { return &s.HSTS })},
	{"trusted-proxies", "", "addresses", "the proxies in front, as addresses and prefixes such as 10.0.0.0/8, separated by commas: what these alone say in Forwarded or X-Forwarded-For and -Proto of who asks is believed",
		proxies(func(s *Settings) *client.Proxies { return &s.Proxies })},
	{"without", "", "names", "which parts are switched off, separated by commas: graphql, introspection (of its schema), search, streams (/v1/posts.ndjson), pages (for people, feeds, boxes); what is off is not found, and neither described nor in the schema",
		parts(func(s *Settings) *[]string { return &s.Without })},
}

var browsers = []Setting{
	{"cors-origin", "*", "origins", "pages of which origins may ask: * for all, or origins such as https://example.org, separated by commas",
		origins(func(s *Settings) *[]string { return &s.CORSOrigins })},
	{"cors-headers", "*", "names", "which headers pages of other origins may send beside those they always may: * for any, or names such as authorization,content-type, separated by commas",
		corsHeaders(func(s *Settings) *[]string { return &s.CORSHeaders })},
}

var caching = []Setting{
	{"max-age", "1m", "duration", "how long caches may keep an answer; a publish is seen by their readers after this time at the latest",
		duration(0, 365*24*time.Hour, func(s *Settings) *time.Duration { return &s.MaxAge })},
	{"s-maxage", "0s", "duration", "how long shared caches may keep an answer, where that is not max-age: a CDN that is purged may keep it long",
		duration(0, 365*24*time.Hour, func(s *Settings) *time.Duration { return &s.SMaxAge })},
	{"stale-while-revalidate", "1m", "duration", "how long caches may give an answer that is too old while they ask for a new one",
		duration(0, 365*24*time.Hour, func(s *Settings) *time.Duration { return &s.StaleWhile })},
	{"stale-if-error", "1h", "duration", "how long caches may give an answer that is too old where the server cannot be reached or fails",
		duration(0, 365*24*time.Hour, func(s *Settings) *time.Duration { return &s.StaleError })},
	{"tag-headers", "", "names", "which headers tell a cache what an answer is about, separated by commas: Surrogate-Key, Cache-Tag, Cache-Groups; empty for none",
		tagHeaders(func(s *Settings) *[]string { return &s.TagHeaders })},
}

var keeping = []Setting{
	{"cache-size", strconv.Itoa(64 << 20), "bytes", "how much memory answers are kept in, to be given again; 0 keeps none",
		count(0, 1<<40, func(s *Settings) *int { return &s.CacheSize })},
	{"carry-limit", "100000000", "answers × posts", "how much work it may be to find which kept answers a switch of releases leaves right: kept answers times posts that differ; above it all are dropped",
		count(0, 1<<50, func(s *Settings) *int { return &s.CarryLimit })},
	{"warm-limit", "2000", "answers", "how many of the answers that a switch may have changed, those asked for most first, are made anew before they are asked for",
		count(0, 1<<30, func(s *Settings) *int { return &s.WarmLimit })},
}

var releases = []Setting{
	{"pin-window", "15m", "duration", "how long a release that was current can still be asked for by everyone, with the header Release",
		duration(0, 365*24*time.Hour, func(s *Settings) *time.Duration { return &s.PinWindow })},
	{"redirects", "false", "true or false", "whether an address that is none of the server's, outside /v1, and /?p=… lead to the page of the post that stood there (meta.urls), with the status 301; kept no longer than max-age",
		truth(func(s *Settings) *bool { return &s.Redirects })},
	{"webhooks", "", "file", "a JSON file of the webhooks that are told what caches must drop when another release is served; it holds secrets",
		func(s *Settings, path string) error { s.Webhooks = path; return nil }},
}

var timeouts = []Setting{
	{"read-header-timeout", "5s", "duration", "how long a client may take to send the headers of a request",
		duration(time.Millisecond, time.Hour, func(s *Settings) *time.Duration { return &s.ReadHeaderTimeout })},
	{"read-timeout", "15s", "duration", "how long a client may take to send a whole request",
		duration(time.Millisecond, time.Hour, func(s *Settings) *time.Duration { return &s.ReadTimeout })},
	{"write-timeout", "30s", "duration", "how long an answer may take until it is sent, and each 64 KiB of a stream; longer than request-timeout",
		duration(time.Millisecond, time.Hour, func(s *Settings) *time.Duration { return &s.WriteTimeout })},
	{"idle-timeout", "2m", "duration", "how long a connection may wait for its next request",
		duration(time.Millisecond, time.Hour, func(s *Settings) *time.Duration { return &s.IdleTimeout })},
	{"request-timeout", "10s", "duration", "how long the server may work on an answer before it gives up with TIMEOUT",
		duration(time.Nanosecond, time.Hour, func(s *Settings) *time.Duration { return &s.RequestTimeout })},
	{"drain-delay", "3s", "duration", "how long the server goes on as usual, but is not ready, before it shuts down: the time a load balancer needs to notice",
		duration(0, time.Hour, func(s *Settings) *time.Duration { return &s.DrainDelay })},
	{"shutdown-grace", "15s", "duration", "how long requests that have begun may take to end when the server shuts down",
		duration(time.Millisecond, time.Hour, func(s *Settings) *time.Duration { return &s.ShutdownGrace })},
}

var limits = []Setting{
	{"max-url", "16384", "bytes", "how long the address of a request may be",
		count(512, 1<<20, func(s *Settings) *int { return &s.MaxURL })},
	{"max-header", "65536", "bytes", "how long the headers of a request may be, its address included; longer than max-url",
		count(1024, 16<<20, func(s *Settings) *int { return &s.MaxHeader })},
	{"max-body", strconv.Itoa(graph.MaxBody), "bytes", "how long the body of a request may be",
		count(1, graph.MaxBody, func(s *Settings) *int { return &s.MaxBody })},
	{"max-connections", "4096", "connections", "how many connections readers may have open, all together; for one more, one is closed that waits for its client, the longest waiting of some; else it is refused",
		count(2, 1<<20, func(s *Settings) *int { return &s.MaxConnections })},
	{"max-in-flight", "256", "requests", "how many requests are answered at once at most, beside those that are dear: no more than two for each processor are; more wait for up to half a second, then are refused with OVERLOADED",
		count(1, 1<<20, func(s *Settings) *int { return &s.MaxInFlight })},
	{"max-streams", "8", "streams", "how many streams (/v1/posts.ndjson) are sent at once, beside the requests in flight; more are refused with OVERLOADED",
		count(1, 1024, func(s *Settings) *int { return &s.MaxStreams })},
	{"max-streams-per-reader", "2", "streams", "how many of them one reader gets at once, by key, else by address; more are refused with RATE_LIMITED; fewer than max-streams, where that is more than 1",
		count(1, 1024, func(s *Settings) *int { return &s.MaxStreamsPerReader })},

	{"max-answer", strconv.Itoa(16 << 20), "bytes", "how long the body of an answer may be, before it is packed: more is refused with TOO_COMPLEX; one post alone always goes through, and so do streams",
		count(1<<10, 1<<30, func(s *Settings) *int { return &s.MaxAnswer })},
	{"max-unsent", strconv.Itoa(128 << 20), "bytes", "how much of the answers that slow readers have not taken yet may wait in memory, all together; at least 2 × max-answer. Where there is no more room, who took nothing for the longest time is cut off, else the new answer is refused with OVERLOADED",
		count(1<<11, 1<<40, func(s *Settings) *int { return &s.MaxUnsent })},
}

var readers = []Setting{
	{"address-budget", "3000000", "units a minute", "what the answers to one address may cost (IPv6: to one network of 64 bits), of those who have no key: a unit is about a microsecond of one processor; more is refused with RATE_LIMITED; 0 for no bound",
		budget(func(s *Settings) *int { return &s.AddressBudget })},
	{"key-budget", "30000000", "units a minute", "what the answers to the holder of one key may cost, where the key has no budget of its own (key add --budget); 0 for no bound",
		budget(func(s *Settings) *int { return &s.KeyBudget })},
	{"loopback-budget", "0", "units a minute", "likewise for who asks from the server's own machine, with a key or without; 0 for no bound",
		budget(func(s *Settings) *int { return &s.LoopbackBudget })},
	{"require-key", "false", "true or false", "whether everyone needs a key, but for /health, /ready and the preflights of browsers",
		truth(func(s *Settings) *bool { return &s.RequireKey })},
}

var graphQL = []Setting{
	{"graphql-depth", strconv.Itoa(graph.DefaultLimits.Depth), "levels", "how deep the fields of a GraphQL operation may nest",
		count(1, 1000, func(s *Settings) *int { return &s.GraphQL.Depth })},
	{"graphql-complexity", strconv.Itoa(graph.DefaultLimits.Complexity), "units", "what the answer to one request may cost, in GraphQL and in REST: a unit is about a field of a GraphQL answer, or a microsecond of one processor",
		count(1, 1<<30, func(s *Settings) *int { return &s.GraphQL.Complexity })},
	{"graphql-tokens", strconv.Itoa(graph.DefaultLimits.Tokens), "tokens", "how many words and signs the text of a GraphQL operation may have",
		count(1, 1<<20, func(s *Settings) *int { return &s.GraphQL.Tokens })},
	{"graphql-aliases", strconv.Itoa(graph.DefaultLimits.Aliases), "aliases", "how many fields of the text of a GraphQL operation may have another name in the answer",
		count(1, 1<<20, func(s *Settings) *int { return &s.GraphQL.Aliases })},
	{"graphql-directives", strconv.Itoa(graph.DefaultLimits.Directives), "directives", "how many directives, such as @include, the text of a GraphQL operation may have",
		count(1, 1<<20, func(s *Settings) *int { return &s.GraphQL.Directives })},
	{"trusted-documents", "", "files", "files of the documents that clients name by their ids, as relay-compiler, graphql-codegen and Apollo write them, separated by commas; read when the server starts",
		files(func(s *Settings) *[]string { return &s.TrustedDocuments })},
	{"trusted-only", "false", "true or false", "whether nothing but trusted documents is answered over GraphQL: no text of an operation and no automatic persisted query",
		truth(func(s *Settings) *bool { return &s.TrustedOnly })},
}

// agree checks what settings have to do with each other.
func (s *Settings) agree() error {
	var wrong []error
	if s.WriteTimeout <= s.RequestTimeout {
		wrong = append(wrong, fmt.Errorf("write-timeout: found %s, expected more than request-timeout (%s), or a TIMEOUT could not be told", s.WriteTimeout, s.RequestTimeout))
	}
	if (s.TLSCert == "") != (s.TLSKey == "") {
		wrong = append(wrong, errors.New("tls-cert, tls-key: found one of them, expected both or none"))
	}
	if s.Redirects && slices.Contains(s.Without, route.PartPages) {
		wrong = append(wrong, errors.New("redirects, without: found redirects without pages, expected both or neither: they lead to the pages of posts"))
	}
	if s.MaxHeader <= s.MaxURL {
		wrong = append(wrong, fmt.Errorf("max-header: found %d, expected more than max-url (%d), which it includes", s.MaxHeader, s.MaxURL))
	}
	if s.MaxStreams > 1 && s.MaxStreamsPerReader >= s.MaxStreams {
		wrong = append(wrong, fmt.Errorf("max-streams-per-reader: found %d, expected less than max-streams (%d), or one reader could keep all others out", s.MaxStreamsPerReader, s.MaxStreams))
	}
	if s.MaxUnsent < 2*s.MaxAnswer {
		wrong = append(wrong, fmt.Errorf("max-unsent: found %d, expected at least twice max-answer (%d), or one slow reader could keep out the next", s.MaxUnsent, s.MaxAnswer))
	}
	if err := s.Fleet.agree(); err != nil {
		wrong = append(wrong, err)
	}
	if s.TrustedOnly && len(s.TrustedDocuments) == 0 {
		wrong = append(wrong, errors.New("trusted-only: found no trusted-documents, expected the files of those that are answered"))
	}
	return errors.Join(wrong...)
}
