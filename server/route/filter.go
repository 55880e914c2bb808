package route

import (
	"math"
	"time"

	"alphanode/server/schema"
	"alphanode/store"
)

// The tables below name every field of a filter once; the parameters are made from
// them. What the conditions mean is for store to say.

// FilterField is a field of posts by which they are filtered.
type FilterField[T any] struct {
	Name     string
	Doc      string // what it is, in the middle of a sentence
	Examples []any
	of       func(*store.Filter) *T // made where it is not there
}

var termFields = []FilterField[store.TermFilter]{
	{"tool", "a tool, by name or slug", []any{"redis"}, func(f *store.Filter) *store.TermFilter { return made(&f.Tool) }},
	{"entity", "an entity, by name, slug or type:name", []any{"database:PostgreSQL"}, func(f *store.Filter) *store.TermFilter { return made(&f.Entity) }},
	{"stack", "a stack term, by name or slug", []any{"Go"}, func(f *store.Filter) *store.TermFilter { return made(&f.Stack) }},
	{"difficulty", "a difficulty, by name or slug", []any{"intermediate"}, func(f *store.Filter) *store.TermFilter { return made(&f.Difficulty) }},
	{"codeLanguage", "a code language, by name or slug", []any{"go"}, func(f *store.Filter) *store.TermFilter { return made(&f.CodeLanguage) }},
	{"language", "a language, by its tag alone: pt is not pt-BR (case does not matter)", []any{"pt-BR"}, func(f *store.Filter) *store.TermFilter { return made(&f.Language) }},
	{"status", "a status of review; without a key only reviewed posts and posts without a status are there", []any{"reviewed"}, func(f *store.Filter) *store.TermFilter { return made(&f.Status) }},
	{"scenario", "a scenario, by name or slug", []any{"outage"}, func(f *store.Filter) *store.TermFilter { return made(&f.Scenario) }},
	{"topic", "a topic, by name or slug", []any{"Caching"}, func(f *store.Filter) *store.TermFilter { return &made(&f.Topic).TermFilter }},
}

// NumberFields are those that hold numbers.
var NumberFields = []FilterField[store.NumberFilter]{
	{"quality", "the score for quality (0 to 100)", []any{80}, func(f *store.Filter) *store.NumberFilter { return made(&f.Quality) }},
	{"freshness", "the score for freshness (0 to 100)", []any{80}, func(f *store.Filter) *store.NumberFilter { return made(&f.Freshness) }},
	{"depth", "the score for depth (0 to 100)", []any{80}, func(f *store.Filter) *store.NumberFilter { return made(&f.Depth) }},
	{"clarity", "the score for clarity (0 to 100)", []any{80}, func(f *store.Filter) *store.NumberFilter { return made(&f.Clarity) }},
	{"viewCount", "the number of views", []any{1000}, func(f *store.Filter) *store.NumberFilter { return made(&f.ViewCount) }},
	{"readingTime", "the reading time in minutes", []any{5}, func(f *store.Filter) *store.NumberFilter { return made(&f.ReadingTime) }},
	{"paragraphs", "the number of paragraphs", []any{12}, func(f *store.Filter) *store.NumberFilter { return made(&f.Paragraphs) }},
}

// DateFields are those that hold days.
var DateFields = []FilterField[store.DateFilter]{
	{"lastReviewed", "the UTC day of the last review", []any{"2026-03-01"}, func(f *store.Filter) *store.DateFilter { return made(&f.LastReviewed) }},
	{"publishedAt", "the UTC day of publication", []any{"2026-03-01"}, func(f *store.Filter) *store.DateFilter { return made(&f.PublishedAt) }},
	{"updated", "the UTC day of publication or last review (the later of them)", []any{"2026-03-01"}, func(f *store.Filter) *store.DateFilter { return made(&f.Updated) }},
}

var textFields = []FilterField[store.TextFilter]{
	{"title", "the title (case and spacing do not matter, nor do accents in a part of it)", []any{"Measuring"}, func(f *store.Filter) *store.TextFilter { return made(&f.Title) }},
	{"reference", "meta.reference (case matters)", []any{"REF-2026"}, func(f *store.Filter) *store.TextFilter { return made(&f.Reference) }},
}

var flagFields = []struct {
	name string
	of   func(*store.Filter) **bool
	doc  string
}{
	{"aiGeneratedStyle", func(f *store.Filter) **bool { return &f.AIGeneratedStyle }, "in the style of a machine"},
	{"hasImages", func(f *store.Filter) **bool { return &f.HasImages }, "with images"},
	{"imageHeavy", func(f *store.Filter) **bool { return &f.ImageHeavy }, "with many images"},
	{"needsHumanReview", func(f *store.Filter) **bool { return &f.NeedsHumanReview }, "that need a human's review"},
}

// comparison is one way to compare a number or a day.
type comparison[T any, F any] struct {
	suffix, words string
	of            func(*F) **T
}

var numberComparisons = []comparison[int64, store.NumberFilter]{
	{"", "is exactly this", func(f *store.NumberFilter) **int64 { return &f.Eq }},
	{".gt", "is more than this", func(f *store.NumberFilter) **int64 { return &f.Gt }},
	{".gte", "is this or more", func(f *store.NumberFilter) **int64 { return &f.Gte }},
	{".lt", "is less than this", func(f *store.NumberFilter) **int64 { return &f.Lt }},
	{".lte", "is this or less", func(f *store.NumberFilter) **int64 { return &f.Lte }},
}

