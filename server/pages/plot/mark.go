package plot

import (
	"math"
	"strconv"
	"strings"
)

// Mark is one shape: a Text, a Path, a circle where it has a radius R, else a rectangle.
// Its coordinates are decimal numbers with one decimal at most.
type Mark struct {
	Class        string // how the sheet draws it
	X, Y         string // the corner of a rectangle, the middle of a circle, where a text stands
	W, H, R      string
	Path         string
	Text, Anchor string // the anchor is "" for a text that begins at X
}

// The classes of the sheet that pictures are drawn with.
const (
	solid  = "fill"   // what is here
	dashed = "all"    // the archive
	ring   = "ring"   // one value of the archive
	axis   = "axis"   // zero, and spans
	faint  = "faint"  // the ground that a value lies on
	strong = "strong" // words that are read first
)

func bar(x, y, w, h float64) Mark {
	return Mark{Class: solid, X: px(x), Y: px(y), W: px(w), H: px(h)}
}

func circle(x, y, r float64) Mark { return Mark{Class: ring, X: px(x), Y: px(y), R: px(r)} }

func path(class string, o *outline) Mark { return Mark{Class: class, Path: o.String()} }

func word(class string, x, y float64, anchor, text string) Mark {
	return Mark{Class: class, X: px(x), Y: px(y), Anchor: anchor, Text: text}
}

// outline is the path of a pen.
type outline struct{ strings.Builder }

func (o *outline) to(command byte, at ...float64) *outline {
	o.WriteByte(command)
	for i, n := range at {
		if i > 0 {
			o.WriteByte(' ')
		}
		o.WriteString(px(n))
	}
	return o
}

// px writes a coordinate: a thousandth of a picture is seen by nobody and costs bytes. What
// is no number, which no picture should have, stays within the picture.
func px(n float64) string {
	if math.IsNaN(n) || math.IsInf(n, 0) {
		n = 0
	}
	return strconv.FormatFloat(math.Round(n*10)/10+0, 'f', -1, 64) // +0 makes -0 plain
}
