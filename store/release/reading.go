package release

import (
	"context"

	"alphanode/store"
	"alphanode/store/file"
	"alphanode/store/index/order"
	"alphanode/store/posts"
	"alphanode/store/query"
)

// reading is a release while it is read, in a transaction, for who reads it in another
// way than a [Reader] does. It is for one goroutine.
type reading struct {
	tx     *file.Tx
	file   *file.File
	posts  *posts.Records
	orders *order.Orders
	engine *query.Engine
}

// begin begins to read the release for a view, until end.
func (r *Release) begin(ctx context.Context, v store.View) (reading, error) {
	tx, err := r.file.Begin(ctx, v)
	return reading{tx, r.file, r.posts, r.orders, r.engine}, err
}

func (in reading) end() { in.file.End(in.tx) }
