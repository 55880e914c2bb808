package model

import (
	"maps"
	"slices"
	"strings"

	"github.com/99designs/gqlgen/graphql"

	"alphanode/store"
)

// Enum gives for each name of an enum of the schema what it is in store.
type Enum[T comparable] map[string]T

var (
	Directions      = Enum[bool]{"ASC": false, "DESC": true} // as in Order.Desc
	TermOrderFields = Enum[bool]{"NAME": false, "POST_COUNT": true}
	PostOrderFields = Enum[store.Field]{
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
	RangeFields = Enum[store.Field]{
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
	DateIntervals = Enum[store.DateInterval]{
		"YEAR": store.Year, "QUARTER": store.Quarter, "MONTH": store.Month, "WEEK": store.Week, "DAY": store.OneDay,
	}
	FeatureKinds = featureKinds()
	SearchFields = Enum[store.SearchField]{
		"TITLE": store.SearchTitle, "SUMMARY": store.SearchSummary, "INTRO": store.SearchIntro, "ENTITIES": store.SearchEntities,
		"TOOLS": store.SearchTools, "BODY": store.SearchBody,
	}
	SearchMatches = Enum[store.Match]{"ALL": store.MatchAll, "MOST": store.MatchMost, "ANY": store.MatchAny}
	ChangeKinds   = Enum[store.ChangeKind]{"ADDED": store.Added, "CHANGED": store.Changed, "REMOVED": store.Removed}
	TermKinds     = Enum[store.Kind]{"ENTITY": store.KindEntity, "TOOL": store.KindTool}
	FacetFields   = Enum[store.Kind]{
		"TOOL":          store.KindTool,
		"ENTITY":        store.KindEntity,
		"STACK":         store.KindStack,
		"DIFFICULTY":    store.KindDifficulty,
		"CODE_LANGUAGE": store.KindCodeLanguage,
		"STATUS":        store.KindStatus,
		"SCENARIO":      store.KindScenario,
		"TOPIC":         store.KindTopic,
		"LANGUAGE":      store.KindLanguage,
	}
	ScoreGroupOrderFields = scoreGroupOrderFields()
)

// featureKinds are what is counted, and the type of entities, of which there are suggestions.
func featureKinds() Enum[store.Kind] {
	kinds := maps.Clone(FacetFields)
	kinds["ENTITY_TYPE"] = store.KindEntityType
	return kinds
}

// scoreGroupOrderFields are named as in REST, but QUALITY_MEAN for quality.mean.
func scoreGroupOrderFields() Enum[store.GroupField] {
	names := Enum[store.GroupField]{}
	for _, field := range store.GroupFields {
		names[strings.ToUpper(strings.ReplaceAll(string(field), ".", "_"))] = field
	}
	delete(names, "POSTCOUNT")
	names["POST_COUNT"] = store.GroupPostCount
	return names
}

func (e Enum[T]) marshal(value T) graphql.Marshaler {
	if name := e.name(value); name != "" {
		return graphql.MarshalString(name)
	}
	return graphql.Null
}

// name gives the name of a value, "" where it has none.
func (e Enum[T]) name(value T) string {
	for name, v := range e {
		if v == value {
			return name
		}
	}
	return ""
}

func (e Enum[T]) unmarshal(v any) (T, error) {
	name, _ := v.(string)
	value, ok := e[name]
	if !ok {
		return value, Mismatch("one of " + strings.Join(slices.Sorted(maps.Keys(e)), ", "))
	}
	return value, nil
}

// MarshalOrderDirection names a direction, which is true where descending.
func MarshalOrderDirection(desc bool) graphql.Marshaler { return Directions.marshal(desc) }

// UnmarshalOrderDirection reads a direction; it is true where descending.
func UnmarshalOrderDirection(v any) (bool, error) { return Directions.unmarshal(v) }

// MarshalTermOrderField names what terms are ordered by, which is true where
// it is their number of posts.
func MarshalTermOrderField(count bool) graphql.Marshaler { return TermOrderFields.marshal(count) }

// UnmarshalTermOrderField reads what terms are ordered by; it is true where it
// is their number of posts.
func UnmarshalTermOrderField(v any) (bool, error) { return TermOrderFields.unmarshal(v) }

// MarshalPostOrderField names a field that posts can be ordered by.
func MarshalPostOrderField(f store.Field) graphql.Marshaler { return PostOrderFields.marshal(f) }

// UnmarshalPostOrderField reads a field that posts can be ordered by.
func UnmarshalPostOrderField(v any) (store.Field, error) { return PostOrderFields.unmarshal(v) }

// MarshalScoreGroupOrderField names what groups of scores can be ordered by.
func MarshalScoreGroupOrderField(f store.GroupField) graphql.Marshaler {
	return ScoreGroupOrderFields.marshal(f)
}

// UnmarshalScoreGroupOrderField reads what groups of scores can be ordered by.
func UnmarshalScoreGroupOrderField(v any) (store.GroupField, error) {
	return ScoreGroupOrderFields.unmarshal(v)
}

// MarshalFeatureKind names the kind of a shared feature.
func MarshalFeatureKind(k store.Kind) graphql.Marshaler { return FeatureKinds.marshal(k) }

// UnmarshalFeatureKind reads the kind of a shared feature.
func UnmarshalFeatureKind(v any) (store.Kind, error) { return FeatureKinds.unmarshal(v) }

// MarshalFacetField names a field that posts can be counted by.
func MarshalFacetField(k store.Kind) graphql.Marshaler { return FacetFields.marshal(k) }

// UnmarshalFacetField reads a field that posts can be counted by.
func UnmarshalFacetField(v any) (store.Kind, error) { return FacetFields.unmarshal(v) }

// MarshalSearchField names a part of a post that is searched.
func MarshalSearchField(f store.SearchField) graphql.Marshaler { return SearchFields.marshal(f) }

// UnmarshalSearchField reads a part of a post that is searched.
func UnmarshalSearchField(v any) (store.SearchField, error) { return SearchFields.unmarshal(v) }

// MarshalSearchMatch names how many of the words of a search a post must have.
func MarshalSearchMatch(m store.Match) graphql.Marshaler { return SearchMatches.marshal(m) }

// UnmarshalSearchMatch reads how many of the words of a search a post must have; null is
// as if it were left out.
func UnmarshalSearchMatch(v any) (store.Match, error) {
	if v == nil {
		return store.MatchUsual, nil
	}
	return SearchMatches.unmarshal(v)
}

// MarshalChangeKind names what became of a post.
func MarshalChangeKind(k store.ChangeKind) graphql.Marshaler { return ChangeKinds.marshal(k) }

// UnmarshalChangeKind reads what became of a post.
func UnmarshalChangeKind(v any) (store.ChangeKind, error) { return ChangeKinds.unmarshal(v) }

// MarshalTermKind names what a related term is.
func MarshalTermKind(k store.Kind) graphql.Marshaler { return TermKinds.marshal(k) }

// UnmarshalTermKind reads what a related term is.
func UnmarshalTermKind(v any) (store.Kind, error) { return TermKinds.unmarshal(v) }

// MarshalRangeField names a field that posts can be divided by.
func MarshalRangeField(f store.Field) graphql.Marshaler { return RangeFields.marshal(f) }

// UnmarshalRangeField reads a field that posts can be divided by.
func UnmarshalRangeField(v any) (store.Field, error) { return RangeFields.unmarshal(v) }

// MarshalDateInterval names a unit of the calendar.
func MarshalDateInterval(i store.DateInterval) graphql.Marshaler { return DateIntervals.marshal(i) }

// UnmarshalDateInterval reads a unit of the calendar; null is none.
func UnmarshalDateInterval(v any) (store.DateInterval, error) {
	if v == nil {
		return "", nil
	}
	return DateIntervals.unmarshal(v)
}
