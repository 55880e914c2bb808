//go:build linux

package machines_test

import (
	"bytes"
	"context"
	"io"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"time"

	"alphanode/fleet/transport"
	"alphanode/fleet/transport/jetstream"
)

// fault is something that happens to machines. It is over when it returns, but for what the
// fleet needs to settle.
type fault struct {
	name   string
	happen func(*fleet, *rand.Rand, ...string)
	to     [][]string // machines that it can happen to
	brief  bool       // in the short form too
}

func faults() []fault {
	noneInParticular := [][]string{nil}
	return []fault{
		{"a takedown", (*fleet).takeOnePostDown, noneInParticular, false},
		{"a rollback", (*fleet).rollBack, noneInParticular, false},
		{"a replica is killed", (*fleet).killReplica, each(replicas), true},
		{"a broker is killed", (*fleet).killBroker, each(brokers), true},
		{"two brokers are killed", (*fleet).killTwoBrokers, pairs(brokers), false},
		{"the writer is killed", (*fleet).killWriter, noneInParticular, true},
		{"a machine is cut off", (*fleet).cut, each(replicas), true},
		{"a machine is cut off", (*fleet).cut, each(brokers), false},
		{"two machines are cut off", (*fleet).cut, pairs(replicas), true},
		{"two machines are cut off", (*fleet).cut, pairsOf(brokers, replicas), false},
		{"two machines are cut off", (*fleet).cut, pairs(brokers), false},
		{"a replica reaches its readers and no broker", (*fleet).partReplica, each(replicas), true},
		{"a slow link", (*fleet).slowDown, each(replicas), true},
		{"a slow link", (*fleet).slowDown, each(brokers), false},
		{"a full disk", (*fleet).fillDisk, each(replicas), true},
		{"blocks are damaged and missing", (*fleet).damageBlocks, each(replicas), true},
		{"a broker has lost its disk", (*fleet).emptyBroker, each(brokers), false},
		{"all brokers have lost their disks", (*fleet).emptyAll, noneInParticular, true},
		{"a replica comes back after many acts", (*fleet).comeBack, each(replicas), true},
		{"clocks are an hour apart", (*fleet).shiftClock, each(replicas), false},
		{"two publishers", (*fleet).twoPublishers, noneInParticular, true},
		{"a publish during a takedown", (*fleet).publishDuringTakedown, noneInParticular, true},
		{"a rollback during a publish", (*fleet).rollbackDuringPublish, noneInParticular, true},
		{"a prune during a fetch", (*fleet).pruneDuringFetch, each(replicas), true},
	}
}

// each gives each of some names, pairs each two of them.
func each(names []string) (all [][]string) {
	for _, name := range names {
		all = append(all, []string{name})
	}
	return all
}

func pairs(names []string) (all [][]string) {
	for i, name := range names {
		for _, other := range names[i+1:] {
			all = append(all, []string{name, other})
		}
	}
	return all
}

// pairsOf pairs each of some names with each of others.
func pairsOf(names, others []string) (all [][]string) {
	for _, name := range names {
		for _, other := range others {
			all = append(all, []string{name, other})
		}
	}
	return all
}

// faults has them happen under load: in the short form some, in the long one each to each
// machine in turn, and then as many at random as there is time for.
func (f *fleet) faults() {
	wanted := regexp.MustCompile(*only)
	all := slices.DeleteFunc(faults(), func(one fault) bool { return !wanted.MatchString(one.name) })
	if len(all) == 0 {
		f.t.Fatalf("found no fault whose name has %s", wanted)
	}
	random := rand.New(rand.NewPCG(*seed, 7))
	f.readers.begin(*seed)
	start, n := time.Now(), 0
	happen := func(one fault, to []string) {
		if f.t.Failed() {
			return
		}
		n++
		began := time.Now()
		one.happen(f, random, to...)
		happened := time.Since(began)
		f.settle()
		f.t.Logf("%d. %s: %s: it took %v, and the fleet %v to settle", n, one.name, strings.Join(to, ", "), happened.Round(time.Millisecond), (time.Since(began) - happened).Round(time.Millisecond))
		if n%3 == 0 { // a takedown makes all that there are anew
			f.must("w1", "prune", "--keep", "2")
		}
	}
	for _, one := range all {
		switch {
		case *long > 0:
			for _, to := range one.to {
				happen(one, to)
			}
		case one.brief || *only != "":
			happen(one, one.to[random.IntN(len(one.to))])
		}
	}
	for *long > 0 && time.Since(start) < *long && !f.t.Failed() {
		one := all[random.IntN(len(all))]
		happen(one, one.to[random.IntN(len(one.to))])
	}
	f.readers.stop()
	f.settle()
	f.t.Logf("%d faults in %v under load: %s", n, time.Since(start).Round(time.Second), f.readers.tell())
}

