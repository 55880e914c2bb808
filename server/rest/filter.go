package rest

import (
	"math"
	"time"

	"alphanode/server/route"
	"alphanode/server/schema"
	"alphanode/store"
)

// The tables below name every field of a filter once; the parameters of REST
// are made from them. What the conditions mean is for store to say.

type filterField[T any] struct {
	name     string
	of       func(*store.Filter) *T // made where it is not there
	doc      string
	examples []any
}

var termFields = []filterField[store.TermFilter]{
	{"tool", func(f *store.Filter) *store.TermFilter { return made(&f.Tool) }, "a tool, by name or slug", []any{"redis"}},
	{"entity", func(f *store.Filter) *store.TermFilter { return made(&f.Entity) }, "an entity, by name, slug or type:name", []any{"database:PostgreSQL"}},
	{"stack", func(f *store.Filter) *store.TermFilter { return made(&f.Stack) }, "a stack term, by name or slug", []any{"Go"}},
	{"difficulty", func(f *store.Filter) *store.TermFilter { return made(&f.Difficulty) }, "a difficulty, by name or slug", []any{"intermediate"}},
	{"codeLanguage", func(f *store.Filter) *store.TermFilter { return made(&f.CodeLanguage) }, "a code language, by name or slug", []any{"go"}},
	{"status", func(f *store.Filter) *store.TermFilter { return made(&f.Status) }, "a status of review; without a key only reviewed posts and posts without a status are there", []any{"reviewed"}},
	{"scenario", func(f *store.Filter) *store.TermFilter { return made(&f.Scenario) }, "a scenario, by name or slug", []any{"outage"}},
	{"topic", func(f *store.Filter) *store.TermFilter { return &made(&f.Topic).TermFilter }, "a topic, by name or slug", []any{"Caching"}},
}

var numberFields = []filterField[store.NumberFilter]{
	{"quality", func(f *store.Filter) *store.NumberFilter { return made(&f.Quality) }, "the score for quality (0 to 100)", []any{80}},
	{"freshness", func(f *store.Filter) *store.NumberFilter { return made(&f.Freshness) }, "the score for freshness (0 to 100)", []any{80}},
	{"depth", func(f *store.Filter) *store.NumberFilter { return made(&f.Depth) }, "the score for depth (0 to 100)", []any{80}},
	{"clarity", func(f *store.Filter) *store.NumberFilter { return made(&f.Clarity) }, "the score for clarity (0 to 100)", []any{80}},
	{"viewCount", func(f *store.Filter) *store.NumberFilter { return made(&f.ViewCount) }, "the number of views", []any{1000}},
	{"readingTime", func(f *store.Filter) *store.NumberFilter { return made(&f.ReadingTime) }, "the reading time in minutes", []any{5}},
	{"paragraphs", func(f *store.Filter) *store.NumberFilter { return made(&f.Paragraphs) }, "the number of paragraphs", []any{12}},
}

var dateFields = []filterField[store.DateFilter]{
	{"lastReviewed", func(f *store.Filter) *store.DateFilter { return made(&f.LastReviewed) }, "the UTC day of the last review", []any{"2026-03-01"}},
	{"publishedAt", func(f *store.Filter) *store.DateFilter { return made(&f.PublishedAt) }, "the UTC day of publication", []any{"2026-03-01"}},
	{"updated", func(f *store.Filter) *store.DateFilter { return made(&f.Updated) }, "the UTC day of publication or last review (the later of them)", []any{"2026-03-01"}},
}

