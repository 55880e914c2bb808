package synth

import (
	"encoding/json"
	"math/bits"
	"strconv"
	"time"

	"alphanode/content"
)

// meta writes everything known about post number k beside its text.
func (a *article) meta(k int64) {
	words := a.words // of the meta none are counted
	t, m := a.technology, &a.post.Meta
	m.Topic = a.problem + " / " + t.name
	m.Summary = a.fill(&a.g.summaries[a.intn(len(a.g.summaries))])
	m.Brief = a.pick(a.g.briefs)
	m.Outline = []content.OutlineItem{
		{Label: "context", Text: a.scenario}, {Label: "problem", Text: a.problem},
		{Label: "stack", Text: t.name}, {Label: "recommended action", Text: a.pick(actions)},
	}
	m.Stack = []string{t.name, t.area, t.language}
	m.Tools = a.tools()
	m.Checklist = a.some(checks, 4+a.intn(4))
	m.Notes = a.some(noteLines, 2+a.intn(3))
	m.Entities = a.entities()
	m.CodeLanguage = t.language
	m.Difficulty = [...]string{"beginner", "beginner", "intermediate", "intermediate", "intermediate", "advanced"}[a.intn(6)]
	views := int64(leastViews) << min(bits.TrailingZeros64(a.next()|1<<63), viewDoublings)
	views += int64(a.below(uint64(views)))
	m.ViewCount = &views
	m.Reference = "anp-ref-" + padded(k, 6) + "-" + padded(int64(a.intn(10000)), 4)
	m.Hash = a.hex(24)
	m.Images = a.images()
	m.Flags = content.Flags{
		AIGeneratedStyle: a.chance(aiStyleChance), HasImages: len(m.Images) > 0, ImageHeavy: len(m.Images) > 2,
		NeedsHumanReview: a.chance(humanReviewChance),
	}
	m.Payload = &content.Payload{
		SourceID: "alphanode-" + padded(k, 6), Generator: "anp content synthesizer", Scenario: a.scenario, Seed: &k,
	}
	a.dates()
	if a.chance(extraChance) {
		m.Extra = a.extra(k)
	}
	a.words = words
}

// tools are most of those that go with the technology, and what everyone uses.
func (a *article) tools() []string {
	own := a.technology.tools
	tools := a.some(own, min(len(own), 3+a.intn(4)))
	if a.chance(900) {
		tools = append(tools, "git")
	}
	if a.chance(500) {
		tools = append(tools, "logs")
	}
	return tools
}

func (a *article) entities() []content.Entity {
	entities := []content.Entity{
		{Name: a.technology.name, Type: "stack"}, {Name: a.technology.area, Type: "area"}, {Name: a.problem, Type: "problem"},
	}
	if a.chance(250) {
		entities = append(entities, content.Entity{Name: a.technology.language, Type: "language"})
	}
	if a.chance(150) {
		entities = append(entities, content.Entity{Name: a.pick(a.technology.tools), Type: "tool"})
	}
	return entities
}

func (a *article) images() []content.Image {
	n := [...]int{0, 1, 2, 2, 2, 3, 4}[a.intn(7)]
	images := make([]content.Image, n)
	start := a.intn(len(imageIDs))
	for i := range images {
		images[i] = content.Image{
			Source:  "picsum archive",
			URL:     "https://images.example.org/" + imageIDs[(start+i)%len(imageIDs)] + ".jpg?w=1200&q=80",
			Caption: a.problem + " with " + a.technology.name + " visual reference " + strconv.Itoa(i+1),
		}
	}
	return images
}

const hexDigits = "0123456789abcdef"

func (a *article) hex(n int) string {
	var digits [24]byte
	var x uint64
	for i := range n {
		if i%16 == 0 {
			x = a.next()
		}
		digits[i] = hexDigits[x&15]
		x >>= 4
	}
	return string(digits[:n])
}

// dates writes what depends on time: when the post was published and reviewed,
// in which state it is, and how it scores.
func (a *article) dates() {
	p, m := a.post, &a.post.Meta
	published := firstDay + max(a.intn(daysPublished), a.intn(daysPublished))
	switch {
	case a.chance(noDateChance):
	case a.chance(dateTimeChance):
		offset := [...]string{"Z", "Z", "+01:00", "-05:00", "+05:30"}[a.intn(5)]
		seconds := a.intn(24 * 60 * 60)
		p.PublishedAt = day(published) + "T" + padded(int64(seconds/3600), 2) + ":" + padded(int64(seconds/60%60), 2) + ":" +
			padded(int64(seconds%60), 2) + offset
	default:
		p.PublishedAt = day(published)
	}
	reviewed := published + a.intn(lastDay-published+1)
	if !a.chance(noRevisionChance) {
		m.Revision = &content.Revision{
			Status:       a.status(),
			Version:      "1." + strconv.Itoa(a.intn(9)) + "." + strconv.Itoa(a.intn(12)),
			LastReviewed: day(reviewed),
		}
	}
	if a.chance(noScoreChance) {
		return
	}
	// Editors give most marks between 60 and 90; freshness falls with the years
	// since the last review.
	mark := func() *int {
		n := 46 + a.intn(19) + a.intn(19) + a.intn(19)
		return &n
	}
	fresh := max(0, 92+a.intn(9)-(lastDay-reviewed)/45)
	m.Score = &content.Score{Quality: mark(), Freshness: &fresh, Depth: mark(), Clarity: mark()}
}

func (a *article) status() string {
	n := a.intn(1000)
	for _, state := range []struct {
		status string
		chance int
	}{
		{content.StatusDraft, draftChance}, {content.StatusInReview, inReviewChance},
		{content.StatusArchived, archivedChance}, {"", noStatusChance},
	} {
		if n -= state.chance; n < 0 {
			return state.status
		}
	}
	return content.StatusReviewed
}

// day writes a day, counted from 1970-01-01.
func day(n int) string {
	return time.Unix(int64(n)*24*60*60, 0).UTC().Format(time.DateOnly)
}

// extra is meta that only an older system understood: big numbers, exact
// decimals, nested values.
func (a *article) extra(k int64) content.Extra {
	n := strconv.FormatInt(k, 10)
	return []content.Extra{
		{"legacyId": json.RawMessage("9007199254" + padded(k, 6)), "ratio": json.RawMessage("1.50")},
		{"campaign": json.RawMessage(`{"codes":[1,2.0,` + n + `],"name":"autumn"}`)},
		{"priority": json.RawMessage("1e3"), "sponsor": json.RawMessage("null")},
	}[a.intn(3)]
}
