package release

import (
	"bytes"
	"errors"
	"testing"

	"alphanode/store"
	"alphanode/synth"
)

// TestPacking: what is packed with the dictionary of any sample comes out
// again, the same sample gives the same dictionary, and broken blocks are
// errors.
func TestPacking(t *testing.T) {
	t.Parallel()
	generator := synth.New(3)
	var posts [][]byte
	for k := range int64(200) {
		posts = append(posts, generator.Post(k+1).AppendJSON(nil))
	}
	for _, n := range []int{0, 1, 2, 64, 150} {
		dictionary := trainDictionary(posts[:n])
		if !bytes.Equal(dictionary, trainDictionary(posts[:n])) {
			t.Errorf("%d samples gave two dictionaries", n)
		}
		packing, err := newPacking(dictionary)
		if err != nil {
			t.Fatalf("%d samples: %v", n, err)
		}
		packer := packer{packing: packing}
		var plain, packed int
		for _, post := range posts[150:] {
			p := packer.pack(post)
			back, err := packing.unpack(nil, p)
			if err != nil || !bytes.Equal(back, post) {
				t.Fatalf("%d samples: another post came out, %v", n, err)
			}
			plain, packed = plain+len(post), packed+len(p)
			if _, err := packing.unpack(nil, p[:len(p)/2]); !errors.Is(err, store.ErrCorrupt) {
				t.Fatalf("half a block: found %v", err)
			}
		}
		if n == 150 && packed*4 > plain {
			t.Errorf("posts of the samples' kind were packed from %d bytes to %d", plain, packed)
		}
	}
	packing, err := newPacking(trainDictionary(nil))
	if err != nil {
		t.Fatal(err)
	}
	for _, block := range [][]byte{nil, {0xff, 0xff, 0xff, 0x7f, 0}} { // no length; 256 MB
		if _, err := packing.unpack(nil, block); !errors.Is(err, store.ErrCorrupt) {
			t.Errorf("%x: found %v", block, err)
		}
	}
	if _, err := newPacking(nil); !errors.Is(err, store.ErrCorrupt) {
		t.Errorf("no dictionary: found %v", err)
	}
}
