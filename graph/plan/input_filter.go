package plan

import (
	"slices"

	"github.com/go-faster/jx"

	"alphanode/graph/model"
	"alphanode/store"
)

func readFilter(d *jx.Decoder, f *store.Filter) error { return readFilterOf(d, f, readFilter) }

// readFilterWithoutSearch reads a filter of a server without search. There no filter, nor
// one inside it, has those fields, not even as null.
func readFilterWithoutSearch(d *jx.Decoder, f *store.Filter) error {
	return readFilterOf(d, f, readFilterWithoutSearch, "search", "searchMatch", "searchLanguage")
}

// readFilterOf reads a filter but for some fields; inner reads those inside it.
func readFilterOf(d *jx.Decoder, f *store.Filter, inner reading[store.Filter], without ...string) error {
	return eachMember(d, func(name []byte) error {
		if slices.Contains(without, string(name)) {
			return errUnusual
		}
		switch string(name) {
		case "and":
			return listOf(d, &f.And, inner)
		case "or":
			return listOf(d, &f.Or, inner)
		case "not":
			return optional(d, &f.Not, inner)
		case "tool":
			return optional(d, &f.Tool, readTermFilter)
		case "entity":
			return optional(d, &f.Entity, readTermFilter)
		case "stack":
			return optional(d, &f.Stack, readTermFilter)
		case "difficulty":
			return optional(d, &f.Difficulty, readTermFilter)
		case "codeLanguage":
			return optional(d, &f.CodeLanguage, readTermFilter)
		case "language":
			return optional(d, &f.Language, readTermFilter)
		case "status":
			return optional(d, &f.Status, readTermFilter)
		case "scenario":
			return optional(d, &f.Scenario, readTermFilter)
		case "topic":
			return optional(d, &f.Topic, readTopicFilter)
		case "quality":
			return optional(d, &f.Quality, readIntFilter)
		case "freshness":
			return optional(d, &f.Freshness, readIntFilter)
		case "depth":
			return optional(d, &f.Depth, readIntFilter)
		case "clarity":
			return optional(d, &f.Clarity, readIntFilter)
		case "viewCount":
			return optional(d, &f.ViewCount, readLongFilter)
		case "readingTime":
			return optional(d, &f.ReadingTime, readIntFilter)
		case "paragraphs":
			return optional(d, &f.Paragraphs, readIntFilter)
		case "lastReviewed":
			return optional(d, &f.LastReviewed, readDateFilter)
		case "publishedAt":
			return optional(d, &f.PublishedAt, readDateFilter)
		case "updated":
			return optional(d, &f.Updated, readDateFilter)
		case "slug":
			return optional(d, &f.Slug, readSlugFilter)
		case "title":
			return optional(d, &f.Title, readTextFilter)
		case "reference":
			return optional(d, &f.Reference, readTextFilter)
		case "aiGeneratedStyle":
			return optional(d, &f.AIGeneratedStyle, readTruth)
		case "hasImages":
			return optional(d, &f.HasImages, readTruth)
		case "imageHeavy":
			return optional(d, &f.ImageHeavy, readTruth)
		case "needsHumanReview":
			return optional(d, &f.NeedsHumanReview, readTruth)
		case "search":
			return optional(d, &f.Search, readText)
		case "searchMatch":
			return given(d, &f.SearchMatch, nameIn(model.SearchMatches))
		case "searchLanguage":
			return given(d, &f.SearchLanguage, readText)
		}
		return errUnusual
	})
}

func readTermFilter(d *jx.Decoder, f *store.TermFilter) error {
	return eachMember(d, func(name []byte) error { return readTermMember(d, name, f) })
}

func readTopicFilter(d *jx.Decoder, f *store.TopicFilter) error {
	return eachMember(d, func(name []byte) error {
		if string(name) == "contains" {
			return optional(d, &f.Contains, readText)
		}
		return readTermMember(d, name, &f.TermFilter)
	})
}

func readTermMember(d *jx.Decoder, name []byte, f *store.TermFilter) error {
	switch string(name) {
	case "eq":
		return optional(d, &f.Eq, readText)
	case "in":
		return listOf(d, &f.In, readText)
	case "all":
		return listOf(d, &f.All, readText)
	case "none":
		return listOf(d, &f.None, readText)
	}
	return errUnusual
}

func readIntFilter(d *jx.Decoder, f *store.NumberFilter) error {
	return readRange(d, readInt[int64], &f.Eq, &f.Gt, &f.Gte, &f.Lt, &f.Lte)
}

func readLongFilter(d *jx.Decoder, f *store.NumberFilter) error {
	return readRange(d, readLong, &f.Eq, &f.Gt, &f.Gte, &f.Lt, &f.Lte)
}

func readDateFilter(d *jx.Decoder, f *store.DateFilter) error {
	return readRange(d, readDay, &f.Eq, &f.Gt, &f.Gte, &f.Lt, &f.Lte)
}

func readRange[T any](d *jx.Decoder, read reading[T], eq, gt, gte, lt, lte **T) error {
	return eachMember(d, func(name []byte) error {
		switch string(name) {
		case "eq":
			return optional(d, eq, read)
		case "gt":
			return optional(d, gt, read)
		case "gte":
			return optional(d, gte, read)
		case "lt":
			return optional(d, lt, read)
		case "lte":
			return optional(d, lte, read)
		}
		return errUnusual
	})
}

func readSlugFilter(d *jx.Decoder, f *store.SlugFilter) error {
	return eachMember(d, func(name []byte) error {
		switch string(name) {
		case "eq":
			return optional(d, &f.Eq, readText)
		case "in":
			return listOf(d, &f.In, readText)
		case "prefix":
			return optional(d, &f.Prefix, readText)
		}
		return errUnusual
	})
}

func readTextFilter(d *jx.Decoder, f *store.TextFilter) error {
	return eachMember(d, func(name []byte) error {
		switch string(name) {
		case "eq":
			return optional(d, &f.Eq, readText)
		case "prefix":
			return optional(d, &f.Prefix, readText)
		case "contains":
			return optional(d, &f.Contains, readText)
		}
		return errUnusual
	})
}
