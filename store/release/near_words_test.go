package release_test

import (
	"math/rand/v2"
	"reflect"
	"slices"
	"strings"
	"testing"

	"alphanode/content"
	"alphanode/store"
	"alphanode/store/storetest"
	"alphanode/text"
)

// misspelt changes a word by so many edits.
func misspelt(rnd *rand.Rand, word string, edits int) string {
	letters := []rune(word)
	for range edits {
		switch at := rnd.IntN(len(letters) + 1); {
		case at+1 < len(letters) && rnd.IntN(4) == 0:
			letters[at], letters[at+1] = letters[at+1], letters[at]
		case at < len(letters) && rnd.IntN(2) == 0:
			letters = slices.Delete(letters, at, at+1)
		case at < len(letters) && rnd.IntN(2) == 0:
			letters[at] = rune('a' + rnd.IntN(26))
		default:
			letters = slices.Insert(letters, at, rune('a'+rnd.IntN(26)))
		}
	}
	return string(letters)
}

// misspeltPosts are posts of several languages, of which some have words that were typed in haste.
func misspeltPosts(t *testing.T, rnd *rand.Rand) []*content.Post {
	posts := append(wordyPosts(rnd, 300), syntheticPosts(100)...)
	for i, p := range posts {
		p.Meta.Language = []string{"", "", "", "en", "fr", "de"}[rnd.IntN(6)]
		if i%20 == 0 {
			words := strings.Fields("a " + p.Text())
			p.Intro += " " + misspelt(rnd, words[rnd.IntN(len(words))], 1) + " rolback deplly"
		}
	}
	return posts
}

// TestMissedWords holds what may have been meant by a word, and what it is corrected to, against a look at every word.
func TestMissedWords(t *testing.T) {
	t.Parallel()
	rnd := random(t)
	posts := misspeltPosts(t, rnd)
	public := slices.IndexFunc(posts, (*content.Post).Public)
	posts[public].Intro += " rollbakc" // the only one that has it
	model := storetest.NewModel(posts)
	built := storetest.Release(t, posts...)
	missing, hardly := 0, 0
	words := strings.Fields("rollbakc rollbakc mesure roll Ärger v12 123456 a1b2c3")
	for range storetest.Times(200) {
		all := strings.Fields("cache " + posts[rnd.IntN(len(posts))].Text())
		words = append(words, misspelt(rnd, strings.Trim(all[rnd.IntN(len(all))], "-.,;:\"'()"), rnd.IntN(4)))
	}
	for _, word := range words {
		var asked []string
		text.Each(word, func(word string, _ int) { asked = append(asked, text.Fold(word)) })
		language := []string{"", "", "fr", "en"}[rnd.IntN(4)]
		common := func(a text.Analysis) bool {
			return len(asked) == 1 && (a.Common(asked[0]) && language == "" || language != "" && text.AnalysisOf(language).Common(asked[0]))
		}
		if len(asked) != 1 || len([]rune(asked[0])) < 2 || text.OneCharacter(asked[0]) || common(text.English) || common(text.French) || common(text.German) {
			continue
		}
		phrase := text.Phrase{Words: asked, Prefix: rnd.IntN(4) == 0, Quoted: rnd.IntN(4) == 0}
		typed := asked[0] + " -x "
		switch {
		case phrase.Quoted:
			phrase.Prefix = false
			typed = `"` + asked[0] + `" -x `
		case phrase.Prefix:
			typed = asked[0]
		}
		view := store.View(rnd.IntN(2))
		page, err := built.Reader(view).Search(t.Context(), store.SearchQuery{Search: store.Search{Text: typed, Language: language}, First: 1, Suggest: true, Correct: true})
		if err != nil {
			t.Fatal(err)
		}
		nearest, meant, missed := model.Missed(view, phrase, language)
		if !missed {
			if len(page.Suggestions) > 0 || page.Corrected != nil {
				t.Errorf("view %d, %q in %q: found %+v and %+v, expected nothing", view, typed, language, page.Suggestions, page.Corrected)
			}
			continue
		}
		if model.Knows(view, asked[0]) {
			hardly++
		} else {
			missing++
		}
		if len(page.Suggestions) != 1 || page.Suggestions[0].Value != asked[0] || !slices.Equal(page.Suggestions[0].Nearest, nearest) {
			t.Errorf("view %d, %q in %q: found %+v, expected %q", view, typed, language, page.Suggestions, nearest)
		}
		to := ""
		if page.Corrected != nil {
			text.Each(strings.TrimSuffix(page.Corrected.To, "-x "), func(word string, _ int) { to += text.Fold(word) })
		}
		if to != meant {
			t.Errorf("view %d, %q in %q: found %+v, expected %q", view, typed, language, page.Corrected, meant)
		}
	}
	if (missing < 20 || hardly < 1) && !testing.Short() {
		t.Errorf("found %d words that are not there and %d that hardly are: too few to tell", missing, hardly)
	}
}

// TestCorrectedSearch finds what the corrected text finds, and goes on behind a cursor.
func TestCorrectedSearch(t *testing.T) {
	t.Parallel()
	rnd := random(t)
	posts := misspeltPosts(t, rnd)
	model := storetest.NewModel(posts)
	built := storetest.Release(t, posts...)
	corrected := 0
	for range storetest.Times(40) {
		view := store.View(rnd.IntN(2))
		all := strings.Fields("cache " + posts[rnd.IntN(len(posts))].Text())
		var words []string
		for range 1 + rnd.IntN(4) {
			words = append(words, strings.ToLower(misspelt(rnd, strings.Trim(all[rnd.IntN(len(all))], "-.,;:\"'()"), rnd.IntN(3))))
		}
		typed := strings.NewReplacer("-", "", "+", "", "#", "").Replace(strings.Join(words, " ")) + " "
		asked := store.SearchQuery{Search: store.Search{Text: typed, Match: store.MatchAny}, First: 3, Correct: true, Cursors: store.LastCursor}
		query, err := text.Parse(typed)
		if err != nil || query.Operators {
			continue
		}
		r := built.Reader(view)
		want := asked
		want.Text, want.Correct = model.Corrected(view, typed), false
		for {
			page, err := r.Search(t.Context(), asked)
			if err != nil {
				t.Fatal(err)
			}
			if to := page.Searched(asked.Search).Text; to != want.Text {
				t.Fatalf("view %d, %q: searched for %q, expected %q", view, typed, to, want.Text)
			} else if to != typed {
				corrected++
			}
			plain, err := r.Search(t.Context(), want)
			if err != nil {
				t.Fatal(err)
			}
			if refs, wanted := refsOf(page), refsOf(plain); page.Total != plain.Total || !reflect.DeepEqual(refs, wanted) {
				t.Fatalf("view %d, %q: found %v of %d, expected %v of %d", view, typed, refs, page.Total, wanted, plain.Total)
			}
			if !page.HasNext {
				break
			}
			asked.After, want.After = page.Hits[len(page.Hits)-1].Cursor, plain.Hits[len(plain.Hits)-1].Cursor
		}
	}
	if corrected == 0 {
		t.Error("nothing was corrected: expected that of some")
	}
}

func refsOf(page *store.SearchPage) (refs []store.Ref) {
	for _, hit := range page.Hits {
		refs = append(refs, hit.Ref)
	}
	return refs
}
