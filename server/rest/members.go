package rest

import "alphanode/server/schema"

// members is a JSON object whose fields keep their order.
type members []member

// MarshalJSON keeps the order.
func (m members) MarshalJSON() ([]byte, error) {
	return schema.MarshalOrdered(len(m), func(i int) (string, any) { return m[i].name, m[i].value })
}

type member struct {
	name  string
	value any
}
