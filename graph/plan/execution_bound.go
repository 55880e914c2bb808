package plan

import (
	"context"
	"encoding/json"
	"strconv"

	"github.com/vektah/gqlparser/v2/gqlerror"

	"alphanode/apierror"
	"alphanode/graph/model"
)

// bound holds an execution to its limits: the bytes that its answer may have, and
// the budget of the request, from which it spends for what it copies and looks
// through.
type bound struct {
	most   int // bytes of the answer
	once   int // bytes of the first post, each of its fields once
	errors int // bytes of the errors told so far
	read   int // bytes of the posts that were read
	alone  int // bytes of the first of them
	left   int // bytes that may be handled before account is called

	shown bool // whether a post is in the answer
	first bool // whether it is the first post that is being written
	free  bool // whether what is written counts as once
}

// accountEvery is after how many bytes it is looked whether the execution may go
// on.
const accountEvery = 64 << 10

// bytesPerUnit is how much is copied or looked through for one unit of the
// budget, in about a microsecond.
const bytesPerUnit = 1 << 10

// costOfField is what a field costs beside its value, in bytes handled. It was
// counted before, but not in lists that are longer than they were taken to be.
const costOfField = 64

// costOfError is what it costs to tell an error, in bytes handled.
const costOfError = 20 * bytesPerUnit

// stopped is the panic that ends an execution at once: no writer need hand it on.
type stopped struct{ err error }

// room is told of bytes before they are written.
func (x *execution) room(n int) {
	if x.bound.left -= n; x.bound.left < 0 && !x.bound.free {
		x.account(n)
	}
}

// handle is told of bytes before they are looked through, or of work that is like
// it.
func (x *execution) handle(n int) {
	if x.bound.left -= n; x.bound.left < 0 && !x.bound.free {
		x.account(0)
	}
}

// unbounded writes what is of the first post, and there once.
func (x *execution) unbounded(write func()) {
	b, from := &x.bound, len(x.out)
	left := b.left
	b.free = true
	write()
	b.free, b.left = false, left
	b.once += len(x.out) - from
}

// account spends for what was handled, and ends the execution where it may not
// write n more bytes.
func (x *execution) account(n int) {
	b := &x.bound
	handled := accountEvery - b.left
	b.left = accountEvery - handled%bytesPerUnit
	if len(x.out)+b.errors+n > max(b.most, b.once+b.most/4) {
		panic(stopped{tooLarge(b.most)})
	}
	if err := x.reads.Budget().Spend(x.ctx, handled/bytesPerUnit); err != nil {
		panic(stopped{err})
	}
	if x.ctx.Err() != nil {
		panic(stopped{Ended(x.ctx)})
	}
	x.grow(n + accountEvery)
}

// grow makes room in a large buffer for n more bytes. It grows by twice, up to
// the most, where append would grow by a quarter and so copy twice as much.
func (x *execution) grow(n int) {
	need := len(x.out) + n
	if cap(x.out) < maxKept || need <= cap(x.out) {
		return
	}
	out := make([]byte, len(x.out), max(need, min(2*cap(x.out), x.bound.most+accountEvery)))
	copy(out, x.out)
	x.out = out
}

func tooLarge(most int) error {
	expected := "an answer of at most " + strconv.Itoa(most) + " bytes"
	return apierror.New(apierror.TooComplex,
		"The answer would have more bytes than one may have, expected "+expected+". Ask for fewer posts at once, or for fewer fields, each of them once.",
		apierror.Field{Location: "answer", Value: "more than " + strconv.Itoa(most) + " bytes", Expected: expected})
}

// present presents an error, which counts as a part of the answer.
func (x *execution) present(ctx context.Context, err error) *gqlerror.Error {
	shown := model.Present(ctx, err)
	text, err := json.Marshal(shown)
	if err != nil { // no error holds what cannot be JSON
		panic(err)
	}
	x.bound.errors += len(text)
	x.handle(len(text) + costOfError)
	return shown
}

// truncate takes back what was written from an index on.
func (x *execution) truncate(from int) {
	if len(x.out) > from {
		x.out = x.out[:from]
		x.texts.forget(from)
	}
}
