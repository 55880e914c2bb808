package ops

import (
	"context"
	"fmt"
	"time"

	"alphanode/server/readable"
)

// Fleet is those with whom the server shares its history.
type Fleet struct {
	Act      uint64 // how many there were
	Current  string // the release that all are to serve; "" for none
	Last     string // what was done last, and by whom
	Heard    time.Time
	Problem  string // why there is nothing newer; "" where it is of now
	Replicas []Replica
}

// Replica is one server of a fleet.
type Replica struct {
	Name, Release, Lag string // "" for none
	Own                bool   // it is this server
	Act                uint64 // whose state its readers see
	Free               uint64 // bytes
	Requests, Errors   float64
	Version            string
	Why                string // its readers do not see what they are to see; "" where they do
	Until              string // when it was heard last, by its clock, where it is silent; else ""
	Silent, Drained    bool
}

// fleetShown is the part of the page about the fleet.
type fleetShown struct {
	Summary, At, Problem string
	Rows                 []replicaRow
}

// replicaRow is a row of the table.
type replicaRow struct {
	Replica
	Room, Rate, Failed string
	Behind, Failing    bool
}

func (d *Desk) fleetOf(ctx context.Context) *fleetShown {
	if d.Fleet == nil {
		return nil
	}
	f := d.Fleet(ctx)
	shown := &fleetShown{Problem: f.Problem}
	if f.Heard.IsZero() {
		return shown
	}
	current := f.Current
	if current == "" {
		current = "nothing"
	}
	shown.Summary = fmt.Sprintf("Act %s: %s. All are to serve %s.", readable.Number(int(f.Act)), f.Last, current)
	shown.At = f.Heard.UTC().Format(time.TimeOnly)
	for _, r := range f.Replicas {
		shown.Rows = append(shown.Rows, replicaRow{
			Replica: r, Room: fmt.Sprintf("%.1f GB", float64(r.Free)/1e9), Rate: fmt.Sprintf("%.1f", r.Requests), Failed: fmt.Sprintf("%.1f", r.Errors),
			Behind: r.Act < f.Act, Failing: r.Errors >= 0.05,
		})
	}
	return shown
}
