package command

import (
	"context"
	"time"
)

// MainSettling is Main that tells webhooks of a switch after another time.
func MainSettling(ctx context.Context, args []string, streams Streams, settle time.Duration) int {
	return (&commandLine{Streams: streams, settle: settle}).main(ctx, args)
}
