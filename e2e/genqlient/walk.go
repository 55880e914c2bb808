// Package archiveclient reads an archive with what genqlient makes of
// operations.graphql.
package archiveclient

import (
	"context"

	"github.com/Khan/genqlient/graphql"

	"archiveclient/made"
)

// Walk reads every post that matches, page by page.
func Walk(ctx context.Context, client graphql.Client, filter made.PostFilter, by made.PostOrderField) ([]made.Card, error) {
	var posts []made.Card
	var after *string
	for {
		page, err := made.Posts(ctx, client, &filter, by, after)
		if err != nil {
			return nil, err
		}
		for _, post := range page.Posts.Nodes {
			posts = append(posts, post.Card)
		}
		if !page.Posts.PageInfo.HasNextPage {
			return posts, nil
		}
		after = page.Posts.PageInfo.EndCursor
	}
}
