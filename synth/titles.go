package synth

// titles are the kinds of title. {problem}, {technology} and {scenario} are
// filled in.
var titles = []string{
	"production checklist for {problem} in {technology}",
	"a practical guide to {problem} with {technology}",
	"{problem} in {technology}: what to measure first",
	"how we approach {problem} in {technology} {scenario}",
	"notes on {problem} with {technology}",
	"{technology} in production: {problem} {scenario}",
	"the boring way of {problem} in {technology}",
	"lessons from {problem} in {technology}",
	"{problem} {scenario}: a {technology} walkthrough",
	"a review template for {problem} in {technology}",
	"field report: {problem} with {technology}",
	"common mistakes when {problem} in {technology}",
	"from baseline to rollback: {problem} in {technology}",
	"a runbook for {problem} in {technology} {scenario}",
}
