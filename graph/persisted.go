package graph

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"strconv"
	"strings"

	"alphanode/apierror"
	"alphanode/graph/lru"
	"alphanode/graph/model"
	"alphanode/graph/price"
	"alphanode/graph/trusted"
)

// persisted finds the text of an operation by its hash. Trusted documents were known
// when the server started. The others are automatic persisted queries: a client sends
// the hash of an operation instead of its text, and the text as well where the server
// does not know it. What a client can make the server remember is bounded.
type persisted struct {
	texts   *lru.Cache[string, string] // of automatic persisted queries
	trusted *trusted.Documents         // nil where there are none
	only    bool                       // whether nothing else is answered
}

// persistedQuery is the extension that such a request carries.
type persistedQuery struct {
	Version int
	SHA256  string // as the member sha256Hash
}

func newPersisted() *persisted {
	return &persisted{texts: lru.New(rememberedOperations, rememberedText,
		func(hash, text string) int { return len(hash) + len(text) })}
}

// Trust reads files of documents that are answered by their ids, and, with only, has
// nothing else answered. It is for the start of a server: one that does not fit the
// schema or a limit is an error.
func (h *Handler) Trust(files []string, only bool) error {
	documents, err := trusted.Read(files...)
	if err != nil {
		return err
	}
	for _, d := range documents.All() {
		if _, errs := h.engine.document(context.Background(), d.Text); len(errs) > 0 {
			return fmt.Errorf("trusted documents: %s: document %s: %w", d.File, d.ID, errs[0])
		}
	}
	h.persisted.trusted, h.persisted.only = documents, only
	return nil
}

// resolve gives the operation of a request, its text found by its id or its hash if
// need be.
func (p *persisted) resolve(ctx context.Context, r request) (operation, error) {
	op := operation{Query: r.Query, OperationName: r.OperationName, variables: r.variables}
	switch asked := r.Extensions.PersistedQuery; {
	case op.Query != "" && p.only:
		return op, apierror.New(apierror.Forbidden, "Only trusted documents are answered here: found the text of an operation, expected documentId, the id of one of them.",
			apierror.Field{Location: "query", Value: "the text of an operation", Expected: "documentId, the id of a trusted document"})
	case op.Query != "" && r.DocumentID != "":
		return op, malformed("documentId", "the text of an operation beside it", "one of the two")
	case r.DocumentID != "" && asked != nil && strings.TrimPrefix(r.DocumentID, "sha256:") != strings.TrimPrefix(asked.SHA256, "sha256:"):
		return op, malformed("documentId", "another id in extensions.persistedQuery beside it", "one of the two")
	case op.Query == "" && asked == nil:
		location, id := "documentId", r.DocumentID
		if id == "" {
			location, id = "id", r.RelayID
		}
		return p.document(ctx, op, location, id)
	case asked == nil:
		return op, nil // an id of Relay beside a text only counts requests
	case asked.Version != 1:
		return op, malformed("extensions.persistedQuery.version", "another version", "1")
	case op.Query == "":
		return p.byHash(ctx, op, asked.SHA256)
	default:
		return op, p.register(ctx, op.Query, asked.SHA256)
	}
}

// document finds a trusted document.
func (p *persisted) document(ctx context.Context, op operation, location, id string) (operation, error) {
	if p.trusted != nil {
		if d, ok := p.trusted.Find(id); ok {
			op.Query = d.Text
			return op, price.Spend(ctx, priceOfReading(len(d.Text), 0))
		}
	}
	found, expected := strconv.Quote(model.Shorten(id)), "the id of a trusted document"
	if p.trusted == nil {
		expected = "the text of an operation as query; no documents are trusted here"
	}
	return op, apierror.New(apierror.PersistedQueryNotFound, location+": found "+found+", expected "+expected,
		apierror.Field{Location: location, Value: found, Expected: expected})
}

// byHash finds a trusted document, or else a text that was sent before.
func (p *persisted) byHash(ctx context.Context, op operation, hash string) (operation, error) {
	const location = "extensions.persistedQuery.sha256Hash"
	if p.trusted != nil {
		if _, ok := p.trusted.Find(hash); ok || p.only {
			return p.document(ctx, op, location, hash)
		}
	}
	text, ok := p.texts.Get(ctx, hash)
	if !ok {
		// The message is part of the protocol.
		return op, apierror.New(apierror.PersistedQueryNotFound, "PersistedQueryNotFound",
			apierror.Field{Location: location, Expected: "the same request with the text of the operation"})
	}
	op.Query = text
	return op, price.Spend(ctx, priceOfReading(len(text), 0))
}

// register remembers a text by its hash.
func (p *persisted) register(ctx context.Context, text, hash string) error {
	sum := sha256.Sum256([]byte(text))
	if hex.EncodeToString(sum[:]) != hash {
		return malformed("extensions.persistedQuery.sha256Hash", "another hash", "the SHA-256 of the query in lower-case hex")
	}
	p.texts.Add(ctx, hash, text)
	return nil
}
