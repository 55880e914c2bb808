package store

import "reflect"

// Apart divides a filter into the conditions of its own that it sets on a kind of terms
// and the rest; it holds where both do. Its own are those of its top-level conjunction:
// at the filter itself and at those in And, at any depth of And alone, in whatever form
// (eq, in, all, none, contains of a topic). What stands inside Or and Not is of the
// rest. Own is nil where there is none, and then the rest is the filter.
func (f *Filter) Apart(kind Kind) (own, rest *Filter) {
	if f == nil {
		return nil, nil
	}
	o, r := &Filter{}, *f
	r.moveTerms(kind, o)
	r.And = nil
	for i := range f.And {
		inner, others := f.And[i].Apart(kind)
		if inner == nil {
			r.And = append(r.And, f.And[i])
			continue
		}
		o.And = append(o.And, *inner)
		if !others.empty() {
			r.And = append(r.And, *others)
		}
	}
	if o.empty() {
		return nil, f
	}
	return o, &r
}

// empty reports whether nothing is asked.
func (f *Filter) empty() bool { return reflect.ValueOf(f).Elem().IsZero() }

// moveTerms moves what a filter itself asks of the terms of a kind into another.
func (f *Filter) moveTerms(kind Kind, to *Filter) {
	switch kind {
	case KindTool:
		to.Tool, f.Tool = f.Tool, nil
	case KindEntity:
		to.Entity, f.Entity = f.Entity, nil
	case KindStack:
		to.Stack, f.Stack = f.Stack, nil
	case KindDifficulty:
		to.Difficulty, f.Difficulty = f.Difficulty, nil
	case KindCodeLanguage:
		to.CodeLanguage, f.CodeLanguage = f.CodeLanguage, nil
	case KindStatus:
		to.Status, f.Status = f.Status, nil
	case KindScenario:
		to.Scenario, f.Scenario = f.Scenario, nil
	case KindLanguage:
		to.Language, f.Language = f.Language, nil
	case KindTopic:
		to.Topic, f.Topic = f.Topic, nil
	}
}
