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
func Accepts(accept []string, media string) bool {
	all := strings.Join(accept, ",")
	if strings.TrimSpace(all) == "" || all == "*/*" || all == media {
		return true
	}
	major, _, _ := strings.Cut(media, "/")
	specific, allowed := 0, false
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
		specific, allowed = rank, weight > 0
	}
	return allowed
}
