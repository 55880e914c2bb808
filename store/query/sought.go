package query

import (
	"alphanode/store/file"
	"alphanode/store/sets"
)

// sought is met by the posts that a look at all texts of a kind finds, or at the words
// of posts. They are found when they are needed, which is after they are paid for.
type sought struct {
	*matcher
	find  func() (sets.Set, error)
	cost  int // to find them, in nanoseconds
	count int // at most how many they are
	read  bool
	posts sets.Set
}

func (s *sought) set() sets.Set {
	if !s.read {
		s.tx.Stay()
		posts, err := s.find()
		if err != nil {
			panic(file.Fault{Err: err})
		}
		s.posts, s.read = posts, true
	}
	return s.posts
}

func (s *sought) sift(some uint64, posts *[64]uint32) uint64 {
	s.tx.StayOften()
	return siftEach(some, posts, s.set().Contains)
}

func (s *sought) most() int {
	if s.read {
		return s.posts.Count()
	}
	return s.count
}

func (s *sought) price() price {
	again := file.PriceOfSets(s.count, int(s.tx.Size()))
	return price{s.cost + again, file.PriceOfContains, again}
}

func (s *sought) within(of sets.Set) sets.Set { return of.And(s.set()) }
func (s *sought) countWithin(of sets.Set) int { return of.AndCount(s.set()) }
