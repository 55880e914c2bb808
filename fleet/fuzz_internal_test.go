package fleet

import (
	"encoding/json"
	"path/filepath"
	"strings"
	"testing"

	"alphanode/fleet/transport"
	"alphanode/store"
)

const sumOfNothing = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"

// FuzzHead: of what can be written into NATS a head is refused, or is one with which nothing goes
// wrong that a member does with heads.
func FuzzHead(f *testing.F) {
	f.Add(`{"layout":1,"fleet":"abc","act":3,"recent":["x"],"last":{"did":"published r2"},"current":"r2","journal":{"tail":["{}"]},"releases":[{"name":"r2","forms":[{"format":7,"manifest":"` + sumOfNothing + `","sha256":"` + sumOfNothing + `","size":1,"parcel":"` + sumOfNothing + `"}]}],"garbage":[{"paper":"` + sumOfNothing + `","parcel":true}],"swept":0}`)
	f.Add(`{"layout":1,"fleet":"abc","act":1,"journal":{},"releases":[{"name":"r1","forms":[]}]}`)
	f.Add(`{"layout":1,"fleet":"abc","releases":[{"name":"../r1","forms":[{"format":7,"parcel":"short"}]}]}`)
	f.Add(`{"layout":2}`)
	f.Add(`null`)
	f.Fuzz(func(t *testing.T, data string) {
		h, err := parseHead(transport.Value{Key: headKey, Data: []byte(data), Revision: 1})
		if err != nil {
			return
		}
		n := h.clone()
		for _, s := range h.Releases {
			if !store.IsReleaseName(s.Name) {
				t.Fatalf("found a release called %q", s.Name)
			}
			for _, f := range s.Forms {
				if name := f.Parcel[:16]; filepath.Base(name) != name {
					t.Fatalf("found a folder %q", name)
				}
			}
			_ = s.newest()
			if f, ok := s.usable(); ok {
				n.put(s.Name, f, false)
			}
		}
		n.dropOlder(store.FormatVersion)
		for _, name := range h.names() {
			n.drop(name)
		}
		n.next("nonce", deed{Did: "tried"})
		if len(n.Releases) > 0 {
			t.Fatalf("found %d releases after all were dropped", len(n.Releases))
		}
		if _, err := n.encoded(); err != nil && len(data) < transport.MaxValue/4 {
			t.Fatal(err)
		}
	})
}

// FuzzParcel: a parcel is refused, or names files within the folder of its release, in blocks
// that make their sizes.
func FuzzParcel(f *testing.F) {
	f.Add(`{"manifest":"{}","files":[{"name":"release.db","size":5,"sha256":"` + sumOfNothing + `","blocks":["` + sumOfNothing + `"]}]}`)
	f.Add(`{"files":[{"name":"../x","size":-1,"blocks":null}]}`)
	f.Add(`{"files":[{"name":"a","size":9223372036854775807,"blocks":["x"]},{"name":"/","size":0}]}`)
	f.Fuzz(func(t *testing.T, data string) {
		p := new(parcel)
		if json.Unmarshal([]byte(data), p) != nil || p.checkFiles() != nil {
			return
		}
		for _, file := range p.Files {
			if path := filepath.Join("/releases/r1", file.Name); filepath.Dir(path) != "/releases/r1" {
				t.Fatalf("%q leads to %q", file.Name, path)
			}
			sum := int64(0)
			for i := range file.Blocks {
				size := min(blockSize, file.Size-int64(i)*blockSize)
				if size <= 0 || size > blockSize {
					t.Fatalf("block %d of %d bytes has %d", i, file.Size, size)
				}
				sum += size
			}
			if sum != file.Size {
				t.Fatalf("blocks of %d bytes, expected %d", sum, file.Size)
			}
		}
	})
}

// FuzzReport: what stands where a replica reports is its report, or none.
func FuzzReport(f *testing.F) {
	f.Add("a", `{"name":"a","format":7,"act":1,"serves":1,"time":"2026-01-02T03:04:05Z"}`)
	f.Add("a", `{"name":"b"}`)
	f.Fuzz(func(t *testing.T, name, data string) {
		r := parseReport(transport.Value{Key: replicasKey + "." + name, Data: []byte(data)})
		if r != nil && (r.Name != name || strings.HasPrefix(name, ".") && ValidName(name)) {
			t.Fatalf("found the report of %q where %q reports", r.Name, name)
		}
	})
}
