package store

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
	KindLanguage     Kind = "language"
)

// Kinds are all kinds of terms. Tallies hold them in this order: a new one stands at the
// end and raises FormatVersion.
var Kinds = []Kind{
	KindTool, KindEntity, KindStack, KindDifficulty, KindCodeLanguage, KindStatus, KindScenario, KindTopic, KindLanguage,
}

// Name is what a view is called in keys of a release.
func (v View) Name() string {
	if v == Preview {
		return "preview"
	}
	return "public"
}
