package content_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"alphanode/content"
)

// TestImagesKnowOfEachOther lets one entry say of an image what another does not.
func TestImagesKnowOfEachOther(t *testing.T) {
	t.Parallel()
	p := &content.Post{
		Body: []content.Block{
			content.Figure{URL: "/a.png", Alt: "a", Width: ptr(640), Height: ptr(480)},
			content.Figure{URL: "/b.png"},
			content.Figure{URL: "/c.png", Alt: "here", Width: ptr(1)},
			content.Figure{URL: "/d.png", Alt: "d"},
			content.Figure{URL: "/a.png", Alt: "again"},
		},
		Meta: content.Meta{Images: []content.Image{
			{URL: "/a.png", Caption: "A"}, {URL: "/b.png", Alt: "b", Width: ptr(2), Height: ptr(3)}, {URL: "/c.png", Alt: "there", Height: ptr(9)}, {URL: "/e.png"}, {Source: "own"}, {Source: "own", Alt: "o"},
		}},
	}
	p.Settle()
	wantBody := []content.Block{
		content.Figure{URL: "/a.png", Alt: "a", Width: ptr(640), Height: ptr(480)},
		content.Figure{URL: "/b.png", Alt: "b", Width: ptr(2), Height: ptr(3)},
		content.Figure{URL: "/c.png", Alt: "here", Width: ptr(1)},
		content.Figure{URL: "/d.png", Alt: "d"},
		content.Figure{URL: "/a.png", Alt: "again", Width: ptr(640), Height: ptr(480)},
	}
	wantImages := []content.Image{
		{URL: "/a.png", Caption: "A", Alt: "a", Width: ptr(640), Height: ptr(480)}, {URL: "/b.png", Alt: "b", Width: ptr(2), Height: ptr(3)},
		{URL: "/c.png", Alt: "there", Height: ptr(9)}, {URL: "/e.png"}, {Source: "own"}, {Source: "own", Alt: "o"},
	}
	if diff := cmp.Diff(wantBody, p.Body) + cmp.Diff(wantImages, p.Meta.Images); diff != "" {
		t.Error(diff)
	}
	once := string(p.AppendJSON(nil))
	if p.Settle(); string(p.AppendJSON(nil)) != once {
		t.Errorf("settled twice it is %s\nonce %s", p.AppendJSON(nil), once)
	}
}

func TestImageSizes(t *testing.T) {
	t.Parallel()
	for line, want := range map[string]string{
		`{"type":"image","url":"/a","width":0}`:               `body[0].width: found 0, expected an integer from 1 to 1048576`,
		`{"type":"image","url":"/a","height":1048577}`:        `body[0].height: found 1048577`,
		`{"type":"image","url":"/a","width":"640"}`:           `body[0].width: found "640", expected an integer`,
		`{"type":"image","url":"/a","width":1.5}`:             `body[0].width: found 1.5`,
		`{"type":"image","url":"/a","alt":7}`:                 `body[0].alt: found 7, expected a string`,
		`{"type":"paragraph","text":"a","alt":"b"}`:           `body[0].alt: found a field that a block of type paragraph does not have`,
		`{"type":"paragraph","text":"a","anchor":"b"}`:        `body[0].anchor: found a field that a block of type paragraph does not have`,
		`{"type":"image","url":"/a","width":null,"alt":null}`: ``,
	} {
		record, faults := content.Decode([]byte(`{"slug":"a","title":"A","body":[` + line + `]}`))
		if faults == nil {
			faults = record.Post.Validate()
		}
		got := ""
		if faults != nil {
			got = faults.Error()
		}
		if !strings.Contains(got, want) || (want == "") != (got == "") {
			t.Errorf("%s: found %q, expected %q", line, got, want)
		}
	}
}
