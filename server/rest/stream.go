package rest

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"alphanode/apierror"
	"alphanode/server/route"
	"alphanode/server/wire"
	"alphanode/store"
	"alphanode/store/release"
)

const (
	// batchSize is about how many bytes of posts are read at once, and largestSize how
	// many at most, where they are several.
	batchSize, largestSize = 256 << 10, 2 << 20
	// The first batch is of few posts; their size says how many the next has.
	firstBatch, largestBatch = 8, 64
)

// streamPosts answers with every post that matches, one a line.
func (archive Archive) streamPosts(r *route.Request) (*route.Answer, error) {
	if !r.HTTP.ProtoAtLeast(1, 1) {
		return nil, apierror.New(apierror.BadRequest, "HTTP/1.0 cannot tell whether an answer of unknown length is whole. Ask with HTTP/1.1.",
			apierror.Field{Location: "version", Value: r.HTTP.Proto, Expected: "HTTP/1.1 or later"})
	}
	accept := r.HTTP.Header.Values(wire.AcceptEncoding)
	coding := wire.Negotiate(accept, wire.StreamCodings[:])
	if coding == wire.NoCoding {
		return nil, notEncodable(strings.Join(accept, ", "))
	}
	a := route.NewAnswer(http.StatusOK)
	a.Header.Add("Content-Type", ndjsonMedia)
	a.Header.Add("X-Robots-Tag", "noindex") // it may hold posts that must not be indexed
	a.Keys = []string{"posts"}
	sum, selection, err := sumOf(r, r.Filter)
	if err != nil {
		return nil, err
	}
	sums := []uint64{sum}
	if r.RestsOnAll() {
		all, _, err := sumOf(r, nil)
		if err != nil {
			return nil, err
		}
		sums = append(sums, all)
	}
	a.Tag = streamTag(r, sums, coding)
	if route.Matches(r.HTTP.Header.Values("If-None-Match"), a.Tag) {
		return a, nil // without a look at any post
	}
	if coding != wire.Identity {
		a.Header.Add("Content-Encoding", string(coding))
	}
	if selection == nil {
		if selection, err = r.Reader.Select(r.Ctx, r.Filter); err != nil {
			return nil, route.InAddress(r.Query, err)
		}
	}
	if r.Values.Has("limit") {
		selection.Limit(r.Limit)
	}
	total := selection.Total()
	a.Header.Add("Post-Count", strconv.Itoa(total))
	a.Header.Add("Accept-Ranges", rangeUnit)
	a.Stream = &route.Stream{Reader: r.Reader, Close: func() {}}
	if r.HTTP.Method == http.MethodHead {
		return a, nil
	}
	ofTheSame := func(tag string) bool {
		return slices.ContainsFunc(wire.StreamCodings[:], func(c wire.Coding) bool { return tag == streamTag(r, sums, c) })
	}
	if from := resumed(r.HTTP.Header, ofTheSame, total); from > 0 {
		if err := selection.Skip(r.Ctx, from); err != nil {
			return nil, err
		}
		a.Status = http.StatusPartialContent
		a.Header.Add("Content-Range", fmt.Sprintf("%s %d-%d/%d", rangeUnit, from, total-1, total))
		a.Header.Add("Etag", a.Tag)
	}
	return a, a.Stream.Begin(r, archive.Place, coding, newBatches(r, selection))
}

// rangeUnit is what a reader counts who asks for the rest of a stream: bytes
// would have to be made to be counted.
const rangeUnit = "lines"

// resumed gives how many lines a reader has already who was broken off and asks
// for the rest, with Range: lines=500- and the tag of what it has as If-Range. That
// tag may be of another coding, as the lines are the same: a browser takes none for
// what it asks for by Range, however the first lines came.
// It is 0 where the whole stream must be sent: the server may always do that.
func resumed(header http.Header, ofTheSame func(tag string) bool, total int) int {
	from, asked := strings.CutPrefix(header.Get("Range"), rangeUnit+"=")
	from, open := strings.CutSuffix(from, "-")
	n, err := strconv.ParseUint(from, 10, 32)
	if !asked || !open || err != nil || n >= uint64(total) || !ofTheSame(header.Get("If-Range")) {
		return 0
	}
	return int(n)
}

// sumOf gives the sum of the posts that match a filter, and these where they had to be
// found for it.
func sumOf(r *route.Request, filter *store.Filter) (uint64, *release.Selection, error) {
	if sum, known := r.Reader.KnownSum(filter); known {
		return sum, nil, nil
	}
	selection, err := r.Reader.Select(r.Ctx, filter)
	if err != nil {
		return 0, nil, route.InAddress(r.Query, err)
	}
	sum, err := selection.Sum(r.Ctx)
	return sum, selection, err
}

