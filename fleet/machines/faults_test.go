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
	"time"

	"alphanode/fleet/transport"
	"alphanode/fleet/transport/jetstream"
)

// fault is something that happens to the machines. It is over when it returns, but for what
// the fleet needs to settle.
type fault struct {
	name   string
	happen func(*fleet, *rand.Rand)
	brief  bool // in the short form too
}

func faults() []fault {
	return []fault{
		{"a takedown", (*fleet).takeOnePostDown, false},
		{"a rollback", (*fleet).rollBack, false},
		{"a replica killed", (*fleet).killReplica, true},
		{"a broker killed", (*fleet).killBroker, true},
		{"two brokers killed", (*fleet).killTwoBrokers, false},
		{"the writer killed", (*fleet).killWriter, true},
		{"a replica cut off", (*fleet).cutReplica, true},
		{"a broker cut off", (*fleet).cutBroker, false},
		{"two machines cut off", (*fleet).cutTwo, true},
		{"a replica that reaches its readers and no broker", (*fleet).partReplica, true},
		{"a slow link of a replica", (*fleet).slowReplica, true},
		{"a slow link of a broker", (*fleet).slowBroker, false},
		{"a full disk", (*fleet).fillDisk, true},
		{"blocks damaged and missing", (*fleet).damageBlocks, true},
		{"a broker with an empty disk", (*fleet).emptyBroker, false},
		{"all brokers with empty disks", (*fleet).emptyAll, true},
		{"a replica back after many acts", (*fleet).comeBack, true},
		{"two publishers", (*fleet).twoPublishers, true},
		{"a publish during a takedown", (*fleet).publishDuringTakedown, true},
		{"a rollback during a publish", (*fleet).rollbackDuringPublish, true},
		{"a prune during a fetch", (*fleet).pruneDuringFetch, true},
	}
}

// faults has them happen under load: each once, and then as many at random as there is time for.
func (f *fleet) faults() {
	wanted := regexp.MustCompile(*only)
	random := rand.New(rand.NewPCG(*seed, 7))
	f.readers.begin(*seed)
	start, n := time.Now(), 0
	happen := func(one fault) {
		n++
		began := time.Now()
		one.happen(f, random)
		happened := time.Since(began)
		f.settle()
		f.t.Logf("%d. %s: it took %v, and the fleet %v to settle", n, one.name, happened.Round(time.Millisecond), (time.Since(began) - happened).Round(time.Millisecond))
		if n%3 == 0 { // a takedown makes all that there are anew
			f.must("w1", "prune", "--keep", "2")
		}
	}
	all := slices.DeleteFunc(faults(), func(one fault) bool { return !wanted.MatchString(one.name) })
	if len(all) == 0 {
		f.t.Fatalf("found no fault whose name has %s", wanted)
	}
	for _, one := range all {
		if f.t.Failed() {
			break
		}
		if one.brief || *long > 0 || *only != "" {
			happen(one)
		}
	}
	for *long > 0 && time.Since(start) < *long && !f.t.Failed() {
		happen(all[random.IntN(len(all))])
	}
	f.readers.stop()
	f.settle()
	f.t.Logf("%d faults in %v under load: %s", n, time.Since(start).Round(time.Second), f.readers.tell())
}

// one gives one of some names, and others of them.
func one(random *rand.Rand, names []string) (string, []string) {
	order := random.Perm(len(names))
	others := make([]string, 0, len(names)-1)
	for _, i := range order[1:] {
		others = append(others, names[i])
	}
	return names[order[0]], others
}

func (f *fleet) takeOnePostDown(*rand.Rand) {
	slug, path := f.vanishing(int(f.build.Load()) + 1)
	name := f.stage("w1", path)
	f.truth.learn("w1")
	f.must("w1", "publish", name)
	f.must("w1", "takedown", slug, "--reason", "a test")
	f.readers.takenDown(slug)
}

func (f *fleet) rollBack(*rand.Rand) {
	f.publish("w1", "all")
	f.must("w1", "rollback")
}

