package server_test

import (
	"strings"
	"testing"
	"time"

	"alphanode/fleet"
)

// fleetPage is the part of the page for people on call about a fleet; "" where there is none.
func fleetPage(t *testing.T, f *someFleet) string {
	t.Helper()
	h := opsHouse(t)
	if f != nil {
		h.archive.Fleet = f
	}
	h.Server = h.beside("ops-addr=127.0.0.1:8081")
	page := h.browse(h.Operators()).get("/ops")
	if page.status != 200 {
		t.Fatalf("found %d %s", page.status, page.body)
	}
	_, rest, _ := strings.Cut(page.body, `<h2 id="fleet">`)
	part, _, _ := strings.Cut(rest, "</section>")
	return part
}

func TestOpsShowsTheFleet(t *testing.T) {
	t.Parallel()
	replica := func(name string) fleet.Standing {
		return fleet.Standing{Done: true, Report: fleet.Report{Name: name, Version: "1.2", Serves: 1234, Release: "r2", Free: 61.5e9, Traffic: fleet.Traffic{Requests: 12.34}}}
	}
	all := []fleet.Standing{replica("a"), replica("b"), replica("c"), replica("d")}
	all[1].Draining = true
	all[2].Done, all[2].Why, all[2].Serves, all[2].Release, all[2].Lag, all[2].Errors = false, "it is <fetching> r2", 1233, "", "3s", 1.5
	all[3].Done, all[3].Silent, all[3].Why, all[3].Until = false, true, "it does not answer", "2026-11-29T10:00:00Z"
	f := someFleet{sight: fleet.Sight{Heard: time.Date(2026, 11, 29, 12, 34, 56, 0, time.UTC), Roll: &fleet.Roll{Act: 1234, Current: "r2", Last: "anna published r2", Replicas: all}}}
	part := fleetPage(t, &f)
	for _, want := range []string{
		"Act 1,234: anna published r2. All are to serve r2. As heard at <time>12:34:56</time> UTC.",
		`<bdi>a</bdi> <span class="soft">this one</span></th><td><span class="tag good">serving</span></td><td>r2</td><td class="n">1234</td><td class="n">–</td><td class="n nowrap">61.5 GB</td><td class="n">12.3</td><td class="n">0.0</td><td><bdi>1.2</bdi></td>`,
		`<bdi>b</bdi></th><td> <span class="tag warn">drained</span></td>`,
		`<bdi>c</bdi></th><td><span class="tag bad">behind</span> it is &lt;fetching&gt; r2</td><td>nothing</td><td class="n"><b class="bad">1233</b></td><td class="n">3s</td>`,
		`<b class="bad">1.5</b>`,
		`<bdi>d</bdi></th><td><span class="tag bad">silent</span> last heard <time>2026-11-29T10:00:00Z</time> by its clock</td>`,
	} {
		if !strings.Contains(part, want) {
			t.Errorf("found %s, expected %s", part, want)
		}
	}
	if strings.Contains(part, "alert") {
		t.Errorf("found a problem in %s", part)
	}
}

func TestOpsShowsWhatWasHeardOfAFleetBefore(t *testing.T) {
	t.Parallel()
	f := someFleet{sight: fleet.Sight{Problem: "the fleet does not answer"}}
	if part := fleetPage(t, &f); !strings.Contains(part, `role="alert"><b>the fleet does not answer</b>`) || strings.Contains(part, "As heard at") {
		t.Errorf("found %s", part)
	}
	f.sight.Heard, f.sight.Roll = time.Now(), &fleet.Roll{Act: 1}
	if part := fleetPage(t, &f); !strings.Contains(part, `role="alert"><b>the fleet does not answer</b>`) || !strings.Contains(part, "No replica is known yet.") {
		t.Errorf("found %s", part)
	}
}

func TestOpsOfAServerWithoutAFleet(t *testing.T) {
	t.Parallel()
	if part := fleetPage(t, nil); part != "" {
		t.Errorf("found %s", part)
	}
}
