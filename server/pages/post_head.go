package pages

import (
	"encoding/json"
	"html/template"
	"strconv"
	"strings"

	"alphanode/content"
	"alphanode/server/route"
)

// property is one of Open Graph, by which a link to the page is shown elsewhere.
type property struct{ Name, Content string }

// mostTags bounds how many terms of a post its head has.
const mostTags = 20

// graphOf says what the page is about in Open Graph (ogp.me).
func graphOf(site route.Site, p *content.Post) (all []property) {
	add := func(name, content string) {
		if content != "" {
			all = append(all, property{name, content})
		}
	}
	add("og:type", "article")
	add("og:site_name", "alphanode")
	add("og:title", firstWords(p.Title, 300))
	add("og:description", description(p))
	add("og:url", site.URL(route.PostPath(p.Slug)))
	for _, image := range imagesOf(p)[:min(len(imagesOf(p)), 1)] {
		add("og:image", image.URL)
		if image.Width != nil && image.Height != nil {
			add("og:image:width", strconv.Itoa(*image.Width))
			add("og:image:height", strconv.Itoa(*image.Height))
		}
		add("og:image:alt", firstWords(image.Alt, 300))
	}
	add("article:published_time", instant(p.PublishedAt))
	add("article:modified_time", instant(p.Updated()))
	add("article:section", firstWords(p.Meta.Topic, 300))
	for _, tool := range p.Meta.Tools[:min(len(p.Meta.Tools), mostTags)] {
		add("article:tag", tool)
	}
	return all
}

// instant gives a date or a date-time as it was given, "" for anything else.
func instant(given string) string {
	if _, ok := content.ParseDate(given); !ok {
		return ""
	}
	return given
}

// imagesOf are the images of a post that a page can show, each once.
func imagesOf(p *content.Post) (all []content.Image) {
	known := map[string]bool{}
	add := func(image content.Image) {
		if strings.HasPrefix(image.URL, "https://") && !known[image.URL] && len(all) < mostTags {
			known[image.URL] = true
			all = append(all, image)
		}
	}
	for _, image := range p.Meta.Images {
		add(image)
	}
	for _, b := range p.Body {
		if f, ok := b.(content.Figure); ok {
			add(content.Image{URL: f.URL, Alt: f.Alt, Width: f.Width, Height: f.Height})
		}
	}
	return all
}

// article is a post as schema.org has it: a TechArticle.
type article struct {
	Context          string   `json:"@context"`
	Type             string   `json:"@type"`
	ID               string   `json:"@id"`
	URL              string   `json:"url"`
	MainEntityOfPage string   `json:"mainEntityOfPage"`
	Headline         string   `json:"headline"`
	Description      string   `json:"description,omitempty"`
	DatePublished    string   `json:"datePublished,omitempty"`
	DateModified     string   `json:"dateModified,omitempty"`
	InLanguage       string   `json:"inLanguage,omitempty"`
	ArticleSection   string   `json:"articleSection,omitempty"`
	Keywords         []string `json:"keywords,omitempty"`
	About            []thing  `json:"about,omitempty"`
	ProficiencyLevel string   `json:"proficiencyLevel,omitempty"`
	TimeRequired     string   `json:"timeRequired,omitempty"` // ISO 8601
	Image            []string `json:"image,omitempty"`
	Version          string   `json:"version,omitempty"`
}

type thing struct {
	Type string `json:"@type"`
	Name string `json:"name"`
}

// linkedData says what the page is about in JSON-LD. Encoded so, it holds nothing that ends
// the element in which it stands.
func linkedData(site route.Site, p *content.Post) template.JS {
	address := site.URL(route.PostPath(p.Slug))
	a := article{
		Context: "https://schema.org", Type: "TechArticle", ID: address, URL: address, MainEntityOfPage: address,
		Headline: p.Title, Description: description(p), DatePublished: instant(p.PublishedAt), DateModified: instant(p.Updated()),
		InLanguage: languageOf(p), ArticleSection: p.Meta.Topic, Keywords: p.Meta.Tools[:min(len(p.Meta.Tools), mostTags)], ProficiencyLevel: p.Meta.Difficulty,
	}
	for _, e := range p.Meta.Entities[:min(len(p.Meta.Entities), mostTags)] {
		a.About = append(a.About, thing{"Thing", e.Name})
	}
	for _, image := range imagesOf(p) {
		a.Image = append(a.Image, image.URL)
	}
	if p.Meta.ReadingTime != nil {
		a.TimeRequired = "PT" + strconv.Itoa(*p.Meta.ReadingTime) + "M"
	}
	if p.Meta.Revision != nil {
		a.Version = p.Meta.Revision.Version
	}
	text, err := json.Marshal(a)
	if err != nil { // texts always encode
		panic(err)
	}
	return template.JS(text)
}
