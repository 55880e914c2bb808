package wire

import (
	"mime"
	"strconv"
	"strings"
)

// Media types are negotiated here, codings in coding.go.

// Accepts reports whether a request's Accept allows a media type such as
// application/json. The most specific range that covers the type decides; no
// Accept allows everything. A range that cannot be read allows nothing.
func Accepts(accept []string, media string) bool { return weight(accept, media) > 0 }

// Preferred gives the place of the media type that a request's Accept likes best, of
// those that like one best together the first; -1 where it allows none.
func Preferred(accept []string, media ...string) int {
	best, most := -1, 0.0
	for i, m := range media {
		if w := weight(accept, m); w > most {
			best, most = i, w
		}
	}
	return best
}

// weight is how much a media type is liked, from 0 to 1.
func weight(accept []string, media string) float64 {
	all := strings.Join(accept, ",")
	if strings.TrimSpace(all) == "" || all == "*/*" || all == media {
		return 1
	}
	major, _, _ := strings.Cut(media, "/")
	specific, liked := 0, 0.0
	for entry := range strings.SplitSeq(all, ",") {
		found, parameters, err := mime.ParseMediaType(entry)
		if err != nil {
			continue
		}
		rank := 0
		switch found {
		case media:
			rank = 3
		case major + "/*":
			rank = 2
		case "*/*":
			rank = 1
		}
		if rank == 0 || rank < specific {
			continue
		}
		weight := 1.0
		if q, ok := parameters["q"]; ok {
			if weight, err = strconv.ParseFloat(q, 64); err != nil {
				continue
			}
		}
		specific, liked = rank, weight
	}
	return liked
}
