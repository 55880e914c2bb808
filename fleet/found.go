package fleet

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"alphanode/fleet/transport"
	"alphanode/store"
	"alphanode/store/catalogue"
)

// Founded says what a fleet was given.
type Founded struct {
	Fleet    string   `json:"fleet"`
	Act      uint64   `json:"act"`
	Current  string   `json:"current"`
	Releases []string `json:"releases"`
}

// Found gives a fleet the state of a data directory: a new one, one that has lost its state,
// or one that was set back behind what the directory has seen. A fleet that is well is left
// alone: the error is a *store.RefusedError.
func (m *Member) Found(ctx context.Context) (Founded, error) {
	var done Founded
	err := m.catalogue.Alone(func() error {
		known, err := m.readMark()
		if err != nil {
			return err
		}
		n, err := m.foundation(ctx, known)
		if err != nil {
			return err
		}
		// The directory is of the fleet before there is one: who is stopped here goes on with either.
		if err := m.writeMark(mark{n.Fleet, known.Act}); err != nil {
			return err
		}
		nonce := newNonce()
		n.next(nonce, deed{m.options.By, m.options.Host, "founded the fleet", time.Now().UTC()})
		if n, err = m.set(ctx, n, nonce); err != nil {
			if known.Fleet == "" && !errors.Is(err, errUncertain) {
				err = errors.Join(err, remove(m.disk, m.markPath()))
			}
			return err
		}
		done = Founded{n.Fleet, n.Act, n.Current, n.names()}
		return m.writeMark(mark{n.Fleet, n.Act})
	})
	return done, err
}

// foundation gives the head that a data directory makes, with all that it names in the fleet.
func (m *Member) foundation(ctx context.Context, known mark) (*head, error) {
	n := &head{Layout: layout, Fleet: known.Fleet, Act: known.Act, Releases: []shared{}}
	v, err := m.transport.Get(ctx, headKey)
	if err == nil {
		was, err := parseHead(v)
		if err != nil {
			return nil, err
		}
		if known.Fleet == "" || was.Fleet != known.Fleet || was.Act >= known.Act {
			return nil, &store.RefusedError{Reason: fmt.Sprintf("found fleet %s there, at act %d, expected none, or one that is behind this data directory: serve and act with --fleet", was.Fleet, was.Act)}
		}
		n.revision, n.Swept = was.revision, was.Swept+1
	} else if !errors.Is(err, transport.ErrNotFound) {
		return nil, fmt.Errorf("read the head of the fleet: %w", err)
	}
	if n.Fleet == "" {
		n.Fleet = newNonce()[:12]
	}
	have, err := m.catalogue.Commons()
	if err != nil {
		return nil, err
	}
	n.Current = have.Current
	if end := len(have.Journal) - 1; end >= 0 && have.Journal[end] != '\n' { // a line that was broken off is nobody's beginning
		have.Journal = append(have.Journal, '\n')
	}
	for _, name := range have.Releases {
		built, err := m.catalogue.Built(name)
		if err != nil {
			return nil, err
		}
		f, _, err := m.push(ctx, built)
		if err != nil {
			return nil, err
		}
		n.put(name, f, false)
	}
	ring, err := m.keys.Bytes()
	if err != nil {
		return nil, err
	}
	for paper, data := range map[*string][]byte{&n.Takedowns: have.Takedowns, &n.Journal.Base: have.Journal, &n.Keys: ring} {
		if len(data) == 0 {
			continue
		}
		if *paper, err = putPaper(ctx, m.transport, data); err != nil {
			return nil, err
		}
	}
	return n, nil
}

// Mended says what was wrong with the files of a fleet.
type Mended struct {
	Looked int      `json:"looked"` // at files
	Mended []string `json:"mended"` // put anew from this disk
	Lost   []string `json:"lost"`   // damaged or missing, and not on this disk

	Cleared *Cleared `json:"cleared,omitempty"` // where that was asked for too
}

// Mend reads every file that the fleet needs, and puts those anew that are damaged or missing
// and are on this disk.
func (m *Member) Mend(ctx context.Context) (d Mended, err error) {
	for {
		h, err := m.latest(ctx)
		if err != nil {
			return d, err
		}
		d, err = m.mend(ctx, h)
		if err != nil || len(d.Lost) == 0 || !m.wentOn(ctx, h) { // and needs it no more
			return d, err
		}
	}
}

