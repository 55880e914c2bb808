// Package apierror is the one table of what can go wrong for a reader of the
// API: codes, their HTTP statuses, and whether asking again can help. Both
// faces answer with it, GraphQL as extensions and REST as problem+json.
//
// It must not know either face. It turns any error into one that is safe to
// send; the cause stays behind it for the log. Meant knows what people who come from
// other APIs call things.
package apierror
