package command

import (
	"fmt"
	"strings"

	"alphanode/ingest"
)

// tellMet says what an import met beside its posts: of each kind of warning the first, of what
// mark-up lost a line a kind, and which files of folders are no posts.
func (c *commandLine) tellMet(met *ingest.Report) {
	for _, kind := range met.Warnings() {
		for _, at := range kind.First {
			say(c.Err, "%s: warning: %s\n", at.Origin, at.Message)
		}
		if more := kind.Count - len(kind.First); more > 0 {
			say(c.Err, "and %d more of the kind: %s\n", more, kind.Kind)
		}
	}
	losses := met.Losses()
	for i, kind := range losses {
		if i == maxTold {
			say(c.Err, "and %d more kinds of what mark-up lost\n", len(losses)-maxTold)
			break
		}
		say(c.Err, "warning: mark-up lost: %s: %d, first in %s\n", kind.Kind, kind.Count, placesOf(kind.First))
	}
	if n := met.Passed(); n > 0 {
		what := strings.Join(met.PassedOver, ", ")
		if n > len(met.PassedOver) {
			what += ", …"
		}
		say(c.Err, "passed over, as they are no posts: %d of the files in folders: %s\n", n, what)
	}
}

func placesOf(places []ingest.Place) string {
	said := make([]string, len(places))
	for i, at := range places {
		said[i] = fmt.Sprint(at.Origin)
	}
	return strings.Join(said, ", ")
}
