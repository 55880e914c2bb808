package frame

import (
	"bytes"
	"embed"
	"encoding/base64"
	"encoding/binary"
	"path"
	"strings"

	"github.com/cespare/xxhash/v2"

	"alphanode/apierror"
	"alphanode/server/route"
	"alphanode/server/schema"
)

//go:embed assets
var files embed.FS

// assets are the files that pages need, by their names with a sum.
type assets map[string]*route.Fixed

// mediaOf are the media types of assets.
var mediaOf = map[string]string{
	".css": "text/css; charset=utf-8", ".js": "text/javascript; charset=utf-8", ".svg": "image/svg+xml",
	".png": "image/png", ".woff2": "font/woff2",
}

// add takes a file in and gives the path at which it is found.
func (a assets) add(name string, body []byte) string {
	sum := base64.RawURLEncoding.EncodeToString(binary.BigEndian.AppendUint64(nil, xxhash.Sum64(body)))
	ending := path.Ext(name)
	hashed := strings.TrimSuffix(name, ending) + "." + sum + ending
	a[hashed] = route.NewFixed(mediaOf[ending], body).Lasting()
	return assetPath + hashed
}

const assetPath = "/assets/"

// own takes in the files of the frame itself.
func (f *Frame) own() {
	read := func(name string) []byte {
		body, err := files.ReadFile("assets/" + name)
		if err != nil { // it is embedded
			panic(err)
		}
		return body
	}
	f.icon = f.Asset("placeholder.svg", read("placeholder.svg"))
	sheet := bytes.ReplaceAll(read("style.css"), []byte("placeholder.svg"), []byte(path.Base(f.icon)))
	f.sheet, f.script = f.Asset("style.css", sheet), f.Asset("explorer.js", read("explorer.js"))
}

// Asset takes in a file of a page and gives the path at which it is found. It is for the
// making of a server, before it runs.
func (f *Frame) Asset(name string, body []byte) (path string) { return f.assets.add(name, body) }

// Route answers with the assets.
func (f *Frame) Route() *route.Route {
	name := route.TextParameter("name", "The name of the file, with a sum of its bytes.", nil, func(q *route.Query, name string) { q.Slug = name })
	name.In = route.InPath
	return (&route.Route{
		Method: "GET", Pattern: assetPath + "{name}", ID: "getAsset", Part: route.PartPages, Tag: "pages", Summary: "A file that pages need",
		Doc: "A sheet, a script or a picture.", Parameters: []*route.Parameter{name}, Gives: &schema.Schema{}, Negotiates: true, RestsOn: route.OnNothing,
		Handle: func(r *route.Request) (*route.Answer, error) {
			file := f.assets[r.Slug]
			if file == nil {
				return nil, apierror.New(apierror.NotFound, "There is no such file. Pages name the files that they need.",
					apierror.Field{Location: "path.name", Value: route.Shorten(r.Slug), Expected: "a name that stands in a page of this server"})
			}
			return file.Answer(r)
		},
	}).Prepare()
}
