//go:build !graphiql

package consoles

import (
	"alphanode/server/pages/frame"
	"alphanode/server/route"
)

// bundle would be GraphiQL: see bundle.go. Without the tag graphiql there is none, and the
// console is our own.
type bundle struct{}

func newBundle(*frame.Frame) *bundle { return nil }

func (*bundle) answer(*route.Request, *consoleShown) (*route.Answer, error) { return nil, nil }
