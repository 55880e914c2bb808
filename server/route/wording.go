package route

import (
	"strings"

	"alphanode/apierror"
)

// InAddress words an error of the store by the names that parameters have in an address.
func InAddress(q *Query, err error) error {
	e := apierror.From(err)
	if e == nil || len(e.Fields) == 0 {
		return err
	}
	var details []string
	fields := make([]apierror.Field, len(e.Fields))
	for i, f := range e.Fields {
		name := parameterOf(f.Location)
		f.Location = strings.TrimSuffix(InQuery+"."+name, ".")
		details = append(details, f.Location+": found "+f.Value+", expected "+f.Expected+".")
		if q.Values.Has(name) {
			f.Value = Shorten(q.Given(name))
		}
		fields[i] = f
	}
	return apierror.New(e.Code, strings.Join(details, " "), fields...).WithCause(err)
}

// parameterOf gives the parameter for what the store calls an argument; "" for
// the filter as a whole, and for terms to compare posts with, which several give.
func parameterOf(argument string) string {
	switch argument {
	case "first", "last":
		return "limit"
	case "offset":
		return "page"
	case "filter", "to.terms":
		return ""
	case "query":
		return "q"
	}
	name := strings.TrimPrefix(strings.TrimPrefix(argument, "filter."), "by.")
	for suffix, rest := range map[string]string{".in": "", ".eq": "", ".none": ".not"} {
		if head, ok := strings.CutSuffix(name, suffix); ok {
			return head + rest
		}
	}
	return name
}
