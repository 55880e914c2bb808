package fleet

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"alphanode/fleet/transport"
)

// Cleared says what was deleted.
type Cleared struct {
	Files int   `json:"files"`
	Bytes int64 `json:"bytes"`
}

func cleared(files []transport.File) (c Cleared) {
	c.Files = len(files)
	for _, f := range files {
		c.Bytes += f.Size
	}
	return c
}

// Clear deletes the blocks that nothing needs: those that were sent for what was then refused or
// broken off. Whoever is sending some at this moment sends them again.
func (m *Member) Clear(ctx context.Context) (done Cleared, err error) {
	h, err := m.latest(ctx)
	if err != nil {
		return done, err
	}
	needed, err := m.needed(ctx, h)
	if err != nil {
		return done, fmt.Errorf("what nothing needs is not known: %w", err)
	}
	there, err := m.transport.List(ctx, blocksPrefix)
	if err != nil {
		return done, fmt.Errorf("list what the fleet has: %w", err)
	}
	files := unneeded(there, needed)
	if len(files) == 0 {
		return done, nil
	}
	var sums []string
	for _, f := range files {
		sums = append(sums, strings.TrimPrefix(f.Name, blocksPrefix))
	}
	// They become garbage as those of a release do that is pruned: as its parcel, which never had one.
	slices.Sort(sums)
	data, err := (&parcel{Files: []file{{Name: "unneeded", Size: int64(len(sums)) * blockSize, Blocks: sums}}}).encoded()
	if err != nil {
		return done, err
	}
	paper, err := putPaper(ctx, m.transport, data)
	if err != nil {
		return done, err
	}
	_, err = m.propose(ctx, change{did: "cleared what nothing needs", garbage: []garbage{{paper, true}}, isNext: func(*head) bool { return true }})
	return cleared(files), err
}

// unneeded gives the blocks among some files that are not needed.
func unneeded(files []transport.File, needed map[string]bool) []transport.File {
	return slices.DeleteFunc(slices.Clone(files), func(f transport.File) bool {
		return needed[f.Name] || !paperName.MatchString(strings.TrimPrefix(f.Name, blocksPrefix))
	})
}
