package check

import (
	"os"
	"strings"
	"testing"
)

// TestPageOfChecks wants a row of docs/check.md for each check.
func TestPageOfChecks(t *testing.T) {
	t.Parallel()
	page, err := os.ReadFile("../docs/check.md")
	if err != nil {
		t.Fatal(err)
	}
	ids := []string{"data.read", "server.answers", "compare.settings", "compare.headers"}
	for _, c := range dataChecks {
		ids = append(ids, c.id)
	}
	for _, c := range serverChecks {
		ids = append(ids, c.id)
	}
	for _, id := range ids {
		if !strings.Contains(string(page), "\n| `"+id+"` | ") {
			t.Errorf("docs/check.md does not say what %s is", id)
		}
	}
}
