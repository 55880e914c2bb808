package server_test

import (
	"encoding/json"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"alphanode/server"
	"alphanode/store/storetest"
)

// TestCostIsPartOfTheQuestion: who asks what an answer costs gets that from the kept
// answer too, and nobody else does.
func TestCostIsPartOfTheQuestion(t *testing.T) {
	t.Parallel()
	h := serving(t)
	const query = "{ posts(first: 3) { nodes { slug } } }"
	plain := "/graphql?query=" + url.QueryEscape(query)
	priced := plain + "&extensions=" + url.QueryEscape(`{"cost":true}`)
	first := get(t, h, priced)
	var got struct {
		Extensions struct {
			Cost struct{ Requested, Actual int }
		}
	}
	if err := json.Unmarshal([]byte(first.body), &got); err != nil {
		t.Fatal(err)
	}
	if cost := got.Extensions.Cost; cost.Requested != 17 || cost.Actual <= cost.Requested {
		t.Errorf("found %s", first.body)
	}
	if without := get(t, h, plain); strings.Contains(without.body, "extensions") || without.header.Get("Cache-Status") != miss {
		t.Errorf("found %s %s", without.body, without.header.Get("Cache-Status"))
	}
	again, without := get(t, h, priced), get(t, h, plain)
	if again.body != first.body || again.header.Get("Cache-Status") != hit || strings.Contains(without.body, "extensions") || without.header.Get("Cache-Status") != hit {
		t.Errorf("found %s %s, %s %s", again.body, again.header.Get("Cache-Status"), without.body, without.header.Get("Cache-Status"))
	}
}

func TestTrustedDocumentsOfSettings(t *testing.T) {
	t.Parallel()
	files := "trusted-documents=../graph/trusted/testdata/relay.json, ../graph/trusted/testdata/apollo.json"
	h := serving(t, files, "trusted-only=true")
	const id = "dc67510fb4289672bea757e862d6b00e83db5d3cbbcfb15260601b6f29bb2b8f"
	for _, want := range []string{miss, hit} {
		if r := get(t, h, "/graphql?documentId=sha256:"+id); r.status != http.StatusOK || !strings.HasPrefix(r.body, `{"data":{"posts":{"totalCount":`) || r.header.Get("Cache-Status") != want {
			t.Errorf("found %d %s %s", r.status, r.body, r.header.Get("Cache-Status"))
		}
	}
	if r := get(t, h, "/graphql?doc_id="+id); r.status != http.StatusOK || !strings.HasPrefix(r.body, `{"data":`) {
		t.Errorf("found %d %s", r.status, r.body)
	}
	r := ask(t, h, "POST", "/graphql", `{"query":"{ __typename }"}`, "Content-Type: application/json", "Accept: application/graphql-response+json")
	if r.status != http.StatusForbidden || !strings.Contains(r.body, `"code":"FORBIDDEN"`) || r.header.Get("ETag") != "" {
		t.Errorf("found %d %s", r.status, r.body)
	}
	file := filepath.Join(t.TempDir(), "documents.json")
	if err := os.WriteFile(file, []byte(`{"a1": "{ psots { totalCount } }"}`), 0o600); err != nil {
		t.Fatal(err)
	}
	_, err := server.New(chosen(t, "trusted-documents="+file), server.Archive{Live: onlyOne{storetest.Release(t)}, Keys: noKeys{}}, quiet)
	if err == nil || !strings.Contains(err.Error(), file+": document a1: ") {
		t.Errorf("found %v", err)
	}
}
