package release_test

import (
	"errors"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"alphanode/content"
	"alphanode/store"
	"alphanode/store/storetest"
)

// spreadDates gives posts dates of which hardly two are the same, in some years.
func spreadDates(rnd *rand.Rand, posts []*content.Post) {
	for _, p := range posts {
		if rnd.IntN(3) > 0 {
			at := time.Date(2019, 11, 1, 0, 0, 0, 0, time.UTC).Add(time.Duration(rnd.Int64N(int64(5 * 365 * 24 * time.Hour))))
			p.PublishedAt = at.Format(time.RFC3339)
		}
	}
}

// rangeFilter makes the filters that ranges are asked for: any, none, and those
// that leave few years.
func rangeFilter(rnd *rand.Rand) *store.Filter {
	day := func(s string) *store.Day {
		d, err := store.ParseDay(s)
		if err != nil {
			panic(err)
		}
		return &d
	}
	switch rnd.IntN(6) {
	case 0:
		return nil
	case 1:
		return &store.Filter{PublishedAt: &store.DateFilter{Gte: day("2022-01-15")}}
	case 2:
		return &store.Filter{Updated: &store.DateFilter{Gte: day("2019-01-01")}, HasImages: ptr(true)}
	case 3:
		return &store.Filter{HasImages: ptr(rnd.IntN(2) == 0)}
	default:
		return storetest.RandomFilter(rnd, 3)
	}
}

// TestRangesEqualScan holds ranges of random filters against a scan over all
// posts.
func TestRangesEqualScan(t *testing.T) {
	t.Parallel()
	rnd := random(t)
	refused := 0
	for _, size := range []int{0, 1, 70, 3000} {
		posts := storetest.RandomPosts(rnd, size)
		spreadDates(rnd, posts)
		release := storetest.Release(t, posts...)
		model := storetest.NewModel(posts)
		for range storetest.Times(90) {
			view := store.View(rnd.IntN(2))
			q := store.RangeQuery{Filter: rangeFilter(rnd), By: storetest.RandomRanges(rnd)}
			matched := model.Find(view, q.Filter, store.DefaultOrder)
			want, wrong := []store.RangeFacet{}, ""
			for _, by := range q.By {
				f, ok := storetest.Ranges(matched, by)
				if want = append(want, f); !ok && wrong == "" {
					wrong = "by." + string(by.Field) + ".interval"
				}
			}
			found, err := release.Reader(view).Ranges(t.Context(), q)
			if bad := (*store.ArgumentError)(nil); errors.As(err, &bad) && bad.Name == wrong {
				refused++
				continue
			}
			if err != nil {
				t.Fatal(err)
			}
			if found, expected := asJSON(t, found), asJSON(t, want); found != expected || wrong != "" {
				t.Fatalf("%d posts, view %d, %+v, filter %s:\nfound    %s\nexpected %s %s", size, view, q.By, asJSON(t, q.Filter), found, expected, wrong)
			}
		}
	}
	if refused < 5 && !testing.Short() {
		t.Errorf("%d questions were refused, expected some", refused)
	}
}

// TestRangesRefuse: what cannot be answered says which argument is at fault, and
// what was expected.
func TestRangesRefuse(t *testing.T) {
	t.Parallel()
	posts := []*content.Post{post("a"), post("b")}
	posts[0].PublishedAt, posts[1].PublishedAt = "0001-01-01", "9999-12-31"
	r := storetest.Release(t, posts...).Reader(store.Public)
	numbers := func(all ...int64) (bounds []store.Bound) {
		for _, n := range all {
			bounds = append(bounds, store.NumberBound(n))
		}
		return bounds
	}
	many := make([]store.Bound, 101)
	for i := range many {
		many[i] = store.NumberBound(int64(i))
	}
	for name, tt := range map[string]struct {
		by             store.RangeBy
		name, expected string
	}{
		"unknown":      {store.RangeBy{Field: store.FieldTitle}, "by", "one of quality, "},
		"descending":   {store.RangeBy{Field: store.FieldQuality, Bounds: numbers(1, 3, 2)}, "by.quality.bounds", "ascend"},
		"equal":        {store.RangeBy{Field: store.FieldQuality, Bounds: numbers(3, 3)}, "by.quality.bounds", "ascend"},
		"none":         {store.RangeBy{Field: store.FieldQuality, Bounds: []store.Bound{}}, "by.quality.bounds", "1 to 100"},
		"many":         {store.RangeBy{Field: store.FieldQuality, Bounds: many}, "by.quality.bounds", "1 to 100"},
		"a date":       {store.RangeBy{Field: store.FieldViewCount, Bounds: []store.Bound{store.DayBound(3)}}, "by.viewCount.bounds", "integers"},
		"a number":     {store.RangeBy{Field: store.FieldUpdated, Bounds: numbers(3)}, "by.updated.bounds", "days"},
		"an interval":  {store.RangeBy{Field: store.FieldDepth, Interval: store.Year}, "by.depth.interval", "bounds"},
		"no interval":  {store.RangeBy{Field: store.FieldUpdated, Interval: "decade"}, "by.updated.interval", "one of year, "},
		"both":         {store.RangeBy{Field: store.FieldUpdated, Interval: store.Year, Bounds: numbers(3)}, "by.updated.interval", "one of the two"},
		"many years":   {store.RangeBy{Field: store.FieldPublishedAt, Interval: store.Year}, "by.publishedAt.interval", "at most 1000"},
		"many days":    {store.RangeBy{Field: store.FieldUpdated, Interval: store.OneDay}, "by.updated.interval", "a longer interval"},
		"many of none": {store.RangeBy{Field: store.FieldLastReviewed, Interval: "DAY"}, "by.lastReviewed.interval", "one of year, "},
	} {
		var bad *store.ArgumentError
		_, err := r.Ranges(t.Context(), store.RangeQuery{By: []store.RangeBy{tt.by}})
		if !errors.As(err, &bad) || bad.Name != tt.name || !strings.Contains(bad.Expected, tt.expected) {
			t.Errorf("%s: found %v", name, err)
		}
	}
	twice := []store.RangeBy{{Field: store.FieldDepth}, {Field: store.FieldDepth, Bounds: numbers(1)}}
	var bad *store.ArgumentError
	if _, err := r.Ranges(t.Context(), store.RangeQuery{By: twice}); !errors.As(err, &bad) || bad.Name != "by" {
		t.Errorf("a field twice: found %v", err)
	}
	if found, err := r.Ranges(t.Context(), store.RangeQuery{}); err != nil || len(found) != 0 {
		t.Errorf("no field: found %v, %v", found, err)
	}
}

