package fleet

import (
	"context"
	"slices"
)

// smallPaper gives a paper of the head, nil where it names none. What this disk has need not
// travel.
func (m *Member) smallPaper(ctx context.Context, name string) ([]byte, error) {
	if name == "" {
		return nil, nil
	}
	if own := m.own(name); own != nil {
		return own, nil
	}
	return m.paper(ctx, name)
}

// own gives what this disk has of the papers of a head that are no parcels, nil where it does
// not have it.
func (m *Member) own(name string) []byte {
	have, err := m.catalogue.Commons()
	if err == nil && sumOf(have.Takedowns) == name {
		return have.Takedowns
	}
	if ring, err := m.keys.Bytes(); err == nil && sumOf(ring) == name {
		return ring
	}
	if err != nil {
		return nil
	}
	return beginning(have.Journal, name)
}

// wholeJournal gives the journal as a file.
func (m *Member) wholeJournal(ctx context.Context, h *head) ([]byte, error) {
	all, err := m.smallPaper(ctx, h.Journal.Base)
	if err != nil {
		return nil, err
	}
	all = slices.Clip(all)
	for _, line := range h.Journal.Tail {
		all = append(append(all, line...), '\n')
	}
	if all == nil {
		all = []byte{}
	}
	return all, nil
}

// beginning gives those first lines of a journal that have a sum, nil where none have.
func beginning(journal []byte, sum string) []byte {
	s, lines := newSum(), 0
	for i, b := range journal {
		if b != '\n' {
			continue
		}
		_, _ = s.Write(journal[lines : i+1]) // a hash takes all
		lines = i + 1
		if s.String() == sum {
			return journal[:lines]
		}
	}
	return nil
}
