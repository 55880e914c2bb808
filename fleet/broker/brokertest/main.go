package brokertest

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"testing"
	"time"

	"github.com/nats-io/nats-server/v2/server"

	"alphanode/fleet/broker"
)

// What the binary of a test is started as, but for the first time: the variables hold what with.
const (
	ours    = "ALPHANODE_TEST_BROKER"
	foreign = "ALPHANODE_TEST_FOREIGN"
)

// ready is what a process says behind its address.
const ready = "ready"

// Main runs the tests of a package, or the broker that one of them has asked for.
func Main(m *testing.M) {
	for variable, run := range map[string]func(context.Context, string) error{ours: runOurs, foreign: runForeign} {
		if with := os.Getenv(variable); with != "" {
			os.Exit(untilClosed(run, with))
		}
	}
	os.Exit(m.Run())
}

// untilClosed runs a server until standard input ends.
func untilClosed(run func(context.Context, string) error, with string) int {
	ctx, cancel := context.WithCancel(context.Background())
	go func() {
		_, _ = io.Copy(io.Discard, os.Stdin)
		cancel()
	}()
	if err := run(ctx, with); err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	return 0
}

func runOurs(ctx context.Context, options string) error {
	var o broker.Options
	if err := json.Unmarshal([]byte(options), &o); err != nil {
		return err
	}
	b, err := broker.Start(ctx, o)
	if err != nil {
		return err
	}
	defer b.Close()
	fmt.Println(b.URL())
	if err := b.Ready(ctx); err != nil {
		return err
	}
	fmt.Println(ready)
	<-ctx.Done()
	return nil
}

func runForeign(ctx context.Context, configuration string) error {
	o := &server.Options{NoSigs: true, NoLog: true}
	if err := o.ProcessConfigString(configuration); err != nil {
		return err
	}
	s, err := server.NewServer(o)
	if err != nil {
		return err
	}
	s.Start()
	defer s.WaitForShutdown()
	defer s.Shutdown()
	if !s.ReadyForConnections(30 * time.Second) {
		return errors.New("the server does not start")
	}
	fmt.Println(s.ClientURL())
	fmt.Println(ready)
	<-ctx.Done()
	return nil
}
