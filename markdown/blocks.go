package markdown

import "alphanode/content"

// AppendBlocks appends blocks of a post, and nothing else of it.
func AppendBlocks(dst []byte, blocks ...content.Block) []byte {
	w := &writer{out: dst}
	w.body(blocks)
	return w.out
}
