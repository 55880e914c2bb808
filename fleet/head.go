package fleet

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"alphanode/fleet/transport"
	"alphanode/store"
)

// headKey is the key of the head.
const headKey = "head"

// layout is the version of the head. A head of a later one is not read.
const layout = 1

// longestTail is how many lines of the journal the head has before they get into a file of
// their own: so most acts change one value, and no file must travel.
const longestTail = 64

// largestTail is how many bytes those lines have at most, so that the head stays one that can be
// carried.
const largestTail = 64 << 10

// head is what all members have in common.
type head struct {
	Layout    int       `json:"layout"`
	Fleet     string    `json:"fleet"`  // by which one fleet is known from another
	Act       uint64    `json:"act"`    // how many there were
	Recent    []string  `json:"recent"` // names of the last acts, by which who had no answer finds whether his was taken
	Last      deed      `json:"last"`
	Current   string    `json:"current,omitempty"`
	Journal   journal   `json:"journal"`
	Takedowns string    `json:"takedowns,omitempty"` // the paper that is the file; "" for none
	Keys      string    `json:"keys,omitempty"`
	Releases  []shared  `json:"releases"`
	Garbage   []garbage `json:"garbage,omitempty"` // that may be deleted at any time
	Swept     uint64    `json:"swept"`             // how often garbage was deleted

	revision uint64 // of the value
}

// garbage is a paper that nobody needs any more; of a parcel, its blocks too.
type garbage struct {
	Paper  string `json:"paper"`
	Parcel bool   `json:"parcel,omitempty"`
}

// deed is what was done last, for people.
type deed struct {
	By   string    `json:"by,omitempty"`
	Host string    `json:"host,omitempty"`
	Did  string    `json:"did"`
	Time time.Time `json:"time"` // by the clock of who did it
}

func (d deed) String() string {
	who := d.By
	if who == "" {
		who = "somebody"
	}
	if d.Host != "" {
		who += " on " + d.Host
	}
	return who + " " + d.Did
}

// journal is the journal: a paper with its first lines, and the lines since.
type journal struct {
	Base string   `json:"base,omitempty"`
	Tail []string `json:"tail,omitempty"` // without the ends of the lines
}

// shared is a release, in each of its forms.
type shared struct {
	Name  string `json:"name"`
	Forms []form `json:"forms"` // by format
}

// form is a release in one format.
type form struct {
	Format   int    `json:"format"`
	Manifest string `json:"manifest"` // SHA-256 of the manifest
	SHA256   string `json:"sha256"`   // of the file that answers, as the manifest says
	Size     int64  `json:"size"`     // of all its files
	Parcel   string `json:"parcel"`   // the paper
}

// usable is the newest form that this build reads.
func (s *shared) usable() (form, bool) {
	for _, f := range slices.Backward(s.Forms) {
		if f.Format <= store.FormatVersion && f.Format >= store.OldestFormat {
			return f, true
		}
	}
	return form{}, false
}

// format is the highest format of any release; 0 where there is none.
func (h *head) format() (newest int) {
	for i := range h.Releases {
		newest = max(newest, h.Releases[i].newest().Format)
	}
	return newest
}

func (h *head) find(name string) *shared {
	i := slices.IndexFunc(h.Releases, func(s shared) bool { return s.Name == name })
	if i < 0 {
		return nil
	}
	return &h.Releases[i]
}

func (h *head) names() []string {
	names := make([]string, len(h.Releases))
	for i, s := range h.Releases {
		names[i] = s.Name
	}
	return names
}

// clone gives a head to change.
func (h *head) clone() *head {
	c := *h
	c.Recent, c.Journal.Tail = slices.Clone(h.Recent), slices.Clone(h.Journal.Tail)
	c.Garbage, c.Releases = slices.Clone(h.Garbage), slices.Clone(h.Releases)
	for i := range c.Releases {
		c.Releases[i].Forms = slices.Clone(c.Releases[i].Forms)
	}
	return &c
}

// newest is the form of the highest format. A release has one at least.
func (s *shared) newest() form { return s.Forms[len(s.Forms)-1] }

// put notes a form of a release. What it takes the place of becomes garbage: the form of its
// format, and all others too unless it stands beside them.
func (h *head) put(name string, f form, beside bool) {
	s := h.find(name)
	if s == nil {
		h.Releases = append(h.Releases, shared{Name: name})
		s = &h.Releases[len(h.Releases)-1]
	}
	forms := []form{f}
	for _, have := range s.Forms {
		switch {
		case beside && have.Format != f.Format:
			forms = append(forms, have)
		case have.Parcel != f.Parcel:
			h.Garbage = append(h.Garbage, garbage{have.Parcel, true})
		}
	}
	slices.SortFunc(forms, func(a, b form) int { return a.Format - b.Format })
	s.Forms = forms
}

// dropOlder drops forms that nobody needs who reads this format, and reports whether there
// were any.
func (h *head) dropOlder(format int) (any bool) {
	for i := range h.Releases {
		s := &h.Releases[i]
		for len(s.Forms) > 1 && s.Forms[1].Format <= format {
			h.Garbage = append(h.Garbage, garbage{s.Forms[0].Parcel, true})
			s.Forms = s.Forms[1:]
			any = true
		}
	}
	return any
}

// drop takes a release out.
func (h *head) drop(name string) {
	s := h.find(name)
	if s == nil {
		return
	}
	for _, f := range s.Forms {
		h.Garbage = append(h.Garbage, garbage{f.Parcel, true})
	}
	h.Releases = slices.DeleteFunc(h.Releases, func(s shared) bool { return s.Name == name })
}

// replace names another paper in the place of one, which becomes garbage.
func (h *head) replace(paper *string, name string) {
	if *paper != "" && *paper != name {
		h.Garbage = append(h.Garbage, garbage{Paper: *paper})
	}
	h.Garbage = slices.DeleteFunc(h.Garbage, func(g garbage) bool { return g.Paper == name })
	*paper = name
}

// next counts an act.
func (h *head) next(nonce string, did deed) {
	h.Act++
	h.Last = did
	if h.Recent = append(h.Recent, nonce); len(h.Recent) > mostRecent {
		h.Recent = slices.Delete(h.Recent, 0, len(h.Recent)-mostRecent)
	}
}

// mostRecent is how many names of acts the head has.
const mostRecent = 32

// parseHead reads a head.
func parseHead(v transport.Value) (*head, error) {
	h := &head{revision: v.Revision}
	if err := json.Unmarshal(v.Data, h); err != nil {
		return nil, fmt.Errorf("%w: read the head of the fleet: %w", store.ErrCorrupt, err)
	}
	if h.Layout != layout {
		return nil, fmt.Errorf("read the head of the fleet: found layout %d, expected %d: run the alphanode that the other members run", h.Layout, layout)
	}
	if err := h.check(); err != nil {
		return nil, fmt.Errorf("%w: read the head of the fleet: %w", store.ErrCorrupt, err)
	}
	return h, nil
}

// encoded gives a head as a value.
func (h *head) encoded() ([]byte, error) {
	data, err := json.Marshal(h)
	if err == nil && len(data) > transport.MaxValue {
		err = fmt.Errorf("the head of the fleet would have %d bytes, at most %d can be carried: prune releases with --fleet", len(data), transport.MaxValue)
	}
	return data, err
}

// sumOf is the SHA-256 of bytes in hex.
func sumOf(data []byte) string {
	sum := sha256.Sum256(data)
	return hex.EncodeToString(sum[:])
}

// newNonce is a text that nobody else has.
func newNonce() string { return strings.ToLower(rand.Text()) }
