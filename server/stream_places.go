package server

import (
	"sync"
	"time"

	"alphanode/server/quota"
	"alphanode/server/route"
)

// streamPlaces are the places of streams, which are apart from those of requests. A
// reader gets some of them and never all, however often they come again.
type streamPlaces struct {
	places    chan struct{}
	perReader int

	mu   sync.Mutex
	held map[quota.Reader]int
}

func newStreamPlaces(most, perReader int) *streamPlaces {
	return &streamPlaces{places: make(chan struct{}, most), perReader: perReader, held: map[quota.Reader]int{}}
}

// take takes a place for a reader, until it is given back with leave.
func (p *streamPlaces) take(reader quota.Reader) (leave func(), err error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.held[reader] >= p.perReader {
		return nil, errTooManyOfReader
	}
	select {
	case p.places <- struct{}{}:
	default:
		return nil, errTooManyStreams
	}
	p.held[reader]++
	return func() { p.leave(reader) }, nil
}

func (p *streamPlaces) leave(reader quota.Reader) {
	p.mu.Lock()
	defer p.mu.Unlock()
	<-p.places
	if p.held[reader]--; p.held[reader] == 0 {
		delete(p.held, reader)
	}
}

// taken is how many places are taken.
func (p *streamPlaces) taken() int { return len(p.places) }

// wait waits until no place is taken, at most so long. No stream begins any more
// after it.
func (p *streamPlaces) wait(most time.Duration) {
	enough := time.NewTimer(most)
	defer enough.Stop()
	for range cap(p.places) {
		select {
		case p.places <- struct{}{}:
		case <-enough.C:
			return
		}
	}
}

// placeForStream takes a place for who asks, until it is given back with leave.
func (s *Server) placeForStream(r *route.Request) (leave func(), err error) {
	return s.streams.take(readerOf(r.Key, s.settings.Proxies.Client(r.HTTP)))
}
