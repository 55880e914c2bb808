package server_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus/testutil"

	"alphanode/fleet"
	"alphanode/server"
	"alphanode/store/storetest"
)

// someFleet is a fleet that says of its replica what a test wants.
type someFleet struct {
	unready, warning string
	sight            fleet.Sight
}

func (f *someFleet) Unready() string { return f.unready }
func (f *someFleet) Warning() string { return f.warning }
func (f *someFleet) Name() string    { return "a" }
func (f *someFleet) Look(context.Context) fleet.Sight {
	return f.sight
}
func (f *someFleet) State() fleet.State {
	return fleet.State{Act: 3, Known: 5, Lag: 1500 * time.Millisecond, Lost: f.warning != "", Fetched: 42}
}

// TestReadyInAFleet: a replica that its fleet does not reach is ready and says so; one that is
// drained, or too far behind, is not, and answers whoever asks it all the same.
func TestReadyInAFleet(t *testing.T) {
	t.Parallel()
	l := storetest.Live(t, storetest.Catalogue(t, archive(t)...))
	f := new(someFleet)
	s, err := server.New(chosen(t), server.Archive{Live: l, Keys: noKeys{}, Fleet: f}, quiet)
	if err != nil {
		t.Fatal(err)
	}
	if r := get(t, s, "/ready"); r.status != 200 || strings.Contains(r.body, "problem") {
		t.Errorf("found %d %s", r.status, r.body)
	}
	f.warning = "the fleet does not answer"
	if r := get(t, s, "/ready"); r.status != 200 || !strings.Contains(r.body, `"problem":"the fleet does not answer"`) {
		t.Errorf("found %d %s, expected that it is ready, and what is wrong", r.status, r.body)
	}
	f.unready = "This replica is drained."
	if r := get(t, s, "/ready"); r.status != 503 || !strings.Contains(r.body, "drained") || r.header.Get("Retry-After") == "" {
		t.Errorf("found %d %s %v", r.status, r.body, r.header)
	}
	if r := get(t, s, "/v1/posts"); r.status != 200 {
		t.Errorf("found %d, expected that readers are answered", r.status)
	}
	const want = `
# HELP alphanode_fleet_act How many acts of the fleet the data directory has.
# TYPE alphanode_fleet_act gauge
alphanode_fleet_act 3
# HELP alphanode_fleet_fetched_bytes_total Bytes of releases that were fetched from the fleet.
# TYPE alphanode_fleet_fetched_bytes_total counter
alphanode_fleet_fetched_bytes_total 42
# HELP alphanode_fleet_known_act How many acts of the fleet this replica has heard of.
# TYPE alphanode_fleet_known_act gauge
alphanode_fleet_known_act 5
# HELP alphanode_fleet_lag_seconds For how long readers do not see the newest act of the fleet that is known, or nothing is known of the fleet; 0 where they do.
# TYPE alphanode_fleet_lag_seconds gauge
alphanode_fleet_lag_seconds 1.5
# HELP alphanode_fleet_lost 1 while the fleet does not answer.
# TYPE alphanode_fleet_lost gauge
alphanode_fleet_lost 1
`
	if err := testutil.GatherAndCompare(s.Metrics(), strings.NewReader(want), "alphanode_fleet_act", "alphanode_fleet_fetched_bytes_total", "alphanode_fleet_known_act", "alphanode_fleet_lag_seconds", "alphanode_fleet_lost"); err != nil {
		t.Error(err)
	}
}
