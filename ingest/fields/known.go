package fields

import (
	"slices"
	"strings"
	"unicode"
)

// Paths are the fields of a post that a value can be put to, in the order of the contract.
// Below meta.extra any name is one more.
var Paths = []string{
	"slug", "title", "intro", "body", "publishedAt",
	"meta.topic", "meta.summary", "meta.brief", "meta.outline", "meta.stack", "meta.checklist", "meta.notes", "meta.tools", "meta.entities",
	"meta.codeLanguage", "meta.language", "meta.difficulty", "meta.readingTime", "meta.viewCount",
	"meta.score", "meta.score.quality", "meta.score.freshness", "meta.score.depth", "meta.score.clarity",
	"meta.revision", "meta.revision.status", "meta.revision.version", "meta.revision.lastReviewed",
	"meta.reference", "meta.hash",
	"meta.flags", "meta.flags.aiGeneratedStyle", "meta.flags.hasImages", "meta.flags.imageHeavy", "meta.flags.needsHumanReview",
	"meta.images",
	"meta.payload", "meta.payload.sourceId", "meta.payload.generator", "meta.payload.paragraphs", "meta.payload.scenario", "meta.payload.seed",
	"meta.urls",
}

// spellings are other names of meta that pages of the archive and its first site use.
var spellings = map[string]string{
	"aibrief": "meta.brief", "aioutline": "meta.outline", "imagesources": "meta.images", "readtime": "meta.readingTime",
}

// alone are the fields inside another whose own name is one of ours too, wherever it
// stands. Others, such as version or seed, mean anything.
var alone = []string{
	"meta.revision.lastReviewed", "meta.flags.aiGeneratedStyle", "meta.flags.hasImages", "meta.flags.imageHeavy", "meta.flags.needsHumanReview",
	"meta.payload.sourceId",
}

// elsewhere are fields of meta that each source has its own rules for.
var elsewhere = []string{"meta.language", "meta.urls", "meta.revision.status"}

var known = knownNames()

func knownNames() map[string]string {
	names := map[string]string{}
	for _, path := range Paths {
		below, isMeta := strings.CutPrefix(path, "meta.")
		if !isMeta || slices.Contains(elsewhere, path) {
			continue
		}
		names[plain(below)] = path
		if part, name, inside := strings.Cut(below, "."); inside {
			names[plain(name+part)] = path // quality_score
			if slices.Contains(alone, path) {
				names[plain(name)] = path
			}
		}
	}
	for name, path := range spellings {
		names[name] = path
	}
	return names
}

// Known gives the field of meta whose name this is in an obvious spelling:
// `code_language`, `Code Language` and `alphanode_code_language` are meta.codeLanguage.
func Known(name string) (path string, ok bool) {
	name = plain(name)
	for _, prefix := range []string{"", "alphanode", "meta", "alphanodemeta"} {
		if rest, cut := strings.CutPrefix(name, prefix); cut {
			if path, ok = known[rest]; ok {
				return path, true
			}
		}
	}
	return "", false
}

// plain is a name in small letters, without what parts its words.
func plain(name string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			return unicode.ToLower(r)
		}
		return -1
	}, name)
}
