package store

import "alphanode/content"

// View says whose eyes a question is answered for.
type View uint8

const (
	// Public sees the posts that are reviewed, or carry no status.
	Public View = iota
	// Preview sees every post.
	Preview
)

// Field is a field that posts can be filtered or ordered by, named as in REST.
type Field string

// The fields of numbers, dates and texts. All of them are sort fields but
// FieldParagraphs and FieldReference.
const (
	FieldSlug         Field = "slug"
	FieldTitle        Field = "title"
	FieldReference    Field = "reference"
	FieldPublishedAt  Field = "publishedAt"
	FieldLastReviewed Field = "lastReviewed"
	FieldUpdated      Field = "updated"
	FieldQuality      Field = "quality"
	FieldFreshness    Field = "freshness"
	FieldDepth        Field = "depth"
	FieldClarity      Field = "clarity"
	FieldViewCount    Field = "viewCount"
	FieldReadingTime  Field = "readingTime"
	FieldParagraphs   Field = "paragraphs"
)

// SortFields are the fields a list can be ordered by.
var SortFields = []Field{
	FieldSlug, FieldTitle, FieldPublishedAt, FieldLastReviewed, FieldUpdated, FieldQuality, FieldFreshness,
	FieldDepth, FieldClarity, FieldViewCount, FieldReadingTime,
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

// Kind is a kind of term, named as in REST.
type Kind string

// The kinds of terms posts are indexed by.
const (
	KindTool         Kind = "tool"
	KindEntity       Kind = "entity"
	KindStack        Kind = "stack"
	KindDifficulty   Kind = "difficulty"
	KindCodeLanguage Kind = "codeLanguage"
	KindStatus       Kind = "status"
	KindScenario     Kind = "scenario"
	KindTopic        Kind = "topic"
)

// Kinds are all kinds of terms.
var Kinds = []Kind{
	KindTool, KindEntity, KindStack, KindDifficulty, KindCodeLanguage, KindStatus, KindScenario, KindTopic,
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

func (v View) name() string {
	if v == Preview {
		return "preview"
	}
	return "public"
}
