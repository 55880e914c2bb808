//go:build linux

package machines_test

import (
	"context"
	"path/filepath"
	"time"
)

// megabyte is one of 1,000,000 bytes.
const megabyte = 1e6

// figures measures how long releases take, what travels, and what a replica needs meanwhile.
// Times are told and never asserted.
func (f *fleet) figures(posts int) {
	t := f.t
	another := filepath.Join(f.dir, "another.ndjson")
	f.synthesize(another, posts, 2)

	// Memory of those who have served for a while, and fetched nothing yet.
	for _, name := range replicas {
		f.processes[name].kill()
		f.processes[name].start()
	}
	f.settle()
	resting := map[string]int64{}
	ends := map[string]func() int64{}
	for _, name := range replicas {
		resting[name] = f.processes[name].memory()
		ends[name] = f.processes[name].peak()
	}
	before := f.fetched()
	sending := f.firstSent()
	start := time.Now()
	all := f.must("w1", "import", "--json", "--replace", "--publish", another, f.probes())
	first := sending()
	f.settle()
	for _, name := range replicas {
		most := ends[name]()
		t.Logf("memory of %s without files: %.0f MB before, at most %.0f MB: %.0f MB more (aim: 150 at most)", name, float64(resting[name])/megabyte, float64(most)/megabyte, float64(most-resting[name])/megabyte)
	}
	size := f.size(f.released(all))
	t.Logf("a release of %d posts, %.0f MB, imported, sent, fetched and served by all: %v in all, of which %v from when its first block was in the fleet (aim: 15s)", posts, float64(size)/megabyte, all.took.Round(10*time.Millisecond), (all.took - first.Sub(start)).Round(10*time.Millisecond))
	f.tellFetched("of another archive", before, size)

	before = f.fetched()
	name := f.stage("w1")
	f.must("w1", "publish", name)
	f.settle()
	f.tellFetched("that shares its posts with the one before", before, f.size(name))

	// One that replicas have had time to fetch, and one that they have not.
	name = f.stage("w1")
	f.eventually("the staged release is everywhere", func() bool {
		for _, replica := range replicas {
			if len(f.read(replica, filepath.Join("releases", name, "manifest.json"))) == 0 {
				return false
			}
		}
		return true
	})
	o := f.must("w1", "publish", name, "--json")
	t.Logf("publish of a staged release that replicas have fetched: %v (aim: 1s)", o.took.Round(time.Millisecond))
	for _, replica := range replicas {
		f.readers.ill(replica)
		f.processes[replica].kill()
	}
	f.synthesize(another, posts, 3)
	name = f.released(f.must("w1", "import", "--json", "--replace", another, f.probes()))
	for _, replica := range replicas {
		f.processes[replica].start()
	}
	o = f.must("w1", "publish", name, "--json")
	f.settle()
	t.Logf("publish of a staged release of %d posts, %.0f MB, that no replica has, from the start of the command until it is served by all, replicas started at the same time: %v (aim: 15s)", posts, float64(f.size(name))/megabyte, o.took.Round(10*time.Millisecond))

	for range 3 {
		o = f.must("w1", "rollback", "--json")
		f.settle()
		t.Logf("rollback, until it is served by all: %v (aim: 1s)", o.took.Round(time.Millisecond))
	}
}

// firstSent looks for a new block in the fleet, and gives when there was one.
func (f *fleet) firstSent() func() time.Time {
	f.t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 2*soon)
	there := f.reach(ctx)
	old, err := there.List(ctx, "blocks/")
	must(f.t, err)
	found := make(chan time.Time, 1)
	go func() {
		defer cancel()
		defer there.Close()
		for {
			now, err := there.List(ctx, "blocks/")
			if err != nil || len(now) != len(old) {
				found <- time.Now()
				return
			}
			time.Sleep(100 * time.Millisecond)
		}
	}()
	return func() time.Time { return <-found }
}

// size is how many bytes the files of a release have.
func (f *fleet) size(release string) int64 {
	f.t.Helper()
	var sum int64
	files, err := filepath.Glob(filepath.Join(f.data("w1"), "releases", release, "*"))
	must(f.t, err)
	for _, file := range files {
		sum += fileSize(file)
	}
	return sum
}

// fetched gives what replicas have fetched since their start.
func (f *fleet) fetched() map[string]int64 {
	f.t.Helper()
	all := map[string]int64{}
	for _, r := range f.status().Replicas {
		all[r.Name] = r.Fetched
	}
	return all
}

// tellFetched says what has travelled for a release. More than all of it is wrong.
func (f *fleet) tellFetched(what string, before map[string]int64, size int64) {
	f.t.Helper()
	for name, now := range f.fetched() {
		n := now - before[name]
		f.t.Logf("for a release %s, %s fetched %.1f of %.1f MB (%.0f %%)", what, name, float64(n)/megabyte, float64(size)/megabyte, 100*float64(n)/float64(size))
		if n > size {
			f.t.Errorf("%s fetched %d bytes, expected at most %d", name, n, size)
		}
	}
}

// eventually waits for something.
func (f *fleet) eventually(what string, is func() bool) {
	f.t.Helper()
	for start := time.Now(); !is(); time.Sleep(20 * time.Millisecond) {
		if time.Since(start) > soon {
			f.t.Fatalf("%s: it did not come to that", what)
		}
	}
}
