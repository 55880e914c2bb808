package model

import (
	"context"
	"errors"
	"log/slog"

	"alphanode/store"
	"alphanode/store/release"
)

// Reads is what the resolvers ask of a release. A *release.Reader answers it.
type Reads interface {
	NamedRelease() *release.Release
	Budget() *store.Budget
	Find(context.Context, store.PostQuery) (*store.Page, error)
	Lookup(ctx context.Context, slugs ...string) ([]store.Ref, error)
	LookupReference(ctx context.Context, reference string) (store.Ref, error)
	LookupAddress(ctx context.Context, address string) (store.Ref, error)
	Posts(context.Context, []store.Ref, store.Part) ([]*store.Post, error)
	Days(ctx context.Context, refs []store.Ref) ([]store.Days, error)
	Raw(ctx context.Context, refs []store.Ref, part store.Part, arena []byte) ([]store.Raw, []byte, error)
	Terms(context.Context, []store.TermID) ([]*store.Term, error)
	LookupTerms(ctx context.Context, kind store.Kind, slugs ...string) ([]*store.Term, error)
	FindTerm(ctx context.Context, kind store.Kind, value string) (*store.Term, error)
	FindTerms(context.Context, store.TermQuery) (*store.TermPage, error)
	EntityTypes(ctx context.Context, first int) ([]store.EntityType, error)
	Facets(context.Context, store.FacetQuery) ([]store.Facet, error)
	Ranges(context.Context, store.RangeQuery) ([]store.RangeFacet, error)
	Scores(context.Context, store.ScoreQuery) (*store.ScoreStats, error)
	ScoreGroups(context.Context, store.ScoreGroupQuery) (*store.ScoreGroupPage, error)
	Search(context.Context, store.SearchQuery) (*store.SearchPage, error)
	Highlights(ctx context.Context, typed store.Search, refs []store.Ref) ([][]store.Highlight, error)
	Explain(context.Context, store.Ref, store.Search) (*store.Explanation, error)
	Suggest(context.Context, *store.Filter) ([]store.Suggestion, error)
	SuggestTerms(context.Context, store.TermQuery) ([]store.Suggestion, error)
	Complete(context.Context, store.CompletionQuery) ([]store.Completion, error)
	Changes(context.Context, store.ChangeQuery) (*store.ChangePage, error)
	Related(context.Context, store.RelatedQuery) ([]store.RelatedTerm, error)
	Similar(ctx context.Context, to store.Ref, q store.SimilarQuery) (*store.SimilarPage, error)
	SimilarToTerms(ctx context.Context, to store.SimilarTerms, q store.SimilarQuery) (*store.SimilarPage, error)
}

type readerKey struct{}

// WithReader gives a context whose operations are answered by r.
func WithReader(ctx context.Context, r Reads) context.Context {
	return context.WithValue(ctx, readerKey{}, r)
}

type loggerKey struct{}

// WithLogger gives a context whose operations log there what is no fault of the
// client's.
func WithLogger(ctx context.Context, logger func() *slog.Logger) context.Context {
	return context.WithValue(ctx, loggerKey{}, logger)
}

func logger(ctx context.Context) *slog.Logger {
	if logger, ok := ctx.Value(loggerKey{}).(func() *slog.Logger); ok {
		return logger()
	}
	return slog.Default()
}

var errNoReader = errors.New("no reader in the context: graph.WithReader was not called")

// ReaderOf gives the reader of the operation.
func ReaderOf(ctx context.Context) (Reads, error) {
	if r, ok := ctx.Value(readerKey{}).(Reads); ok {
		return r, nil
	}
	return nil, errNoReader
}
