package fleet_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"alphanode/fleet"
	"alphanode/fleet/transport/transporttest"
	"alphanode/store"
)

// TestHostileHead: what anybody can write where the fleet is crashes nobody, writes nothing outside a
// data directory, and changes nothing of what is served.
func TestHostileHead(t *testing.T) {
	t.Parallel()
	sum := strings.Repeat("0", 64)
	type object = map[string]any
	form := object{"format": 7, "manifest": sum, "sha256": sum, "size": 1, "parcel": sum}
	with := func(o object, key string, value any) object {
		c := object{}
		for k, v := range o {
			c[k] = v
		}
		c[key] = value
		return c
	}
	releases := func(name string, forms ...object) object {
		return object{"releases": []object{{"name": name, "forms": forms}}, "current": name}
	}
	for what, change := range map[string]object{
		"a short parcel":            releases("r1", with(form, "parcel", "0")),
		"no parcel":                 releases("r1", with(form, "parcel", "")),
		"a parcel elsewhere":        releases("r1", with(form, "parcel", "../../../"+strings.Repeat("x", 55))),
		"no forms":                  releases("r1"),
		"a release elsewhere":       releases("../../r1", form),
		"a release of no name":      releases("", form),
		"a release that is nothing": {"releases": []any{nil}},
		"one release twice":         {"releases": []object{{"name": "r1", "forms": []object{form}}, {"name": "r1", "forms": []object{form}}}},
		"another current one":       {"current": "r7"},
		"a current one elsewhere":   {"current": "../r7"},
		"no fleet":                  {"fleet": ""},
		"takedowns elsewhere":       {"takedowns": "../x"},
		"a line with an end":        {"journal": object{"tail": []string{"{}\n{}"}}},
		"a negative size":           releases("r1", with(form, "size", -1)),
		"text":                      {"releases": "many"},
	} {
		t.Run(what, func(t *testing.T) {
			t.Parallel()
			w, m := newWorld(t, post("a"))
			a := w.replica("a")
			known(t, m, 1)
			raw := w.net.Join("attacker")
			v, err := raw.Get(t.Context(), "head")
			if err != nil {
				t.Fatal(err)
			}
			var head object
			if err := json.Unmarshal(v.Data, &head); err != nil {
				t.Fatal(err)
			}
			head["act"] = 1000
			for k, value := range change {
				head[k] = value
			}
			data, err := json.Marshal(head)
			if err != nil {
				t.Fatal(err)
			}
			if _, err := raw.CompareAndSet(t.Context(), "head", data, v.Revision); err != nil {
				t.Fatal(err)
			}
			eventually(t, "the replica says so", func() bool { return strings.Contains(a.Warning(), "head of the fleet") })
			if a.serves() != "r1" {
				t.Errorf("found %q served", a.serves())
			}
			v, err = raw.Get(t.Context(), "head")
			if err != nil {
				t.Fatal(err)
			}
			if !bytes.Equal(v.Data, data) {
				t.Errorf("found the head %s", v.Data)
			}
		})
	}
}

// TestHostileParcel: nor does a parcel.
func TestHostileParcel(t *testing.T) {
	t.Parallel()
	for what, change := range map[string]func(file map[string]any){
		"a negative size":   func(f map[string]any) { f["size"], f["blocks"] = -5000000, []string{} },
		"a size below 0":    func(f map[string]any) { f["size"], f["blocks"] = -1, []string{strings.Repeat("0", 64)} },
		"too many blocks":   func(f map[string]any) { f["blocks"] = append(f["blocks"].([]any), "x", "y") },
		"a name elsewhere":  func(f map[string]any) { f["name"] = "../../evil" },
		"the root":          func(f map[string]any) { f["name"] = "/" },
		"the manifest":      func(f map[string]any) { f["name"] = "manifest.json" },
		"a block elsewhere": func(f map[string]any) { f["blocks"] = []string{"../../x"} },
	} {
		t.Run(what, func(t *testing.T) {
			t.Parallel()
			w, m := newWorld(t, post("a"))
			raw := w.net.Join("attacker")
			v, err := raw.Get(t.Context(), "head")
			if err != nil {
				t.Fatal(err)
			}
			var head struct {
				Releases []struct{ Forms []struct{ Parcel string } }
			}
			if err := json.Unmarshal(v.Data, &head); err != nil {
				t.Fatal(err)
			}
			was := head.Releases[0].Forms[0].Parcel
			var parcel map[string]any
			if err := json.Unmarshal(read(t, w.net, "papers/"+was), &parcel); err != nil {
				t.Fatal(err)
			}
			change(parcel["files"].([]any)[0].(map[string]any))
			data, err := json.Marshal(parcel)
			if err != nil {
				t.Fatal(err)
			}
			is := sumOf(data)
			if err := raw.Put(t.Context(), "papers/"+is, int64(len(data)), bytes.NewReader(data)); err != nil {
				t.Fatal(err)
			}
			changed := bytes.ReplaceAll(v.Data, []byte(was), []byte(is))
			if _, err := raw.CompareAndSet(t.Context(), "head", changed, v.Revision); err != nil {
				t.Fatal(err)
			}
			dir := t.TempDir()
			victim := w.join("victim", filepath.Join(dir, "data"), fleet.Options{})
			if err := victim.Catalogue().CatchUp(); err == nil {
				t.Error("found no error")
			}
			if found, err := os.ReadDir(dir); err != nil || len(found) != 1 {
				t.Errorf("found %v, %v beside the data directory", found, err)
			}
			if _, err := m.Mend(t.Context()); err != nil {
				t.Log(err)
			}
		})
	}
}

func read(t *testing.T, net *transporttest.Net, name string) []byte {
	t.Helper()
	in, err := net.Join("reader").Open(t.Context(), name, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer in.Close()
	var b bytes.Buffer
	if _, err := b.ReadFrom(in); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func sumOf(data []byte) string {
	sum := sha256.Sum256(data)
	return hex.EncodeToString(sum[:])
}

// TestOutrunWhileFetching: where what a member fetches before it acts has become garbage meanwhile,
// it fetches what has taken its place.
func TestOutrunWhileFetching(t *testing.T) {
	t.Parallel()
	for at := 1; at <= 5; at++ {
		t.Run(fmt.Sprint(at), func(t *testing.T) {
			t.Parallel()
			w, m := newWorld(t, post("a"), post("gone"), post("too"))
			publishes(t, m, post("b"))
			other, hook := w.hookedWriter("other")
			takesDown := func(m *fleet.Member, slug string) {
				t.Helper()
				if _, err := m.Catalogue().Takedown(t.Context(), []string{slug}, store.TakedownOptions{}); err != nil {
					t.Error(err)
				}
			}
			if err := other.Catalogue().CatchUp(); err != nil {
				t.Fatal(err)
			}
			takesDown(m, "gone")
			opened := 0
			hook.beforeOpen = func() {
				if opened++; opened == at {
					takesDown(m, "too")
				}
			}
			takesDown(other, "gone")
			if opened < at {
				t.Errorf("opened %d files, expected more", opened)
			}
			if err := m.Catalogue().CatchUp(); err != nil {
				t.Fatal(err)
			}
			same(t, m, other)
			whole(t, m)
		})
	}
}
