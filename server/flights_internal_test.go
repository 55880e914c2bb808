package server

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"
)

// flown is what somebody got of a flight.
type flown struct {
	value string
	mine  bool
	err   error
}

// ask asks for the thing x, which takes a minute to make unless nobody waits.
func ask(ctx context.Context, f *flights[string, string], value string, made chan<- string) <-chan flown {
	got := make(chan flown, 1)
	go func() {
		value, mine, err := f.do(ctx, "x", func(ctx context.Context) (string, error) {
			select {
			case <-time.After(time.Minute):
				made <- value
				return value, nil
			case <-ctx.Done():
				return "", ctx.Err()
			}
		})
		got <- flown{value, mine, err}
	}()
	synctest.Wait()
	return got
}

func TestFlights(t *testing.T) {
	tests := []struct {
		name           string
		leave          []int // who of three leaves, after a second
		made           bool
		first, another string // what the first gets who stays, and who asks later
	}{
		{"all stay", nil, true, "a", "a"},
		{"a follower leaves", []int{1}, true, "a", "a"},
		{"the first leaves", []int{0}, true, "a", "a"},
		{"one follower is left", []int{0, 2}, true, "a", "a"},
		{"all leave", []int{0, 1, 2}, false, "", "d"},
		{"all leave, the first last", []int{2, 1, 0}, false, "", "d"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				var f flights[string, string]
				made := make(chan string, 3)
				var asked [3]<-chan flown
				var left [3]context.CancelFunc
				for i, value := range []string{"a", "b", "c"} {
					var ctx context.Context
					ctx, left[i] = context.WithCancel(t.Context())
					defer left[i]()
					asked[i] = ask(ctx, &f, value, made)
				}
				time.Sleep(time.Second)
				for _, i := range tt.leave {
					left[i]()
					synctest.Wait()
				}
				time.Sleep(madeAnyway)
				synctest.Wait()
				for _, i := range tt.leave {
					if i == 0 && tt.made { // who makes it for others has no way out
						continue
					}
					if got := <-asked[i]; !errors.Is(got.err, context.Canceled) {
						t.Errorf("%d left and got %+v", i, got)
					}
				}
				later := ask(t.Context(), &f, "d", made)
				if got := <-later; got.value != tt.another || got.err != nil || got.mine != (tt.another == "d") {
					t.Errorf("who asked later got %+v, expected %q", got, tt.another)
				}
				for i := range asked {
					if tt.made && (i == 0 || len(asked[i]) > 0) {
						if got := <-asked[i]; got.err == nil && (got.value != tt.first || got.mine != (i == 0)) {
							t.Errorf("%d got %+v, expected %q", i, got, tt.first)
						}
					}
				}
				if len(f.flying) != 0 {
					t.Errorf("%d flights are left", len(f.flying))
				}
			})
		})
	}
}

// What takes a moment is made to its end: who only closed the half of a connection
// on which they send gets it.
func TestFlightsMakeAnywayWhatTakesAMoment(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var f flights[string, string]
		ctx, leave := context.WithCancel(t.Context())
		leave()
		value, _, err := f.do(ctx, "x", func(ctx context.Context) (string, error) {
			time.Sleep(madeAnyway / 2)
			return "x", ctx.Err()
		})
		if value != "x" || err != nil {
			t.Errorf("found %q, %v", value, err)
		}
	})
}

func TestFlightsThatPanic(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var f flights[string, string]
		fell := make(chan any)
		go func() {
			defer func() { fell <- recover() }()
			_, _, _ = f.do(t.Context(), "x", func(context.Context) (string, error) {
				time.Sleep(time.Second)
				panic("oh")
			})
		}()
		synctest.Wait()
		follower := ask(t.Context(), &f, "b", nil)
		if fault := <-fell; fault != "oh" {
			t.Errorf("found %v, expected the panic", fault)
		}
		if got := <-follower; !errors.Is(got.err, errPanic) || got.mine {
			t.Errorf("who waited got %+v", got)
		}
		if len(f.flying) != 0 {
			t.Error("the flight is still there")
		}
	})
}
