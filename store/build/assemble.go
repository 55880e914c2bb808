package build

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"path/filepath"

	"alphanode/content"
	"alphanode/store"
	"alphanode/store/disk"
	"alphanode/store/file"
	"alphanode/store/index/addresses"
	"alphanode/store/index/facts"
	"alphanode/store/index/fulltext"
	"alphanode/store/index/tally"
	"alphanode/store/posts"
	"alphanode/text"
)

// Assembled is what came of writing a release file.
type Assembled struct {
	Info    file.Info
	Changes store.Changes
}

// assembler writes a release file. Public posts come first, in the order of
// their slugs, so that the public's view is a bound on ordinals; the others
// wait in a file of their own and follow.
type assembler struct {
	in         Input
	out        *file.Writer
	dictionary []byte
	same       bool // the dictionary is the parent's, so packed posts can be kept
	gathered   *facts.Gathered
	record     []byte // room for the record being made
	changes    store.Changes
	slugs      *disk.RecordFile // slug, and whether it is public, in order
	hidden     *disk.RecordFile // posts that are not public: drafts without JSON, and the JSON packed
	cards      *disk.RecordFile // card records, in the order of ordinals
	largePosts *disk.RecordFile // records that are too large for their segments
	largeCards *disk.RecordFile
	posts      *file.SegmentWriter
	columns    *file.Columns
	titles     int // distinct ones
	words      *fulltext.Gatherer
	addresses  *addresses.Gatherer
}

// File writes the file of a release, which can be read when it returns. The same
// input gives the same bytes.
func File(ctx context.Context, path string, in Input) (Assembled, error) {
	defer in.Records.Close()
	out, err := file.NewWriter(in.Disk, path, file.PageSize)
	if err != nil {
		return Assembled{}, err
	}
	a := &assembler{
		in: in, out: out, gathered: facts.NewGathered(in.Records.vocabulary), columns: file.NewColumns(),
		words:     fulltext.NewGatherer(in.Disk, in.Dir, cmp.Or(in.Memory.Words, fulltext.GatherMemory), fulltext.NewLexicon(cmp.Or(in.Memory.Lexicon, fulltext.LexiconMemory))),
		addresses: addresses.NewGatherer(in.Disk, in.Dir, cmp.Or(in.Memory.Records, disk.SpillMemory)),
	}
	err = file.Guard(func() error { return a.run(ctx) })
	err = errors.Join(err, a.words.Close())
	a.addresses.Close()
	for _, f := range []*disk.RecordFile{a.slugs, a.hidden, a.cards, a.largePosts, a.largeCards} {
		if f != nil {
			err = errors.Join(err, f.Close())
		}
	}
	if err != nil {
		out.Abandon()
		return Assembled{}, err
	}
	if err := out.Close(); err != nil {
		return Assembled{}, err
	}
	return Assembled{a.info(), a.changes}, nil
}

func (a *assembler) run(ctx context.Context) (err error) {
	if err := a.chooseDictionary(); err != nil {
		return err
	}
	for name, file := range map[string]**disk.RecordFile{
		"slugs": &a.slugs, "hidden": &a.hidden, "cards": &a.cards, "large-posts": &a.largePosts, "large-cards": &a.largeCards,
	} {
		if *file, err = disk.NewRecordFile(a.in.Disk, filepath.Join(a.in.Dir, name+".tmp")); err != nil {
			return err
		}
	}
	a.posts = file.NewSegmentWriter(a.out, a.largePosts, file.BucketPosts)
	if err := a.writePublic(ctx); err != nil {
		return err
	}
	if err := a.writeHidden(ctx); err != nil {
		return err
	}
	a.forgetGiven()
	if err := a.posts.Flush(); err != nil {
		return err
	}
	if err := a.writeCards(); err != nil {
		return err
	}
	if err := a.writeOverflow(); err != nil {
		return err
	}
	bySlug, err := a.writeSlugs()
	if err != nil {
		return err
	}
	if err := a.writeWords(ctx); err != nil {
		return err
	}
	if err := a.writeIndexes(bySlug); err != nil {
		return err
	}
	if err := tally.Build(ctx, a.gathered, a.columns, a.out); err != nil {
		return err
	}
	return a.writeInfo()
}

