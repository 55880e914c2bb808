package main

import (
	"encoding/json"
	"os"
	"regexp"
	"strings"
	"testing"
)

// TestTheClientsPageIsRun holds docs/clients.md against e2e: each block is a part of
// the file that is named before it, and each package that is installed is one of those
// that run there.
func TestTheClientsPageIsRun(t *testing.T) {
	t.Parallel()
	manifest, err := os.ReadFile("e2e/package.json")
	if err != nil {
		t.Fatal(err)
	}
	var packages struct{ DevDependencies map[string]string }
	if err := json.Unmarshal(manifest, &packages); err != nil {
		t.Fatal(err)
	}
	page := readPage(t, "docs/clients.md")
	source := regexp.MustCompile(`\]\(\.\./(e2e/[^)]+)\)`)
	fenced := regexp.MustCompile("(?ms)^```([a-z]+)\n(.*?)^```$")
	blocks := fenced.FindAllStringSubmatchIndex(page, -1)
	if len(blocks) < 15 {
		t.Errorf("found %d blocks: they are not recognised", len(blocks))
	}
	for _, at := range blocks {
		language, block := page[at[2]:at[3]], page[at[4]:at[5]]
		if language == "sh" {
			install, _ := strings.CutPrefix(block, "npm install ")
			for _, name := range strings.Fields(install) {
				if install != block && packages.DevDependencies[name] == "" {
					t.Errorf("%s is installed, and not in e2e/package.json", name)
				}
			}
			continue
		}
		named := source.FindAllStringSubmatch(page[:at[0]], -1)
		file := named[len(named)-1][1]
		if !strings.Contains(readPage(t, file), block) {
			t.Errorf("%s does not have this:\n%s", file, block)
		}
	}
}
