package draft

import (
	"encoding/json"

	"alphanode/content"
	"alphanode/ingest/record"
)

// Draft is one item of a foreign source, as it stands there. What the source does not
// say is empty. It is written to a file between the passes, as JSON.
type Draft struct {
	Origin record.Origin

	// Key is by what other drafts of the source find this one with [Find]: an
	// attachment, a reusable block, an author. "" where none does.
	Key string `json:",omitempty"`

	// Slug is the slug as the source gives it, perhaps percent-encoded. Without one
	// the post is called after the last part of Permalink, else after File, else
	// after its title, else after Name.
	Slug      string `json:",omitempty"`
	Permalink string `json:",omitempty"` // where it stands: a path or a whole address
	File      string `json:",omitempty"` // its path below the folder that is read, with slashes, without what only says its language
	Name      string `json:",omitempty"` // what it may be called at last, as after its id

	// Addresses are where it stood besides, the newest first.
	Addresses []string `json:",omitempty"`

	Language string   `json:",omitempty"` // as the source writes it
	Dates    []Date   `json:",omitempty"` // of publication; the first that is there and can be read counts
	Status   string   `json:",omitempty"` // one of content's, or "" for public
	Title    string   `json:",omitempty"`
	HTML     bool     `json:",omitempty"` // the title is HTML
	Meta     []Member `json:",omitempty"` // goes to the fields of the names, else to extra

	// Post is what else is known and needs no more rules: intro, meta. What the
	// fields above say does not stand in it; its body is made by the Convert.
	Post content.Post

	// Body is the text as the source has it. The Convert of the spool makes blocks of it.
	Body string `json:"-"`

	// Private is what the format's own Convert wants to know of the draft.
	Private json.RawMessage `json:",omitempty"`

	Warnings []record.Warning `json:",omitempty"`
	Losses   content.Losses   `json:",omitempty"`

	whole func(address string) string // [Draft.Whole]
}

// Date is a date as the source writes it.
type Date struct {
	Name string // of the field, which it is kept under in extra where it cannot be read
	Text string
}

// Member is one piece of meta under the name that the source has for it.
type Member struct {
	Name  string
	Value json.RawMessage
	Line  int `json:",omitempty"` // where it stands, 0 for that of the draft
}

// Warn notes what was kept but perhaps not understood.
func (d *Draft) Warn(line int, kind, message string) {
	if line == 0 {
		line = d.Origin.Line
	}
	d.Warnings = append(d.Warnings, record.Warning{Origin: record.Origin{File: d.Origin.File, Line: line}, Kind: kind, Message: message})
}

// Lose counts what could not be kept.
func (d *Draft) Lose(kind string, n int) { d.Losses.Add(kind, n) }

// Whole makes an address of the draft whole: with the address of the archive's old
// site, where that is known, else as a path from the root; against where the post
// stood where it is relative. What is whole already, mail and anchors stay as they are.
func (d *Draft) Whole(address string) string { return d.whole(address) }

// Find gives the draft that was kept under a key, wherever it stood in its source.
type Find func(key string) (*Draft, bool)

// Convert makes the blocks of a draft: it sets Post.Body, and what of Post the body
// tells besides, from Body. It runs in several goroutines. An error is a fault of the
// body, told where the draft stands; the post is rejected.
type Convert func(d *Draft, find Find) error
