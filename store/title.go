package store

import (
	"context"
	"fmt"
	"strings"

	"github.com/RoaringBitmap/roaring/v2"
)

// The titles bucket holds every distinct folded title in order, titlesPerChunk
// to a value. Title number g is the title of group g of the order by title.
const titlesPerChunk = 256

func (tx *readTx) titleChunk(chunk int) ([]string, error) {
	payload, err := tx.must(bucketTitles, ordinalKey(uint32(chunk)))
	if err != nil {
		return nil, err
	}
	titles := make([]string, 0, titlesPerChunk)
	all := string(payload) // of which each title is a part
	for len(payload) > 0 {
		title, rest, ok := cutText(payload)
		if !ok {
			return nil, fmt.Errorf("%w: titles: %w", ErrCorrupt, errRecord)
		}
		end := len(all) - len(rest)
		titles = append(titles, all[end-len(title):end])
		payload = rest
	}
	return titles, nil
}

// firstTitle reads no more of a chunk than its first title.
func (tx *readTx) firstTitle(chunk int) (string, error) {
	payload, err := tx.must(bucketTitles, ordinalKey(uint32(chunk)))
	if err != nil {
		return "", err
	}
	title, _, ok := readText(payload)
	if !ok {
		return "", fmt.Errorf("%w: titles: %w", ErrCorrupt, errRecord)
	}
	return title, nil
}

// searchTitle gives the first title for which the predicate holds; it must
// hold for every title behind that one.
func (tx *readTx) searchTitle(holds func(title string) bool) (group int, err error) {
	total := tx.release.info.Titles
	low, high := 0, (total+titlesPerChunk-1)/titlesPerChunk // chunks
	for low < high {
		mid := (low + high) / 2
		first, err := tx.firstTitle(mid)
		if err != nil {
			return 0, err
		}
		if holds(first) {
			high = mid
		} else {
			low = mid + 1
		}
	}
	if low == 0 {
		return 0, nil
	}
	titles, err := tx.titleChunk(low - 1)
	if err != nil {
		return 0, err
	}
	for i, title := range titles {
		if holds(title) {
			return (low-1)*titlesPerChunk + i, nil
		}
	}
	return min(low*titlesPerChunk, total), nil
}

// titleRange is met by the posts from the first title for which from holds to
// just before the first for which until holds.
func (tx *readTx) titleRange(from, until func(title string) bool) (*interval, error) {
	low, err := tx.searchTitle(from)
	if err != nil {
		return nil, err
	}
	high, err := tx.searchTitle(until)
	if err != nil {
		return nil, err
	}
	x, err := tx.orderBy(FieldTitle)
	if err != nil {
		return nil, err
	}
	return tx.interval(x, int(x.starts.uint32(low)), int(x.starts.uint32(high))), nil
}

// titleContains looks into every distinct title.
func (tx *readTx) titleContains(ctx context.Context, part string) (set, error) {
	starts, err := tx.column(startsColumn(FieldTitle))
	if err != nil {
		return set{}, err
	}
	order, err := tx.column(orderColumn(FieldTitle))
	if err != nil {
		return set{}, err
	}
	members := newBitset(int(tx.size()))
	for group := 0; group < tx.release.info.Titles; group += titlesPerChunk {
		if err := ctx.Err(); err != nil {
			return set{}, err
		}
		titles, err := tx.titleChunk(group / titlesPerChunk)
		if err != nil {
			return set{}, err
		}
		for i, title := range titles {
			if !strings.Contains(title, part) {
				continue
			}
			for place := starts.uint32(group + i); place < starts.uint32(group+i+1); place++ {
				if ordinal := order.uint32(int(place)); ordinal < tx.size() {
					members.add(int(ordinal))
				}
			}
		}
	}
	return set{tx.size(), roaring.FromDense(members, false)}, nil
}

// titleNumber gives the title of a group.
func (tx *readTx) titleNumber(group int) (string, error) {
	payload, err := tx.must(bucketTitles, ordinalKey(uint32(group/titlesPerChunk)))
	if err != nil {
		return "", err
	}
	for i := 0; ; i++ {
		title, rest, ok := cutText(payload)
		if !ok {
			return "", fmt.Errorf("%w: no title %d", ErrCorrupt, group)
		}
		if i == group%titlesPerChunk {
			return string(title), nil
		}
		payload = rest
	}
}

// chunkTitles lays out titles as the values of the bucket.
func chunkTitles(titles []string, write func(chunk int, payload []byte) error) error {
	for start := 0; start < len(titles); start += titlesPerChunk {
		var payload []byte
		for _, title := range titles[start:min(start+titlesPerChunk, len(titles))] {
			payload = appendText(payload, title)
		}
		if err := write(start/titlesPerChunk, payload); err != nil {
			return err
		}
	}
	return nil
}
