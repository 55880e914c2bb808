package build

import (
	"bytes"
	"cmp"
	"context"
	"crypto/sha256"

	"alphanode/content"
	"alphanode/store/disk"
	"alphanode/store/file"
	"alphanode/store/index/facts"
	"alphanode/store/posts"
	"alphanode/text"
)

// Input is what the file of a release is made of.
type Input struct {
	Disk     disk.Disk
	Dir      string // for what is written on the way to the file
	Parent   Parent
	Records  *Records
	Replace  bool          // these records alone: the parent's posts that are not given leave
	Stemming text.Stemming // empty for the parent's, and without one by language
	Language string        // of posts that have none, see text.Wording
	Unhashed bool          // posts are given no hashes, as in a release that had none
	Anew     bool          // nothing of how the parent packs its posts is kept
	Memory   Memory

	// Progress is told now and then, on the goroutine that builds, how many posts are
	// written. It may be nil.
	Progress func(posts int)
}

// wording says by which language the words of each post are taken.
func (in *Input) wording() text.Wording {
	w := text.Wording{Stemming: text.ByLanguage, Language: in.Language}
	switch {
	case in.Stemming != "":
		w.Stemming = in.Stemming
	case in.Parent.Tx != nil:
		w.Stemming = in.Parent.Wording().Stemming
	}
	if w.Language == "" && in.Parent.Tx != nil {
		w.Language = in.Parent.Wording().Language
	}
	if w.Stemming != text.ByLanguage {
		w.Language = ""
	}
	return w
}

// Parent is the release that a file is built onto, while it is read.
type Parent struct {
	Name  string
	Posts *posts.Records
	Tx    *file.Tx // which sees all posts; nil where there is no parent
}

// Wording says by which language the words of the parent's posts were taken.
func (p *Parent) Wording() text.Wording { return p.Tx.File.Info.Wording }

// Memory bounds what a build takes, in bytes, where that is to be less than usual; 0
// is the usual.
type Memory struct {
	Records int // that are sorted before they are written to a run
	Words   int // that are gathered before they are written to a run
	Lexicon int // of words that are numbered
	Posts   int // that are prepared at a time
}

// Records are the posts that a build is given, and the slugs of those that leave, in
// the order of slugs. It is for one goroutine, which ends it with Close.
type Records struct {
	given      *disk.Spill
	without    map[string]bool // slugs of given posts that are rejected after all
	samples    sampler
	vocabulary *facts.Vocabulary
	counted    bool // and not written: of a post's JSON its digest is enough
	Count      int
	draft      []byte // room for the post being added
}

// NewRecords begins to gather records in a folder, which is for these alone. Memory is in
// bytes; 0 is the usual.
func NewRecords(d disk.Disk, dir string, memory int) *Records {
	return &Records{given: disk.NewSpill(d, dir, "posts", cmp.Or(memory, disk.SpillMemory)), without: map[string]bool{}, vocabulary: facts.NewVocabulary()}
}

// NewCountedRecords begins to gather records for [Count] alone.
func NewCountedRecords(d disk.Disk, dir string, memory int) *Records {
	r := NewRecords(d, dir, memory)
	r.counted = true
	return r
}

// Add takes a post and its canonical JSON. No other record has its slug.
func (r *Records) Add(p *content.Post, json []byte) error {
	r.Count++
	var d facts.Draft
	if r.counted {
		sum := sha256.Sum256(json)
		d = facts.NewDraft(p, sum[:], r.vocabulary)
	} else {
		r.samples.offer(FingerprintOf(p.Slug), json)
		d = draftOf(p, json, r.vocabulary)
	}
	r.draft = d.Append(r.draft[:0])
	return r.given.Add([]byte(p.Slug), r.draft)
}

// equal reports whether the JSON of a post is that of one that was given.
func (r *Records) equal(json []byte, d *facts.Draft) bool {
	if r.counted {
		sum := sha256.Sum256(json)
		return bytes.Equal(sum[:], d.JSON)
	}
	return bytes.Equal(json, d.JSON)
}

// Remove takes the slug of a post that leaves, if the parent has it.
func (r *Records) Remove(slug string) error {
	r.Count++
	return r.given.Add([]byte(slug), nil)
}

// Leave takes the slugs of the posts that leave a parent, all else of which is carried
// over. The others are sampled for a dictionary of their own.
func (r *Records) Leave(ctx context.Context, p Parent, slugs []string) error {
	for _, slug := range slugs {
		if err := r.Remove(slug); err != nil {
			return err
		}
	}
	return file.Guard(func() error { return r.samples.offerAll(ctx, p, slugs) })
}

// Drop leaves out a post that was added.
func (r *Records) Drop(slug string) { r.without[slug] = true }

// Dropped reports whether a post that was added was left out after all.
func (r *Records) Dropped(slug string) bool { return r.without[slug] }

// Close gives back the memory that records need, once all are written or none will be.
func (r *Records) Close() {
	r.given.Close()
	r.samples, r.vocabulary, r.draft = sampler{}, nil, nil
}

// draftOf is a post on its way into a release, with its card.
func draftOf(p *content.Post, json []byte, v *facts.Vocabulary) facts.Draft {
	d := facts.NewDraft(p, json, v)
	d.Card = posts.AppendCard(nil, p, d.Updated)
	return d
}
