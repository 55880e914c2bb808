package store

// sought is met by the posts that a look at all texts of a kind finds, or at the words
// of posts. They are found when they are needed, which is after they are paid for.
type sought struct {
	*matcher
	find  func() (set, error)
	cost  int // to find them, in nanoseconds
	count int // at most how many they are
	read  bool
	posts set
}

func (s *sought) set() set {
	if !s.read {
		s.tx.stay()
		posts, err := s.find()
		if err != nil {
			panic(readFault{err})
		}
		s.posts, s.read = posts, true
	}
	return s.posts
}

func (s *sought) sift(some uint64, posts *[64]uint32) uint64 {
	s.tx.stayOften()
	return siftEach(some, posts, s.set().contains)
}

func (s *sought) most() int {
	if s.read {
		return s.posts.count()
	}
	return s.count
}

func (s *sought) price() price {
	return price{s.cost + priceOfSets(s.count, int(s.tx.size())), priceOfContains}
}

func (s *sought) within(of set) set      { return of.and(s.set()) }
func (s *sought) countWithin(of set) int { return of.andCount(s.set()) }
