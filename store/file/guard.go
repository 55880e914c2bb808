package file

import (
	"fmt"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"strings"

	"alphanode/store"
)

// Guard runs what touches mapped memory. A page that cannot be read, as in a
// file cut short, and a structure that bbolt or a decoder cannot follow,
// become ErrCorrupt instead of the end of the process.
func Guard(f func() error) (err error) {
	defer debug.SetPanicOnFault(debug.SetPanicOnFault(true))
	defer func() {
		switch fault := recover().(type) {
		case nil:
		case Fault:
			err = fault.Err
		default:
			err = fmt.Errorf("%w: %v (at %s)", store.ErrCorrupt, fault, panicked())
		}
	}()
	return f()
}

// panicked says which line panicked, while the panic is being recovered.
func panicked() string {
	var callers [32]uintptr
	frames := runtime.CallersFrames(callers[:runtime.Callers(3, callers[:])])
	for {
		frame, more := frames.Next()
		if !strings.HasPrefix(frame.Function, "runtime.") {
			return fmt.Sprintf("%s:%d", filepath.Base(frame.File), frame.Line)
		}
		if !more {
			return "an unknown place"
		}
	}
}

// Fault carries an error, as of a damaged block, out of the inner loops that
// read; Guard turns it into that error.
type Fault struct{ Err error }
