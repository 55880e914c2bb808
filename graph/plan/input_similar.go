package plan

import (
	"github.com/go-faster/jx"

	"alphanode/graph/model"
	"alphanode/store"
)

// readSimilarTo reads what posts are compared with: one key, which is not null.
func readSimilarTo(d *jx.Decoder, to *model.SimilarTo) error {
	keys := 0
	err := eachMember(d, func(name []byte) error {
		keys++
		switch string(name) {
		case "post":
			return optional(d, &to.Post, readText)
		case "terms":
			return optional(d, &to.Terms, readSimilarTerms)
		}
		return errUnusual
	})
	if err == nil && (keys != 1 || to.Post == nil && to.Terms == nil) {
		err = errUnusual
	}
	return err
}

func readSimilarTerms(d *jx.Decoder, terms *store.SimilarTerms) error {
	return eachMember(d, func(name []byte) error {
		switch string(name) {
		case "entities":
			return listOf(d, &terms.Entities, readText)
		case "tools":
			return listOf(d, &terms.Tools, readText)
		case "stack":
			return listOf(d, &terms.Stack, readText)
		}
		return errUnusual
	})
}
