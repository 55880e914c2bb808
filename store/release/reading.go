package release

import (
	"context"

	"alphanode/store"
	"alphanode/store/file"
	"alphanode/store/index/order"
	"alphanode/store/posts"
	"alphanode/store/query"
)

// Reading is a release while it is read, in a transaction, for who reads it in another
// way than a [Reader] does. It is for one goroutine.
type Reading struct {
	Tx     *file.Tx
	file   *file.File
	Posts  *posts.Records
	Orders *order.Orders
	Engine *query.Engine
}

// Begin begins to read the release for a view, until End.
func (r *Release) Begin(ctx context.Context, v store.View) (Reading, error) {
	tx, err := r.file.Begin(ctx, v)
	return Reading{tx, r.file, r.posts, r.orders, r.engine}, err
}

// End ends it.
func (in Reading) End() { in.file.End(in.Tx) }
