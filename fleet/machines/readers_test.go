//go:build linux

package machines_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"net"
	"net/http"
	"regexp"
	"sync"
	"time"
)

// mostTold is how many wrong answers are told of one by one.
const mostTold = 20

// atOnce is how many readers there are.
const atOnce = 4

// crowd are readers who know nothing of the fleet: each asks one replica after the other, and
// names the newest release that he has seen.
type crowd struct {
	f       *fleet
	client  *http.Client
	end     chan struct{}
	running sync.WaitGroup

	mu      sync.Mutex
	answers []answer
	bad     map[string][]trouble // of replicas
	gone    map[string]time.Time // taken down, and said to be so since then
	count   tally
}

// tally counts.
type tally struct{ right, waits, excused, wrong, mixed, older, gone, failed int }

// answer is what a reader was told.
type answer struct {
	question   int
	replica    string
	least      string // the release that was asked for at least
	release    string
	said       said
	vanished   []string // posts in it that are to be taken down some day
	start, end time.Time
}

// trouble is a time in which a replica need not answer.
type trouble struct{ from, to time.Time }

func newCrowd(f *fleet) *crowd {
	c := &crowd{
		f: f, end: make(chan struct{}), bad: map[string][]trouble{}, gone: map[string]time.Time{},
		client: &http.Client{Timeout: 10 * time.Second, Transport: &http.Transport{
			MaxIdleConnsPerHost: atOnce, DialContext: (&net.Dialer{Timeout: 3 * time.Second}).DialContext,
		}},
	}
	return c
}

// begin has them ask.
func (c *crowd) begin(seed uint64) {
	for i := range atOnce {
		c.running.Go(func() { c.read(i, rand.New(rand.NewPCG(seed, uint64(i)))) })
	}
}

// stop ends that.
func (c *crowd) stop() {
	select {
	case <-c.end:
	default:
		close(c.end)
	}
	c.running.Wait()
}

var (
	buildMark  = regexp.MustCompile(`build-\d+`)
	vanishMark = regexp.MustCompile(`this is (vanish-\d+)`)
)

// read is one reader.
func (c *crowd) read(n int, random *rand.Rand) {
	var seen string
	for turn := n; ; turn++ {
		select {
		case <-c.end:
			return
		case <-time.After(8 * time.Millisecond):
		}
		replica := replicas[turn%len(replicas)]
		a := answer{question: random.IntN(len(c.f.truth.asked)), replica: replica, least: seen, start: time.Now()}
		header := http.Header{}
		if seen != "" {
			header.Set("Release-At-Least", seen)
		}
		r, body, err := c.f.truth.asked[a.question].ask(c.client, c.f.address(replica), header)
		a.end = time.Now()
		switch {
		case err != nil:
			c.fail(a, err.Error())
		case r.StatusCode == http.StatusServiceUnavailable && r.Header.Get("Retry-After") != "":
			c.add(func(t *tally) { t.waits++ })
		case r.StatusCode != http.StatusOK && r.StatusCode != http.StatusNotFound:
			c.fail(a, r.Status+string(body))
		default:
			a.release = r.Header.Get("Release")
			a.said = saidBy(r.StatusCode, body)
			if marks := buildMark.FindAll(body, -1); len(marks) > 0 && bytes.Count(bytes.Join(marks, nil), marks[0]) != len(marks) {
				c.add(func(t *tally) { t.mixed++ })
			}
			for _, found := range vanishMark.FindAllSubmatch(body, -1) {
				a.vanished = append(a.vanished, string(found[1]))
			}
			c.mu.Lock()
			c.answers = append(c.answers, a)
			c.mu.Unlock()
			seen = a.release
		}
	}
}

func (c *crowd) add(change func(*tally)) {
	c.mu.Lock()
	defer c.mu.Unlock()
	change(&c.count)
}

// fail counts an answer that did not come: it is excused where the replica was in trouble.
func (c *crowd) fail(a answer, why string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, t := range c.bad[a.replica] {
		if a.end.After(t.from) && (t.to.IsZero() || a.start.Before(t.to)) {
			c.count.excused++
			return
		}
	}
	c.count.failed++
	c.f.t.Errorf("%s did not answer, and nothing had been done to it: %s", a.replica, why)
}

// ill notes that replicas are in trouble, until all are well.
func (c *crowd) ill(names ...string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, name := range names {
		c.bad[name] = append(c.bad[name], trouble{from: time.Now()})
	}
}

// well ends all trouble.
func (c *crowd) well() {
	c.client.CloseIdleConnections() // of those who were killed
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, all := range c.bad {
		for i := range all {
			if all[i].to.IsZero() {
				all[i].to = time.Now()
			}
		}
	}
}

// takenDown notes that a post is gone from now on.
func (c *crowd) takenDown(slug string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.gone[slug] = time.Now()
}

// judge holds the answers so far against the truth and against the history.
func (c *crowd) judge(journal []byte) {
	first, last := places(journal)
	c.mu.Lock()
	answers := c.answers
	c.answers = nil
	defer c.mu.Unlock()
	for _, a := range answers {
		faults := c.count
		if !c.f.truth.is(a.release, a.question, a.said) {
			c.count.wrong++
		}
		at, ok := last[a.release]
		if !ok {
			c.count.wrong++
		} else if a.least != "" && at < first[a.least] {
			c.count.older++
		}
		for _, slug := range a.vanished {
			if since, ok := c.gone[slug]; ok && a.start.After(since) {
				c.count.gone++
			}
		}
		if faults != c.count && c.count.wrong+c.count.older+c.count.gone > mostTold {
			continue
		}
		if faults != c.count {
			c.f.t.Errorf("%s answered question %d (%s) at %s wrongly: from %q, at least %q was asked for, with %v in it", a.replica, a.question, c.f.truth.asked[a.question].path, a.start.Format(time.StampMilli), a.release, a.least, a.vanished)
			continue
		}
		c.count.right++
	}
	if c.count.mixed > 0 {
		c.f.t.Errorf("%d answers were mixed", c.count.mixed)
	}
}

// places gives where in the history a release was current: first and last.
func places(journal []byte) (first, last map[string]int) {
	first, last = map[string]int{}, map[string]int{}
	for i, line := range bytes.Split(bytes.TrimSpace(journal), []byte("\n")) {
		var e struct{ Action, Release string }
		if json.Unmarshal(line, &e) != nil || e.Action != "publish" && e.Action != "rollback" {
			continue
		}
		if _, ok := first[e.Release]; !ok {
			first[e.Release] = i
		}
		last[e.Release] = i
	}
	return first, last
}

// tell gives the figures.
func (c *crowd) tell() string {
	c.mu.Lock()
	defer c.mu.Unlock()
	n := c.count
	return fmt.Sprintf("%d answers right; %d wrong, %d mixed, %d older than was asked for, %d with what was taken down (each must be 0); %d asked to come again; %d not given by who was killed, cut off or slow, %d by others (must be 0)",
		n.right, n.wrong, n.mixed, n.older, n.gone, n.waits, n.excused, n.failed)
}
