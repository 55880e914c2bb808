package trace

import "time"

// Request is what is told of a request when it was answered: in the log, and in spans. It
// holds no query string, no variable and no key, for any of them may be a secret.
type Request struct {
	ID        string // as the header Request-Id has it
	Method    string // "_OTHER" where it is none of HTTP's
	Route     string // its pattern, such as /v1/posts/{slug}; "" where there is none
	Path      string // without the query; bounded
	Scheme    string
	Client    string // the address of who asks, as much of it as is told; "" for nothing
	Operation Operation
	Status    int
	Code      string // of the error; "" where there was none
	Bytes     int    // of the body that was sent
	Release   string // that the answer is from; "" where there is none
	Cache     string // how the answer came about: hit, miss, collapsed, bypass or none
	Key       string // the id of the key; "" where there was none
	Cost      int    // units
	Began     time.Time
	Ended     time.Time
	Store     Store
}

// Operation is what a GraphQL request asks for. The zero value is of what is none.
type Operation struct {
	Name string // as the client calls it, bounded; "" where it has no name
	Type string // "query"; "" where the text could not be read
	Hash string // the first 16 hex digits of the SHA-256 of its text
}

// Store is what a request took of the store.
type Store struct {
	Calls       int
	Busy        time.Duration // of all calls together
	First, Last time.Time     // when the first call began and the last one ended; zero where there was none
}

// Tracer records spans. It is safe for many goroutines, and must not wait.
type Tracer interface {
	// Begin begins the span of a request, under the parent that it came with, if any.
	Begin(parent Context, method string, began time.Time) Span
}

// Span is the span of one request.
type Span interface {
	// Context names the span.
	Context() Context
	// End tells what became of the request.
	End(*Request)
}

// And adds what was taken later.
func (s Store) And(later Store) Store {
	s.Calls, s.Busy = s.Calls+later.Calls, s.Busy+later.Busy
	if s.First.IsZero() {
		s.First = later.First
	}
	if !later.Last.IsZero() {
		s.Last = later.Last
	}
	return s
}
