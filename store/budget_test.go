package store_test

import (
	"context"
	"errors"
	"testing"

	"alphanode/store"
)

func TestBudget(t *testing.T) {
	t.Parallel()
	var told []int
	full := errors.New("full")
	b := store.NewBudget(100, func(_ context.Context, spent int) error {
		told = append(told, spent)
		if spent == 90 {
			return full
		}
		return nil
	})
	for _, step := range []struct {
		units int
		err   error
	}{{60, nil}, {0, nil}, {30, full}, {10, nil}, {1, store.ErrTooComplex}, {1, store.ErrTooComplex}} {
		if err := b.Spend(t.Context(), step.units); !errors.Is(err, step.err) {
			t.Errorf("%d units: found %v, expected %v", step.units, err, step.err)
		}
	}
	if len(told) != 3 || told[2] != 100 || b.Spent() != 102 {
		t.Errorf("told %v, spent %d; expected 60, 90, 100 and 102", told, b.Spent())
	}
	var none *store.Budget
	if err := none.Spend(t.Context(), 1<<50); err != nil || none.Spent() != 0 {
		t.Errorf("no budget: %v, %d spent", err, none.Spent())
	}
}
