package rest

import (
	"alphanode/server/route"
)

// Lists of posts have two forms, whole posts and summaries. What gives the one gives the
// other where as=summary asks for it.

var asSummary = route.ChoiceParameter("as", "summary: each post as /v1/summaries gives it, in the schema Summary. The answer is described as whole posts all the same.",
	"post", []string{"post", "summary"}, func(q *route.Query, form string) { q.Summary = form == "summary" })

// fieldsOfForm takes the names of fields of the form that is asked for.
var fieldsOfForm = route.FieldsOfEither(postShape, cardShape, func(q *route.Query) bool { return q.Values.Get(asSummary.Name) == "summary" })

// checkPosts refuses what does not go together of what lists of posts take.
func checkPosts(q *route.Query) route.Faults { return append(checkPaging(q), checkIncluded(q)...) }
