package ops

import (
	"maps"
	"math"
	"net/url"
	"slices"
	"strconv"
	"time"

	"alphanode/server/figures"
	"alphanode/server/pages/frame"
	"alphanode/server/readable"
	"alphanode/server/route"
	"alphanode/store"
)

// overview is what the page at /ops shows.
type overview struct {
	Serving  serving
	Problem  string
	Done     *done // what was just made current; nil where nothing was
	Clock    clock
	Figures  []figure
	Steps    []stepRow
	Releases []releaseRow
	Older    string // leads to releases before these; "" where there are none
	Carried  *carriedRow
	Fleet    *fleetShown // nil where the server belongs to none
	Webhooks []webhookRow
	Untold   bool // what webhooks must be told cannot be written down
	Scale    scale
	Routes   []routeRow
	Errors   []errorRow
	Slowest  []slowRow
	SignOut  string // where the form leads; "" for who has not signed in
}

// serving is what readers get.
type serving struct {
	Ready         bool
	Release       string // "" for none
	Since, Exact  string
	Posts         int
	Back          string // to which a rollback goes; "" for none
	Damaged, From string // the release that is damaged, and the one in its place
}

// clock says of when the page is, and leads to other pages of it.
type clock struct {
	At, Of        string
	Live          bool // it is made anew every few seconds
	Pause, Minute string
	Hour          string // "" where the hour is shown
}

// done is a switch that was just made.
type done struct{ Release, Back string }

func (d *Desk) overviewPage(v visit) (*route.Answer, error) {
	now, values := d.now(), v.HTTP.URL.Query()
	span := figures.Minute
	if values.Get("of") == "hour" {
		span = figures.Hour
	}
	snapshot := d.Figures.Read(now, span)
	state := d.State()
	shown := &overview{
		Problem: state.Problem, Clock: newClock(v, now, span, values), Figures: figuresOf(snapshot, state), Steps: stepsOf(snapshot),
		Carried: carriedOf(state.Carried), Errors: errorsOf(d.Figures.Errors()), Slowest: slowestOf(d.Figures.Slowest(now)),
	}
	shown.Routes, shown.Scale = routesOf(snapshot)
	if v.SignedIn {
		shown.SignOut = v.Site.Path("/ops/sign-out")
	}
	shown.Fleet = d.fleetOf(v.Ctx)
	if d.Webhooks != nil {
		shown.Webhooks, shown.Untold = webhooksOf(d.Webhooks), d.Webhooks.Forgetful()
	}
	if err := d.showReleases(v, values, state, shown); err != nil {
		return nil, err
	}
	title := "Nothing is served"
	if shown.Serving.Release != "" {
		title = shown.Serving.Release + " is served"
	}
	return d.page(v, d.overview, &frame.Page{Title: title + " · operations", Data: shown})
}

func newClock(v visit, now time.Time, span figures.Span, values url.Values) clock {
	c := clock{At: now.UTC().Format(time.TimeOnly), Of: "Last minute", Live: values.Get("live") != "off"}
	is := url.Values{}
	if span == figures.Hour {
		is.Set("of", "hour")
	}
	if !c.Live {
		is.Set("live", "off")
	}
	if before := values.Get("before"); store.IsReleaseName(before) {
		is.Set("before", before)
	}
	link := func(name, value string) string {
		other := maps.Clone(is)
		if other.Set(name, value); value == "" {
			other.Del(name)
		}
		path := "/ops"
		if len(other) > 0 {
			path += "?" + other.Encode()
		}
		return v.Site.Path(path)
	}
	c.Pause = link("live", "off")
	if !c.Live {
		c.Pause = link("live", "")
	}
	if c.Minute = link("of", ""); span == figures.Minute {
		c.Minute, c.Hour = "", link("of", "hour")
	} else {
		c.Of = "Last hour"
	}
	return c
}

// figure is one of the numbers at the head of the page.
type figure struct {
	Name, Value string
	Note, Below string // two lines that stay two whatever they tell: what stands below the numbers must not move every few seconds
	Line        line
}

func figuresOf(s *figures.Snapshot, state State) []figure {
	all, of := s.All, over(s.Span)
	kept := keptOf(all.Counts)
	return []figure{
		{"requests", rate(all.Requests, s.Covered) + " /s", readable.Number(state.InFlight), "being made",
			lineOf(s, "Requests", of, func(c figures.Counts) float64 { return float64(c.Requests) })},
		{"time, p99", milliseconds(all.P99) + " ms", "p50 " + milliseconds(all.P50) + " ms", "p95 " + milliseconds(all.P95) + " ms",
			lineOf(s, "Time within which 99 of 100 requests were answered", of, func(c figures.Counts) float64 { return where(c.Requests > 0, float64(c.P99)) })},
		{"errors", percent(all.CallersFaults+all.OwnFaults, all.Requests), readable.Number(all.OwnFaults) + " of the server’s", readable.Number(all.CallersFaults) + " of the caller’s",
			lineOf(s, "Errors", of, func(c figures.Counts) float64 { return float64(c.CallersFaults + c.OwnFaults) })},
		{"from cache", percent(kept.Hit, kept.All), "of " + readable.Number(kept.All), "that may be",
			lineOf(s, "Share from cache", of, func(c figures.Counts) float64 {
				kept := keptOf(c)
				return where(kept.All > 0, float64(kept.Hit)/float64(kept.All))
			})},
		{"store calls", perRequest(all.StoreCalls, all.Requests), "for each request", milliseconds(all.StoreTime/time.Duration(max(1, all.Requests))) + " ms",
			lineOf(s, "Store calls for each request", of, func(c figures.Counts) float64 {
				return where(c.Requests > 0, float64(c.StoreCalls)/float64(c.Requests))
			})},
	}
}

