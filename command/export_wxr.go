package command

import (
	"context"
	"fmt"
	"io"
	"time"

	"alphanode/content"
	"alphanode/store"
	"alphanode/store/release"
	"alphanode/wxr"
)

// exportWXR writes an export of WordPress. It reads the posts twice: names stand before them.
func exportWXR(ctx context.Context, to io.Writer, r *release.Release, o exportOptions) (posts int, err error) {
	each := func(f func(*content.Post)) error {
		return r.EachMatching(ctx, o.filter, func(json []byte) error {
			p, err := content.DecodePost(json)
			if err != nil {
				return fmt.Errorf("%w: a post: %w", store.ErrCorrupt, err)
			}
			f(p)
			return nil
		})
	}
	var names wxr.Names
	if err := each(names.Add); err != nil {
		return 0, err
	}
	w := wxr.NewWriter(to, &names, time.Now())
	err = each(func(p *content.Post) {
		posts++
		w.Post(p)
	})
	if err != nil {
		return posts, err
	}
	return posts, w.Close()
}