func (f *fleet) takeOnePostDown(*rand.Rand, ...string) {
	slug, path := f.vanishing(int(f.build.Load()) + 1)
	name := f.stage("w1", path)
	f.truth.learn("w1")
	f.must("w1", "publish", name)
	f.must("w1", "takedown", slug, "--reason", "a test")
	f.readers.takenDown(slug)
}

func (f *fleet) rollBack(*rand.Rand, ...string) {
	f.publish("w1", "all")
	f.must("w1", "rollback")
}

func (f *fleet) killReplica(_ *rand.Rand, to ...string) {
	name := to[0]
	f.readers.ill(name)
	f.processes[name].kill()
	f.publish("w1", "2")
	f.processes[name].start()
}

func (f *fleet) killBroker(_ *rand.Rand, to ...string) {
	name := to[0]
	f.processes[name].kill()
	f.publish("w1", "all")
	f.processes[name].start()
}

// killTwoBrokers: nothing can be agreed on until one of them is back.
func (f *fleet) killTwoBrokers(_ *rand.Rand, two ...string) {
	name := f.stage("w1")
	f.truth.learn("w1")
	for _, broker := range two {
		f.processes[broker].kill()
	}
	f.refused("w1", "publish", name, "--timeout", "3s")
	for _, broker := range two {
		f.processes[broker].start()
	}
	f.publish("w1", "all")
}

// killWriter: it is done or not, and whoever acts next goes on.
func (f *fleet) killWriter(random *rand.Rand, _ ...string) {
	cmd := f.command("w1", "import", "--publish", f.probes())
	must(f.t, cmd.Start())
	time.Sleep(time.Duration(random.IntN(1000)) * time.Millisecond)
	_ = cmd.Process.Kill() // it may have ended
	_ = cmd.Wait()
	f.truth.learn("w1")
	f.publish("w1", "all")
}

// cut has the plugs of machines pulled while something is published: where one broker is left,
// nothing is agreed on.
func (f *fleet) cut(_ *rand.Rand, to ...string) {
	left := len(brokers)
	for _, name := range to {
		f.g.machines[name].cut()
		if slices.Contains(brokers, name) {
			left--
		} else {
			f.readers.ill(name)
		}
	}
	if left > 1 {
		f.publish("w1", "1")
	} else {
		f.refused("w1", "import", "--publish", f.probes(), "--timeout", "3s")
	}
	for _, name := range to {
		f.g.machines[name].mend()
	}
	if left < 2 {
		f.publish("w1", "all")
	}
}

// partReplica: it serves on with what it has.
func (f *fleet) partReplica(_ *rand.Rand, to ...string) {
	name := to[0]
	for _, broker := range brokers {
		f.g.machines[name].part(f.g.machines[broker])
	}
	f.publish("w1", "2")
	for _, broker := range brokers {
		f.g.machines[name].join(f.g.machines[broker])
	}
}

// slowDown: what is published comes to a replica with a slow link later than to others. Through
// a broker with one it could take minutes, so there is something to agree on and nothing to send.
func (f *fleet) slowDown(random *rand.Rand, to ...string) {
	name, broker := to[0], slices.Contains(brokers, to[0])
	if broker {
		f.publish("w1", "all")
	} else {
		f.readers.ill(name)
	}
	f.g.machines[name].slowDown(far, random.Uint64())
	if broker {
		f.must("w1", "rollback")
	} else {
		f.publish("w1", "2")
	}
	time.Sleep(2 * time.Second) // in which readers ask
	f.g.machines[name].speedUp()
}

// fillDisk fills the disk of a replica to the last byte.
func (f *fleet) fillDisk(_ *rand.Rand, to ...string) {
	name := to[0]
	path := filepath.Join(f.data(name), "filler")
	filler, err := os.Create(path)
	must(f.t, err)
	block := make([]byte, 1<<20)
	for size := len(block); size > 0; {
		if _, err := filler.Write(block[:size]); err != nil {
			size /= 2
		}
	}
	must(f.t, filler.Close())
	f.publish("w1", "2")
	must(f.t, os.Remove(path))
}

// reach reaches the fleet as a machine would.
func (f *fleet) reach(ctx context.Context) transport.Transport {
	f.t.Helper()
	var urls []string
	for _, name := range brokers {
		urls = append(urls, "nats://"+f.g.machines[name].address+":4222")
	}
	ctx, cancel := context.WithTimeout(ctx, soon)
	defer cancel()
	there, err := jetstream.Connect(ctx, jetstream.Options{URLs: urls, CA: f.secrets.authority, Credentials: f.secrets.credentials, Name: "test"})
	must(f.t, err)
	return there
}