// mend is Mend for one head.
func (m *Member) mend(ctx context.Context, h *head) (d Mended, err error) {
	d.Mended, d.Lost = []string{}, []string{}
	for _, name := range []string{h.Takedowns, h.Keys, h.Journal.Base} {
		if name != "" {
			if err := m.mendPaper(ctx, &d, name, m.own(name)); err != nil {
				return d, err
			}
		}
	}
	for _, s := range h.Releases {
		for _, f := range s.Forms {
			if err := m.mendForm(ctx, &d, s.Name, f); err != nil {
				return d, err
			}
		}
	}
	return d, nil
}

// mendPaper looks at a paper, of which this disk may have a copy.
func (m *Member) mendPaper(ctx context.Context, d *Mended, name string, own []byte) error {
	d.Looked++
	_, err := m.paper(ctx, name)
	if _, damaged := errors.AsType[*damagedError](err); !damaged {
		return err
	}
	if own == nil || sumOf(own) != name {
		d.Lost = append(d.Lost, papersPrefix+name)
		return nil
	}
	d.Mended = append(d.Mended, papersPrefix+name)
	_, err = putPaper(ctx, m.transport, own)
	return err
}

// mendForm looks at a release.
func (m *Member) mendForm(ctx context.Context, d *Mended, name string, f form) error {
	var own *catalogue.Built
	var ownParcel []byte
	if built, err := m.catalogue.Built(name); err == nil && sumOf(built.Stated) == f.Manifest {
		p, err := parcelOf(ctx, built)
		if err != nil {
			return err
		}
		if ownParcel, err = p.encoded(); err != nil {
			return err
		}
		if sumOf(ownParcel) == f.Parcel {
			own = built
		}
	}
	m.forgetParcel(f.Parcel)
	if err := m.mendPaper(ctx, d, f.Parcel, ownParcel); err != nil {
		return err
	}
	p, err := m.readParcel(ctx, f.Parcel)
	if _, damaged := errors.AsType[*damagedError](err); damaged {
		return nil // which is told of
	}
	if err != nil {
		return err
	}
	block := make([]byte, blockSize)
	for _, file := range p.Files {
		for i, sum := range file.Blocks {
			d.Looked++
			offset := int64(i) * blockSize
			size := min(blockSize, file.Size-offset)
			err := m.fetchBlock(ctx, sum, block[:size])
			if _, damaged := errors.AsType[*damagedError](err); !damaged {
				if err != nil {
					return err
				}
				continue
			}
			if own == nil {
				d.Lost = append(d.Lost, blocksPrefix+sum)
				continue
			}
			if err := m.pushBlock(ctx, own.Files[file.Name], sum, offset, size); err != nil {
				return err
			}
			d.Mended = append(d.Mended, blocksPrefix+sum)
		}
	}
	return nil
}

// heal puts one file of the fleet anew, where this disk has it.
func (m *Member) heal(ctx context.Context, name string) error {
	h, err := m.latest(ctx)
	if err != nil {
		return err
	}
	if own := m.own(strings.TrimPrefix(name, papersPrefix)); own != nil {
		_, err := putPaper(ctx, m.transport, own)
		return err
	}
	for _, s := range h.Releases {
		for _, f := range s.Forms {
			built, err := m.catalogue.Built(s.Name)
			if err != nil || sumOf(built.Stated) != f.Manifest {
				continue
			}
			if name == papersPrefix+f.Parcel {
				p, err := parcelOf(ctx, built)
				if err != nil {
					return err
				}
				data, err := p.encoded()
				if err == nil {
					_, err = putPaper(ctx, m.transport, data)
				}
				return err
			}
			p, err := m.readParcel(ctx, f.Parcel)
			if err != nil {
				continue
			}
			for _, file := range p.Files {
				for i, sum := range file.Blocks {
					if name == blocksPrefix+sum {
						offset := int64(i) * blockSize
						return m.pushBlock(ctx, built.Files[file.Name], sum, offset, min(blockSize, file.Size-offset))
					}
				}
			}
		}
	}
	return fmt.Errorf("%s is not on this disk", name)
}
