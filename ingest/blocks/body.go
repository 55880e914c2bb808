package blocks

import (
	"alphanode/content"
)

// Body is what was read of one body.
type Body struct {
	Blocks  []content.Block // not settled: mark-up is as its author wrote it
	Title   string          // what a whole page says in its head, as plain text
	Heading string          // the text of the first heading
	Images  []content.Image // those that the blocks show, in their order, each address once
	Losses  content.Losses  // what no block can hold
}

// Options say how a body is read.
type Options struct {
	// Address makes an address whole: of a link, an image or a frame, as it was written. Where it is nil,
	// addresses stay as they are. It is not asked about places within the page (#…).
	Address func(written string) string
}

func (o Options) address(written string) string {
	if o.Address == nil || written == "" || written[0] == '#' {
		return written
	}
	return o.Address(written)
}

// The kinds of losses, beside elements that are left out whole.
const (
	LostField    = "form field"
	LostImage    = "image without an address"
	LostLink     = "link without a text"
	LostDepth    = "element nested too deep"
	LostMany     = "element behind a million others"
	LostControls = "controls of a player"
	LostRepeat   = "element around too many blocks"
)