var dateComparisons = []comparison[store.Day, store.DateFilter]{
	{"", "is exactly this", func(f *store.DateFilter) **store.Day { return &f.Eq }},
	{".gt", "is after this", func(f *store.DateFilter) **store.Day { return &f.Gt }},
	{".gte", "is this or later", func(f *store.DateFilter) **store.Day { return &f.Gte }},
	{".lt", "is before this", func(f *store.DateFilter) **store.Day { return &f.Lt }},
	{".lte", "is this or earlier", func(f *store.DateFilter) **store.Day { return &f.Lte }},
}

var textComparisons = []comparison[string, store.TextFilter]{
	{"", "is this", func(f *store.TextFilter) **string { return &f.Eq }},
	{".prefix", "begins with this", func(f *store.TextFilter) **string { return &f.Prefix }},
	{".contains", "contains this", func(f *store.TextFilter) **string { return &f.Contains }},
}

// Filters are the parameters of a filter, which have the same names wherever posts are
// listed, found or counted.
var Filters = makeFilters()

func makeFilters() []*Parameter {
	var all []*Parameter
	for _, field := range termFields {
		all = append(all,
			NamesParameter(field.Name, "Only posts with "+field.Doc+". Given several times: any of them.", field.Examples,
				func(q *Query, names []string) { field.of(q.Where()).In = names }),
			NamesParameter(field.Name+".all", "Only posts with "+field.Doc+". Given several times: each of them.", field.Examples,
				func(q *Query, names []string) { field.of(q.Where()).All = names }),
			NamesParameter(field.Name+".not", "No posts with "+field.Doc+". Given several times: none of them.", field.Examples,
				func(q *Query, names []string) { field.of(q.Where()).None = names }))
	}
	all = append(all, TextParameter("topic.contains", "Only posts whose topic contains this; case and accents do not matter.", []any{"cach"},
		func(q *Query, text string) { made(&q.Where().Topic).Contains = &text }))
	for _, field := range NumberFields {
		for _, c := range numberComparisons {
			all = append(all, equal(IntegerParameter(field.Name+c.suffix, "Only posts where "+field.Doc+" "+c.words+".",
				math.MinInt64, math.MaxInt64, &schema.Schema{Examples: field.Examples},
				func(q *Query, n int64) { *c.of(field.of(q.Where())) = &n })))
		}
	}
	for _, field := range DateFields {
		for _, c := range dateComparisons {
			all = append(all, equal(dayParameter(field.Name+c.suffix, "Only posts where "+field.Doc+" "+c.words+".", field.Examples,
				func(q *Query, day store.Day) { *c.of(field.of(q.Where())) = &day })))
		}
	}
	all = append(all,
		equal(NamesParameter("slug", "Only posts where the slug (case matters) is this. Given several times: any of them, and lists come in that order where no sort is given. "+
			"A slug that is given again counts once, one that no post has is passed over.", []any{"measuring-a-cache"}, listSlugs)),
		NameParameter("slug.prefix", "Only posts where the slug (case matters) begins with this.", []any{"measuring-a-cache"},
			func(q *Query, text string) { made(&q.Where().Slug).Prefix = &text }))
	for _, field := range textFields {
		for _, c := range textComparisons {
			all = append(all, equal(TextParameter(field.Name+c.suffix, "Only posts where "+field.Doc+" "+c.words+".", field.Examples,
				func(q *Query, text string) { *c.of(field.of(q.Where())) = &text })))
		}
	}
	for _, field := range flagFields {
		all = append(all, TruthParameter(field.name, "true: only posts "+field.doc+"; false: only the others.",
			func(q *Query, flag bool) { *field.of(q.Where()) = &flag }))
	}
	search := TextParameter("search", "Only posts that /v1/search finds by this text.", []any{"rollback plan"},
		func(q *Query, text string) { q.Where().Search = &text })
	match := MatchParameter("search.match", "search", func(q *Query, m store.Match) { q.Where().SearchMatch = m })
	language := LanguageParameter("search.language", "The language that the words of search are taken by, a BCP 47 tag. Where it is left out: each by the language of the post it is held against. Only beside search.",
		func(q *Query, tag string) { q.Where().SearchLanguage = tag })
	match.Doc += " Only beside search."
	match.Beside, language.Beside = search.Name, search.Name
	for _, p := range []*Parameter{search, match, language} {
		p.Part = PartSearch
		all = append(all, p)
	}
	for _, p := range all {
		p.Shared = true
	}
	return all
}

// listSlugs asks for one slug, or for several in their order.
func listSlugs(q *Query, slugs []string) {
	if f := made(&q.Where().Slug); len(slugs) == 1 {
		f.Eq = &slugs[0]
	} else {
		f.In = slugs
	}
}

// made gives what a pointer points at and makes it where there is nothing.
func made[T any](at **T) *T {
	if *at == nil {
		*at = new(T)
	}
	return *at
}

// equal gives a condition without a suffix the suffix .eq as another name.
func equal(p *Parameter) *Parameter {
	for i := range len(p.Name) {
		if p.Name[i] == '.' {
			return p
		}
	}
	p.Alias = p.Name + ".eq"
	return p
}

// dayParameter takes a day.
func dayParameter(name, doc string, examples []any, fill func(*Query, store.Day)) *Parameter {
	return SingleParameter(name, doc, &schema.Schema{Type: "string", Format: "date", MaxLength: len(time.DateOnly), Examples: examples}, func(q *Query, value string) *Misfit {
		day, err := store.ParseDay(value)
		if err != nil {
			return &Misfit{Found: value, Expected: "a UTC day as YYYY-MM-DD"}
		}
		fill(q, day)
		return nil
	})
}
