package figures

import (
	"math/bits"
	"time"
)

// Times are counted in buckets, each a quarter of a doubling: from 1.024 µs, below which
// there is one bucket, to 17.2 s, above which there is one. So a percentile that is read off
// is at most a quarter too long, wherever it lies; nearly all answers take less than 0.5 ms,
// and there are 36 buckets below that.
const (
	shortest  = 10 // as the power of two of nanoseconds
	doublings = 24
	quarters  = 4
	buckets   = 1 + doublings*quarters + 1
)

// histogram is how many requests took how long.
type histogram [buckets]uint32

// bucketOf is where a time is counted.
func bucketOf(d time.Duration) int {
	if d < 1<<shortest {
		return 0
	}
	length := bits.Len64(uint64(d)) // one more than the power of two that it is above
	quarter := int(d>>(length-3)) & (quarters - 1)
	return min(1+(length-1-shortest)*quarters+quarter, buckets-1)
}

// from is the least time that is counted in a bucket.
func from(bucket int) time.Duration {
	if bucket == 0 {
		return 0
	}
	doubling, quarter := (bucket-1)/quarters, (bucket-1)%quarters
	return time.Duration(quarters+quarter) << (shortest - 2 + doubling)
}

// add takes in what another counted.
func (h *histogram) add(other *histogram) {
	for i, n := range other {
		h[i] += n
	}
}

// percentile is the time within which so many of a hundred requests were answered, by the
// nearest rank: within the bucket of that it is as if requests were spread evenly. The
// longest time of all bounds it. It is 0 where there are none.
func (h *histogram) percentile(p int, longest time.Duration) time.Duration {
	all := 0
	for _, n := range h {
		all += int(n)
	}
	rank := (all*p + 99) / 100
	for i, n := range h {
		if rank > int(n) {
			rank -= int(n)
			continue
		}
		if n == 0 { // there are none at all
			return 0
		}
		low, high := from(i), longest
		if i+1 < buckets {
			high = min(from(i+1), longest)
		}
		return low + time.Duration(float64(high-low)*float64(rank)/float64(n))
	}
	return 0
}
