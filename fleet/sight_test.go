package fleet_test

import (
	"slices"
	"testing"
	"time"

	"alphanode/fleet"
)

// TestLook: a replica tells how all are without anybody being called, who has fallen silent, and
// what it saw last where the fleet is away; and it does not have who looks wait for that.
func TestLook(t *testing.T) {
	t.Parallel()
	w, m := newWorld(t, post("a"))
	a, b := w.replica("a"), w.replica("b")
	known(t, m, 2)
	names := func(s fleet.Sight, silent bool) (found []string) {
		if s.Roll == nil {
			return nil
		}
		for _, r := range s.Roll.Replicas {
			if r.Silent == silent {
				found = append(found, r.Name)
			}
		}
		return found
	}
	eventually(t, "both are seen", func() bool {
		s := a.Look(t.Context())
		return s.Problem == "" && slices.Equal(names(s, false), []string{"a", "b"}) && s.Roll.Serving() == 2 && s.Roll.Current == "r1"
	})
	b.end()
	eventually(t, "b is silent", func() bool {
		s := a.Look(t.Context())
		return slices.Equal(names(s, true), []string{"b"}) && slices.Equal(names(s, false), []string{"a"})
	})
	w.net.Cut("a")
	eventually(t, "the fleet does not answer", func() bool {
		s := a.Look(t.Context())
		return s.Problem != "" && s.Roll != nil && len(s.Roll.Replicas) == 2 && time.Since(s.Heard) > 0
	})
	w.net.Heal("a")
	eventually(t, "it does again", func() bool { return a.Look(t.Context()).Problem == "" })
}
