package plot

import (
	_ "embed"
	"net/url"
)

// Source defines the templates "plot", which writes a Figure, and "picture", which writes
// Marks, as what is inside an svg element.
//
//go:embed plot.html
var Source string

// Figure is one plot: a caption, a picture and the table behind it.
type Figure struct {
	Title   string
	Finding string // what the picture shows, as a sentence
	Legend  string // how it is read; "" where that is plain
	Label   string // the picture, in words
	Height  int    // of the picture, whose width is Width
	Marks   []Mark // none where there are too few posts for a picture
	Table   Table
	JSON    string // the address of these figures as JSON; "" for none
}

// Width is that of all pictures, in their own units.
const Width = 280

// fewest posts that are drawn: of fewer the table says more.
const fewest = 5

// Table holds the numbers of a picture.
type Table struct {
	Caption string
	Head    []string // of all columns
	Rows    []Row
	Wide    bool // may be wider than its place, and so is scrolled
}

// Row is one row of a table.
type Row struct {
	Name    string
	Address string // of the page with these posts alone; "" for none
	Cells   []string
}

// Links say where a figure leads.
type Links struct {
	// Filter gives the address of the page under more conditions, named as the parameters
	// of REST. Rows lead nowhere where it is nil.
	Filter func(url.Values) string
	JSON   string // the address of the same figures as JSON; "" for none
}

// to is the address under some conditions, given as name and value in turn.
func (l Links) to(conditions ...string) string {
	if l.Filter == nil || len(conditions) == 0 {
		return ""
	}
	values := url.Values{}
	for i := 0; i+1 < len(conditions); i += 2 {
		values.Add(conditions[i], conditions[i+1])
	}
	return l.Filter(values)
}