// chooseDictionary keeps the parent's dictionary where most posts are the
// parent's: its packed posts then need no packing again.
func (a *assembler) chooseDictionary() error {
	given := a.in.Records
	if tx := a.in.Parent.Tx; tx != nil && !a.in.Anew && (len(given.samples.samples) == 0 || given.Count < tx.File.Info.Posts) {
		dictionary, err := tx.File.InfoValue(file.DictionaryKey)
		if err != nil {
			return err
		}
		a.dictionary, a.same = bytes.Clone(dictionary), true
		return nil
	}
	a.dictionary = trainDictionary(given.samples.posts())
	return nil
}

// written is a post on its way into the file.
type written struct {
	facts.Draft
	slug   string
	change change
	old    bool // the parent has it
	equal  bool // and it is as it was
	packed []byte
	words  []byte // see fulltext.Reader
}

// postsInWork bounds how many bytes the posts that are prepared at a time have
// together. Each takes several times as much until it is written.
const postsInWork = 16 << 20

// writePublic walks the merged archive, writes the public posts and sets the
// others aside.
func (a *assembler) writePublic(ctx context.Context) error {
	return a.eachMerged(ctx, a.worker, func(w written) error {
		a.count(&w)
		if w.change == removed {
			return nil
		}
		if err := a.slugs.Add([]byte(w.slug), file.FlagByte(w.Public)); err != nil {
			return err
		}
		if !w.Public {
			w.JSON = nil
			return a.hidden.Add(w.Append(nil), append(file.AppendText(nil, w.words), w.packed...))
		}
		return a.write(&w)
	})
}

// eachMerged walks the merged archive, prepares each post on one of several goroutines, and
// gives it to sink on the calling one, by slug.
func (a *assembler) eachMerged(ctx context.Context, worker func() (func(merged) (written, error), error), sink func(written) error) error {
	given, err := a.in.Records.given.Merge()
	if err != nil {
		return err
	}
	defer given.Close()
	m, err := newMerger(given, &a.in)
	if err != nil {
		return err
	}
	return pipeline(ctx, inWork{64, cmp.Or(a.in.Memory.Posts, postsInWork)},
		func(ctx context.Context, emit func(merged) error) error {
			return file.Guard(func() error { return m.each(ctx, emit) })
		},
		merged.weight, worker, sink)
}

func (a *assembler) writeHidden(ctx context.Context) error {
	return a.hidden.Each(func(draft, rest []byte) error {
		d, err := facts.ReadDraft(bytes.Clone(draft))
		if err != nil {
			return err
		}
		words, packed, ok := file.CutText(rest)
		if !ok {
			return fmt.Errorf("draft of a post: %w", file.ErrRecord)
		}
		return cmp.Or(ctx.Err(), a.write(&written{Draft: d, words: words, packed: packed}))
	})
}

// forgetGiven gives back the memory that only posts need: no more of them come.
func (a *assembler) forgetGiven() {
	a.in.Records.Close()
	a.gathered.Vocabulary, a.gathered.Spelled, a.gathered.TermIDs = nil, nil, nil
}

func (a *assembler) count(w *written) {
	switch {
	case w.change == removed:
		a.changes.Removed++
	case w.change == carried || w.equal:
		a.changes.Unchanged++
	case w.old:
		a.changes.Changed++
	default:
		a.changes.Added++
	}
}

// worker makes what one goroutine needs to prepare posts for writing: to
// decode, compare and pack them.
func (a *assembler) worker() (func(merged) (written, error), error) {
	packing, err := posts.NewPacking(a.dictionary)
	if err != nil {
		return nil, err
	}
	packer, words, wording := posts.Packer{Packing: packing}, fulltext.NewReader(a.words.Lexicon), a.in.wording()
	return func(m merged) (w written, err error) {
		err = file.Guard(func() error {
			w, err = a.prepare(m, &packer, words, wording)
			return err
		})
		return w, err
	}, nil
}

