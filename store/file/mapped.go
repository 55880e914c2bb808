package file

import (
	"syscall"

	bolt "go.etcd.io/bbolt"
)

// passedPages is how many bytes of a mapped file a walk over a whole release passes
// before it gives them back.
const passedPages = 64 << 20

// Passing gives back the pages of a mapped file that a walk has passed, or that were
// read while it was written. The system would take them back where memory is short,
// but until then they count as the process's.
type Passing struct {
	db    *bolt.DB
	size  int    // of the file; bbolt has no less of it mapped
	again []byte // the file as it is mapped to check its leaves; nil where it is not
	bytes int    // passed since pages were given back
}

// Passing begins a walk through the file.
func (f *File) Passing() *Passing {
	return &Passing{db: f.db, size: int(f.Bytes), again: f.Pages.mapped}
}

// Pass notes how many bytes were read. They stay valid: who reads them again has
// the page read again.
func (p *Passing) Pass(bytes int) {
	if p.bytes += bytes; p.bytes < passedPages {
		return
	}
	p.bytes = 0
	// Where it is refused the pages are there for longer, which harms nobody.
	_, _, _ = syscall.Syscall(syscall.SYS_MADVISE, p.db.Info().Data, uintptr(p.size), syscall.MADV_DONTNEED)
	if p.again != nil {
		_ = syscall.Madvise(p.again, syscall.MADV_DONTNEED)
	}
}
