package main

import (
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// rooms says which rooms a room may know. docs/architecture.md draws it.
var rooms = map[string][]string{
	".":                    {"command"},
	"command":              {"apierror", "bench", "check", "content", "fleet", "fleet/broker", "fleet/transport", "fleet/transport/folder", "fleet/transport/jetstream", "graph", "ingest", "ingest/draft", "ingest/mapping", "ingest/record", "postfile", "purge", "server", "server/ops", "server/route", "server/settings", "store", "store/backup", "store/catalogue", "store/compare", "store/disk", "store/keys", "store/live", "store/release", "synth", "telemetry", "terminal", "text", "trace", "webhook", "wxr"},
	"server":               {"apierror", "fleet", "graph", "server/cache", "server/certificate", "server/client", "server/consoles", "server/embed", "server/feeds", "server/figures", "server/ops", "server/pages", "server/pages/frame", "server/quota", "server/rest", "server/route", "server/schema", "server/settings", "server/wire", "store", "store/compare", "store/footprint", "store/live", "store/release", "trace"},
	"server/feeds":         {"apierror", "content", "markdown", "server/route", "server/schema", "server/wire", "store", "store/release"},
	"server/cache":         {"server/wire", "store", "store/footprint", "trace"},
	"server/certificate":   {},
	"server/client":        {},
	"server/figures":       {},
	"server/ops":           {"apierror", "server/client", "server/figures", "server/pages/frame", "server/quota", "server/readable", "server/route", "server/schema", "store", "store/live", "store/release"},
	"server/embed":         {"apierror", "content", "server/metabox", "server/route", "server/schema", "store"},
	"server/metabox":       {"content", "server/readable", "store"},
	"server/quota":         {},
	"server/readable":      {"content"},
	"server/pages":         {"apierror", "content", "server/metabox", "server/pages/frame", "server/pages/highlight", "server/pages/plot", "server/pages/prose", "server/pages/sample", "server/readable", "server/route", "server/schema", "store", "store/release"},
	"server/pages/frame":   {"apierror", "server/pages/sample", "server/readable", "server/route", "server/schema", "store"},
	"server/consoles":      {"apierror", "graph/schema", "server/pages/frame", "server/pages/sample", "server/route", "server/schema", "store", "store/release"},
	"server/pages/sample":  {},
	"server/rest":          {"apierror", "content", "server/route", "server/schema", "server/wire", "store", "store/live", "store/release"},
	"server/route":         {"apierror", "content", "server/schema", "server/wire", "store", "store/release", "trace"},
	"server/schema":        {},
	"server/settings":      {"graph", "server/client", "server/route"},
	"server/wire":          {},
	"server/pages/plot":    {"server/pages/frame", "server/readable", "store"},
	"purge":                {"store", "store/compare", "store/disk", "store/release", "trace", "webhook"},
	"webhook":              {},
	"trace":                {},
	"graph":                {"apierror", "graph/input", "graph/lru", "graph/model", "graph/plan", "graph/price", "graph/schema", "graph/trusted", "store", "store/release", "trace"},
	"graph/graphtest":      {"graph/model"},
	"graph/input":          {"apierror", "graph/model"},
	"graph/lru":            {},
	"graph/model":          {"apierror", "content", "store", "store/release"},
	"graph/plan":           {"apierror", "content", "graph/lru", "graph/model", "graph/price", "graph/schema", "store"},
	"graph/price":          {"apierror", "graph/input", "graph/lru", "graph/model", "graph/schema", "store"},
	"graph/schema":         {"content", "graph/model", "store"},
	"graph/trusted":        {},
	"apierror":             {"store"},
	"store":                {"content", "terminal"},
	"store/sets":           {},
	"store/storetest":      {"content", "store", "store/catalogue", "store/live", "store/release", "text"},
	"store/release":        {"content", "store", "store/cursor", "store/disk", "store/file", "store/footprint", "store/index/addresses", "store/index/fulltext", "store/index/order", "store/index/similar", "store/index/terms", "store/posts", "store/query", "store/sets", "text"},
	"store/disk":           {},
	"store/disk/disktest":  {"store/disk"},
	"store/cursor":         {"store"},
	"store/file":           {"store", "store/disk", "store/sets", "text"},
	"store/posts":          {"content", "store", "store/file"},
	"wxr":                  {"content", "ingest/php"},
	"postfile":             {"content", "ingest/blocks", "ingest/frontmatter", "markdown"},
	"ingest":               {"content", "ingest/draft", "ingest/ghost", "ingest/mapping", "ingest/markdown", "ingest/ndjson", "ingest/page", "ingest/record", "ingest/wxr", "postfile"},
	"ingest/naming":        {"content"},
	"ingest/fields":        {"content"},
	"ingest/mapping":       {"content", "ingest/blocks", "ingest/draft", "ingest/fields", "ingest/naming", "ingest/ndjson", "ingest/record", "ingest/when"},
	"ingest/when":          {"content"},
	"ingest/draft":         {"content", "ingest/fields", "ingest/naming", "ingest/record", "ingest/when"},
	"ingest/blocks":        {"content"},
	"ingest/frontmatter":   {"content"},
	"ingest/ghost":         {"content", "ingest/blocks", "ingest/draft", "ingest/naming", "ingest/record", "ingest/when"},
	"ingest/markdown":      {"content", "ingest/blocks", "ingest/draft", "ingest/fields", "ingest/frontmatter", "ingest/naming", "ingest/record", "ingest/shortcode", "ingest/when"},
	"ingest/shortcode":     {"content"},
	"ingest/ndjson":        {"content", "ingest/record"},
	"ingest/page":          {"content", "ingest/record"},
	"ingest/wxr":           {"content", "ingest/blocks", "ingest/draft", "ingest/fields", "ingest/naming", "ingest/php", "ingest/record"},
	"ingest/php":           {"content"},
	"ingest/record":        {"content"},
	"synth":                {"content"},
	"markdown":             {"content"},
	"bench":                {},
	"check":                {"fleet", "server/settings", "store", "store/catalogue", "store/disk", "store/keys", "store/release", "terminal"},
	"content":              {},
	"terminal":             {},
	"text":                 {},
	"store/index/facts":    {"content", "store", "store/file", "store/sets"},
	"store/index/order":    {"store", "store/file", "store/index/facts", "store/sets", "text"},
	"store/index/terms":    {"content", "store", "store/cursor", "store/file", "store/index/facts", "store/sets", "text"},
	"store/index/tally":    {"store", "store/file", "store/index/facts", "store/index/order", "store/index/terms", "store/sets"},
	"store/index/fulltext": {"content", "store", "store/cursor", "store/disk", "store/file", "store/index/order", "store/posts", "store/sets", "text"},
	"store/index/similar":  {"store", "store/cursor", "store/file", "store/index/facts", "store/index/order", "store/index/terms", "store/posts", "store/sets"},
	"store/query":          {"content", "store", "store/cursor", "store/file", "store/index/fulltext", "store/index/order", "store/index/tally", "store/index/terms", "store/posts", "store/sets", "text"},
	"store/footprint":      {"store"},
	"store/keys":           {"store", "store/disk"},
	"store/build":          {"content", "store", "store/disk", "store/file", "store/index/addresses", "store/index/facts", "store/index/fulltext", "store/index/order", "store/index/similar", "store/index/tally", "store/index/terms", "store/posts", "store/sets", "text"},
	"store/catalogue":      {"content", "store", "store/build", "store/compare", "store/cursor", "store/disk", "store/release", "text"},
	"store/compare":        {"content", "store", "store/cursor", "store/file", "store/footprint", "store/index/terms", "store/posts", "store/query", "store/release", "store/sets"},
	"store/backup":         {"store", "store/catalogue", "store/disk", "store/keys", "store/release"},
	"store/live":           {"content", "store", "store/catalogue", "store/compare", "store/disk", "store/release"},
	"telemetry":            {"trace"},
	"fleet":                {"fleet/transport", "store", "store/catalogue", "store/disk", "store/keys", "store/live", "store/release"},
	"fleet/transport":      {},

	"fleet/broker":                  {"fleet/credentials", "store/disk"},
	"fleet/broker/brokertest":       {"fleet/broker"},
	"fleet/credentials":             {},
	"fleet/machines":                {},
	"fleet/transport/folder":        {"fleet/transport", "store/disk"},
	"fleet/transport/jetstream":     {"fleet/credentials", "fleet/transport"},
	"fleet/transport/transporttest": {"fleet/transport"},

	"server/pages/highlight": {},
	"store/index/addresses":  {"store", "store/disk", "store/file", "store/posts"},
	"server/pages/prose":     {"content", "server/pages/highlight"},
}

// keepers are modules that only some rooms may know.
var keepers = map[string][]string{
	"go.etcd.io/bbolt":             {"store/file"},
	"github.com/fsnotify/":         {"store/disk", "store/disk/disktest"},
	"github.com/RoaringBitmap/":    {"store/compare", "store/file", "store/index/fulltext", "store/index/order", "store/index/tally", "store/query", "store/sets"},
	"github.com/spf13/":            {"command"},
	"github.com/rs/cors":           {"server"},
	"github.com/prometheus/":       {"server", "telemetry"},
	"go.opentelemetry.io/":         {"telemetry"},
	"github.com/99designs/gqlgen/": {"graph", "graph/model", "graph/plan", "graph/price", "graph/schema"},
	"github.com/vektah/gqlparser/": {"graph", "graph/graphtest", "graph/input", "graph/model", "graph/plan", "graph/price", "graph/schema", "server/consoles"},
	"fortio.org/":                  {"bench"},
	"github.com/pelletier/":        {"ingest/frontmatter", "server/settings"},
	"go.yaml.in/yaml/":             {"ingest/frontmatter", "ingest/mapping"},
	"github.com/blevesearch/":      {"text"},
	"github.com/andybalholm/":      {"server/wire"},
	"net/http":                     {"apierror", "bench", "check", "graph", "ingest", "ingest/record", "purge", "server", "server/cache", "server/client", "server/consoles", "server/embed", "server/feeds", "server/ops", "server/pages/frame", "server/rest", "server/route", "server/wire", "webhook"},
	"github.com/maypok86/otter":    {"server/cache"},
	"github.com/alecthomas/":       {"server/pages/highlight"},
	"github.com/nats-io/":          {"fleet/broker", "fleet/broker/brokertest", "fleet/transport/jetstream"},
}

func TestRoomsKnowOnlyWhomTheyMay(t *testing.T) {
	t.Parallel()
	seen := map[string]bool{}
	eachGoFile(t, func(path string, imports []string) {
		room := filepath.ToSlash(filepath.Dir(path))
		allowed, ok := rooms[room]
		if !ok {
			t.Errorf("%s: the room %s is not in the table of rooms", path, room)
			return
		}
		seen[room] = true
		for _, name := range imports {
			if other, ok := strings.CutPrefix(name, "alphanode/"); ok && !slices.Contains(allowed, other) {
				t.Errorf("%s: %s must not know %s", path, room, other)
			}
			for module, rooms := range keepers {
				if strings.HasPrefix(name, module) && !slices.Contains(rooms, room) {
					t.Errorf("%s: only %s may know %s", path, strings.Join(rooms, ", "), name)
				}
			}
		}
	})
	if len(seen) != len(rooms) {
		t.Errorf("found %d rooms, expected %d", len(seen), len(rooms))
	}
}

// eachGoFile gives every Go file that is no test, and what it imports. What e2e has is a module of its own.
func eachGoFile(t *testing.T, f func(path string, imports []string)) {
	t.Helper()
	err := filepath.WalkDir(".", func(path string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if name := entry.Name(); entry.IsDir() {
			if path != "." && (strings.HasPrefix(name, ".") || name == "testdata" || name == "e2e") {
				return fs.SkipDir
			}
			return nil
		}
		if !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") || path == "tools.go" {
			return nil
		}
		file, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.ImportsOnly)
		if err != nil {
			return err
		}
		var imports []string
		for _, i := range file.Imports {
			imports = append(imports, strings.Trim(i.Path.Value, `"`))
		}
		f(path, imports)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// TestEveryDependencyIsAccountedFor holds the direct requirements of go.mod
// against docs/dependencies.md.
func TestEveryDependencyIsAccountedFor(t *testing.T) {
	t.Parallel()
	mod, err := os.ReadFile("go.mod")
	if err != nil {
		t.Fatal(err)
	}
	page, err := os.ReadFile("docs/dependencies.md")
	if err != nil {
		t.Fatal(err)
	}
	direct := regexp.MustCompile(`(?m)^\t(\S+) v\S+$`).FindAllStringSubmatch(string(mod), -1)
	if len(direct) < 10 {
		t.Fatalf("found %d direct requirements: go.mod is not read as it should be", len(direct))
	}
	for _, m := range direct {
		name := strings.TrimPrefix(m[1], "github.com/")
		if !strings.Contains(string(page), name) {
			t.Errorf("docs/dependencies.md does not say what %s is for", m[1])
		}
	}
}