// TestRangesOfAThousandDays: as many buckets are given, and one more refused.
func TestRangesOfAThousandDays(t *testing.T) {
	t.Parallel()
	for days, fits := range map[int]bool{999: true, 1000: false} {
		posts := []*content.Post{post("a"), post("b")}
		first := time.Date(2020, 2, 1, 23, 59, 59, 0, time.UTC)
		posts[0].PublishedAt = first.Format(time.RFC3339)
		posts[1].PublishedAt = first.AddDate(0, 0, days).Format(time.DateOnly)
		q := store.RangeQuery{By: []store.RangeBy{{Field: store.FieldPublishedAt, Interval: store.OneDay}}}
		found, err := storetest.Release(t, posts...).Reader(store.Public).Ranges(t.Context(), q)
		if (err == nil) != fits || fits && (len(found[0].Buckets) != 1000 || found[0].Buckets[0].Count != 1 || found[0].Buckets[999].Count != 1) {
			t.Errorf("%d days later: found %+v, %v", days, found, err)
		}
	}
}

// TestBucketsAreFilters: the ends of a bucket, put into the filter, find as many
// posts as the bucket counts.
func TestBucketsAreFilters(t *testing.T) {
	t.Parallel()
	rnd := random(t)
	posts := storetest.RandomPosts(rnd, 12_000)
	spreadDates(rnd, posts)
	release := storetest.Release(t, posts...)
	for _, view := range []store.View{store.Public, store.Preview} {
		r := release.Reader(view)
		for _, filter := range []store.Filter{
			{}, {HasImages: ptr(true)}, {Paragraphs: &store.NumberFilter{Eq: ptr(int64(3))}, HasImages: ptr(true)}, {Slug: &store.SlugFilter{Prefix: ptr("caching-1")}},
		} {
			found, err := r.Ranges(t.Context(), store.RangeQuery{Filter: &filter, By: []store.RangeBy{
				{Field: store.FieldFreshness}, {Field: store.FieldUpdated, Interval: store.Quarter}}})
			if err != nil {
				t.Fatal(err)
			}
			count := func(b store.RangeBucket, narrow func(*store.Filter)) {
				t.Helper()
				within := filter
				narrow(&within)
				page, err := r.Find(t.Context(), store.PostQuery{Filter: &within, Order: store.DefaultOrder, Window: store.Window{First: ptr(0)}})
				if err != nil || page.Total != b.Count {
					t.Errorf("view %d, filter %s, from %v to %v: counted %d, found %+v, %v", view, asJSON(t, filter), b.From, b.To, b.Count, page, err)
				}
			}
			for i, b := range found[0].Buckets {
				low, high := int64(10*i), int64(10*i+10)
				if i == 9 {
					high = 1000
				}
				count(b, func(f *store.Filter) { f.Freshness = &store.NumberFilter{Gte: &low, Lt: &high} })
			}
			for _, b := range found[1].Buckets {
				from, err := store.ParseDay(b.From.String())
				if err != nil {
					t.Fatal(err)
				}
				to, err := store.ParseDay(b.To.String())
				if err != nil {
					t.Fatal(err)
				}
				count(b, func(f *store.Filter) { f.Updated = &store.DateFilter{Gte: &from, Lt: &to} })
			}
		}
	}
}

// TestRangesOfOddDates: dates that are surely wrong do not keep the others from
// being divided, and no bucket ends where no date can be written.
func TestRangesOfOddDates(t *testing.T) {
	t.Parallel()
	published := func(date string) func(*content.Post) { return func(p *content.Post) { p.PublishedAt = date } }
	r := storetest.Release(t, post("a", published("0001-01-01")), post("b", published("2024-05-06")), post("c", published("9999-12-31"))).Reader(store.Public)
	found, err := r.Ranges(t.Context(), store.RangeQuery{By: []store.RangeBy{{Field: store.FieldPublishedAt}}})
	if err != nil {
		t.Fatal(err)
	}
	if n := len(found[0].Buckets); n != 1000 || found[0].Count != 3 {
		t.Errorf("found %d buckets of %d posts, expected a thousand decades", n, found[0].Count)
	}
	first, last := found[0].Buckets[0], found[0].Buckets[len(found[0].Buckets)-1]
	if first.From.String() != "0000-01-01" || first.Count != 1 || last.From.String() != "9990-01-01" || last.To != nil || last.Count != 1 {
		t.Errorf("found %v and %v", first, last)
	}
	week := store.RangeBy{Field: store.FieldPublishedAt, Interval: store.Week}
	late := &store.Filter{PublishedAt: &store.DateFilter{Gt: ptr(store.Day(2_000_000))}}
	if found, err = r.Ranges(t.Context(), store.RangeQuery{Filter: late, By: []store.RangeBy{week}}); err != nil || len(found[0].Buckets) != 1 || found[0].Buckets[0].To != nil {
		t.Errorf("found %v, %v", found, err)
	}
}
