package blocks

import "golang.org/x/net/html/atom"

// traits are what is true of all elements of a name.
type traits uint16

const (
	apart     traits = 1 << iota // stands apart from the text before and after it
	void                         // has no content and no end tag
	unmarked                     // its tags say nothing: only what is in it is kept
	embedded                     // shows something of another place
	fence                        // an end tag of something outside does not end what is within
	spaceless                    // white space between its children is no text
	dropped                      // is not shown
)

// elements are all that are not inline elements without further traits.
var elements = map[atom.Atom]traits{
	atom.Address: apart, atom.Article: apart, atom.Aside: apart, atom.Blockquote: apart | fence, atom.Body: apart, atom.Center: apart,
	atom.Dd: apart, atom.Details: apart, atom.Dialog: apart, atom.Dir: apart | spaceless, atom.Div: apart, atom.Dl: apart | spaceless, atom.Dt: apart,
	atom.Fieldset: apart, atom.Figcaption: apart, atom.Figure: apart | spaceless, atom.Footer: apart, atom.Form: apart, atom.Frameset: apart,
	atom.H1: apart, atom.H2: apart, atom.H3: apart, atom.H4: apart, atom.H5: apart, atom.H6: apart,
	atom.Header: apart, atom.Hgroup: apart, atom.Hr: apart | void, atom.Legend: apart, atom.Li: apart | fence, atom.Listing: apart,
	atom.Main: apart, atom.Menu: apart | spaceless, atom.Nav: apart, atom.Ol: apart | spaceless, atom.Optgroup: apart, atom.Option: apart, atom.P: apart,
	atom.Plaintext: apart, atom.Pre: apart | fence, atom.Section: apart, atom.Summary: apart, atom.Ul: apart | spaceless, atom.Xmp: apart,

	atom.Table: apart | fence | spaceless, atom.Caption: apart | fence, atom.Colgroup: apart | spaceless, atom.Col: apart | void, atom.Thead: apart | spaceless, atom.Tbody: apart | spaceless,
	atom.Tfoot: apart | spaceless, atom.Tr: apart | spaceless, atom.Td: apart | fence, atom.Th: apart | fence,

	atom.Iframe: apart | embedded, atom.Video: apart | embedded | spaceless, atom.Audio: apart | embedded | spaceless, atom.Object: apart | embedded, atom.Embed: apart | embedded | void,

	atom.Area: void, atom.Base: void, atom.Basefont: void, atom.Bgsound: void, atom.Br: void, atom.Frame: void, atom.Image: void, atom.Img: void, atom.Input: void,
	atom.Keygen: void, atom.Link: void, atom.Meta: void, atom.Param: void, atom.Source: void, atom.Track: void, atom.Wbr: void,

	atom.Noscript: unmarked, atom.Noembed: unmarked, atom.Noframes: unmarked, atom.Picture: unmarked,
}

// unread are elements of which nothing is shown to a reader.
var unread = map[atom.Atom]bool{atom.Script: true, atom.Style: true, atom.Template: true}

// has says what stands in an element, at whatever depth.
type has uint32

const (
	hasText has = 1 << iota // that is not white space alone
	hasImage
	hasImages // more than one
	hasLink
	hasParagraph
	hasHeading
	hasList
	hasTable
	hasCode
	hasQuote
	hasFigure
	hasEmbed
	hasRule
	hasOther // details, lists of definitions
	hasApart // anything that stands apart

	// hasBlock is what makes more of a list's item or of a quote than paragraphs.
	hasBlock = hasHeading | hasList | hasTable | hasCode | hasQuote | hasFigure | hasEmbed | hasRule | hasOther
)

// kinds say what an element is to those that it stands in.
var kinds = map[atom.Atom]has{
	atom.P: hasParagraph, atom.H1: hasHeading, atom.H2: hasHeading, atom.H3: hasHeading, atom.H4: hasHeading, atom.H5: hasHeading, atom.H6: hasHeading,
	atom.Ul: hasList, atom.Ol: hasList, atom.Menu: hasList, atom.Dir: hasList, atom.Table: hasTable,
	atom.Pre: hasCode, atom.Xmp: hasCode, atom.Listing: hasCode, atom.Plaintext: hasCode, atom.Blockquote: hasQuote, atom.Figure: hasFigure,
	atom.Iframe: hasEmbed, atom.Video: hasEmbed, atom.Audio: hasEmbed, atom.Object: hasEmbed, atom.Embed: hasEmbed, atom.Hr: hasRule,
	atom.Details: hasOther, atom.Dl: hasOther,
}
