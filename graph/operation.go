package graph

import (
	"crypto/sha256"
	"encoding/hex"
	"strings"

	"alphanode/store"
	"alphanode/trace"
)

const (
	// maxOperationName bounds, in bytes, how a client's name for an operation is told.
	maxOperationName = 64
	// maxHashed bounds the texts whose hashes are told: hashing more takes a while, and
	// no such text is an operation that anybody looks for.
	maxHashed = 64 << 10
)

// tell says what is asked, as far as that is known before the text is read.
func tell(op operation) *trace.Operation {
	t := &trace.Operation{Name: boundedName(op.OperationName)}
	if op.Query != "" && len(op.Query) <= maxHashed {
		sum := sha256.Sum256([]byte(op.Query))
		t.Hash = hex.EncodeToString(sum[:8])
	}
	return t
}

// found notes which operation of the text is asked for.
func (op *operation) found(name string) {
	if op.told != nil {
		op.told.Name, op.told.Type = boundedName(name), "query" // the schema has no other
	}
}

// boundedName cuts a name that is long. What it is made of is for who writes it: a name
// of a text that could be read is made of letters, but what is asked for may not be there.
func boundedName(name string) string {
	name = store.HideSecrets(name)
	if len(name) <= maxOperationName {
		return name
	}
	return strings.ToValidUTF8(name[:maxOperationName], "") + "…"
}
