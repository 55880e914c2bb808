package plan

import (
	"github.com/99designs/gqlgen/graphql"

	"alphanode/graph/model"
	"alphanode/store"
)

// ranges makes the writer of a field that divides posts by numbers and dates.
func (c *compiler) ranges(f graphql.CollectedField, given givenArguments) writer[struct{}] {
	facet := compileObject(c, "RangeFacet", f.Selections, func(f graphql.CollectedField) writer[*store.RangeFacet] {
		switch f.Name {
		case "field":
			return nameOf(model.RangeFields, func(facet *store.RangeFacet) store.Field { return facet.Field })
		case "count":
			return numberOf(func(facet *store.RangeFacet) int { return facet.Count })
		case "missing":
			return numberOf(func(facet *store.RangeFacet) int { return facet.Missing })
		case "buckets":
			bucket := c.rangeBucket(f)
			return func(x *execution, facet *store.RangeFacet) bool {
				return writeList(x, len(facet.Buckets), func(i int) bool { return bucket.write(x, &facet.Buckets[i]) })
			}
		}
		return nil
	})
	return func(x *execution, _ struct{}) bool {
		args, ok := given(x)
		if !ok {
			return false
		}
		found, err := x.reads.Ranges(x.ctx, store.RangeQuery{Filter: args.filter, By: args.ranges})
		if err != nil {
			return x.fail(f, err)
		}
		return writeList(x, len(found), func(i int) bool { return facet.write(x, &found[i]) })
	}
}

func (c *compiler) rangeBucket(f graphql.CollectedField) object[*store.RangeBucket] {
	bound := func(get func(*store.RangeBucket) *store.Bound) writer[*store.RangeBucket] {
		return func(x *execution, bucket *store.RangeBucket) bool {
			b := get(bucket)
			if b == nil {
				return false
			}
			x.out = b.AppendJSON(x.out)
			return true
		}
	}
	return compileObject(c, "RangeBucket", f.Selections, func(f graphql.CollectedField) writer[*store.RangeBucket] {
		switch f.Name {
		case "from":
			return bound(func(b *store.RangeBucket) *store.Bound { return b.From })
		case "to":
			return bound(func(b *store.RangeBucket) *store.Bound { return b.To })
		case "count":
			return numberOf(func(b *store.RangeBucket) int { return b.Count })
		}
		return nil
	})
}
