package lru

import "testing"

func TestLRU(t *testing.T) {
	t.Parallel()
	ctx := t.Context()
	c := New(2, 10, func(key string, _ int) int { return len(key) })
	has := func(key string) bool { _, ok := c.Get(ctx, key); return ok }
	c.Add(ctx, "a", 1)
	c.Add(ctx, "b", 2)
	if !has("a") {
		t.Error("a is forgotten")
	}
	c.Add(ctx, "c", 3)
	if has("b") || !has("a") || !has("c") {
		t.Error("not the one used longest ago was forgotten")
	}
	c.Add(ctx, "12345678901", 4)
	if has("12345678901") || !has("a") {
		t.Error("a key over the bound was remembered")
	}
	c.Add(ctx, "1234567890", 5)
	if !has("1234567890") || has("a") || has("c") {
		t.Error("the weight is over its bound")
	}
}
