package release_test

import (
	"os"
	"path/filepath"
	"testing"

	"alphanode/store"
	"alphanode/store/catalogue"
	"alphanode/store/storetest"
)

// BenchmarkRollback rolls back from what is current. With -archive it is that of
// a data directory whose current release is not its first, and which is left as
// it was but for its journal:
//
//	go test ./store/release -run '^$' -bench Rollback -args -archive=DIR
func BenchmarkRollback(b *testing.B) {
	dir := *archiveDir
	if dir == "" {
		c := storetest.Catalogue(b, post("a"))
		storetest.Publish(b, c, catalogue.ImportOptions{}, post("b"))
		dir = c.Dir()
	}
	c, err := catalogue.Open(dir)
	if err != nil {
		b.Fatal(err)
	}
	current, err := c.Current()
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		if _, err := c.Rollback("", store.RollbackOptions{By: "benchmark"}); err != nil {
			b.Fatal(err)
		}
		b.StopTimer()
		// Without a publish, which reads the whole file.
		if err := os.WriteFile(filepath.Join(dir, "CURRENT"), []byte(current+"\n"), 0o644); err != nil {
			b.Fatal(err)
		}
		b.StartTimer()
	}
}
