package embed

import (
	"bytes"
	"compress/gzip"
	"strings"
	"testing"
)

// TestScriptIsSmall holds the script to 8 kB, packed as most servers and proxies do it.
func TestScriptIsSmall(t *testing.T) {
	t.Parallel()
	var w bytes.Buffer
	z := gzip.NewWriter(&w)
	if _, err := z.Write(packed(commented)); err != nil {
		t.Fatal(err)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	t.Logf("%d bytes, %d packed", len(packed(commented)), w.Len())
	if w.Len() > 8000 {
		t.Errorf("found %d bytes packed, expected at most 8000", w.Len())
	}
}

// TestScriptHasNoSink holds it to building nodes: what reads HTML, runs text or writes to
// the console has no place in it. Only comments are left out.
func TestScriptHasNoSink(t *testing.T) {
	t.Parallel()
	served := string(packed(commented))
	for _, sink := range []string{"innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "DOMParser", "setHTML", "eval(", "new Function", "console.", "<style", "cssText", "localStorage", "sessionStorage", "cookie"} {
		if strings.Contains(served, sink) {
			t.Errorf("found %s", sink)
		}
	}
	for line := range strings.Lines(string(commented)) {
		if line = strings.TrimSpace(line); line != "" && !strings.HasPrefix(line, "//") && !strings.Contains(served, line+"\n") {
			t.Errorf("%s is not served", line)
		}
	}
}
