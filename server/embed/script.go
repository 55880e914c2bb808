package embed

import (
	"bytes"
	_ "embed"
	"encoding/base64"
	"encoding/binary"

	"github.com/cespare/xxhash/v2"

	"alphanode/server/route"
	"alphanode/server/schema"
)

//go:embed embed.js
var commented []byte

// Script is the route of the script. It stands at one name, with which a site is always up
// to date; with v= and its sum it lasts. A script that is not the one of that sum any more
// is answered too, with the one that is, for pages out there name it as long as they like.
func Script() *route.Route {
	script := packed(commented)
	sum := base64.RawURLEncoding.EncodeToString(binary.BigEndian.AppendUint64(nil, xxhash.Sum64(script)))
	passing, lasting := route.NewFixed(scriptMedia, script), route.NewFixed(scriptMedia, script).Lasting()
	return (&route.Route{
		Method: "GET", Pattern: "/embed.js", ID: "getEmbedScript", Part: route.PartPages, Tag: "pages", Summary: "The boxes to embed",
		Doc:        "The elements alphanode-post-meta and alphanode-similar-posts, for any page.",
		Parameters: []*route.Parameter{version}, Lenient: true, Gives: &schema.Schema{}, Media: "text/javascript", RestsOn: route.OnNothing,
		Handle: func(r *route.Request) (*route.Answer, error) {
			of := passing
			if r.Values.Get(version.Name) == sum {
				of = lasting
			}
			a, err := of.Answer(r)
			if err == nil {
				a.Header.Add("Content-Location", r.Site.Path("/embed.js?"+version.Name+"="+sum))
				a.Header.Add("Cross-Origin-Resource-Policy", "cross-origin")
			}
			return a, err
		},
	}).Prepare()
}

const scriptMedia = "text/javascript; charset=utf-8"

var version = route.TextParameter("v", "The sum of the script, with which it lasts.", nil, func(*route.Query, string) {})

// packed leaves out what is there for who reads the source: indentation, and lines that
// are comments. Lines stay lines, so that a browser's tools show it well.
func packed(source []byte) []byte {
	var w bytes.Buffer
	w.WriteString("// Boxes of an alphanode archive, for any page: alphanode-post-meta and alphanode-similar-posts.\n")
	for line := range bytes.Lines(source) {
		if line = bytes.TrimSpace(line); len(line) > 0 && !bytes.HasPrefix(line, []byte("//")) {
			w.Write(line) // not appended to: the line is a part of the source
			w.WriteByte('\n')
		}
	}
	return w.Bytes()
}
