package check

import "fmt"

// Severity is how much a finding matters.
type Severity string

// The severities.
const (
	OK      Severity = "ok"
	Warning Severity = "warning" // should be looked at
	Fault   Severity = "finding" // must be mended: the command fails
	Skipped Severity = "skipped" // was not looked at, and Found says why
)

// Finding is what one check found of one thing.
type Finding struct {
	ID       string   `json:"id"`
	Severity Severity `json:"severity"`
	About    string   `json:"about,omitempty"` // the file, key, release or address
	Found    string   `json:"found"`
	Expected string   `json:"expected,omitempty"`
	Do       string   `json:"do,omitempty"` // what mends it, a command where there is one
}

// about names what the finding is about.
func (f Finding) about(what string) Finding {
	f.About = what
	return f
}

func right(format string, args ...any) Finding {
	return Finding{Severity: OK, Found: fmt.Sprintf(format, args...)}
}

func skipped(why string, args ...any) Finding {
	return Finding{Severity: Skipped, Found: fmt.Sprintf(why, args...)}
}

func warning(found, expected, do string) Finding {
	return Finding{Severity: Warning, Found: found, Expected: expected, Do: do}
}

func fault(found, expected, do string) Finding {
	return Finding{Severity: Fault, Found: found, Expected: expected, Do: do}
}

// Count says how many findings have each severity.
func Count(all []Finding) map[Severity]int {
	counts := map[Severity]int{}
	for _, f := range all {
		counts[f.Severity]++
	}
	return counts
}
