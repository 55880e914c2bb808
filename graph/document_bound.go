package graph

import (
	"strings"

	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/validator"
	"github.com/vektah/gqlparser/v2/validator/core"
	"github.com/vektah/gqlparser/v2/validator/rules"

	"alphanode/apierror"
	"alphanode/graph/plan"
	"alphanode/graph/price"
)

// Validation compares each two fields of one key, and looks for what may have been
// meant by each name that is unknown. In a text of a thousand words that takes as
// long as a large answer, so a longer text is looked at before.

// shortText is up to how many bytes a text is not looked at: it has too few fields
// to cost much.
const shortText = 800

// suggestedText is the longest text in which names that are meant are suggested,
// and for at most suggestedFaults names.
const (
	suggestedText   = 20_000
	suggestedFaults = 3
)

// maxPairs is how many pairs of fields of one key are compared.
const maxPairs = 20_000

// maxNesting is how deep pairs are looked for: fragments may spread each other in
// a ring, which validation refuses.
const maxNesting = 400

// unsuggested are the rules that suggest names, as they are without.
var unsuggested = []core.Rule{
	core.Rule(rules.FieldsOnCorrectTypeRuleWithoutSuggestions), core.Rule(rules.KnownArgumentNamesRuleWithoutSuggestions),
	core.Rule(rules.KnownTypeNamesRuleWithoutSuggestions), core.Rule(rules.ScalarLeafsRuleWithoutSuggestions),
	core.Rule(rules.ValuesOfCorrectTypeRuleWithoutSuggestions),
}

// costlyToValidate refuses a document that would cost too much to be validated. What
// else is wrong is for validation to say.
func (e *engine) costlyToValidate(text string, doc *ast.QueryDocument) []error {
	if err := e.limits.OfText(doc); err != nil {
		return []error{err}
	}
	if len(text) <= shortText && strings.Count(text, "{")+strings.Count(text, "[") <= maxNested {
		return nil
	}
	if deep := nestedArgument(doc); deep != "" {
		return []error{tooNested(deep)}
	}
	p := pairs{doc: doc, keys: plan.NewAnswerKeys()}
	for _, operation := range doc.Operations {
		p.count([]ast.SelectionSet{operation.SelectionSet}, 0)
	}
	for _, fragment := range doc.Fragments {
		p.count([]ast.SelectionSet{fragment.SelectionSet}, 0)
	}
	if p.found > maxPairs {
		const expected = "each field once"
		return []error{apierror.New(apierror.TooComplex, "The operation has the same fields too often, expected "+expected+". Take those away that are there twice.",
			apierror.Field{Location: "query", Value: "the same fields too often", Expected: expected})}
	}
	faults := validator.ValidateWithRules(e.schema, doc, rules.NewRules(unsuggested...))
	if len(faults) > suggestedFaults || len(faults) > 0 && len(text) > suggestedText {
		return invalid(faults)
	}
	return nil
}

// nestedArgument names an argument or a variable whose value nests too deep, "" where
// there is none. Validation takes the square of that.
func nestedArgument(doc *ast.QueryDocument) (name string) {
	look := func(at string, v *ast.Value) {
		if name == "" && nests(v, maxNested) {
			name = at
		}
	}
	price.EachField(doc, func(f *ast.Field) {
		for _, a := range f.Arguments {
			look(a.Name, a.Value)
		}
	})
	price.EachDirective(doc, func(d *ast.Directive) {
		for _, a := range d.Arguments {
			look(a.Name, a.Value)
		}
	})
	for _, operation := range doc.Operations {
		for _, d := range operation.Directives {
			for _, a := range d.Arguments {
				look(a.Name, a.Value)
			}
		}
		for _, v := range operation.VariableDefinitions {
			look(v.Variable, v.DefaultValue)
		}
	}
	return name
}

// nests reports whether more than so many lists and objects stand in each other.
func nests(v *ast.Value, most int) bool {
	if v == nil || v.Kind != ast.ListValue && v.Kind != ast.ObjectValue {
		return false
	}
	for _, child := range v.Children {
		if nests(child.Value, most-1) {
			return true
		}
	}
	return most <= 0
}

// pairs counts the pairs of fields that have the same key in one place of the
// answer.
type pairs struct {
	doc   *ast.QueryDocument
	keys  plan.AnswerKeys
	found int
}

// count counts those in selections that make one object, and in what they make.
func (p *pairs) count(sets []ast.SelectionSet, depth int) {
	byKey := map[*plan.AnswerKey][]ast.SelectionSet{}
	spread, spreads := map[string]bool{}, 0
	var collect func(ast.SelectionSet)
	collect = func(set ast.SelectionSet) {
		for _, selected := range set {
			switch s := selected.(type) {
			case *ast.Field:
				key := p.keys.Of(s)
				p.found += len(byKey[key])
				byKey[key] = append(byKey[key], s.SelectionSet)
			case *ast.InlineFragment:
				collect(s.SelectionSet)
			case *ast.FragmentSpread:
				p.found += spreads // which are compared as fields are
				spreads++
				if f := p.doc.Fragments.ForName(s.Name); f != nil && !spread[s.Name] {
					spread[s.Name] = true
					collect(f.SelectionSet)
				}
			}
		}
	}
	for _, set := range sets {
		collect(set)
	}
	for _, inner := range byKey {
		if p.found > maxPairs || depth > maxNesting {
			return
		}
		p.found++ // so that what fragments make of a few words has an end
		p.count(inner, depth+1)
	}
}
