package synth

import (
	"strconv"

	"alphanode/content"
)

// Generator writes the posts of one seed. It does not change after New and is
// safe for many goroutines.
type Generator struct {
	seed         uint64
	technologies []placed
	problems     []string
	byTechnology cumulative
	byProblem    cumulative
	titles       []template
	intros       []template
	subjects     []topicSubject
	closings     []template
	summaries    []template
	briefs       []string
}

// placed is a technology and its area.
type placed struct {
	technology
	area string
}

// topicSubject is a subject with its sentences taken apart.
type topicSubject struct {
	headings  []string
	sentences []template
}

// New makes the generator of a seed.
func New(seed uint64) *Generator {
	g := &Generator{
		seed: seed, titles: compileAll(titles), intros: compileAll(intros), closings: compileAll(closings),
		summaries: compileAll(summaries), briefs: briefs,
	}
	// The first of every area, then the second of every area, and so on: the
	// order of popularity.
	for depth := 0; ; depth++ {
		before := len(g.technologies)
		for _, a := range areas {
			if depth < len(a.technologies) {
				g.technologies = append(g.technologies, placed{a.technologies[depth], a.name})
			}
		}
		if len(g.technologies) == before {
			break
		}
	}
	for depth := range problemTable[0].doing {
		for _, p := range problemTable {
			g.problems = append(g.problems, p.doing[depth]+" "+p.object)
		}
	}
	for _, s := range subjects {
		g.subjects = append(g.subjects, topicSubject{s.headings, compileAll(s.sentences)})
	}
	g.byTechnology, g.byProblem = zipf(len(g.technologies)), zipf(len(g.problems))
	return g
}

// AppendJSON appends the canonical JSON of post number k, without a line break.
func (g *Generator) AppendJSON(dst []byte, k int64) []byte { return g.Post(k).AppendJSON(dst) }

// Post gives post number k, counted from 1. It is settled and valid.
func (g *Generator) Post(k int64) *content.Post {
	a := article{
		g: g, random: newRandom(g.seed, uint64(k)), post: &content.Post{},
	}
	a.technology = g.technologies[g.byTechnology.draw(&a.random)]
	a.problem = g.problems[g.byProblem.draw(&a.random)]
	a.scenario = a.pick(scenarios)
	a.filling.set(slotTechnology, a.technology.name)
	a.filling.set(slotProblem, a.problem)
	a.filling.set(slotScenario, a.scenario)
	a.filling.set(slotStack, a.technology.name)
	a.filling.set(slotArea, a.technology.area)

	p := a.post
	p.Title = a.fill(&g.titles[a.intn(len(g.titles))])
	a.words = 0 // a title is not read, it is seen
	p.Intro = a.fill(&g.intros[a.intn(len(g.intros))])
	a.meta(k)
	a.body()
	minutes := max(1, (a.words+wordsPerMinute-1)/wordsPerMinute)
	p.Meta.ReadingTime = &minutes
	p.Slug = p.DeriveSlug()
	return p
}

// wordsPerMinute is the reading speed of the public contract.
const wordsPerMinute = 200

// article is one post while it is written.
type article struct {
	random
	g          *Generator
	post       *content.Post
	technology placed
	problem    string
	scenario   string
	filling    filling
	text       []byte // room to write in
	words      int    // of intro and body
}

// fill writes a template and counts its words.
func (a *article) fill(t *template) string {
	text, words := t.fill(a.text[:0], &a.filling)
	a.text = text
	a.words += words
	return string(text)
}

// count adds the words of a text that is not a template.
func (a *article) count(text string) string {
	a.words += countWords(text)
	return text
}

// padded writes a number with leading zeros.
func padded(n int64, digits int) string {
	s := strconv.FormatInt(n, 10)
	return "000000000"[:max(0, digits-len(s))] + s
}
