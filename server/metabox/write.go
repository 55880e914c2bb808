package metabox

import (
	_ "embed"
	"html/template"
	"strings"
)

//go:embed box.html
var source string

// prefix stands before each class of what other sites show, whose sheets have names of
// their own.
const prefix = "alphanode-"

var own, foreign = parsed(""), parsed(prefix)

func parsed(prefix string) *template.Template {
	return template.Must(template.New("metabox").Funcs(template.FuncMap{
		"class": func(name string) string { return prefix + name },
	}).Parse(source))
}

// HTML writes a box as a list of names and values, for pages of this server: with the
// classes of its sheet.
func HTML(fields []Field) (template.HTML, error) { return written(own, fields) }

// HTMLElsewhere writes it for pages of other sites: its classes begin with alphanode-, and
// it can be read without a sheet.
func HTMLElsewhere(fields []Field) (template.HTML, error) { return written(foreign, fields) }

func written(t *template.Template, fields []Field) (template.HTML, error) {
	var w strings.Builder
	err := t.ExecuteTemplate(&w, "meta box", fields)
	return template.HTML(w.String()), err
}
