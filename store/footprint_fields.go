package store

// kindsIn gives the kinds of the terms that a filter names.
func kindsIn(f *Filter) (kinds kindSet) {
	if f == nil {
		return 0
	}
	for _, c := range f.termConditions() {
		if c.filter != nil {
			kinds |= kindsOf(c.kind)
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

func kindsOf(kinds ...Kind) (set kindSet) {
	for _, k := range kinds {
		for i, known := range Kinds {
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
func fieldsOf(f Field) fieldSet {
	switch f {
	case FieldSlug:
		return 0
	case FieldTitle:
		return ofTitle
	case FieldReference:
		return ofReference
	case FieldPublishedAt:
		return ofPublished
	case FieldLastReviewed:
		return ofReviewed
	case FieldUpdated:
		return ofUpdated
	case FieldQuality:
		return ofQuality
	case FieldFreshness:
		return ofFreshness
	case FieldDepth:
		return ofDepth
	case FieldClarity:
		return ofClarity
	case FieldViewCount:
		return ofViewCount
	case FieldReadingTime:
		return ofReadingTime
	case FieldParagraphs:
		return ofParagraphs
	default:
		return allFields
	}
}

// fieldsOfKind gives what the terms of a kind rest on.
func fieldsOfKind(k Kind) fieldSet {
	switch k {
	case KindTool:
		return ofTools
	case KindEntity:
		return ofEntities
	case KindStack:
		return ofStack
	case KindDifficulty:
		return ofDifficulty
	case KindCodeLanguage:
		return ofCodeLanguage
	case KindStatus:
		return ofStatus
	case KindScenario:
		return ofScenario
	case KindTopic:
		return ofTopic
	default:
		return allFields
	}
}