func over(span figures.Span) string {
	if span == figures.Hour {
		return "by the minute, last hour"
	}
	return "by the second, last minute"
}

// where is a value that is there under a condition.
func where(there bool, value float64) float64 {
	if !there {
		return math.NaN()
	}
	return value
}

// lineOf draws the steps that are over, and were since the start.
func lineOf(s *figures.Snapshot, name, of string, value func(figures.Counts) float64) line {
	return lineOfSteps(s, s.All.Steps, name, of, value)
}

func lineOfSteps(s *figures.Snapshot, steps []figures.Counts, name, of string, value func(figures.Counts) float64) line {
	over := steps[:len(steps)-1]
	begun := min(len(over), int(s.Covered/s.Span.Step()))
	values := make([]float64, len(over))
	for i := range over {
		values[i] = math.NaN()
		if i >= len(over)-begun {
			values[i] = value(over[i])
		}
	}
	return newLine(values, name+" "+of)
}

// kept is how many of the requests that could be answered from the cache were.
type kept struct{ Hit, All int }

func keptOf(c figures.Counts) kept {
	k := kept{Hit: c.Cache[figures.Hit]}
	k.All = k.Hit + c.Cache[figures.Miss] + c.Cache[figures.Collapsed]
	return k
}

func perRequest(n, requests int) string {
	if requests == 0 {
		return "–"
	}
	return strconv.FormatFloat(float64(n)/float64(requests), 'f', 1, 64)
}

// stepRow is a row of the numbers behind the pictures.
type stepRow struct {
	Ago                                  string
	Requests, Callers, Own, Hits, Misses int
	Others, StoreCalls                   int
	P50, P95, P99                        string
}

// stepsOf gives the numbers of each step that is over and had requests, the latest first.
func stepsOf(s *figures.Snapshot) (rows []stepRow) {
	for i, c := range slices.Backward(s.All.Steps[:len(s.All.Steps)-1]) {
		if c.Requests == 0 {
			continue
		}
		rows = append(rows, stepRow{
			Ago: (time.Duration(len(s.All.Steps)-1-i) * s.Span.Step()).String(), Requests: c.Requests, Callers: c.CallersFaults, Own: c.OwnFaults,
			Hits: c.Cache[figures.Hit], Misses: c.Cache[figures.Miss], Others: c.Cache[figures.Collapsed] + c.Cache[figures.Bypass], StoreCalls: c.StoreCalls,
			P50: milliseconds(c.P50), P95: milliseconds(c.P95), P99: milliseconds(c.P99),
		})
	}
	return rows
}

// routeRow is one route of the table.
type routeRow struct {
	Name, Rate                   string
	Line                         line
	P50, P95, P99                string
	Spread                       spread
	Errors, Own                  string // shares; "" where there were none of the server's
	Bad                          bool
	Cache, StoreCalls, StoreTime string
	Hits, Misses, Shared, Bypass int
}

func routesOf(s *figures.Snapshot) (rows []routeRow, on scale) {
	var times []time.Duration
	for _, r := range s.Routes {
		times = append(times, r.P50, r.P99)
	}
	on = newScale(times)
	for _, r := range s.Routes {
		kept := keptOf(r.Counts)
		row := routeRow{
			Name: r.Name, Rate: rate(r.Requests, s.Covered),
			Line: lineOfSteps(s, r.Steps, "Requests", over(s.Span), func(c figures.Counts) float64 { return float64(c.Requests) }),
			P50:  milliseconds(r.P50), P95: milliseconds(r.P95), P99: milliseconds(r.P99), Spread: on.spread(r.P50, r.P95, r.P99),
			Errors: percent(r.CallersFaults, r.Requests), Own: percent(r.OwnFaults, r.Requests), Bad: r.OwnFaults > 0,
			Cache: percent(kept.Hit, kept.All), StoreCalls: perRequest(r.StoreCalls, r.Requests),
			StoreTime: milliseconds(r.StoreTime / time.Duration(max(1, r.Requests))),
			Hits:      r.Cache[figures.Hit], Misses: r.Cache[figures.Miss], Shared: r.Cache[figures.Collapsed], Bypass: r.Cache[figures.Bypass],
		}
		rows = append(rows, row)
	}
	return rows, on
}

