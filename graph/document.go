package graph

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"
	"github.com/vektah/gqlparser/v2/parser"
	"github.com/vektah/gqlparser/v2/validator"
	"github.com/vektah/gqlparser/v2/validator/rules"

	"alphanode/apierror"
)

// document parses and validates a text, once for as long as that is remembered.
func (e *engine) document(ctx context.Context, text string) (*ast.QueryDocument, []error) {
	if doc, known := e.documents.Get(ctx, text); known {
		return doc, nil
	}
	doc, err := parser.ParseQueryWithTokenLimit(&ast.Source{Input: text}, e.limits.Tokens)
	if err != nil {
		return nil, []error{e.unreadable(err)}
	}
	if len(doc.Operations) == 0 {
		return nil, invalid(gqlerror.List{gqlerror.Errorf("no operation provided")})
	}
	if errs := e.costlyToValidate(text, doc); len(errs) > 0 {
		return nil, errs
	}
	if faults := validator.ValidateWithRules(e.schema, doc, rules.NewDefaultRules()); len(faults) > 0 {
		for _, fault := range faults[:min(len(faults), maxErrors)] {
			e.tellMeant(fault)
		}
		return nil, invalid(faults)
	}
	e.documents.Add(ctx, text, doc)
	return doc, nil
}

// unreadable says why a text cannot be parsed.
func (e *engine) unreadable(err error) error {
	fault, ok := errors.AsType[*gqlerror.Error](err)
	if !ok {
		fault = gqlerror.Wrap(err)
	}
	if fault.Message == fmt.Sprintf("exceeded token limit of %d", e.limits.Tokens) {
		expected := fmt.Sprintf("at most %d tokens", e.limits.Tokens)
		return apierror.New(apierror.TooComplex, "The text of the operation has too many tokens, expected "+expected+". Send a shorter one.",
			apierror.Field{Location: "query", Expected: expected})
	}
	return coded(fault, apierror.BadRequest, "a GraphQL document")
}

// maxErrors bounds how many faults of one document are told: each field of a
// long one may be wrong.
const maxErrors = 20

// invalid says why a document does not fit the schema.
func invalid(faults gqlerror.List) (errs []error) {
	for _, fault := range faults[:min(len(faults), maxErrors)] {
		if introspects(fault.Message) {
			fault.Message = "Introspection is switched off here. " + fault.Message
			errs = append(errs, coded(fault, apierror.ValidationFailed, "an operation without __schema and __type; __typename is answered"))
			continue
		}
		errs = append(errs, coded(fault, apierror.ValidationFailed, "a document that fits the schema"))
	}
	return errs
}

// introspects reports whether what a query has no field for is the schema, which it has
// unless introspection is switched off.
func introspects(message string) bool {
	return strings.HasPrefix(message, `Cannot query field "__schema" on type "Query"`) || strings.HasPrefix(message, `Cannot query field "__type" on type "Query"`)
}

// maxMessage bounds, in bytes, what is told of a fault: the parser repeats names
// of the document, which may be as long as it.
const maxMessage = 400

// coded gives an error of the parser or of validation a code. It keeps its place in the
// text.
func coded(at *gqlerror.Error, code apierror.Code, expected string) error {
	if len(at.Message) > maxMessage {
		at.Message = strings.ToValidUTF8(at.Message[:maxMessage], "") + "…"
	}
	at.Err = apierror.New(code, at.Message, apierror.Field{Location: "query", Expected: expected})
	return at
}

func noSuchOperation(name string) error {
	return apierror.New(apierror.BadRequest, "operation "+name+" not found", apierror.Field{
		Location: "operationName", Value: name, Expected: "the name of one of the document's operations"})
}
