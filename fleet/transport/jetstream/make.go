package jetstream

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/nats-io/nats.go/jetstream"

	"alphanode/fleet/transport"
)

// Make makes what a fleet needs in NATS, and leaves what is there as it is.
func Make(ctx context.Context, o Options) error {
	l, err := dial(ctx, o)
	if err != nil {
		return err
	}
	defer l.Close() // which only asked
	replicas := o.Replicas
	if replicas == 0 && l.nats.ConnectedClusterName() == "" {
		replicas = 1
	} else if replicas == 0 {
		replicas = 3
	}
	for _, c := range []jetstream.StreamConfig{l.names.fileConfig(replicas), l.names.valueConfig(replicas)} {
		err := l.api(ctx, "STREAM.CREATE."+c.Name, c, nil)
		if other := (*apiError)(nil); errors.As(err, &other) && other.ErrCode == errNameInUse {
			continue
		}
		if err != nil {
			return fmt.Errorf("make %s with %d replicas: %w", c.Name, replicas, err)
		}
	}
	return nil
}

// fileConfig is the stream of an object store, as the clients of NATS make it.
func (n names) fileConfig(replicas int) jetstream.StreamConfig {
	return jetstream.StreamConfig{
		Name: n.fileStream(), Description: "files of a fleet of alphanode", Replicas: replicas,
		Subjects: []string{"$O." + n.files + ".C.>", "$O." + n.files + ".M.>"},
		MaxBytes: -1, MaxMsgs: -1, MaxConsumers: -1, MaxMsgsPerSubject: -1, MaxMsgSize: -1,
		Discard: jetstream.DiscardNew, AllowRollup: true, AllowDirect: true,
	}
}

// valueConfig is that of a key-value bucket. Values are read from its leader alone: what is
// called direct get would ask one who may be behind.
func (n names) valueConfig(replicas int) jetstream.StreamConfig {
	return jetstream.StreamConfig{
		Name: n.valueStream(), Description: "values of a fleet of alphanode", Replicas: replicas,
		Subjects:          []string{"$KV." + n.values + ".>"},
		MaxMsgsPerSubject: 1, MaxBytes: -1, MaxMsgs: -1, MaxConsumers: -1, MaxMsgSize: -1,
		Discard: jetstream.DiscardNew, AllowRollup: true, DenyDelete: true,
	}
}

// Needs says by which commands the operator of NATS makes what a fleet needs.
func Needs(o Options) string {
	n, replicas := o.names(), o.Replicas
	if replicas == 0 {
		replicas = 3
	}
	return fmt.Sprintf("%s\n%s\n", n.makeFiles(replicas), n.makeValues(replicas))
}

func (n names) makeFiles(replicas int) string {
	return fmt.Sprintf("nats object add %s --storage file --replicas %d", n.files, replicas)
}

func (n names) makeValues(replicas int) string {
	return fmt.Sprintf("nats kv add %s --storage file --history 1 --replicas %d", n.values, replicas)
}

// missing is the error where NATS has no stream, which was asked for or about.
func (n names) missing(about string) error {
	what := "key-value bucket " + n.values + " in NATS (" + n.makeValues(3) + ")"
	if strings.Contains(about, n.fileStream()) {
		what = "object store " + n.files + " in NATS (" + n.makeFiles(3) + ")"
	}
	return &transport.MissingError{What: what}
}
