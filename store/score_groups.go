package store

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
)

// ScoreGroupQuery asks for the statistics of posts that match a filter, by the
// terms of a kind: a page of all groups that at least MinCount of the posts make.
type ScoreGroupQuery struct {
	By       Kind
	Filter   *Filter
	Order    GroupOrder
	MinCount int // posts, with scores and without; at least 0, and 0 is as 1
	Window   Window
}

// ScoreGroup is a term and the statistics of the posts that have it.
type ScoreGroup struct {
	Bucket
	Scores *ScoreStats
}

// ScoreGroupPage is what a ScoreGroupQuery found.
type ScoreGroupPage struct {
	Groups      []ScoreGroup
	Cursors     []string // one for each of Groups
	Total       int      // of the whole list
	HasNext     bool
	HasPrevious bool
}

// GroupOrder is what groups of scores are ordered by. Groups that tie are in the order of
// their values, and of their slugs; groups none of whose posts has the score come last in
// both directions.
type GroupOrder struct {
	Field GroupField
	Desc  bool
}

// DefaultGroupOrder has the commonest first.
var DefaultGroupOrder = GroupOrder{Field: GroupPostCount, Desc: true}

// GroupField is what groups of scores can be ordered by, named as in REST: name,
// postCount, or a score and a statistic of it, as quality.mean.
type GroupField string

// The fields that are about no score. By name is as lists of terms are: case does not
// matter.
const (
	GroupName      GroupField = "name"
	GroupPostCount GroupField = "postCount"
)

// Statistic is what of a score groups can be ordered by.
type Statistic string

// The statistics, as ScoreSummary has them.
const (
	Mean Statistic = "mean"
	Min  Statistic = "min"
	Max  Statistic = "max"
	P50  Statistic = "p50"
	P90  Statistic = "p90"
	P99  Statistic = "p99"
)

// Percent is of how many of a hundred posts a percentile is; 0 of what is none.
func (s Statistic) Percent() int {
	switch s {
	case P50:
		return 50
	case P90:
		return 90
	case P99:
		return 99
	default:
		return 0
	}
}

// GroupFields are all fields that groups of scores can be ordered by.
var GroupFields = groupFields()

func groupFields() []GroupField {
	all := []GroupField{GroupName, GroupPostCount}
	for _, score := range []Field{FieldQuality, FieldFreshness, FieldDepth, FieldClarity} {
		for _, s := range []Statistic{Mean, Min, Max, P50, P90, P99} {
			all = append(all, GroupField(string(score)+"."+string(s)))
		}
	}
	return all
}

// Score gives the score and what of it is meant; empty where the field is about none.
func (f GroupField) Score() (Field, Statistic) {
	score, statistic, ok := strings.Cut(string(f), ".")
	if !ok {
		return "", ""
	}
	return Field(score), Statistic(statistic)
}

// Check says what is wrong with the question: an *ArgumentError.
func (q ScoreGroupQuery) Check() error {
	switch {
	case !slices.Contains(Kinds, q.By):
		return &ArgumentError{"by", strconv.Quote(string(q.By)), "one of " + kindNames()}
	case !slices.Contains(GroupFields, q.Order.Field):
		return &ArgumentError{"sort", strconv.Quote(string(q.Order.Field)), "what groups can be ordered by"}
	case q.MinCount < 0 || q.MinCount > math.MaxInt32:
		return &ArgumentError{"minCount", strconv.Itoa(q.MinCount), fmt.Sprintf("an integer from 0 to %d", math.MaxInt32)}
	}
	return q.Window.Check()
}
