package route

import (
	"net/url"

	"alphanode/store"
)

// filterAlone is a route of which the parameters are a filter and nothing else.
var filterAlone = (&Route{Pattern: "a filter", Parameters: Filters}).Prepare()

// ReadFilter reads a filter that stands in no request, such as one of a command: by the names
// and with the values that parameters have in an address. It is nil where nothing is given.
func ReadFilter(values url.Values) (*store.Filter, error) {
	q, err := ReadQuery(filterAlone, &url.URL{RawQuery: values.Encode()}, nil)
	if err != nil {
		return nil, err
	}
	return q.Filter, nil
}
