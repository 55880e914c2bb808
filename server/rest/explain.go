package rest

import (
	"strconv"

	"alphanode/server/route"
	"alphanode/server/schema"
	"alphanode/store"
)

// explain says why a search gives a post its score, or why it does not find it.
func explain(r *route.Request) (*route.Answer, error) {
	ref, err := namedPost(r)
	if err != nil {
		return nil, err
	}
	e, err := r.Reader.Explain(r.Ctx, ref, r.Searching())
	if err != nil {
		return nil, route.InAddress(r.Query, err)
	}
	w := explanation([]byte(`{"data":`))
	w.write(e)
	a := route.JSON(append(w, '}'))
	a.Keys = append(a.Keys, "posts") // any post can make a word rarer
	a.About("post", e.Slug)
	return a, nil
}

// explanation is JSON to which more is added.
type explanation []byte

func (w *explanation) text(name, s string)       { *w = appendString(append(*w, name...), s) }
func (w *explanation) truth(name string, b bool) { *w = strconv.AppendBool(append(*w, name...), b) }
func (w *explanation) number(name string, n int) {
	*w = strconv.AppendInt(append(*w, name...), int64(n), 10)
}
func (w *explanation) fraction(name string, f float64) {
	*w = appendFraction(append(*w, name...), f)
}

// list writes a list, and ends the object that it is the last member of.
func (w *explanation) list(name string, n int, element func(i int)) {
	*w = append(append(*w, name...), '[')
	for i := range n {
		*w = separate(*w, i)
		element(i)
	}
	*w = append(*w, `]}`...)
}

func (w *explanation) write(e *store.Explanation) {
	w.text(`{"slug":`, e.Slug)
	w.truth(`,"found":`, e.Found)
	w.fraction(`,"score":`, e.Score)
	w.text(`,"analysis":`, e.Analysis)
	*w = append(*w, matched(e.Match)...)
	w.number(`,"met":`, e.Met)
	*w = append(*w, `,"passedOver":[`...)
	for i, word := range e.PassedOver {
		*w = appendString(separate(*w, i), word)
	}
	w.list(`],"words":`, len(e.Words), func(i int) {
		c := &e.Words[i]
		w.text(`{"typed":`, c.Typed)
		w.truth(`,"unwanted":`, c.Unwanted)
		w.truth(`,"met":`, c.Met)
		w.number(`,"times":`, c.Times)
		w.fraction(`,"score":`, c.Score)
		w.list(`,"parts":`, len(c.Parts), func(i int) { w.word(&c.Parts[i]) })
	})
}

func (w *explanation) word(of *store.ExplainedWord) {
	w.text(`{"word":`, of.Word)
	w.number(`,"posts":`, of.Posts)
	w.fraction(`,"rarity":`, of.Rarity)
	w.fraction(`,"impact":`, of.Impact)
	w.fraction(`,"score":`, of.Score)
	w.list(`,"forms":`, len(of.Forms), func(i int) {
		f := &of.Forms[i]
		w.text(`{"form":`, f.Form)
		w.text(`,"kind":`, string(f.Kind))
		w.fraction(`,"impact":`, f.Impact)
		w.list(`,"fields":`, len(f.Fields), func(i int) {
			in := &f.Fields[i]
			*w = append(appendLower(append(*w, `{"field":"`...), string(in.Field)), '"')
			w.number(`,"count":`, in.Count)
			w.number(`,"length":`, in.Length)
			w.fraction(`,"share":`, in.Share)
			*w = append(*w, '}')
		})
	})
}

var explanationShape = object("Why a search gives a post its score, or why it does not find it. The scores add up.",
	is("slug", text("The key of the post.", "measuring-a-cache")),
	is("found", truth("Whether the search finds it.")),
	is("score", number("number", "As the search gives it; 0 where it is not found.", zero, "", 4.5)),
	is("analysis", text("The language by which the words of the post are taken; plain where every form is a word of its own.", "english")),
	is("match", matchedShape),
	is("met", number("integer", "How many of the words that are wanted the post has.", zero, "", 2)),
	is("passedOver", listOf("Words that say nothing in that language.", text("", "the"))),
	is("words", listOf("What was typed, in that order.", object("",
		is("typed", text("As it is searched for: a word, a quotation, words that signs join, or several of those.", "cache")),
		is("unwanted", truth("Whether the post must not have it.")),
		is("met", truth("Whether the post has it.")),
		is("times", number("integer", "How often it was typed.", one, "", 1)),
		is("score", number("number", "What it adds to the score.", zero, "", 2.25)),
		is("parts", listOf("The words of it that add to the score.", explainedWordShape))))))

var explainedWordShape = object("",
	is("word", text("", "cache")),
	is("posts", number("integer", "How many public posts have each of its forms, added up, and at most all.", zero, "", 12)),
	is("rarity", number("number", "The logarithm of how many posts there are for each that has it.", zero, "", 3.5)),
	is("impact", number("number", "How much it says of the post.", zero, "", 0.64)),
	is("score", number("number", "Rarity times impact, as often as it was typed.", zero, "", 2.25)),
	is("forms", listOf("The forms of it that the post has.", object("",
		is("form", text("", "caches")),
		is("kind", &schema.Schema{Type: "string", Description: "It is the word, has the same stem, or begins as the unfinished word does.",
			Enum: []string{string(store.FormTyped), string(store.FormStem), string(store.FormBegins)}}),
		is("impact", number("number", "Of the form alone.", zero, "", 0.5)),
		is("fields", listOf("Where it stands.", object("",
			is("field", &schema.Schema{Type: "string", Enum: searchFieldNames}),
			is("count", number("integer", "How often it stands there.", one, "", 2)),
			is("length", number("integer", "How long the field is, in words.", one, "", 140)),
			is("share", number("number", "How much of the impact comes from here; all add up to 1.", zero, "", 0.75)))))))))