// errorRow is a kind of errors.
type errorRow struct {
	figures.Error
	At string
}

func errorsOf(all []figures.Error) (rows []errorRow) {
	for _, e := range all {
		rows = append(rows, errorRow{e, e.Last.UTC().Format(time.TimeOnly)})
	}
	return rows
}

// slowRow is one of the slowest operations.
type slowRow struct {
	figures.Operation
	At, Time, Store string
}

func slowestOf(all []figures.Operation) (rows []slowRow) {
	for _, o := range all {
		rows = append(rows, slowRow{o, o.Ended.UTC().Format(time.TimeOnly), milliseconds(o.Took), milliseconds(o.StoreTime)})
	}
	return rows
}

// carriedRow is what the last switch kept of the answers that were kept.
type carriedRow struct {
	*Carried
	Ago, Duration string
	Kept          int
}

func carriedOf(c *Carried) *carriedRow {
	if c == nil {
		return nil
	}
	return &carriedRow{c, c.At.UTC().Format(time.TimeOnly), milliseconds(c.Took), c.Known + c.Stayed}
}

// webhookRow is how it goes with one webhook.
type webhookRow struct {
	Name     string
	Waiting  int
	Outcomes map[string]int
}

func webhooksOf(w Webhooks) (rows []webhookRow) {
	w.EachWaiting(func(name string, switches int) {
		rows = append(rows, webhookRow{Name: name, Waiting: switches, Outcomes: map[string]int{}})
	})
	w.EachAttempt(func(name, outcome string, attempts int) {
		if i := slices.IndexFunc(rows, func(r webhookRow) bool { return r.Name == name }); i >= 0 {
			rows[i].Outcomes[outcome] = attempts
		}
	})
	return rows
}

// releaseRow is a release of the list.
type releaseRow struct {
	store.Entry
	State, Built, At string
	Exact            string
	Diff             string // leads to what differs from its parent; "" where readers cannot see that
	Publish, Back    string // lead to the pages of the acts; "" where they make no sense
}

// releasesShown is how many releases are listed at once, the newest first.
const releasesShown = 10

// showReleases fills in what is served, and the releases.
func (d *Desk) showReleases(v visit, values url.Values, state State, shown *overview) error {
	entries, err := d.Catalogue.List()
	if err != nil {
		return err
	}
	current, err := d.Catalogue.Current()
	if err != nil {
		current = "" // which the problem tells of
	}
	targets, err := d.Catalogue.RollbackTargets()
	if err != nil {
		targets = nil
	}
	shown.Serving = d.servingOf(state, targets, entries)
	if name := values.Get("done"); name != "" && name == current {
		shown.Done = &done{Release: name}
		if len(targets) > 0 && d.Command != nil {
			shown.Done.Back = d.Command(rollback.name, targets[0], false)
		}
	}
	before, _ := store.ReleaseNumber(values.Get("before"))
	for i, e := range slices.Backward(entries) {
		if n, _ := store.ReleaseNumber(e.Name); before > 0 && n >= before {
			continue
		}
		if len(shown.Releases) == releasesShown {
			shown.Older = v.Site.Path("/ops?" + url.Values{"before": {entries[i+1].Name}}.Encode())
			break
		}
		row := releaseRow{Entry: e, State: string(e.State), Built: readable.Moment(e.Time), Exact: exact(e.Time)}
		if e.PublishedAt != nil {
			row.At = readable.Moment(*e.PublishedAt)
		}
		link := func(a act) string { return v.Site.Path("/ops/" + a.name + "?" + url.Values{"to": {e.Name}}.Encode()) }
		switch {
		case e.Problem != "":
		case slices.Contains(targets, e.Name):
			row.Back = link(rollback)
		case e.Name != current || d.Live.Damage().From == e.Name:
			row.Publish = link(publish)
		}
		if e.PublishedAt != nil && e.Parent != "" && slices.ContainsFunc(entries, func(p store.Entry) bool { return p.Name == e.Parent && p.PublishedAt != nil }) {
			row.Diff = v.door.link(v.Request, "/compare/"+e.Parent+"/"+e.Name)
		}
		shown.Releases = append(shown.Releases, row)
	}
	return nil
}

func (d *Desk) servingOf(state State, targets []string, entries []store.Entry) serving {
	s := serving{Ready: !state.Draining}
	if damage := d.Live.Damage(); damage.From != "" {
		s.Damaged, s.From = damage.From, damage.To
	}
	for _, target := range targets {
		if slices.ContainsFunc(entries, func(e store.Entry) bool { return e.Name == target && e.Problem == "" }) {
			s.Back = target
			break
		}
	}
	served, err := d.Live.Acquire()
	if err != nil {
		s.Ready = false
		return s
	}
	defer served.Close()
	m := served.Manifest()
	s.Release, s.Posts = m.Name, m.Public.Posts
	if since := served.ServedSince(); !since.IsZero() {
		s.Since, s.Exact = readable.Moment(since), exact(since)
	}
	return s
}

func exact(t time.Time) string { return t.UTC().Format(time.RFC3339) }