// streamForm is part of every tag. It must change when the same posts are written as
// other bytes, or in another order.
const streamForm = "4"

// streamTag names the bytes of a stream before they are made, by all that they
// follow from: the sums of the posts that they are made of, and how they are written. So it
// outlives a release where the next one has the same posts to send.
func streamTag(r *route.Request, sums []uint64, c wire.Coding) string {
	h := sha256.New()
	form := []any{streamForm, sums, r.Reader.View(), r.Form, r.Given("limit"), c}
	if err := json.NewEncoder(h).Encode(form); err != nil { // plain data always encodes
		panic(err)
	}
	return `"` + base64.RawURLEncoding.EncodeToString(h.Sum(nil)[:16]) + `"`
}

// batches makes the lines of a selection, one batch after the other. It holds one of
// them in memory.
type batches struct {
	lineWriter
	selection *release.Selection
	refs      []store.Ref
	left      []store.Ref // of refs
	posts     int         // of the next batch
}

func newBatches(r *route.Request, selection *release.Selection) *batches {
	return &batches{lineWriter: lineWriter{Request: *r}, selection: selection, refs: make([]store.Ref, largestBatch), posts: firstBatch}
}

// Next makes the next lines; none behind the last. A stream has no bound in all, but each
// batch has one.
func (b *batches) Next(ctx context.Context) (lines []byte, paid int, err error) {
	b.Ctx, b.text = ctx, b.text[:0]
	b.Reader.WithBudget(store.NewBudget(store.MostAlone, nil))
	if len(b.left) == 0 {
		found, err := b.selection.Next(ctx, b.refs)
		if err != nil || found == 0 {
			return nil, 0, err
		}
		b.left = b.refs[:found]
	}
	for n := min(b.posts, len(b.left)); ; n /= 2 {
		err := b.read(b.left[:n])
		paid += b.Reader.Budget().Paid()
		if err != nil && n > 1 && (errors.As(err, new(*store.LengthError)) || errors.Is(err, store.ErrTooComplex)) {
			b.Reader.WithBudget(store.NewBudget(store.MostAlone, nil))
			continue
		}
		if err != nil {
			return nil, paid, err
		}
		b.left = b.left[n:]
		b.posts = min(max(batchSize*n/b.size, 1), largestBatch)
		return b.text, paid, nil
	}
}

// lineWriter makes lines of posts, in memory that it uses again.
type lineWriter struct {
	route.Request
	text  []byte // the lines
	size  int    // about how many bytes were read for them
	arena []byte // for what is read
}

// read makes the lines of some posts. The error is a *store.LengthError where those
// are several and too long.
func (l *lineWriter) read(refs []store.Ref) error {
	l.text, l.size = l.text[:0], 1
	part := store.Whole
	if l.Summary {
		part = store.Card
	} else if l.Fields != nil && l.Fields.Within(cardPart) && !includes(l.Query) {
		cards, err := l.Reader.Posts(l.Ctx, refs, store.Card)
		if err != nil {
			return err
		}
		for _, card := range cards {
			l.arena = appendCard(l.arena[:0], card)
			if err := l.add(l.arena); err != nil {
				return err
			}
			l.text = append(l.text, '\n')
		}
		return nil
	}
	arena, posts, err := l.Reader.AppendTexts(l.Ctx, l.arena[:0], refs, part, store.Room{Most: largestSize})
	if err != nil {
		return err
	}
	l.arena = arena
	if l.Most = largestSize; len(refs) == 1 { // which is sent whatever is included
		l.Most = math.MaxInt
	}
	included, err := include(&l.Request, refs)
	if err != nil {
		return err
	}
	defer included.end()
	for i, post := range posts {
		if err := l.add(post.JSON); err != nil {
			return err
		}
		if l.text, err = included.appendTo(l.text, i, post); err != nil {
			return err
		}
		l.text = append(l.text, '\n')
	}
	l.size = max(l.size, len(l.text)) // with what was included
	return nil
}

// add appends the wanted fields of a post.
func (l *lineWriter) add(post []byte) (err error) {
	l.size += len(post)
	if l.Fields == nil {
		l.text = append(l.text, post...)
	} else if l.text, err = l.Fields.AppendTo(l.text, post); err != nil {
		return fmt.Errorf("%w: a post: %w", store.ErrCorrupt, err)
	}
	return nil
}

func notEncodable(accept string) error {
	names := make([]string, len(wire.StreamCodings))
	for i, c := range wire.StreamCodings {
		names[i] = string(c)
	}
	expected := "one of " + strings.Join(names, ", ")
	return apierror.New(apierror.NotAcceptable, "The header Accept-Encoding excludes every content coding there is.",
		apierror.Field{Location: "header.Accept-Encoding", Value: route.Shorten(accept), Expected: expected})
}
