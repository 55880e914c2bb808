package disk

import "sync/atomic"

// Trouble is what keeps who follows a file from what it says. Who asks is told of it for
// as long as it lasts, and the log once. One goroutine notes it, any may ask.
type Trouble struct {
	text  atomic.Pointer[string] // nil where all is well
	cause string                 // that the log was told of last; "" where it is over
}

// String says what is wrong, "" where all is well.
func (t *Trouble) String() string {
	if text := t.text.Load(); text != nil {
		return *text
	}
	return ""
}

// Tell notes what is wrong.
func (t *Trouble) Tell(text string) { t.text.Store(&text) }

// News reports whether the log is to be told of a cause: it is another than before.
func (t *Trouble) News(cause string) bool {
	before := t.cause
	t.cause = cause
	return before != cause
}

// Settle notes that what was wrong is over, and what still is, "" where nothing is. If
// it comes back, the log is told again.
func (t *Trouble) Settle(left string) {
	t.cause = ""
	if left == "" {
		t.text.Store(nil)
		return
	}
	t.Tell(left)
}
