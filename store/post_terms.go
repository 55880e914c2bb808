package store

import "alphanode/content"

// term is a name of some kind as one post spells it.
type term struct {
	kind Kind
	name string
	typ  string // of an entity
}

// identity is what makes two spellings the same term of a kind. The name
// stands before the type, so that the identities of one name lie together.
func (t term) identity() string {
	if t.kind == KindEntity {
		return content.Identity(t.name) + "\x00" + content.Identity(t.typ)
	}
	return content.Identity(t.name)
}

// slug is the term's slug where no other term has the same.
func (t term) slug() string {
	if t.kind == KindEntity {
		return content.Entity{Name: t.name, Type: t.typ}.Slug()
	}
	return content.Slugify(t.name)
}

// publicIdentity is the identity as the contract words it, from which distinct
// slugs are made.
func (t term) publicIdentity() string {
	if t.kind == KindEntity {
		return content.Entity{Name: t.name, Type: t.typ}.Identity()
	}
	return content.Identity(t.name)
}

// termsOf gives the terms of a post, spelled as the post spells them, a name
// given twice twice. Tools, entities and stack come first and in that order.
func termsOf(p *content.Post) []term {
	m := &p.Meta
	terms := make([]term, 0, len(m.Tools)+len(m.Entities)+len(m.Stack)+5)
	for _, name := range m.Tools {
		terms = append(terms, term{kind: KindTool, name: name})
	}
	for _, e := range m.Entities {
		terms = append(terms, term{kind: KindEntity, name: e.Name, typ: e.Type})
	}
	for _, name := range m.Stack {
		terms = append(terms, term{kind: KindStack, name: name})
	}
	one := func(kind Kind, name string) {
		if name != "" {
			terms = append(terms, term{kind: kind, name: name})
		}
	}
	one(KindDifficulty, m.Difficulty)
	one(KindCodeLanguage, m.CodeLanguage)
	if m.Revision != nil {
		one(KindStatus, m.Revision.Status)
	}
	if m.Payload != nil {
		one(KindScenario, m.Payload.Scenario)
	}
	one(KindTopic, m.Topic)
	return terms
}

// flag is a yes-or-no fact with a bitmap of the posts that have it.
type flag struct {
	name string
	of   func(*content.Flags) bool
}

var flags = []flag{
	{"aiGeneratedStyle", func(f *content.Flags) bool { return f.AIGeneratedStyle }},
	{"hasImages", func(f *content.Flags) bool { return f.HasImages }},
	{"imageHeavy", func(f *content.Flags) bool { return f.ImageHeavy }},
	{"needsHumanReview", func(f *content.Flags) bool { return f.NeedsHumanReview }},
}

// numberField is a field whose values are integers; a date is its instant in
// microseconds since 1970.
type numberField struct {
	field Field
	of    func(*content.Post) (int64, bool)
}

// numberFields each have an order in every release.
var numberFields = [...]numberField{
	{FieldPublishedAt, func(p *content.Post) (int64, bool) { return instant(p.PublishedAt) }},
	{FieldLastReviewed, func(p *content.Post) (int64, bool) {
		if p.Meta.Revision == nil {
			return 0, false
		}
		return instant(p.Meta.Revision.LastReviewed)
	}},
	{FieldUpdated, func(p *content.Post) (int64, bool) { return instant(p.Updated()) }},
	{FieldQuality, score(func(s *content.Score) *int { return s.Quality })},
	{FieldFreshness, score(func(s *content.Score) *int { return s.Freshness })},
	{FieldDepth, score(func(s *content.Score) *int { return s.Depth })},
	{FieldClarity, score(func(s *content.Score) *int { return s.Clarity })},
	{FieldViewCount, func(p *content.Post) (int64, bool) {
		if p.Meta.ViewCount == nil {
			return 0, false
		}
		return *p.Meta.ViewCount, true
	}},
	{FieldReadingTime, func(p *content.Post) (int64, bool) { return integer(p.Meta.ReadingTime) }},
	{FieldParagraphs, func(p *content.Post) (int64, bool) {
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
