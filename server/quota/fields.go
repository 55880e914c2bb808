package quota

import (
	"strconv"
	"time"
)

// The fields by which readers are told (draft-ietf-httpapi-ratelimit-headers-11).
const (
	PolicyField = "Ratelimit-Policy"
	LimitField  = "Ratelimit"
)

// policyName names the one policy there is: units are what requests cost.
const policyName = `"cost"`

// Policy is the value of RateLimit-Policy: how many units there are in how many seconds.
func (a Account) Policy() string {
	line := append(make([]byte, 0, 32), policyName+";q="...)
	line = strconv.AppendInt(line, int64(a.quota), 10)
	line = append(line, ";w="...)
	return string(strconv.AppendInt(line, int64(Window/time.Second), 10))
}

// Field is the value of RateLimit: how many units are left, and in how many seconds
// there are more.
func (l Left) Field() string {
	line := append(make([]byte, 0, 32), policyName+";r="...)
	line = strconv.AppendInt(line, int64(max(0, l.Units)), 10)
	line = append(line, ";t="...)
	return string(strconv.AppendInt(line, l.Seconds(), 10))
}

// Seconds is how long to wait in whole seconds, as Retry-After says it.
func (l Left) Seconds() int64 { return max(1, int64((l.Wait()+time.Second-1)/time.Second)) }
