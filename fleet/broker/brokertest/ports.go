package brokertest

import (
	"fmt"
	"math/rand/v2"
	"net"
	"testing"
)

// FreePorts gives addresses on the loopback at which nobody listens, for brokers that must know
// each other's before they start.
func FreePorts(t *testing.T, n int) []string {
	t.Helper()
	var found []string
	for len(found) < n { // below those that the system gives to who connects meanwhile
		l, err := net.Listen("tcp", fmt.Sprint("127.0.0.1:", 15_000+rand.IntN(15_000)))
		if err != nil {
			continue
		}
		defer l.Close()
		found = append(found, l.Addr().String())
	}
	return found
}