var textFields = []filterField[store.TextFilter]{
	{"title", func(f *store.Filter) *store.TextFilter { return made(&f.Title) }, "the title (case and spacing do not matter)", []any{"Measuring"}},
	{"reference", func(f *store.Filter) *store.TextFilter { return made(&f.Reference) }, "meta.reference (case matters)", []any{"REF-2026"}},
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

var filterParameters = makeFilterParameters()

func makeFilterParameters() []*route.Parameter {
	var all []*route.Parameter
	for _, field := range termFields {
		all = append(all,
			route.NamesParameter(field.name, "Only posts with "+field.doc+". Given several times: any of them.", field.examples,
				func(q *route.Query, names []string) { field.of(q.Where()).In = names }),
			route.NamesParameter(field.name+".all", "Only posts with "+field.doc+". Given several times: each of them.", field.examples,
				func(q *route.Query, names []string) { field.of(q.Where()).All = names }),
			route.NamesParameter(field.name+".not", "No posts with "+field.doc+". Given several times: none of them.", field.examples,
				func(q *route.Query, names []string) { field.of(q.Where()).None = names }))
	}
	all = append(all, route.TextParameter("topic.contains", "Only posts whose topic contains this; case does not matter.", []any{"cach"},
		func(q *route.Query, text string) { made(&q.Where().Topic).Contains = &text }))
	for _, field := range numberFields {
		for _, c := range numberComparisons {
			all = append(all, equal(route.IntegerParameter(field.name+c.suffix, "Only posts where "+field.doc+" "+c.words+".",
				math.MinInt64, math.MaxInt64, &schema.Schema{Examples: field.examples},
				func(q *route.Query, n int64) { *c.of(field.of(q.Where())) = &n })))
		}
	}
	for _, field := range dateFields {
		for _, c := range dateComparisons {
			all = append(all, equal(dayParameter(field.name+c.suffix, "Only posts where "+field.doc+" "+c.words+".", field.examples,
				func(q *route.Query, day store.Day) { *c.of(field.of(q.Where())) = &day })))
		}
	}
	all = append(all,
		equal(route.NamesParameter("slug", "Only posts where the slug (case matters) is this. Given several times: any of them, and lists come in that order where no sort is given. "+
			"A slug that is given again counts once, one that no post has is passed over.", []any{"measuring-a-cache"}, listSlugs)),
		route.NameParameter("slug.prefix", "Only posts where the slug (case matters) begins with this.", []any{"measuring-a-cache"},
			func(q *route.Query, text string) { made(&q.Where().Slug).Prefix = &text }))
	for _, field := range textFields {
		for _, c := range textComparisons {
			all = append(all, equal(route.TextParameter(field.name+c.suffix, "Only posts where "+field.doc+" "+c.words+".", field.examples,
				func(q *route.Query, text string) { *c.of(field.of(q.Where())) = &text })))
		}
	}
	for _, field := range flagFields {
		all = append(all, route.TruthParameter(field.name, "true: only posts "+field.doc+"; false: only the others.",
			func(q *route.Query, flag bool) { *field.of(q.Where()) = &flag }))
	}
	all = append(all, route.TextParameter("search", "Only posts that /v1/search finds by this text.", []any{"rollback plan"},
		func(q *route.Query, text string) { q.Where().Search = &text }))
	all[len(all)-1].Part = route.PartSearch
	for _, p := range all {
		p.Shared = true
	}
	return all
}

// listSlugs asks for one slug, or for several in their order.
func listSlugs(q *route.Query, slugs []string) {
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
func equal(p *route.Parameter) *route.Parameter {
	for i := range len(p.Name) {
		if p.Name[i] == '.' {
			return p
		}
	}
	p.Alias = p.Name + ".eq"
	return p
}

// dayParameter takes a day.
func dayParameter(name, doc string, examples []any, fill func(*route.Query, store.Day)) *route.Parameter {
	return route.SingleParameter(name, doc, &schema.Schema{Type: "string", Format: "date", MaxLength: len(time.DateOnly), Examples: examples}, func(q *route.Query, value string) *route.Misfit {
		day, err := store.ParseDay(value)
		if err != nil {
			return &route.Misfit{Found: value, Expected: "a UTC day as YYYY-MM-DD"}
		}
		fill(q, day)
		return nil
	})
}
