package content

// settleImages lets the images of a post know of each other: where the body shows one
// of meta.images, at the same address, what only one of the two entries says of it is
// said by both. So a card, which has the first of meta.images, knows how large it is.
func (p *Post) settleImages() {
	if len(p.Meta.Images) == 0 {
		return
	}
	var known map[string]imageFacts
	learn := func(url string, facts imageFacts) {
		if facts == (imageFacts{}) || url == "" {
			return
		}
		if known == nil {
			known = map[string]imageFacts{}
		}
		known[url] = known[url].or(facts)
	}
	for _, b := range p.Body {
		if f, ok := b.(Figure); ok {
			learn(f.URL, imageFacts{f.Alt, f.Width, f.Height})
		}
	}
	for i := range p.Meta.Images {
		image := &p.Meta.Images[i]
		learn(image.URL, imageFacts{image.Alt, image.Width, image.Height})
	}
	if known == nil {
		return // as nearly always: what says nothing of images costs nothing
	}
	for i := range p.Meta.Images {
		image := &p.Meta.Images[i]
		facts := imageFacts{image.Alt, image.Width, image.Height}.or(known[image.URL])
		image.Alt, image.Width, image.Height = facts.alt, facts.width, facts.height
	}
	for i, b := range p.Body {
		if f, ok := b.(Figure); ok {
			facts := imageFacts{f.Alt, f.Width, f.Height}.or(known[f.URL])
			f.Alt, f.Width, f.Height = facts.alt, facts.width, facts.height
			p.Body[i] = f
		}
	}
}

// imageFacts are what can be known of an image beside where it is.
type imageFacts struct {
	alt           string
	width, height *int
}

// or fills in what others know. The size is one fact: a width and a height of two
// entries may be of two sizes.
func (f imageFacts) or(others imageFacts) imageFacts {
	if f.alt == "" {
		f.alt = others.alt
	}
	if f.width == nil && f.height == nil {
		f.width, f.height = others.width, others.height
	}
	return f
}
