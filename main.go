// Alphanode is the content API for article archives: it imports posts with
// rich meta and serves them over GraphQL and REST from one immutable release.
package main

import (
	"context"
	"os"
	"os/signal"
	"syscall"

	"alphanode/command"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	// A second signal ends the process at once, whatever it waits for.
	context.AfterFunc(ctx, stop)
	code := command.Main(ctx, os.Args[1:], command.Streams{In: os.Stdin, Out: os.Stdout, Err: os.Stderr})
	stop()
	os.Exit(code)
}
