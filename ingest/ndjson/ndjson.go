package ndjson

import (
	"context"
	"errors"
	"fmt"
	"io"
	"runtime"
	"sync"

	"alphanode/content"
	"alphanode/ingest/record"
)

// A batch is what one goroutine decodes at a time: records of about batchSize
// bytes together, at most batchRecords of them.
const (
	batchSize    = 256 << 10
	batchRecords = 256
)

// inWork bounds how many bytes the records have together that are read and not
// yet given out. A post takes several times as much as its JSON. A longer record
// goes through alone.
const inWork = MaxRecord

// batch is a run of records on their way through a decoding goroutine.
type batch struct {
	text    []byte
	records []batchRecord
	items   []record.Item
	done    chan struct{} // gets one value when items are there
}

type batchRecord struct {
	to    int // the end of its text in batch.text
	line  int
	fault *content.Fault
}

// Read gives the records of one source to emit, in order, from the calling
// goroutine. An error is one of the reader, of emit, or that ctx was cancelled.
func Read(ctx context.Context, name string, src *record.Source, emit func(record.Item) error) error {
	return readBounded(ctx, name, src, inWork, emit)
}

// readBounded splits and emits in the calling goroutine and decodes in others,
// as many as there are processors. It ends them before it returns.
func readBounded(ctx context.Context, name string, src *record.Source, inWork int, emit func(record.Item) error) error {
	workers := runtime.GOMAXPROCS(0)
	q := &decoding{ctx: ctx, emit: emit, jobs: make(chan *batch, 2*workers), filling: newBatch()}
	var wg sync.WaitGroup
	defer wg.Wait()
	defer close(q.jobs)
	for range workers {
		wg.Go(func() {
			for b := range q.jobs {
				b.decode(name)
				b.done <- struct{}{}
			}
		})
	}

	split := newJSONSplitter(src)
	for {
		v, readErr := split.next()
		if readErr != nil {
			if err := q.flush(); err != nil {
				return err
			}
			if errors.Is(readErr, io.EOF) {
				return nil
			}
			return fmt.Errorf("%s: reading JSON near line %d: %w", name, split.line, readErr)
		}
		if err := ctx.Err(); err != nil {
			return fmt.Errorf("%s: reading JSON: %w", name, err)
		}
		if q.size+len(v.text) > inWork {
			if err := q.makeRoom(inWork - len(v.text)); err != nil {
				return err
			}
		}
		if err := q.take(v); err != nil {
			return err
		}
	}
}

// decoding is the records between the splitter and emit.
type decoding struct {
	ctx     context.Context
	emit    func(record.Item) error
	jobs    chan *batch
	filling *batch
	queue   []*batch // handed to jobs, in order; at most as many as jobs holds
	size    int      // of the text of all records
}

func (q *decoding) take(v jsonText) error {
	b := q.filling
	b.text = append(b.text, v.text...)
	b.records = append(b.records, batchRecord{len(b.text), v.line, v.fault})
	q.size += len(v.text)
	if len(b.text) < batchSize && len(b.records) < batchRecords {
		return nil
	}
	return q.send()
}

// send has the batch that is being filled decoded, and begins another.
func (q *decoding) send() error {
	q.jobs <- q.filling
	q.queue, q.filling = append(q.queue, q.filling), nil
	if len(q.queue) == cap(q.jobs) {
		return q.giveOut()
	}
	q.filling = newBatch()
	return nil
}

// giveOut waits for the first batch of the queue, gives its items out and fills
// it next.
func (q *decoding) giveOut() error {
	b := q.queue[0]
	q.queue[0], q.queue = nil, q.queue[1:]
	if err := b.emit(q.ctx, q.emit); err != nil {
		return err
	}
	q.size -= len(b.text)
	if q.filling == nil {
		b.empty()
		q.filling = b
	}
	return nil
}

// makeRoom gives items out until the others have no more than so many bytes, or
// there are none.
func (q *decoding) makeRoom(bytes int) error {
	for q.size > max(0, bytes) {
		if len(q.queue) == 0 {
			if err := q.send(); err != nil {
				return err
			}
			continue
		}
		if err := q.giveOut(); err != nil {
			return err
		}
	}
	return nil
}

func (q *decoding) flush() error {
	if err := q.send(); err != nil {
		return err
	}
	for len(q.queue) > 0 {
		if err := q.giveOut(); err != nil {
			return err
		}
	}
	return nil
}

func newBatch() *batch { return &batch{done: make(chan struct{}, 1)} }

// empty makes the batch ready to be filled again.
func (b *batch) empty() {
	if cap(b.text) > 4*batchSize {
		b.text = nil // one huge record must not be paid for to the end
	}
	clear(b.items)
	b.text, b.records, b.items = b.text[:0], b.records[:0], b.items[:0]
}

func (b *batch) decode(name string) {
	from := 0
	for _, r := range b.records {
		item := record.Item{Origin: record.Origin{File: name, Line: r.line}}
		if r.fault != nil {
			item.Reject(r.line, *r.fault)
		} else {
			decode(&item, b.text[from:r.to])
		}
		b.items = append(b.items, item)
		from = r.to
	}
}

func decode(item *record.Item, text []byte) {
	decoded, faults := content.Decode(text)
	if len(faults) == 0 && decoded.Post != nil {
		for _, path := range decoded.Post.SettleDates() {
			item.Warnings = append(item.Warnings, record.LocalDate(item.Origin, path))
		}
		item.Losses = decoded.Post.Settle()
		faults = decoded.Post.Validate()
	}
	if item.Record = decoded; decoded.Post == nil && len(faults) > 0 {
		item.Faulty = content.DecodeFaulty(text)
	}
	for _, f := range faults {
		item.Reject(item.Origin.Line, f)
	}
}

// emit waits for the batch and gives its items out.
func (b *batch) emit(ctx context.Context, emit func(record.Item) error) error {
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
