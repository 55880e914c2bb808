package graph

import (
	"fmt"
	"strings"

	"github.com/99designs/gqlgen/graphql"
	"github.com/99designs/gqlgen/graphql/errcode"
	"github.com/vektah/gqlparser/v2/gqlerror"

	"alphanode/apierror"
)

// maxErrors bounds how many faults of one document are told: each field of a
// long one may be wrong.
const maxErrors = 20

// classify gives the errors of an operation that never ran their codes. How far
// the operation came says what they are about.
func classify(op *graphql.OperationContext, found gqlerror.List, limits Limits) []error {
	var errs []error
	for _, err := range found[:min(len(found), maxErrors)] {
		if err.Err == nil { // else it is from price.Bounds, which knows
			err.Err = classified(op, err, limits)
		}
		errs = append(errs, err)
	}
	return errs
}

// maxMessage bounds, in bytes, what is told of a fault: the parser repeats names
// of the document, which may be as long as it.
const maxMessage = 400

// introspects reports whether what was not found is the schema, which is there unless
// introspection is switched off.
func introspects(message string) bool {
	return strings.HasPrefix(message, `Cannot query field "__schema" on type "Query"`) || strings.HasPrefix(message, `Cannot query field "__type" on type "Query"`)
}

func classified(op *graphql.OperationContext, err *gqlerror.Error, limits Limits) *apierror.Error {
	if len(err.Message) > maxMessage {
		err.Message = strings.ToValidUTF8(err.Message[:maxMessage], "") + "…"
	}
	switch {
	case err.Message == fmt.Sprintf("exceeded token limit of %d", limits.Tokens):
		expected := fmt.Sprintf("at most %d tokens", limits.Tokens)
		return apierror.New(apierror.TooComplex, "The text of the operation has too many tokens, expected "+expected+". Send a shorter one.",
			apierror.Field{Location: "query", Expected: expected})
	case op.Doc == nil && err.Extensions["code"] == errcode.ParseFailed:
		return apierror.New(apierror.BadRequest, err.Message, apierror.Field{Location: "query", Expected: "a GraphQL document"})
	case op.Doc == nil && introspects(err.Message):
		return apierror.New(apierror.ValidationFailed, "Introspection is switched off here: found "+err.Message[len("Cannot query field "):]+" Ask for __typename and the fields of the archive; who runs the server has the schema.",
			apierror.Field{Location: "query", Expected: "an operation without __schema and __type"})
	case op.Doc == nil:
		return apierror.New(apierror.ValidationFailed, err.Message, apierror.Field{Location: "query", Expected: "a document that fits the schema"})
	case op.Operation == nil:
		return apierror.New(apierror.BadRequest, err.Message, apierror.Field{
			Location: "operationName", Value: op.OperationName, Expected: "the name of one of the document's operations"})
	default: // its variables
		return apierror.New(apierror.BadRequest, err.Path.String()+": "+err.Message,
			apierror.Field{Location: err.Path.String(), Expected: "a value of the variable's type"})
	}
}
