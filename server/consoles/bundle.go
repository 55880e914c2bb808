//go:build graphiql

package consoles

import (
	"bytes"
	"embed"
	"html/template"
	"net/http"
	"path"

	"alphanode/server/pages/frame"
	"alphanode/server/route"
)

// What `make graphiql` fetches stands in bundle; git does not see it.
//
//go:embed graphiql/bundle graphiql/start.js graphiql/start.css graphiql/page.html
var bundled embed.FS

// bundle is the console of the GraphQL Foundation, in place of our own.
type bundle struct {
	page            *template.Template
	sheets, scripts []string // paths of assets
}

// bundlePolicy lets GraphiQL style itself and show pictures that it brings along. Scripts
// and answers are from this server alone, as on all pages.
const bundlePolicy = "default-src 'none'; style-src 'self' 'unsafe-inline'; script-src 'self'; img-src 'self' data:; font-src 'self' data:; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"

func newBundle(f *frame.Frame) *bundle {
	b := &bundle{page: template.Must(template.ParseFS(bundled, "graphiql/page.html"))}
	asset := func(name string) string {
		body, err := bundled.ReadFile("graphiql/" + name)
		if err != nil { // it is embedded
			panic(err)
		}
		return f.Asset(path.Base(name), body)
	}
	for _, name := range []string{"bundle/graphiql.min.css", "start.css"} {
		b.sheets = append(b.sheets, asset(name))
	}
	for _, name := range []string{"bundle/react.production.min.js", "bundle/react-dom.production.min.js", "bundle/graphiql.min.js", "start.js"} {
		b.scripts = append(b.scripts, asset(name))
	}
	return b
}

// answer shows GraphiQL with what our own console would open with.
func (b *bundle) answer(r *route.Request, shown *consoleShown) (*route.Answer, error) {
	linked := func(paths []string) (links []string) {
		for _, p := range paths {
			links = append(links, r.Site.Path(p))
		}
		return links
	}
	var w bytes.Buffer
	err := b.page.Execute(&w, map[string]any{"Sheets": linked(b.sheets), "Scripts": linked(b.scripts), "Endpoint": shown.Endpoint, "Pin": r.Release,
		"Query": shown.Query, "Variables": shown.Variables, "Docs": shown.links.At("/docs")})
	if err != nil {
		return nil, err
	}
	a := route.NewAnswer(http.StatusOK)
	a.Body = w.Bytes()
	a.Header.Add("Content-Type", frame.Media+"; charset=utf-8")
	a.Header.Add("Content-Security-Policy", bundlePolicy)
	a.Header.Add("X-Robots-Tag", "noindex, follow")
	a.Passing = r.Release != ""
	return a, nil
}
