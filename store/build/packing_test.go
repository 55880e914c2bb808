package build

import (
	"bytes"
	"errors"
	"testing"

	"alphanode/store"
	"alphanode/store/posts"
	"alphanode/synth"
)

// TestPacking: what is packed with the dictionary of any sample comes out
// again, the same sample gives the same dictionary, and broken blocks are
// errors.
func TestPacking(t *testing.T) {
	t.Parallel()
	generator := synth.New(3)
	var list [][]byte
	for k := range int64(200) {
		list = append(list, generator.Post(k+1).AppendJSON(nil))
	}
	for _, n := range []int{0, 1, 2, 64, 150} {
		dictionary := trainDictionary(list[:n])
		if !bytes.Equal(dictionary, trainDictionary(list[:n])) {
			t.Errorf("%d samples gave two dictionaries", n)
		}
		packing, err := posts.NewPacking(dictionary)
		if err != nil {
			t.Fatalf("%d samples: %v", n, err)
		}
		packer := posts.Packer{Packing: packing}
		var plain, packed int
		for _, post := range list[150:] {
			p := packer.Pack(post)
			back, err := packing.Unpack(nil, p)
			if err != nil || !bytes.Equal(back, post) {
				t.Fatalf("%d samples: another post came out, %v", n, err)
			}
			plain, packed = plain+len(post), packed+len(p)
			if _, err := packing.Unpack(nil, p[:len(p)/2]); !errors.Is(err, store.ErrCorrupt) {
				t.Fatalf("half a block: found %v", err)
			}
		}
		if n == 150 && packed*4 > plain {
			t.Errorf("posts of the samples' kind were packed from %d bytes to %d", plain, packed)
		}
	}
	packing, err := posts.NewPacking(trainDictionary(nil))
	if err != nil {
		t.Fatal(err)
	}
	for _, block := range [][]byte{nil, {0xff, 0xff, 0xff, 0x7f, 0}} { // no length; 256 MB
		if _, err := packing.Unpack(nil, block); !errors.Is(err, store.ErrCorrupt) {
			t.Errorf("%x: found %v", block, err)
		}
	}
	if _, err := posts.NewPacking(nil); !errors.Is(err, store.ErrCorrupt) {
		t.Errorf("no dictionary: found %v", err)
	}
}
