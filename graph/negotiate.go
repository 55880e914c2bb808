package graph

import (
	"mime"
	"strconv"
	"strings"

	"alphanode/apierror"
	"alphanode/graph/model"
)

// Media picks the media type of the answer by the Accept headers: the one
// with the higher quality; where they are equal, the one named more exactly;
// and then plain JSON, which every client reads.
func Media(accept []string) (string, error) {
	joined := strings.Join(accept, ",")
	switch strings.TrimSpace(joined) {
	case "", "*/*", mediaJSON:
		return mediaJSON, nil
	case mediaResponse:
		return mediaResponse, nil
	}
	plain, precise := preference{}, preference{}
	for part := range strings.SplitSeq(joined, ",") {
		media, parameters, err := mime.ParseMediaType(strings.TrimSpace(part))
		if err != nil {
			continue
		}
		quality := 1.0
		if q, given := parameters["q"]; given {
			if quality, err = strconv.ParseFloat(q, 64); err != nil {
				continue
			}
		}
		plain.consider(media, mediaJSON, quality)
		precise.consider(media, mediaResponse, quality)
	}
	switch {
	case plain.quality <= 0 && precise.quality <= 0:
		const expected = mediaResponse + " or " + mediaJSON
		return "", apierror.New(apierror.NotAcceptable, "Accept: found "+strconv.Quote(model.Shorten(joined))+", expected "+expected,
			apierror.Field{Location: "Accept", Value: model.Shorten(joined), Expected: expected})
	case precise.quality > plain.quality, precise.quality == plain.quality && precise.exactness > plain.exactness:
		return mediaResponse, nil
	default:
		return mediaJSON, nil
	}
}

// preference is how much a client wants a media type. The most exact range
// that takes it in decides.
type preference struct {
	quality   float64
	exactness int // 0 none, 1 */*, 2 application/*, 3 by name
}

func (p *preference) consider(accepted, offered string, quality float64) {
	exactness := 0
	switch accepted {
	case offered:
		exactness = 3
	case "application/*":
		exactness = 2
	case "*/*":
		exactness = 1
	}
	if exactness > p.exactness {
		*p = preference{quality, exactness}
	}
}
