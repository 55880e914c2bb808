package model

import "testing"

func FuzzParseID(f *testing.F) {
	for _, id := range []string{"", "UG9zdDpiYXJl", "UG9zdDpiYXJl=", "VG9vbDo", "RW50aXR5OmE6Yg", "VXNlcjpib2I", "\xff", "UG9zd\rDp0", "UG9zdDpiYXJl\n"} {
		f.Add(id)
	}
	f.Fuzz(func(t *testing.T, id string) {
		node, err := parseID("id", id)
		if err == nil && GlobalID(node.Type, node.Slug) != id {
			t.Errorf("%q is read as %s %q, whose id is another", id, node.Type, node.Slug)
		}
	})
}
