package feeds

import (
	"bytes"
	"cmp"
	"encoding/json"
)

// A feed as JSON Feed 1.1 (https://www.jsonfeed.org/version/1.1/). An item must have a
// content: it is the summary, as the whole post is linked.

type jsonFeed struct {
	Version     string       `json:"version"`
	Title       string       `json:"title"`
	HomePageURL string       `json:"home_page_url"`
	FeedURL     string       `json:"feed_url"`
	Description string       `json:"description"`
	Authors     []jsonAuthor `json:"authors"`
	Items       []jsonItem   `json:"items"`
}

type jsonAuthor struct {
	Name string `json:"name"`
	URL  string `json:"url"`
}

type jsonItem struct {
	ID           string   `json:"id"`
	URL          string   `json:"url"`
	Title        string   `json:"title"`
	ContentText  string   `json:"content_text"`
	Image        string   `json:"image,omitempty"`
	DateModified string   `json:"date_modified"`
	Tags         []string `json:"tags,omitempty"`
}

func writeJSON(f *feed) ([]byte, error) {
	all := jsonFeed{
		Version: "https://jsonfeed.org/version/1.1", Title: f.title, HomePageURL: f.home, FeedURL: f.self, Description: f.about,
		Authors: []jsonAuthor{{f.author, f.site}}, Items: []jsonItem{},
	}
	for _, e := range f.entries {
		all.Items = append(all.Items, jsonItem{
			ID: e.page, URL: e.page, Title: e.title, ContentText: cmp.Or(e.summary, e.title), Image: e.image, DateModified: e.updated, Tags: e.tags,
		})
	}
	var w bytes.Buffer
	in := json.NewEncoder(&w)
	in.SetEscapeHTML(false) // it is no part of a page
	err := in.Encode(all)
	return w.Bytes(), err
}
