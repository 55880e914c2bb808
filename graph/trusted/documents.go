package trusted

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"

	"github.com/go-faster/jx"
)

// Documents are those of some files, by their ids.
type Documents struct{ byID map[string]Document }

// Document is one of them.
type Document struct{ ID, Text, File string }

// The manifest that Apollo's tools write.
const (
	apolloFormat  = "apollo-persisted-query-manifest"
	apolloVersion = 1
)

// Read reads files of either form: an object of texts by their ids, as relay-compiler
// and graphql-codegen write it, or a manifest of Apollo. An id may be in several files
// where it means the same in all.
func Read(files ...string) (*Documents, error) {
	all := &Documents{map[string]Document{}}
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			return nil, fmt.Errorf("read trusted documents: %w", err)
		}
		texts, err := parse(data)
		if err != nil {
			return nil, fmt.Errorf("read trusted documents: %s: %w", file, err)
		}
		for _, id := range slices.Sorted(maps.Keys(texts)) {
			d := Document{withoutPrefix(id), texts[id], file}
			if known, there := all.byID[d.ID]; there && known.Text != d.Text {
				return nil, fmt.Errorf("read trusted documents: %s: document %s: found another text than in %s, expected one id for one text", file, id, known.File)
			}
			all.byID[d.ID] = d
		}
	}
	return all, nil
}

// Find gives the document with an id, which may have sha256: in front, as the draft of
// GraphQL over HTTP writes it.
func (d *Documents) Find(id string) (Document, bool) {
	found, ok := d.byID[withoutPrefix(id)]
	return found, ok
}

// All gives all documents, by their ids.
func (d *Documents) All() []Document {
	return slices.SortedFunc(maps.Values(d.byID), func(a, b Document) int { return strings.Compare(a.ID, b.ID) })
}

func withoutPrefix(id string) string { return strings.TrimPrefix(id, "sha256:") }

// errForm says what a file must be.
var errForm = errors.New(`found something else, expected a JSON object of documents by their ids, or one with "format": "` + apolloFormat + `"`)

// parse gives the texts of one file by their ids.
func parse(data []byte) (map[string]string, error) {
	var manifest struct {
		Format     string
		Version    int
		Operations []struct{ ID, Body string }
	}
	if json.Unmarshal(data, &manifest) != nil || manifest.Format != apolloFormat {
		var texts map[string]string
		if err := json.Unmarshal(data, &texts); err != nil || texts == nil {
			return nil, errForm
		}
		return texts, checkIDs(data)
	}
	if manifest.Version != apolloVersion {
		return nil, fmt.Errorf("found version %d of the manifest, expected %d", manifest.Version, apolloVersion)
	}
	texts := make(map[string]string, len(manifest.Operations))
	for i, o := range manifest.Operations {
		if o.ID == "" || o.Body == "" {
			return nil, fmt.Errorf("operation %d: found no id or no body, expected both", i+1)
		}
		if known, twice := texts[o.ID]; twice && known != o.Body {
			return nil, fmt.Errorf("operation %d: found the id %s again, with another body; expected one id for one body", i+1, o.ID)
		}
		texts[o.ID] = o.Body
	}
	return texts, nil
}

// checkIDs refuses a map that has an id twice with two texts: of these a decoder takes the
// last, and says nothing.
func checkIDs(data []byte) error {
	texts := map[string]string{}
	return jx.DecodeBytes(data).Obj(func(d *jx.Decoder, id string) error {
		text, err := d.Str()
		if err != nil {
			return err
		}
		if known, twice := texts[id]; twice && known != text {
			return fmt.Errorf("found the id %s again, with another text; expected one id for one text", id)
		}
		texts[id] = text
		return nil
	})
}
