package ingest

import (
	"context"
	"errors"
	"fmt"
	"io"
	"runtime"
	"sync"

	"alphanode/content"
)

// A batch is what one goroutine decodes at a time: records of about batchSize
// bytes together, at most batchRecords of them.
const (
	batchSize    = 256 << 10
	batchRecords = 256
)

// batch is a run of records on their way through a decoding goroutine.
type batch struct {
	text    []byte
	records []batchRecord
	items   []Item
	done    chan struct{} // gets one value when items are there
}

type batchRecord struct {
	to    int // the end of its text in batch.text
	line  int
	fault *content.Fault
}

// readNDJSON splits and emits in the calling goroutine and decodes in others,
// as many as there are processors. It ends them before it returns.
func readNDJSON(ctx context.Context, name string, src source, emit func(Item) error) error {
	workers := runtime.GOMAXPROCS(0)
	inFlight := 2 * workers // batches; they bound the memory
	jobs := make(chan *batch, inFlight)
	var wg sync.WaitGroup
	defer wg.Wait()
	defer close(jobs)
	for range workers {
		wg.Go(func() {
			for b := range jobs {
				b.decode(name)
				b.done <- struct{}{}
			}
		})
	}

	split := newJSONSplitter(src)
	var queue []*batch // in order; at most inFlight of them
	for {
		b := &batch{done: make(chan struct{}, 1)}
		if len(queue) == inFlight {
			b = queue[0]
			queue = queue[1:]
			if err := b.emit(ctx, emit); err != nil {
				return err
			}
		}
		if err := ctx.Err(); err != nil {
			return fmt.Errorf("%s: reading JSON: %w", name, err)
		}
		readErr := b.fill(split)
		jobs <- b
		queue = append(queue, b)
		if readErr == nil {
			continue
		}
		for _, b := range queue {
			if err := b.emit(ctx, emit); err != nil {
				return err
			}
		}
		if errors.Is(readErr, io.EOF) {
			return nil
		}
		return fmt.Errorf("%s: reading JSON near line %d: %w", name, split.line, readErr)
	}
}

// fill takes the next records from the splitter.
func (b *batch) fill(split *jsonSplitter) error {
	if cap(b.text) > 4*batchSize {
		b.text = nil // one huge record must not be paid for to the end
	}
	clear(b.items)
	b.text, b.records, b.items = b.text[:0], b.records[:0], b.items[:0]
	for len(b.text) < batchSize && len(b.records) < batchRecords {
		v, err := split.next()
		if err != nil {
			return err
		}
		b.text = append(b.text, v.text...)
		b.records = append(b.records, batchRecord{len(b.text), v.line, v.fault})
	}
	return nil
}

func (b *batch) decode(name string) {
	from := 0
	for _, r := range b.records {
		item := Item{Origin: Origin{name, r.line}}
		if r.fault != nil {
			item.reject(r.line, *r.fault)
		} else {
			decode(&item, b.text[from:r.to])
		}
		b.items = append(b.items, item)
		from = r.to
	}
}

func decode(item *Item, text []byte) {
	record, faults := content.Decode(text)
	if len(faults) == 0 && record.Post != nil {
		record.Post.Settle()
		faults = record.Post.Validate()
	}
	if item.Record = record; record.Post == nil && len(faults) > 0 {
		item.Faulty = content.DecodeFaulty(text)
	}
	for _, f := range faults {
		item.reject(item.Origin.Line, f)
	}
}

// emit waits for the batch and gives its items out.
func (b *batch) emit(ctx context.Context, emit func(Item) error) error {
	<-b.done
	for _, item := range b.items {
		if err := ctx.Err(); err != nil {
			return fmt.Errorf("%s: reading JSON: %w", item.Origin, err)
		}
		if err := emit(item); err != nil {
			return err
		}
	}
	return nil
}
