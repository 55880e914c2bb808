package command

import (
	"fmt"
	"strings"

	"alphanode/ingest"
	"alphanode/ingest/record"
)

// tellMet says what became of the items of an import: of each kind of warning the first, of what
// was lost a line a kind, which files of folders are no posts, and, where not all items are
// posts, how many are what.
func (c *commandLine) tellMet(met *ingest.Report) {
	for _, kind := range met.Warnings() {
		for _, at := range kind.First {
			say(c.Err, "%s: warning: %s\n", at.Origin, warned(kind.Kind, at.Message))
		}
		if more := kind.Count - len(kind.First); more > 0 {
			say(c.Err, "and %d more of the kind: %s\n", more, kind.Kind)
		}
	}
	losses := met.Losses()
	for i, kind := range losses {
		if i == maxTold {
			say(c.Err, "and %d more kinds of what was lost\n", len(losses)-maxTold)
			break
		}
		say(c.Err, "warning: lost: %s: %d, first in %s\n", kind.Kind, kind.Count, placesOf(kind.First))
	}
	if n := met.Passed(); n > 0 {
		what := strings.Join(met.PassedOver, ", ")
		if n > len(met.PassedOver) {
			what += ", …"
		}
		say(c.Err, "passed over, as they are no posts: %d of the files in folders: %s\n", n, what)
	}
	if met.Foreign {
		c.tellItems(met)
	}
}

// warned puts the kind of a warning before what it says, where that does not say it.
func warned(kind, message string) string {
	if said := strings.ToLower(message); kind == record.KindExtra || kind == record.KindLocalDate || strings.Contains(said, strings.ToLower(kind)) {
		return message
	}
	return kind + ": " + message
}

// tellItems accounts for all items.
func (c *commandLine) tellItems(met *ingest.Report) {
	source := met.Source
	say(c.Err, "items %d: posts %d, rejected %d", source.Items, source.Posts, source.Rejected)
	if source.Removals > 0 {
		say(c.Err, ", removals %d", source.Removals)
	}
	for _, kind := range ingest.Most(source.LeftOut) {
		say(c.Err, ", left out: %s %d", kind, source.LeftOut[kind])
	}
	say(c.Err, "\n")
	c.tellCounts("posts by status", met.Posts)
	if len(met.Extra()) > 0 {
		c.tellCounts("kept in extra", met.Extra())
	}
}

// tellCounts tells the most frequent of some names in a line.
func (c *commandLine) tellCounts(what string, counts map[string]int) {
	const most = 20
	names := ingest.Most(counts)
	said := make([]string, 0, most+1)
	for i, name := range names {
		if i == most {
			said = append(said, fmt.Sprintf("and %d more", len(names)-most))
			break
		}
		said = append(said, fmt.Sprintf("%s %d", name, counts[name]))
	}
	say(c.Err, "%s: %s\n", what, strings.Join(said, ", "))
}

func placesOf(places []ingest.Place) string {
	said := make([]string, len(places))
	for i, at := range places {
		said[i] = fmt.Sprint(at.Origin)
	}
	return strings.Join(said, ", ")
}
