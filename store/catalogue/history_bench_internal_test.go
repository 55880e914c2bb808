package catalogue

import (
	"fmt"
	"testing"
)

// BenchmarkHistory reads a journal of 3,000 publishes, every tenth of which was
// taken back: ten years of one a day.
func BenchmarkHistory(b *testing.B) {
	var journal []JournalEntry
	current := ""
	for i := range 3000 {
		name := fmt.Sprint("r", i+1)
		journal = append(journal, JournalEntry{Action: ActionBuild, Release: name}, JournalEntry{Action: ActionPublish, Release: name, From: current})
		if i%10 == 9 {
			journal = append(journal, JournalEntry{Action: ActionRollback, Release: current, From: name})
			continue
		}
		current = name
	}
	for b.Loop() {
		newHistory(journal, current)
	}
}
