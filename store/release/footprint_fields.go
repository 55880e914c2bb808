package release

import "alphanode/store"

// kindsIn gives the kinds of the terms that a filter names.
func kindsIn(f *store.Filter) (kinds kindSet) {
	if f == nil {
		return 0
	}
	for _, c := range f.TermConditions() {
		if c.Filter != nil {
			kinds |= kindsOf(c.Kind)
		}
	}
	kinds |= kindsIn(f.Not)
	for i := range f.And {
		kinds |= kindsIn(&f.And[i])
	}
	for i := range f.Or {
		kinds |= kindsIn(&f.Or[i])
	}
	return kinds
}

// kindSet is a set of kinds of terms.
type kindSet uint16

func kindsOf(kinds ...store.Kind) (set kindSet) {
	for _, k := range kinds {
		for i, known := range store.Kinds {
			if known == k {
				set |= 1 << i
			}
		}
	}
	return set
}

// fieldSet is a set of the fields of a post that answers rest on apart.
type fieldSet uint32

const (
	ofTitle fieldSet = 1 << iota
	ofIntro
	ofBody
	ofPublished
	ofTopic
	ofSummary
	ofTools
	ofEntities
	ofStack
	ofDifficulty
	ofCodeLanguage
	ofReadingTime
	ofViewCount
	ofQuality
	ofFreshness
	ofDepth
	ofClarity
	ofScore // whether there is one
	ofStatus
	ofReviewed
	ofScenario
	ofParagraphs
	ofReference
	ofImages
	ofOther

	ofUpdated      = ofPublished | ofReviewed
	ofScores       = ofQuality | ofFreshness | ofDepth | ofClarity
	cardFields     = ofTitle | ofSummary | ofReadingTime | ofDifficulty | ofScores | ofScore | ofTools | ofImages | ofUpdated
	searchedFields = ofTitle | ofSummary | ofIntro | ofEntities | ofTools | ofBody | ofQuality | ofFreshness
	// Features of posts, and what similar posts that tie are ordered by.
	similarFields = ofEntities | ofTools | ofStack | ofQuality | ofFreshness
	allFields     = ^fieldSet(0)
)

// fieldsByPath are the fields by the paths that content.ChangedFields gives. What
// is not among them is ofOther.
var fieldsByPath = map[string]fieldSet{
	"title": ofTitle, "intro": ofIntro, "body": ofBody, "publishedAt": ofPublished,
	"meta.topic": ofTopic, "meta.summary": ofSummary, "meta.tools": ofTools, "meta.entities": ofEntities, "meta.stack": ofStack,
	"meta.difficulty": ofDifficulty, "meta.codeLanguage": ofCodeLanguage, "meta.readingTime": ofReadingTime, "meta.viewCount": ofViewCount,
	"meta.score": ofScore, "meta.score.quality": ofQuality, "meta.score.freshness": ofFreshness,
	"meta.score.depth": ofDepth, "meta.score.clarity": ofClarity,
	"meta.revision.status": ofStatus, "meta.revision.lastReviewed": ofReviewed,
	"meta.payload.scenario": ofScenario, "meta.payload.paragraphs": ofParagraphs,
	"meta.reference": ofReference, "meta.images": ofImages,
}

// fieldsAt gives the fields at paths.
func fieldsAt(paths []string) (fields fieldSet) {
	for _, path := range paths {
		if field, ok := fieldsByPath[path]; ok {
			fields |= field
		} else {
			fields |= ofOther
		}
	}
	if fields&ofScores != 0 {
		fields |= ofScore // it may have come or gone with its object
	}
	return fields
}

// fieldsOf gives what an order or a range of a field rests on.
func fieldsOf(f store.Field) fieldSet {
	switch f {
	case store.FieldSlug:
		return 0
	case store.FieldTitle:
		return ofTitle
	case store.FieldReference:
		return ofReference
	case store.FieldPublishedAt:
		return ofPublished
	case store.FieldLastReviewed:
		return ofReviewed
	case store.FieldUpdated:
		return ofUpdated
	case store.FieldQuality:
		return ofQuality
	case store.FieldFreshness:
		return ofFreshness
	case store.FieldDepth:
		return ofDepth
	case store.FieldClarity:
		return ofClarity
	case store.FieldViewCount:
		return ofViewCount
	case store.FieldReadingTime:
		return ofReadingTime
	case store.FieldParagraphs:
		return ofParagraphs
	default:
		return allFields
	}
}

// fieldsOfKind gives what the terms of a kind rest on.
func fieldsOfKind(k store.Kind) fieldSet {
	switch k {
	case store.KindTool:
		return ofTools
	case store.KindEntity:
		return ofEntities
	case store.KindStack:
		return ofStack
	case store.KindDifficulty:
		return ofDifficulty
	case store.KindCodeLanguage:
		return ofCodeLanguage
	case store.KindStatus:
		return ofStatus
	case store.KindScenario:
		return ofScenario
	case store.KindTopic:
		return ofTopic
	default:
		return allFields
	}
}
