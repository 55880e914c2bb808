package facts

import (
	"strings"

	"alphanode/content"
	"alphanode/store"
)

// Term is a name of some kind as one post spells it.
type Term struct {
	Kind store.Kind
	Name string
	Typ  string // of an entity
}

// Identity is what makes two spellings the same term of a kind. The name
// stands before the type, so that the identities of one name lie together.
func (t Term) Identity() string {
	if t.Kind == store.KindEntity {
		return content.Identity(t.Name) + "\x00" + content.Identity(t.Typ)
	}
	return content.Identity(t.Name)
}

// Slug is the term's slug where no other term has the same.
func (t Term) Slug() string {
	if t.Kind == store.KindEntity {
		return content.Entity{Name: t.Name, Type: t.Typ}.Slug()
	}
	return content.Slugify(t.Name)
}

// PublicIdentity is the identity as the contract words it, from which distinct
// slugs are made.
func (t Term) PublicIdentity() string {
	if t.Kind == store.KindEntity {
		return content.Entity{Name: t.Name, Type: t.Typ}.Identity()
	}
	return content.Identity(t.Name)
}

// ReadsLikeItsSlug reports whether the term is named as its slug is, but for hyphens where
// the name has spaces; an entity behind its type.
func (t Term) ReadsLikeItsSlug() bool {
	name := strings.ReplaceAll(content.Identity(t.Name), " ", "-")
	if typ := content.Slugify(t.Typ); typ != "" { // of an entity
		name = typ + "-" + name
	}
	return name == t.Slug()
}

// termsOf gives the terms of a post, spelled as the post spells them, a name
// given twice twice. Tools, entities and stack come first and in that order.
func termsOf(p *content.Post) []Term {
	m := &p.Meta
	terms := make([]Term, 0, len(m.Tools)+len(m.Entities)+len(m.Stack)+6)
	for _, name := range m.Tools {
		terms = append(terms, Term{Kind: store.KindTool, Name: name})
	}
	for _, e := range m.Entities {
		terms = append(terms, Term{Kind: store.KindEntity, Name: e.Name, Typ: e.Type})
	}
	for _, name := range m.Stack {
		terms = append(terms, Term{Kind: store.KindStack, Name: name})
	}
	one := func(kind store.Kind, name string) {
		if name != "" {
			terms = append(terms, Term{Kind: kind, Name: name})
		}
	}
	one(store.KindDifficulty, m.Difficulty)
	one(store.KindCodeLanguage, m.CodeLanguage)
	if m.Revision != nil {
		one(store.KindStatus, m.Revision.Status)
	}
	if m.Payload != nil {
		one(store.KindScenario, m.Payload.Scenario)
	}
	one(store.KindTopic, m.Topic)
	one(store.KindLanguage, m.Language)
	return terms
}

// flag is a yes-or-no fact with a bitmap of the posts that have it.
type flag struct {
	Name string
	of   func(*content.Flags) bool
}

// Flags are what posts are marked with, in the order of their bits in a record.
var Flags = []flag{
	{"aiGeneratedStyle", func(f *content.Flags) bool { return f.AIGeneratedStyle }},
	{"hasImages", func(f *content.Flags) bool { return f.HasImages }},
	{"imageHeavy", func(f *content.Flags) bool { return f.ImageHeavy }},
	{"needsHumanReview", func(f *content.Flags) bool { return f.NeedsHumanReview }},
}

// numberField is a field whose values are integers; a date is its instant in
// microseconds since 1970.
type numberField struct {
	Field store.Field
	of    func(*content.Post) (int64, bool)
}

// NumberFields each have an order in every release.
var NumberFields = [...]numberField{
	{store.FieldPublishedAt, func(p *content.Post) (int64, bool) { return instant(p.PublishedAt) }},
	{store.FieldLastReviewed, func(p *content.Post) (int64, bool) {
		if p.Meta.Revision == nil {
			return 0, false
		}
		return instant(p.Meta.Revision.LastReviewed)
	}},
	{store.FieldUpdated, func(p *content.Post) (int64, bool) { return instant(p.Updated()) }},
	{store.FieldQuality, score(func(s *content.Score) *int { return s.Quality })},
	{store.FieldFreshness, score(func(s *content.Score) *int { return s.Freshness })},
	{store.FieldDepth, score(func(s *content.Score) *int { return s.Depth })},
	{store.FieldClarity, score(func(s *content.Score) *int { return s.Clarity })},
	{store.FieldViewCount, func(p *content.Post) (int64, bool) {
		if p.Meta.ViewCount == nil {
			return 0, false
		}
		return *p.Meta.ViewCount, true
	}},
	{store.FieldReadingTime, func(p *content.Post) (int64, bool) { return integer(p.Meta.ReadingTime) }},
	{store.FieldParagraphs, func(p *content.Post) (int64, bool) {
		if p.Meta.Payload == nil {
			return 0, false
		}
		return integer(p.Meta.Payload.Paragraphs)
	}},
}

func instant(date string) (int64, bool) {
	t, ok := content.ParseDate(date)
	if !ok {
		return 0, false
	}
	return t.UnixMicro(), true
}

func integer(n *int) (int64, bool) {
	if n == nil {
		return 0, false
	}
	return int64(*n), true
}

func score(of func(*content.Score) *int) func(*content.Post) (int64, bool) {
	return func(p *content.Post) (int64, bool) {
		if p.Meta.Score == nil {
			return 0, false
		}
		return integer(of(p.Meta.Score))
	}
}
