package postfile_test

import (
	"testing"

	"alphanode/content"
	"alphanode/postfile"
	"alphanode/synth"
)

func BenchmarkAppend(b *testing.B) {
	f, g := postfile.New(), synth.New(1)
	posts := make([]*content.Post, 100)
	for k := range posts {
		posts[k] = g.Post(int64(k + 1))
	}
	b.ReportAllocs()
	size := 0
	for i := 0; b.Loop(); i++ {
		size += len(f.Append(nil, posts[i%len(posts)]))
	}
	b.SetBytes(int64(size / max(b.N, 1)))
}

func BenchmarkRead(b *testing.B) {
	f, g := postfile.New(), synth.New(1)
	files := make([][]byte, 100)
	size := 0
	for k := range files {
		files[k] = f.Append(nil, g.Post(int64(k+1)))
		size += len(files[k])
	}
	b.SetBytes(int64(size / len(files)))
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		if _, faults, ok := f.Read(files[i%len(files)]); !ok || len(faults) > 0 {
			b.Fatal(faults)
		}
	}
}
