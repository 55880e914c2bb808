package graph

import (
	"maps"
	"slices"
	"strings"

	"github.com/99designs/gqlgen/graphql"

	"alphanode/store"
)

// enum gives for each name of an enum of the schema what it is in store.
type enum[T comparable] map[string]T

var (
	directions      = enum[bool]{"ASC": false, "DESC": true} // as in Order.Desc
	termOrderFields = enum[bool]{"NAME": false, "POST_COUNT": true}
	postOrderFields = enum[store.Field]{
		"SLUG":          store.FieldSlug,
		"TITLE":         store.FieldTitle,
		"PUBLISHED_AT":  store.FieldPublishedAt,
		"LAST_REVIEWED": store.FieldLastReviewed,
		"UPDATED":       store.FieldUpdated,
		"QUALITY":       store.FieldQuality,
		"FRESHNESS":     store.FieldFreshness,
		"DEPTH":         store.FieldDepth,
		"CLARITY":       store.FieldClarity,
		"VIEW_COUNT":    store.FieldViewCount,
		"READING_TIME":  store.FieldReadingTime,
	}
	rangeFields = enum[store.Field]{
		"QUALITY":       store.FieldQuality,
		"FRESHNESS":     store.FieldFreshness,
		"DEPTH":         store.FieldDepth,
		"CLARITY":       store.FieldClarity,
		"VIEW_COUNT":    store.FieldViewCount,
		"READING_TIME":  store.FieldReadingTime,
		"PARAGRAPHS":    store.FieldParagraphs,
		"LAST_REVIEWED": store.FieldLastReviewed,
		"PUBLISHED_AT":  store.FieldPublishedAt,
		"UPDATED":       store.FieldUpdated,
	}
	dateIntervals = enum[store.DateInterval]{
		"YEAR": store.Year, "QUARTER": store.Quarter, "MONTH": store.Month, "WEEK": store.Week, "DAY": store.OneDay,
	}
	featureKinds = enum[store.Kind]{"ENTITY": store.KindEntity, "TOOL": store.KindTool, "STACK": store.KindStack}
	searchFields = enum[store.SearchField]{
		"TITLE": store.SearchTitle, "SUMMARY": store.SearchSummary, "INTRO": store.SearchIntro, "ENTITIES": store.SearchEntities,
		"TOOLS": store.SearchTools, "BODY": store.SearchBody,
	}
	changeKinds = enum[store.ChangeKind]{"ADDED": store.Added, "CHANGED": store.Changed, "REMOVED": store.Removed}
	termKinds   = enum[store.Kind]{"ENTITY": store.KindEntity, "TOOL": store.KindTool}
	facetFields = enum[store.Kind]{
		"TOOL":          store.KindTool,
		"ENTITY":        store.KindEntity,
		"STACK":         store.KindStack,
		"DIFFICULTY":    store.KindDifficulty,
		"CODE_LANGUAGE": store.KindCodeLanguage,
		"STATUS":        store.KindStatus,
		"SCENARIO":      store.KindScenario,
		"TOPIC":         store.KindTopic,
	}
)

func (e enum[T]) marshal(value T) graphql.Marshaler {
	if name := e.name(value); name != "" {
		return graphql.MarshalString(name)
	}
	return graphql.Null
}

// name gives the name of a value, "" where it has none.
func (e enum[T]) name(value T) string {
	for name, v := range e {
		if v == value {
			return name
		}
	}
	return ""
}

func (e enum[T]) unmarshal(v any) (T, error) {
	name, _ := v.(string)
	value, ok := e[name]
	if !ok {
		return value, mismatch("one of " + strings.Join(slices.Sorted(maps.Keys(e)), ", "))
	}
	return value, nil
}

// MarshalOrderDirection names a direction, which is true where descending.
func MarshalOrderDirection(desc bool) graphql.Marshaler { return directions.marshal(desc) }

// UnmarshalOrderDirection reads a direction; it is true where descending.
func UnmarshalOrderDirection(v any) (bool, error) { return directions.unmarshal(v) }

// MarshalTermOrderField names what terms are ordered by, which is true where
// it is their number of posts.
func MarshalTermOrderField(count bool) graphql.Marshaler { return termOrderFields.marshal(count) }

// UnmarshalTermOrderField reads what terms are ordered by; it is true where it
// is their number of posts.
func UnmarshalTermOrderField(v any) (bool, error) { return termOrderFields.unmarshal(v) }

// MarshalPostOrderField names a field that posts can be ordered by.
func MarshalPostOrderField(f store.Field) graphql.Marshaler { return postOrderFields.marshal(f) }

// UnmarshalPostOrderField reads a field that posts can be ordered by.
func UnmarshalPostOrderField(v any) (store.Field, error) { return postOrderFields.unmarshal(v) }

// MarshalFeatureKind names the kind of a shared feature.
func MarshalFeatureKind(k store.Kind) graphql.Marshaler { return featureKinds.marshal(k) }

// UnmarshalFeatureKind reads the kind of a shared feature.
func UnmarshalFeatureKind(v any) (store.Kind, error) { return featureKinds.unmarshal(v) }

// MarshalFacetField names a field that posts can be counted by.
func MarshalFacetField(k store.Kind) graphql.Marshaler { return facetFields.marshal(k) }

// UnmarshalFacetField reads a field that posts can be counted by.
func UnmarshalFacetField(v any) (store.Kind, error) { return facetFields.unmarshal(v) }

// MarshalSearchField names a part of a post that is searched.
func MarshalSearchField(f store.SearchField) graphql.Marshaler { return searchFields.marshal(f) }

// UnmarshalSearchField reads a part of a post that is searched.
func UnmarshalSearchField(v any) (store.SearchField, error) { return searchFields.unmarshal(v) }

// MarshalChangeKind names what became of a post.
func MarshalChangeKind(k store.ChangeKind) graphql.Marshaler { return changeKinds.marshal(k) }

// UnmarshalChangeKind reads what became of a post.
func UnmarshalChangeKind(v any) (store.ChangeKind, error) { return changeKinds.unmarshal(v) }

// MarshalTermKind names what a related term is.
func MarshalTermKind(k store.Kind) graphql.Marshaler { return termKinds.marshal(k) }

// UnmarshalTermKind reads what a related term is.
func UnmarshalTermKind(v any) (store.Kind, error) { return termKinds.unmarshal(v) }

// MarshalRangeField names a field that posts can be divided by.
func MarshalRangeField(f store.Field) graphql.Marshaler { return rangeFields.marshal(f) }

// UnmarshalRangeField reads a field that posts can be divided by.
func UnmarshalRangeField(v any) (store.Field, error) { return rangeFields.unmarshal(v) }

// MarshalDateInterval names a unit of the calendar.
func MarshalDateInterval(i store.DateInterval) graphql.Marshaler { return dateIntervals.marshal(i) }

// UnmarshalDateInterval reads a unit of the calendar; null is none.
func UnmarshalDateInterval(v any) (store.DateInterval, error) {
	if v == nil {
		return "", nil
	}
	return dateIntervals.unmarshal(v)
}
