package graph

import (
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"

	"alphanode/apierror"
)

// What validation says of a name that a type does not have, up to what it suggests.
var (
	noField    = regexp.MustCompile(`^Cannot query field "(\w+)" on type "(\w+)"\.`)
	noArgument = regexp.MustCompile(`^Unknown argument "(\w+)" on field "(\w+)\.(\w+)"\.`)
	noInput    = regexp.MustCompile(`^Field "(\w+)" is not defined by type "(\w+)"\.`)
)

// tellMeant adds to a fault about a name what is called so elsewhere, and where else the
// name is known. Validation looks only for names of the same place that are spelled alike,
// and so may suggest the opposite.
func (e *engine) tellMeant(fault *gqlerror.Error) {
	var meant []string
	var said string
	if m := noField.FindStringSubmatch(fault.Message); m != nil {
		said, meant = m[0], e.meantField(m[1], e.schema.Types[m[2]])
	} else if m := noArgument.FindStringSubmatch(fault.Message); m != nil {
		if on := e.schema.Types[m[2]]; on != nil && on.Fields.ForName(m[3]) != nil {
			said, meant = m[0], e.meantArgument(m[1], on.Fields.ForName(m[3]).Arguments)
		}
	} else if m := noInput.FindStringSubmatch(fault.Message); m != nil {
		if of := e.schema.Types[m[2]]; of != nil {
			said, meant = m[0], apierror.Meant(m[1], fieldNames(of))
		}
	}
	if len(meant) == 0 {
		return
	}
	for i, name := range meant {
		meant[i] = strconv.Quote(name)
	}
	fault.Message = said + " Did you mean " + apierror.Alternatives(meant) + "?"
}

// meantField gives fields of an object: one with the meaning, else the one in which there
// is a field of this name.
func (e *engine) meantField(name string, of *ast.Definition) []string {
	if of == nil {
		return nil
	}
	if meant := apierror.Meant(name, fieldNames(of)); meant != nil {
		return meant
	}
	for _, f := range of.Fields {
		if inner := e.schema.Types[f.Type.Name()]; inner != nil && inner.IsCompositeType() && inner.Fields.ForName(name) != nil && f.Name != "edges" && !needsArguments(f) {
			return []string{f.Name + " { " + name + " }"}
		}
	}
	return nil
}

// meantArgument gives arguments of a field: one with the meaning, else the one whose input
// has a field of this name or meaning.
func (e *engine) meantArgument(name string, arguments ast.ArgumentDefinitionList) []string {
	var known []string
	for _, a := range arguments {
		known = append(known, a.Name)
	}
	if meant := apierror.Meant(name, known); meant != nil {
		return meant
	}
	for _, a := range arguments {
		inner := e.schema.Types[a.Type.Name()]
		if inner == nil || inner.Kind != ast.InputObject {
			continue
		}
		within := apierror.Meant(name, fieldNames(inner))
		if inner.Fields.ForName(name) != nil {
			within = []string{name}
		}
		if len(within) > 0 {
			return []string{a.Name + ": {" + within[0] + ": …}"}
		}
	}
	return nil
}

func needsArguments(f *ast.FieldDefinition) bool {
	return slices.ContainsFunc(f.Arguments, func(a *ast.ArgumentDefinition) bool { return a.Type.NonNull && a.DefaultValue == nil })
}

func fieldNames(of *ast.Definition) []string {
	var names []string
	for _, f := range of.Fields {
		if !strings.HasPrefix(f.Name, "__") {
			names = append(names, f.Name)
		}
	}
	return names
}
