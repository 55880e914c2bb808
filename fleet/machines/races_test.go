//go:build linux

package machines_test

import (
	"math/rand/v2"
	"sync"
	"time"
)

// both does two things at the same time, the second one a moment later.
func both(random *rand.Rand, one, other func()) {
	var all sync.WaitGroup
	wait := time.Duration(random.IntN(400)) * time.Millisecond
	all.Go(one)
	all.Go(func() {
		time.Sleep(wait)
		other()
	})
	all.Wait()
}

// twoPublishers: at least one of two wins.
func (f *fleet) twoPublishers(random *rand.Rand, _ ...string) {
	one, other := f.stage("w1"), f.stage("w2")
	f.truth.learn(writers...)
	var first, second outcome
	both(random, func() { first = f.run("w1", "publish", one) }, func() { second = f.run("w2", "publish", other) })
	if first.code != 0 && second.code != 0 {
		f.t.Errorf("two publish at once, and nobody wins: %s%s and %s%s", first.output, first.errors, second.output, second.errors)
	}
	f.catchUp()
}

// catchUp brings the writers to what was agreed on.
func (f *fleet) catchUp() {
	for _, name := range writers {
		f.must(name, "prune", "--keep", "1000")
	}
}

func (f *fleet) publishDuringTakedown(random *rand.Rand, _ ...string) {
	slug, path := f.vanishing(int(f.build.Load()) + 1)
	with := f.stage("w1", path)
	f.truth.learn("w1")
	f.must("w1", "publish", with)
	next := f.stage("w2")
	f.truth.learn("w2")
	var taken, published outcome
	both(random, func() { taken = f.run("w1", "takedown", slug) }, func() { published = f.run("w2", "publish", next) })
	if taken.code != 0 {
		f.t.Logf("a takedown during a publish is refused: %s", taken.errors)
		f.must("w1", "takedown", slug)
	}
	f.readers.takenDown(slug)
	if published.code != 0 {
		f.t.Logf("a publish during a takedown is refused: %s", published.errors)
	}
	f.catchUp()
}

func (f *fleet) rollbackDuringPublish(random *rand.Rand, _ ...string) {
	next := f.stage("w2")
	f.truth.learn("w2")
	var back, published outcome
	both(random, func() { published = f.run("w2", "publish", next) }, func() { back = f.run("w1", "rollback") })
	if back.code != 0 && published.code != 0 {
		f.t.Errorf("a rollback during a publish, and neither is done: %s%s and %s%s", back.output, back.errors, published.output, published.errors)
	}
	f.catchUp()
}

// pruneDuringFetch: a release is gone while a replica with a slow link is fetching it.
func (f *fleet) pruneDuringFetch(random *rand.Rand, to ...string) {
	name := to[0]
	f.readers.ill(name)
	f.g.machines[name].slowDown(far, random.Uint64())
	f.publish("w1", "2")
	f.eventually("the slow replica is fetching", func() bool {
		return len(glob(f.data(name), "fleet/*/*/release.db")) > 0
	})
	f.publish("w1", "2")
	f.publish("w1", "2")
	f.must("w1", "prune", "--keep", "1")
	time.Sleep(time.Second)
	f.g.machines[name].speedUp()
}
