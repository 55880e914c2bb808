package pages

import (
	"html/template"
	"slices"
	"strconv"
	"strings"

	"alphanode/content"
	"alphanode/server/pages/frame"
	"alphanode/server/route"
	"alphanode/store"
)

// card is a post as lists show it.
type card struct {
	Href           string
	slug           string
	Title, Summary template.HTML // escaped, with words that were found in mark elements
	Score          *score        // nil where there is none
	Difficulty     string
	Minutes        int // 0 where it is not known
	Updated        string
	Tools          []linked
	MoreTools      int
	Image          string // of https; "" where there is none
	Generated      bool
	Unreviewed     bool
}

// score is the four bars of a post.
type score struct {
	Words   string // quality 80
	Said    string // all four
	Bars    []bar
	Quality int
}

// bar stands in a box 20 high.
type bar struct {
	X         int
	Y, Height string
}

// toolsOnCard are shown; of the others it is told how many they are.
const toolsOnCard = 5

// cards reads posts as a list shows them. Words that were typed are marked.
func cards(r *route.Request, links frame.Links, refs []store.Ref, typed store.Search) ([]card, error) {
	posts, err := r.Reader.Posts(r.Ctx, refs, store.Card)
	if err != nil {
		return nil, err
	}
	var found [][]store.Highlight
	if strings.TrimSpace(typed.Text) != "" {
		if found, err = r.Reader.Highlights(r.Ctx, typed, refs); err != nil {
			return nil, err
		}
	}
	var ids []store.TermID
	for _, p := range posts {
		ids = append(ids, p.Tools[:min(len(p.Tools), toolsOnCard)]...)
	}
	tools, err := r.Reader.Terms(r.Ctx, ids)
	if err != nil {
		return nil, err
	}
	all := make([]card, len(posts))
	slugs := make([]string, len(posts))
	for i, p := range posts {
		slugs[i] = p.Slug
		c := &all[i]
		*c = card{Href: links.Post(p.Slug), slug: p.Slug, Title: escaped(p.Title), Summary: escaped(p.Meta.Summary), Score: scoreOf(p.Meta.Score),
			Difficulty: p.Meta.Difficulty, Updated: p.Updated}
		if p.Meta.ReadingTime != nil {
			c.Minutes = *p.Meta.ReadingTime
		}
		if p.Image != nil {
			if u, ok := content.WebAddress(p.Image.URL); ok && u.Scheme == "https" {
				c.Image = p.Image.URL
			}
		}
		n := min(len(p.Tools), toolsOnCard)
		for j, name := range p.Meta.Tools[:n] {
			c.Tools = append(c.Tools, linked{Name: name, Href: links.Term(store.KindTool, tools[j].Slug)})
		}
		tools, c.MoreTools = tools[n:], len(p.Tools)-n
		if found != nil {
			c.mark(found[i])
		}
	}
	return all, flagged(r, all, refs, slugs)
}

// mark shows where words were found, in the title and in what stands below it.
func (c *card) mark(found []store.Highlight) {
	below := false
	for _, h := range found {
		switch {
		case h.Field == store.SearchTitle:
			c.Title = template.HTML(h.HTML) // the store has escaped it
		case !below && (h.Field == store.SearchSummary || h.Field == store.SearchIntro || h.Field == store.SearchBody):
			c.Summary, below = template.HTML(h.HTML), true
		}
	}
}

func escaped(text string) template.HTML { return template.HTML(template.HTMLEscapeString(text)) }

// flagged notes what a card does not hold: which of the posts must be disclosed.
func flagged(r *route.Request, all []card, refs []store.Ref, slugs []string) error {
	if len(slugs) == 0 {
		return nil
	}
	for _, flag := range []struct {
		filter store.Filter
		note   func(*card)
	}{
		{store.Filter{AIGeneratedStyle: new(true)}, func(c *card) { c.Generated = true }},
		{store.Filter{NeedsHumanReview: new(true)}, func(c *card) { c.Unreviewed = true }},
	} {
		flag.filter.Slug = &store.SlugFilter{In: slugs}
		found, err := r.Reader.Find(r.Ctx, store.PostQuery{Filter: &flag.filter, Order: store.Order{Field: store.FieldSlug}, Window: store.Window{First: new(len(slugs))}, Cursors: store.NoCursors})
		if err != nil {
			return err
		}
		for i, ref := range refs {
			if slices.Contains(found.Refs, ref) {
				flag.note(&all[i])
			}
		}
	}
	return nil
}

// scoreOf gives the bars of a score.
func scoreOf(s *content.Score) *score {
	if s == nil || s.Quality == nil && s.Freshness == nil && s.Depth == nil && s.Clarity == nil {
		return nil
	}
	of := &score{Words: "no quality"}
	if s.Quality != nil {
		of.Words = "quality " + strconv.Itoa(*s.Quality)
	}
	var said []string
	for i, part := range []struct {
		name  string
		value *int
	}{{"quality", s.Quality}, {"freshness", s.Freshness}, {"depth", s.Depth}, {"clarity", s.Clarity}} {
		if part.value == nil {
			continue
		}
		said = append(said, part.name+" "+strconv.Itoa(*part.value))
		height := float64(*part.value) / 5
		of.Bars = append(of.Bars, bar{7 * i, strconv.FormatFloat(20-height, 'f', 1, 64), strconv.FormatFloat(height, 'f', 1, 64)})
	}
	of.Said = strings.Join(said, ", ")
	return of
}

// aboutCards notes which posts an answer shows.
func aboutCards(a *route.Answer, all []card) {
	slugs := make([][]byte, len(all))
	for i := range all {
		slugs[i] = []byte(all[i].slug)
	}
	a.AboutPosts(slugs)
}