// damageBlocks damages all blocks that a replica lacks, or takes them away: it serves what it
// has until they are put anew.
func (f *fleet) damageBlocks(random *rand.Rand, to ...string) {
	ctx, cancel := context.WithTimeout(context.Background(), soon)
	defer cancel()
	there := f.reach(ctx)
	defer there.Close()
	name := to[0]
	before, err := there.List(ctx, "blocks/")
	must(f.t, err)
	f.readers.ill(name)
	f.processes[name].kill()
	f.publish("w1", "2")
	old := map[string]bool{}
	for _, file := range before {
		old[file.Name] = true
	}
	after, err := there.List(ctx, "blocks/")
	must(f.t, err)
	damaged := 0
	for _, file := range after {
		if old[file.Name] {
			continue
		}
		if damaged++; damaged%2 == 0 {
			must(f.t, there.Delete(ctx, file.Name))
			continue
		}
		in, err := there.Open(ctx, file.Name, 0)
		must(f.t, err)
		data, err := io.ReadAll(in)
		must(f.t, err)
		must(f.t, in.Close())
		data[random.IntN(len(data))] ^= 1 << random.IntN(8)
		must(f.t, there.Put(ctx, file.Name, file.Size, bytes.NewReader(data)))
	}
	if damaged == 0 {
		f.t.Error("found no block to damage")
	}
	f.processes[name].start()
	if random.IntN(2) == 0 {
		f.must("w1", "fleet", "mend")
		return
	}
	f.must("w1", "publish", f.stage("w1"), "--wait", "all") // who waits for a replica gives it what it lacks
}

// emptyBroker: what a broker had it gets from the others.
func (f *fleet) emptyBroker(_ *rand.Rand, to ...string) {
	name := to[0]
	f.processes[name].kill()
	must(f.t, os.RemoveAll(f.data(name)))
	f.processes[name].start()
	f.publish("w1", "all")
}

// emptyAll: replicas serve on, nobody acts, and who has it gives the fleet its state.
func (f *fleet) emptyAll(*rand.Rand, ...string) {
	for _, name := range brokers {
		f.processes[name].kill()
		must(f.t, os.RemoveAll(f.data(name)))
	}
	for _, name := range brokers {
		f.processes[name].start()
	}
	f.refused("w1", "rollback", "--timeout", "3s")
	f.must("w1", "fleet", "init")
	f.publish("w1", "all")
}

// comeBack: a replica that was away learns what was taken down before it serves.
func (f *fleet) comeBack(random *rand.Rand, to ...string) {
	name := to[0]
	slug, path := f.vanishing(int(f.build.Load()) + 1)
	release := f.stage("w1", path)
	f.truth.learn("w1")
	f.must("w1", "publish", release)
	f.readers.ill(name)
	f.processes[name].kill()
	acts := 1
	if *long > 0 {
		acts += random.IntN(30)
	}
	for range acts {
		f.publish("w1", "2")
	}
	f.must("w1", "takedown", slug, "--wait", "2")
	f.readers.takenDown(slug) // of the others; and this one is not heard before it knows
	f.must("w1", "rollback", "--wait", "2")
	f.processes[name].start()
}

// shiftClock: a replica and a writer whose clocks are an hour ahead do as the others do.
func (f *fleet) shiftClock(_ *rand.Rand, to ...string) {
	name := to[0]
	f.g.buildAhead()
	again := func(ahead bool) {
		f.readers.ill(name)
		f.processes[name].kill()
		f.ahead[name], f.ahead["w2"] = ahead, ahead
		f.processes[name].start()
	}
	again(true)
	f.publish("w1", "all")
	f.publish("w2", "all")
	f.must("w1", "rollback")
	slug, path := f.vanishing(int(f.build.Load()) + 1)
	release := f.stage("w2", path)
	f.truth.learn("w2")
	f.must("w2", "publish", release)
	f.must("w1", "takedown", slug)
	f.readers.takenDown(slug)
	again(false)
	f.publish("w1", "all")
	f.catchUp()
}

// fileSize is how many bytes a file has, 0 where there is none.
func fileSize(path string) int64 {
	info, err := os.Stat(path)
	if err != nil || info.Mode().Type() != fs.FileMode(0) {
		return 0
	}
	return info.Size()
}

// glob gives the paths in a folder that a pattern names.
func glob(dir, pattern string) []string {
	found, _ := filepath.Glob(filepath.Join(dir, pattern)) // which fails for a pattern alone
	return found
}
