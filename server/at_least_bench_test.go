package server_test

import (
	"testing"

	"alphanode/store/storetest"
)

// BenchmarkAtLeast times a kept answer without the header, with what is served as the
// least, and with a release before it, for which the journal is looked at.
func BenchmarkAtLeast(b *testing.B) {
	c := twoReleases(b, 100)
	h := serve(b, storetest.Live(b, c), quiet)
	const target = "/v1/posts?limit=1&fields=slug"
	b.Run("without", func(b *testing.B) { benchmarkRead(b, h, target) })
	b.Run("what is served", func(b *testing.B) { benchmarkRead(b, h, target, "Release-At-Least: r2") })
	b.Run("the one before", func(b *testing.B) { benchmarkRead(b, h, target, "Release-At-Least: r1") })
}
