package store

// Explanation says why a search gives a post its score, or why it does not find it.
type Explanation struct {
	Slug  string
	Found bool
	// Score is as the search gives it, rounded to 9 decimals: what the words give, added
	// up. It is 0 where the post is not found.
	Score float64
	// Analysis names the language by which the words of the post are taken: english, french
	// or plain, in which every form is a word of its own.
	Analysis string
	Match    Matched // of the words that say something in that language
	Met      int     // of those that are wanted
	// PassedOver are the words that say nothing in that language.
	PassedOver []string
	Words      []ExplainedClause // in the order in which they were typed
}

// ExplainedClause is what is typed in one piece: a word, a quotation, words that signs join,
// or several of those of which one suffices.
type ExplainedClause struct {
	Typed    string // folded
	Unwanted bool   // the post must not have it
	Met      bool   // the post has it
	Times    int    // it was typed so often
	Score    float64
	Parts    []ExplainedWord // the words of it that give the score; none where it is not met
}

// ExplainedWord is a word that the post has.
type ExplainedWord struct {
	Word   string
	Posts  int     // public posts that have each of its forms, added up, and at most all
	Rarity float64 // see docs/search.md
	Impact float64 // from 1/255 to 254/255
	Score  float64 // rarity times impact, as often as it was typed
	Forms  []ExplainedForm
}

// ExplainedForm is a form of a word that the post has.
type ExplainedForm struct {
	Form   string
	Kind   FormKind
	Impact float64 // of the form alone
	Fields []ExplainedField
}

// FormKind says how a form is one of a word that was typed.
type FormKind string

const (
	FormTyped  FormKind = "typed"  // it is the word
	FormStem   FormKind = "stem"   // it has the same stem
	FormBegins FormKind = "begins" // it begins as the unfinished word does
)

// ExplainedField says how often a form stands in a field, and how long that is, in words.
type ExplainedField struct {
	Field  SearchField
	Count  int
	Length int
	// Share is how much of the impact of the form comes from here: the shares of all fields
	// add up to 1.
	Share float64
}
