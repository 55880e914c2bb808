//go:build linux

package machines_test

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"os"

	"alphanode/fleet/broker"
)

// runBroker is a process that is a broker and nothing else, until it is killed.
func runBroker(options string) int {
	var o broker.Options
	if err := json.Unmarshal([]byte(options), &o); err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 2
	}
	o.Log = slog.New(slog.NewTextHandler(os.Stderr, nil))
	b, err := broker.Start(context.Background(), o)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	defer b.Close()
	select {}
}
