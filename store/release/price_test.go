package release_test

import (
	"cmp"
	"errors"
	"flag"
	"slices"
	"syscall"
	"testing"

	"alphanode/content"
	"alphanode/store"
	"alphanode/store/catalogue"
	"alphanode/store/release"
	"alphanode/store/storetest"
	"alphanode/synth"
)

var prices = flag.Int("prices", 0, "how many random questions TestPricesHold measures, in the release of -archive or in 20,000 posts made for it")

// TestPricesHold measures how long random questions take a processor, and holds that
// against what they paid. It fails on nothing but prints what took longest for its
// price, and what paid most for what it took:
//
//	go test ./store/release -run PricesHold -v -args -prices=3000 -archive=DIR
func TestPricesHold(t *testing.T) {
	if *prices == 0 {
		t.Skip("no -prices")
	}
	release := pricedRelease(t)
	questions := newPricedQuestions(t, random(t), release.Reader(store.Public))
	type measured struct {
		priced
		units int
		nanos int64
	}
	refused := 0
	byKind := map[string][]measured{}
	for range *prices {
		q := questions.next()
		m := measured{priced: q, nanos: 1 << 62}
		for range 3 {
			release.ForgetFound()
			budget := store.NewBudget(1<<40, nil)
			began := timeOfProcess(t)
			err := q.ask(t.Context(), release.Reader(store.Public).WithBudget(budget))
			if took := timeOfProcess(t) - began; err != nil {
				m.nanos = 0
				refused++
				if _, told := errors.AsType[*store.ArgumentError](err); !told || refused < 5 {
					t.Log(err)
				}
				if !errors.As(err, new(*store.ArgumentError)) {
					t.Fatal(q.kind, q.what, err)
				}
			} else {
				m.units, m.nanos = budget.Spent(), min(m.nanos, took)
			}
		}
		if m.nanos > 0 {
			byKind[q.kind] = append(byKind[q.kind], m)
		}
	}
	t.Logf("not answered: %d", refused)
	kinds := []string{}
	for kind := range byKind {
		kinds = append(kinds, kind)
	}
	slices.Sort(kinds)
	t.Logf("%-32s %5s  %8s %8s %8s  %10s", "nanoseconds for a unit", "asked", "least", "median", "most", "dearest")
	for _, kind := range kinds {
		all := byKind[kind]
		ratio := func(m measured) float64 { return float64(m.nanos) / float64(m.units) }
		slices.SortFunc(all, func(a, b measured) int { return cmp.Compare(ratio(a), ratio(b)) })
		dearest := slices.MaxFunc(all, func(a, b measured) int { return cmp.Compare(a.units, b.units) })
		worst := all[len(all)-1]
		t.Logf("%-32s %5d  %8.0f %8.0f %8.0f  %10d", kind, len(all), ratio(all[0]), ratio(all[len(all)/2]), ratio(worst), dearest.units)
		if ratio(worst) > 1000 {
			t.Logf("    %d units, %d ns: %.300s", worst.units, worst.nanos, worst.what)
		}
		if ratio(all[0]) < 30 {
			t.Logf("    cheap: %d units, %d ns: %.300s", all[0].units, all[0].nanos, all[0].what)
		}
	}
}

// timeOfProcess is what the process has used so far, in nanoseconds.
func timeOfProcess(t *testing.T) int64 {
	var used syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &used); err != nil {
		t.Fatal(err)
	}
	return used.Utime.Nano() + used.Stime.Nano()
}

// pricedRelease is the release that is measured.
func pricedRelease(t testing.TB) *release.Release {
	t.Helper()
	if *archiveDir == "" {
		return synthetic(t, 20_000)
	}
	c, err := catalogue.Open(*archiveDir)
	if err != nil {
		t.Fatal(err)
	}
	r, err := c.Open("r1")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = r.Close() })
	return r
}

func synthetic(t testing.TB, n int) *release.Release {
	t.Helper()
	generator := synth.New(1)
	posts := make([]*content.Post, n)
	for i := range posts {
		posts[i] = generator.Post(int64(i) + 1)
	}
	return storetest.Release(t, posts...)
}
