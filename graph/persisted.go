package graph

import (
	"context"
	"crypto/sha256"
	"encoding/hex"

	"alphanode/apierror"
	"alphanode/graph/lru"
	"alphanode/graph/price"
)

// persisted answers automatic persisted queries: a client sends the hash of an
// operation instead of its text, and the text as well where the server does not
// know it. What a client can make the server remember is bounded.
type persisted struct{ texts *lru.Cache[string, string] }

// persistedQuery is the extension that such a request carries.
type persistedQuery struct {
	Version int
	SHA256  string // as the member sha256Hash
}

func newPersisted() *persisted {
	return &persisted{lru.New(rememberedOperations, rememberedText,
		func(hash, text string) int { return len(hash) + len(text) })}
}

// resolve gives the operation of a request, its text found by its hash if need
// be.
func (p *persisted) resolve(ctx context.Context, r request) (operation, error) {
	op := operation{Query: r.Query, OperationName: r.OperationName, variables: r.variables}
	asked := r.Extensions.PersistedQuery
	if asked == nil {
		return op, nil
	}
	if asked.Version != 1 {
		return op, malformed("extensions.persistedQuery.version", "another version", "1")
	}
	if op.Query == "" {
		text, ok := p.texts.Get(ctx, asked.SHA256)
		if !ok {
			// The message is part of the protocol.
			return op, apierror.New(apierror.PersistedQueryNotFound, "PersistedQueryNotFound",
				apierror.Field{Location: "extensions.persistedQuery.sha256Hash", Expected: "the same request with the text of the operation"})
		}
		op.Query = text
		return op, price.Spend(ctx, priceOfReading(len(text), 0))
	}
	sum := sha256.Sum256([]byte(op.Query))
	if hex.EncodeToString(sum[:]) != asked.SHA256 {
		return op, malformed("extensions.persistedQuery.sha256Hash", "another hash", "the SHA-256 of the query in lower-case hex")
	}
	p.texts.Add(ctx, asked.SHA256, op.Query)
	return op, nil
}
