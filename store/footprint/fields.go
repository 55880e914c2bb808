package footprint

import "alphanode/store"

// KindsIn gives the kinds of the terms that a filter names.
func KindsIn(f *store.Filter) (kinds KindSet) {
	if f == nil {
		return 0
	}
	for _, c := range f.TermConditions() {
		if c.Filter != nil {
			kinds |= KindsOf(c.Kind)
		}
	}
	kinds |= KindsIn(f.Not)
	for i := range f.And {
		kinds |= KindsIn(&f.And[i])
	}
	for i := range f.Or {
		kinds |= KindsIn(&f.Or[i])
	}
	return kinds
}

// KindSet is a set of kinds of terms.
type KindSet uint16

// KindsOf gives the set of some kinds.
func KindsOf(kinds ...store.Kind) (set KindSet) {
	for _, k := range kinds {
		for i, known := range store.Kinds {
			if known == k {
				set |= 1 << i
			}
		}
	}
	return set
}

// FieldSet is a set of the fields of a post that answers rest on apart.
type FieldSet uint32

const (
	ofTitle FieldSet = 1 << iota
	ofIntro
	ofBody
	ofPublished
	ofTopic
	ofSummary
	OfTools
	OfEntities
	OfStack
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
	OfReference
	ofImages
	ofLanguage
	OfURLs
	ofOther

	ofUpdated  = ofPublished | ofReviewed
	OfScores   = ofQuality | ofFreshness | ofDepth | ofClarity
	CardFields = ofTitle | ofSummary | ofReadingTime | ofDifficulty | OfScores | ofScore | OfTools | ofImages | ofUpdated
	// What is searched, what words are taken by, and what orders posts that fit alike.
	SearchedFields = ofTitle | ofSummary | ofIntro | OfEntities | OfTools | ofBody | ofLanguage | ofQuality | ofFreshness
	// Features of posts, and what similar posts that tie are ordered by.
	SimilarFields = OfEntities | OfTools | OfStack | ofQuality | ofFreshness
	AllFields     = ^FieldSet(0)
)

// fieldsByPath are the fields by the paths that content.ChangedFields gives. What
// is not among them is ofOther.
var fieldsByPath = map[string]FieldSet{
	"title": ofTitle, "intro": ofIntro, "body": ofBody, "publishedAt": ofPublished,
	"meta.topic": ofTopic, "meta.summary": ofSummary, "meta.tools": OfTools, "meta.entities": OfEntities, "meta.stack": OfStack,
	"meta.difficulty": ofDifficulty, "meta.codeLanguage": ofCodeLanguage, "meta.readingTime": ofReadingTime, "meta.viewCount": ofViewCount,
	"meta.score": ofScore, "meta.score.quality": ofQuality, "meta.score.freshness": ofFreshness,
	"meta.score.depth": ofDepth, "meta.score.clarity": ofClarity,
	"meta.revision.status": ofStatus, "meta.revision.lastReviewed": ofReviewed,
	"meta.payload.scenario": ofScenario, "meta.payload.paragraphs": ofParagraphs,
	"meta.reference": OfReference, "meta.images": ofImages,
	"meta.language": ofLanguage, "meta.urls": OfURLs,
}

// FieldsAt gives the fields at paths.
func FieldsAt(paths []string) (fields FieldSet) {
	for _, path := range paths {
		if field, ok := fieldsByPath[path]; ok {
			fields |= field
		} else {
			fields |= ofOther
		}
	}
	if fields&OfScores != 0 {
		fields |= ofScore // it may have come or gone with its object
	}
	return fields
}

// FieldsOf gives what an order or a range of a field rests on.
func FieldsOf(f store.Field) FieldSet {
	switch f {
	case store.FieldSlug:
		return 0
	case store.FieldTitle:
		return ofTitle
	case store.FieldReference:
		return OfReference
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
		return AllFields
	}
}

// FieldsOfKind gives what the terms of a kind rest on.
func FieldsOfKind(k store.Kind) FieldSet {
	switch k {
	case store.KindTool:
		return OfTools
	case store.KindEntity:
		return OfEntities
	case store.KindStack:
		return OfStack
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
	case store.KindLanguage:
		return ofLanguage
	default:
		return AllFields
	}
}