func (a *assembler) prepare(m merged, packer *posts.Packer, words *fulltext.Reader, wording text.Wording) (written, error) {
	w, post, err := a.compare(m)
	if err != nil || m.change == removed {
		return w, err
	}
	if post == nil {
		if post, err = content.DecodePost(w.JSON); err != nil {
			return w, fmt.Errorf("post %q: %w", m.slug, err)
		}
	}
	w.words, w.Hash = words.Read(post, wording.Of(post.Meta.Language)), posts.Hash(w.JSON)
	if w.equal && a.same {
		w.packed = bytes.Clone(m.old)
	} else {
		w.packed = packer.Pack(w.JSON)
	}
	return w, nil
}

// compare holds a post against the parent's, and gives it where it had to be decoded.
func (a *assembler) compare(m merged) (w written, post *content.Post, err error) {
	w = written{slug: m.slug, change: m.change, old: m.old != nil}
	if m.change == removed {
		return w, nil, nil
	}
	var before []byte
	if m.old != nil {
		if before, err = a.in.Parent.Posts.Packing.Unpack(nil, m.old); err != nil {
			return w, nil, fmt.Errorf("post %q of release %s: %w", m.slug, a.in.Parent.Name, err)
		}
	}
	if m.change == carried {
		if post, err = content.DecodePost(before); err != nil {
			return w, nil, fmt.Errorf("%w: post %q of release %s: %w", store.ErrCorrupt, m.slug, a.in.Parent.Name, err)
		}
		w.Draft = draftOf(post, before, a.in.Records.vocabulary)
	} else if w.Draft, err = facts.ReadDraft(m.draft); err != nil {
		return w, nil, err
	}
	w.equal = m.old != nil && (m.change == carried || a.in.Records.equal(before, &w.Draft))
	return w, post, nil
}

// write gives the next ordinal to a post and writes its record; its card waits
// until all posts are written, so that cards lie side by side.
func (a *assembler) write(w *written) error {
	ordinal := uint32(a.gathered.Posts)
	tools, entities, stack := a.gathered.Add(&w.Facts)
	a.tell()
	if err := a.addresses.Add(ordinal, w.Addresses); err != nil {
		return err
	}
	if err := a.words.Add(ordinal, w.Public, w.words); err != nil {
		return err
	}
	a.record = posts.AppendPostRecord(a.record[:0], w.Flags, w.Updated, tools, entities, stack, w.packed)
	if err := a.posts.Add(a.record); err != nil {
		return err
	}
	a.record = append(posts.AppendTermIDs(a.record[:0], tools), w.Card...)
	return a.cards.Add(nil, a.record)
}

// tell says now and then how far the writing is.
func (a *assembler) tell() {
	if a.in.Progress != nil && a.gathered.Posts%1024 == 0 {
		a.in.Progress(a.gathered.Posts)
	}
}

func (a *assembler) writeCards() error {
	cards := file.NewSegmentWriter(a.out, a.largeCards, file.BucketCards)
	if err := a.cards.Each(func(_, card []byte) error { return cards.Add(card) }); err != nil {
		return err
	}
	return cards.Flush()
}

func (a *assembler) writeOverflow() error {
	for _, large := range []*disk.RecordFile{a.largeCards, a.largePosts} { // in the order of their keys
		err := large.Each(func(key, record []byte) error {
			return a.out.Put(file.BucketOverflow, bytes.Clone(key), bytes.Clone(record))
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// writeSlugs writes which ordinal each slug has, and gives the ordinals in the
// order of slugs.
func (a *assembler) writeSlugs() ([]uint32, error) {
	bySlug := make([]uint32, 0, a.gathered.Posts)
	public, hidden := uint32(0), uint32(a.gathered.Public)
	err := a.slugs.Each(func(slug, flag []byte) error {
		next := &hidden
		if flag[0] == 1 {
			next = &public
		}
		ordinal := *next
		*next++
		bySlug = append(bySlug, ordinal)
		key := bytes.Clone(slug)
		return a.out.Put(file.BucketSlugs, key, file.OrdinalValue(ordinal))
	})
	return bySlug, err
}
