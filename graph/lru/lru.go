package lru

import (
	lists "container/list"
	"context"
	"sync"
)

// Cache remembers the values used last, within bounds on their number and on
// their weight together.
type Cache[K comparable, T any] struct {
	entries, weight int // the bounds
	weigh           func(key K, value T) int

	mu     sync.Mutex
	held   int         // weight of what is remembered
	recent *lists.List // of entry, the latest in front
	byKey  map[K]*lists.Element
}

type entry[K comparable, T any] struct {
	key   K
	value T
}

// New makes one for so many values, which weigh so much together.
func New[K comparable, T any](entries, weight int, weigh func(key K, value T) int) *Cache[K, T] {
	return &Cache[K, T]{entries: entries, weight: weight, weigh: weigh, recent: lists.New(), byKey: map[K]*lists.Element{}}
}

// Get gives the value, if it is remembered.
func (c *Cache[K, T]) Get(_ context.Context, key K) (value T, ok bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	element, ok := c.byKey[key]
	if !ok {
		return value, false
	}
	c.recent.MoveToFront(element)
	return element.Value.(entry[K, T]).value, true
}

// Add remembers a value, and forgets those used longest ago to make room. A
// key that is remembered keeps its value: here a key can mean one thing only.
func (c *Cache[K, T]) Add(_ context.Context, key K, value T) {
	weight := c.weigh(key, value)
	c.mu.Lock()
	defer c.mu.Unlock()
	if _, known := c.byKey[key]; known || weight > c.weight {
		return
	}
	c.byKey[key] = c.recent.PushFront(entry[K, T]{key, value})
	c.held += weight
	for len(c.byKey) > c.entries || c.held > c.weight {
		oldest := c.recent.Remove(c.recent.Back()).(entry[K, T])
		delete(c.byKey, oldest.key)
		c.held -= c.weigh(oldest.key, oldest.value)
	}
}
