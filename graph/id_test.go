package graph

import "testing"

func FuzzParseID(f *testing.F) {
	for _, id := range []string{"", "UG9zdDpiYXJl", "UG9zdDpiYXJl=", "VG9vbDo", "RW50aXR5OmE6Yg", "VXNlcjpib2I", "\xff"} {
		f.Add(id)
	}
	f.Fuzz(func(t *testing.T, id string) {
		typ, slug, err := parseID("id", id)
		if err == nil && globalID(typ, slug) != id {
			t.Errorf("%q is read as %s %q, whose id is another", id, typ, slug)
		}
	})
}
