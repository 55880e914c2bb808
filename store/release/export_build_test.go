package release

// SpillAll makes a build write every record to a sorted run of its own, words too.
func (b *Build) SpillAll() {
	b.in.records.given.Memory, b.in.memory.words, b.in.memory.lexicon = 1, 1, 1
}

// Unhashed makes a build give its posts no hashes, as those did before there were any.
func (b *Build) Unhashed() { b.in.unhashed = true }

// GatherWords makes a build write words to disk whenever there are so many bytes
// of them.
func (b *Build) GatherWords(bytes int) { b.in.memory.words = bytes }

// NumberWords bounds how many bytes the words may take that a build numbers.
func (b *Build) NumberWords(bytes int) { b.in.memory.lexicon = bytes }

// WorkOn bounds how many bytes the posts have together that a build prepares at a
// time.
func (b *Build) WorkOn(bytes int) { b.in.memory.posts = bytes }

// TakedownsID is what tells apart what is taken down at two times.
func TakedownsID(c *Catalogue) (string, error) { return c.takedownsID() }
