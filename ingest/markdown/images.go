package markdown

import (
	"encoding/json"
	"slices"
	"strings"

	"alphanode/content"
	"alphanode/ingest/draft"
)

// image takes the images that a post is shown by. It reports false where the value has
// none, or more than an image can hold.
func (f *front) image(m draft.Member) bool {
	all := true
	for _, entry := range entriesOf(m.Value) {
		image, whole := imageOf(entry)
		known := func(i content.Image) bool { return i.URL == image.URL }
		if image.URL != "" && !isTemplated(image.URL) && !slices.ContainsFunc(f.Post.Meta.Images, known) {
			f.Post.Meta.Images = append(f.Post.Meta.Images, image)
		}
		all = all && whole
	}
	return all
}

// The names of what an image that is a mapping says. Those that are for the page alone need
// not be kept.
var (
	imageAddresses = []string{"url", "src", "path", "image", "file", "filename", "feature", "img", "source"}
	imageAlts      = []string{"alt", "alttext", "imagealt"}
	imageCaptions  = []string{"caption", "title", "description"}
	imageSources   = []string{"credit", "credits", "attribution", "author"}
	imageLayout    = []string{"relative", "hidden", "hiddeninlist", "hiddeninsingle", "responsiveimages", "width", "height"}
)

// imageOf reports whether the image says all that the value does.
func imageOf(value json.RawMessage) (image content.Image, whole bool) {
	if value[0] == '"' {
		image.URL, _ = textOf(value)
		image.URL = strings.TrimSpace(image.URL)
		return image, true
	}
	members, ok := membersOf(value)
	for _, m := range members {
		text, isText := textOf(m.Value)
		set := func(to *string) {
			if ok = ok && isText && *to == ""; *to == "" {
				*to = text
			}
		}
		switch name := plain(m.Name); {
		case slices.Contains(imageAddresses, name) && isText:
			set(&image.URL)
		case slices.Contains(imageAlts, name):
			set(&image.Alt)
		case slices.Contains(imageCaptions, name):
			set(&image.Caption)
		case slices.Contains(imageSources, name):
			set(&image.Source)
		case !slices.Contains(imageLayout, name):
			ok = false
		}
	}
	return image, ok && image.URL != ""
}