func (f *fleet) killReplica(random *rand.Rand) {
	name, _ := one(random, replicas)
	f.readers.ill(name)
	f.processes[name].kill()
	f.publish("w1", "2")
	f.processes[name].start()
}

func (f *fleet) killBroker(random *rand.Rand) {
	name, _ := one(random, brokers)
	f.processes[name].kill()
	f.publish("w1", "all")
	f.processes[name].start()
}

// killTwoBrokers: nothing can be agreed on until one of them is back.
func (f *fleet) killTwoBrokers(random *rand.Rand) {
	_, two := one(random, brokers)
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
func (f *fleet) killWriter(random *rand.Rand) {
	cmd := f.command("w1", "import", "--publish", f.probes())
	must(f.t, cmd.Start())
	time.Sleep(time.Duration(random.IntN(1000)) * time.Millisecond)
	_ = cmd.Process.Kill() // it may have ended
	_ = cmd.Wait()
	f.truth.learn("w1")
	f.publish("w1", "all")
}

// cutReplica has the plug of a replica pulled while something is published.
func (f *fleet) cutReplica(random *rand.Rand) {
	name, _ := one(random, replicas)
	f.readers.ill(name)
	f.g.machines[name].cut()
	f.publish("w1", "2")
	f.g.machines[name].mend()
}

func (f *fleet) cutBroker(random *rand.Rand) {
	name, _ := one(random, brokers)
	f.g.machines[name].cut()
	f.publish("w1", "2")
	f.g.machines[name].mend()
}

// cutTwo has the plugs of any two machines pulled: where one broker is left, nothing is agreed on.
func (f *fleet) cutTwo(random *rand.Rand) {
	all := append(append([]string{}, brokers...), replicas...)
	first, others := one(random, all)
	two := []string{first, others[0]}
	gone := 0
	for _, name := range two {
		f.g.machines[name].cut()
		if name[0] == 'n' {
			gone++
		} else {
			f.readers.ill(name)
		}
	}
	name := ""
	if gone == 2 {
		f.refused("w1", "import", "--publish", f.probes(), "--timeout", "3s")
	} else {
		name = f.publish("w1", "1")
	}
	for _, name := range two {
		f.g.machines[name].mend()
	}
	if name == "" {
		f.publish("w1", "all")
	}
}

// partReplica: it serves on with what it has.
func (f *fleet) partReplica(random *rand.Rand) {
	name, _ := one(random, replicas)
	for _, broker := range brokers {
		f.g.machines[name].part(f.g.machines[broker])
	}
	f.publish("w1", "2")
	for _, broker := range brokers {
		f.g.machines[name].join(f.g.machines[broker])
	}
}

func (f *fleet) slowReplica(random *rand.Rand) {
	name, _ := one(random, replicas)
	f.readers.ill(name)
	f.g.machines[name].slowDown(far, random.Uint64())
	f.publish("w1", "2")
	time.Sleep(2 * time.Second)
	f.g.machines[name].speedUp()
}

func (f *fleet) slowBroker(random *rand.Rand) {
	name, _ := one(random, brokers)
	f.g.machines[name].slowDown(far, random.Uint64())
	f.publish("w1", "2")
	f.g.machines[name].speedUp()
}

// fillDisk fills the disk of a replica to the last byte.
func (f *fleet) fillDisk(random *rand.Rand) {
	name, _ := one(random, replicas)
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
func (f *fleet) damageBlocks(random *rand.Rand) {
	ctx, cancel := context.WithTimeout(context.Background(), soon)
	defer cancel()
	there := f.reach(ctx)
	defer there.Close()
	name, _ := one(random, replicas)
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
func (f *fleet) emptyBroker(random *rand.Rand) {
	name, _ := one(random, brokers)
	f.processes[name].kill()
	must(f.t, os.RemoveAll(f.data(name)))
	f.processes[name].start()
	f.publish("w1", "all")
}

// emptyAll: replicas serve on, nobody acts, and who has it gives the fleet its state.
func (f *fleet) emptyAll(*rand.Rand) {
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
func (f *fleet) comeBack(random *rand.Rand) {
	name, _ := one(random, replicas)
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
