package storetest

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/text/collate"

	"alphanode/content"
	"alphanode/store"
	"alphanode/text"
)

// Model answers the store's questions by looking at every post: slow, plain,
// and written apart from the store, to hold it and both faces against. It is
// for one goroutine.
type Model struct {
	Wording text.Wording // of the release
	posts   []*content.Post
	known   [2]map[store.Kind]map[termKey]store.Bucket // by View: the terms it sees
	// analysedAs is the archive word by word, once it was asked for.
	analysedAs *analysed
	collator   *collate.Collator
	sortKeys   map[string]string // by name
}

// NewModel makes a model of an archive.
func NewModel(posts []*content.Post) *Model {
	m := &Model{Wording: text.Wording{Stemming: text.ByLanguage}, posts: posts, collator: newCollator(), sortKeys: map[string]string{}}
	for v := range m.known {
		m.known[v] = map[store.Kind]map[termKey]store.Bucket{}
	}
	return m
}

// Visible are the posts that a view sees.
func (m *Model) Visible(v store.View) []*content.Post {
	return slices.DeleteFunc(slices.Clone(m.posts), func(p *content.Post) bool { return v == store.Public && !p.Public() })
}

// Find gives all posts of a list, in order.
func (m *Model) Find(v store.View, f *store.Filter, o store.Order) []*content.Post {
	visible := m.Visible(v)
	slugs := termSlugs(visible)
	scan := scan{model: m, view: v, slugs: slugs}
	found := slices.DeleteFunc(slices.Clone(visible), func(p *content.Post) bool { return f != nil && !scan.matches(p, f) })
	if o == (store.Order{}) {
		if f != nil && f.Slug != nil && f.Slug.In != nil {
			return asListed(found, f.Slug.In)
		}
		o = store.DefaultOrder
	}
	slices.SortFunc(found, func(a, b *content.Post) int { return m.compare(a, b, o) })
	return found
}

// asListed gives the posts that a list names, in its order.
func asListed(posts []*content.Post, slugs []string) (listed []*content.Post) {
	for _, slug := range slugs {
		for _, p := range posts {
			if p.Slug == content.NormalSlug(slug) && !slices.Contains(listed, p) {
				listed = append(listed, p)
			}
		}
	}
	return listed
}

func (m *Model) compare(a, b *content.Post, o store.Order) int {
	var c int
	switch o.Field {
	case store.FieldSlug:
		c = strings.Compare(a.Slug, b.Slug)
	case store.FieldTitle:
		c = m.compareNames(a.Title, b.Title)
	default:
		x, y := number(a, o.Field), number(b, o.Field)
		switch {
		case x == nil && y == nil:
		case x == nil:
			return 1 // posts without the value come last in both directions
		case y == nil:
			return -1
		default:
			c = cmp.Compare(*x, *y)
		}
	}
	if o.Desc {
		c = -c
	}
	return cmp.Or(c, strings.Compare(a.Slug, b.Slug))
}

func number(p *content.Post, f store.Field) *int64 {
	integer := func(n *int) *int64 {
		if n == nil {
			return nil
		}
		wide := int64(*n)
		return &wide
	}
	date := func(s string) *int64 {
		t, ok := content.ParseDate(s)
		if !ok {
			return nil
		}
		micros := t.UnixMicro()
		return &micros
	}
	m := p.Meta
	score := m.Score
	if score == nil {
		score = &content.Score{}
	}
	switch f {
	case store.FieldPublishedAt:
		return date(p.PublishedAt)
	case store.FieldLastReviewed:
		if m.Revision == nil {
			return nil
		}
		return date(m.Revision.LastReviewed)
	case store.FieldUpdated:
		return date(p.Updated())
	case store.FieldQuality:
		return integer(score.Quality)
	case store.FieldFreshness:
		return integer(score.Freshness)
	case store.FieldDepth:
		return integer(score.Depth)
	case store.FieldClarity:
		return integer(score.Clarity)
	case store.FieldViewCount:
		return m.ViewCount
	case store.FieldReadingTime:
		return integer(m.ReadingTime)
	case store.FieldParagraphs:
		if m.Payload == nil {
			return nil
		}
		return integer(m.Payload.Paragraphs)
	default:
		panic("no number field: " + f)
	}
}

// names of a kind that a post has, each as (type, name).
func names(p *content.Post, kind store.Kind) [][2]string {
	plain := func(names ...string) (terms [][2]string) {
		for _, name := range names {
			if name != "" {
				terms = append(terms, [2]string{"", name})
			}
		}
		return terms
	}
	m := p.Meta
	switch kind {
	case store.KindTool:
		return plain(m.Tools...)
	case store.KindStack:
		return plain(m.Stack...)
	case store.KindDifficulty:
		return plain(m.Difficulty)
	case store.KindCodeLanguage:
		return plain(m.CodeLanguage)
	case store.KindLanguage:
		return plain(m.Language)
	case store.KindTopic:
		return plain(m.Topic)
	case store.KindStatus:
		if m.Revision != nil {
			return plain(m.Revision.Status)
		}
	case store.KindScenario:
		if m.Payload != nil {
			return plain(m.Payload.Scenario)
		}
	case store.KindEntity:
		var terms [][2]string
		for _, e := range m.Entities {
			terms = append(terms, [2]string{e.Type, e.Name})
		}
		return terms
	}
	return nil
}

func identity(kind store.Kind, t [2]string) string {
	if kind == store.KindEntity {
		return content.Entity{Type: t[0], Name: t[1]}.Identity()
	}
	return content.Identity(t[1])
}

func plainSlug(kind store.Kind, t [2]string) string {
	if kind == store.KindEntity {
		return content.Entity{Type: t[0], Name: t[1]}.Slug()
	}
	return content.Slugify(t[1])
}

// termKey is a term: its kind and its folded name and type.
type termKey struct {
	kind     store.Kind
	identity string
}

// termSlugs gives every term its slug. Of those that share one, one keeps it and the
// others are set apart, again and again until none share any.
func termSlugs(posts []*content.Post) map[termKey]string {
	slugs, made := map[termKey]string{}, map[termKey]bool{}
	words := map[termKey][2]string{} // type and name, folded
	for _, p := range posts {
		for _, kind := range store.Kinds {
			for _, t := range names(p, kind) {
				folded := [2]string{content.Identity(t[0]), content.Identity(t[1])}
				key := termKey{kind, folded[1] + "\x00" + folded[0]}
				slugs[key], words[key] = plainSlug(kind, t), folded
			}
		}
	}
	// standing sorts who keeps a slug before who does not.
	standing := func(key termKey) string {
		own, odd, name := 'a', 'b', identity(key.kind, words[key])
		if made[key] {
			own = 'b'
		}
		behind := strings.ReplaceAll(words[key][1], " ", "-")
		if key.kind == store.KindEntity {
			behind = strings.TrimPrefix(content.Slugify(words[key][0])+"-"+behind, "-")
		}
		if behind == plainSlug(key.kind, words[key]) {
			odd = 'a'
		}
		return fmt.Sprintf("%c%c%09d%s\x00%s", own, odd, len(name), name, key.identity)
	}
	for round := 0; ; round++ {
		sharing := map[termKey][]termKey{} // kind and slug → terms
		for key, slug := range slugs {
			sharing[termKey{key.kind, slug}] = append(sharing[termKey{key.kind, slug}], key)
		}
		done := true
		for shared, keys := range sharing {
			slices.SortFunc(keys, func(a, b termKey) int { return strings.Compare(standing(a), standing(b)) })
			if shared.identity != "" {
				keys = keys[1:]
			}
			for _, key := range keys {
				hashed := identity(key.kind, words[key])
				if round > 0 && key.kind == store.KindEntity {
					hashed = strconv.Itoa(round) + "\x00" + key.identity
				} else if round > 0 {
					hashed = strconv.Itoa(round) + "\x00" + words[key][1]
				}
				slugs[key], made[key] = content.DistinctSlug(slugs[key], hashed), true
			}
			done = done && len(keys) == 0
		}
		if done {
			return slugs
		}
	}
}

// means reports whether a filter's value means one of a post's terms.
func means(p *content.Post, kind store.Kind, value string, slugs map[termKey]string) bool {
	return slices.ContainsFunc(names(p, kind), func(t [2]string) bool { return meansTerm(t, kind, value, slugs) })
}

// meansTerm reports whether a value means a term, given as type and name.
func meansTerm(t [2]string, kind store.Kind, value string, slugs map[termKey]string) bool {
	key := termKey{kind, content.Identity(t[1]) + "\x00" + content.Identity(t[0])}
	if content.Identity(t[1]) == content.Identity(value) || slugs[key] == content.NormalSlug(value) {
		return true
	}
	if kind == store.KindEntity {
		for i := range len(value) {
			if value[i] == ':' && content.Identity(value[:i]) == content.Identity(t[0]) &&
				content.Identity(value[i+1:]) == content.Identity(t[1]) {
				return true
			}
		}
	}
	return false
}

// scan looks at posts for one view.
type scan struct {
	model *Model
	view  store.View
	slugs map[termKey]string
}

func (s scan) matches(p *content.Post, f *store.Filter) bool {
	for i := range f.And {
		if !s.matches(p, &f.And[i]) {
			return false
		}
	}
	if f.Or != nil && !slices.ContainsFunc(f.Or, func(g store.Filter) bool { return s.matches(p, &g) }) {
		return false
	}
	if f.Not != nil && s.matches(p, f.Not) {
		return false
	}
	if f.Search != nil && !s.model.finds(s.view, p, f.Searching()) {
		return false
	}
	return matchesTerms(p, f, s.slugs) && matchesNumbers(p, f) && matchesTexts(p, f) && matchesFlags(p, f)
}

func matchesTerms(p *content.Post, f *store.Filter, slugs map[termKey]string) bool {
	check := func(kind store.Kind, t *store.TermFilter) bool {
		if t == nil {
			return true
		}
		has := func(value string) bool { return means(p, kind, value, slugs) }
		return (t.Eq == nil || has(*t.Eq)) &&
			(t.In == nil || slices.ContainsFunc(t.In, has)) &&
			!slices.ContainsFunc(t.All, func(v string) bool { return !has(v) }) &&
			!slices.ContainsFunc(t.None, has)
	}
	if f.Topic != nil {
		if !check(store.KindTopic, &f.Topic.TermFilter) {
			return false
		}
		if c := f.Topic.Contains; c != nil && (p.Meta.Topic == "" ||
			!strings.Contains(plain(p.Meta.Topic), plain(*c))) {
			return false
		}
	}
	return check(store.KindTool, f.Tool) && check(store.KindEntity, f.Entity) && check(store.KindStack, f.Stack) &&
		check(store.KindDifficulty, f.Difficulty) && check(store.KindCodeLanguage, f.CodeLanguage) &&
		check(store.KindStatus, f.Status) && check(store.KindScenario, f.Scenario) && check(store.KindLanguage, f.Language)
}

func matchesNumbers(p *content.Post, f *store.Filter) bool {
	check := func(field store.Field, n *store.NumberFilter) bool {
		if n == nil || *n == (store.NumberFilter{}) {
			return true
		}
		x := number(p, field)
		return x != nil && (n.Eq == nil || *x == *n.Eq) && (n.Gt == nil || *x > *n.Gt) && (n.Gte == nil || *x >= *n.Gte) &&
			(n.Lt == nil || *x < *n.Lt) && (n.Lte == nil || *x <= *n.Lte)
	}
	// A date is compared by its UTC day, written so that days sort as texts.
	checkDate := func(field store.Field, d *store.DateFilter) bool {
		if d == nil || *d == (store.DateFilter{}) {
			return true
		}
		micros := number(p, field)
		if micros == nil {
			return false
		}
		day := store.Day(0)
		for day = store.Day(*micros / 86_400_000_000); int64(day)*86_400_000_000 > *micros; day-- {
		}
		return (d.Eq == nil || day == *d.Eq) && (d.Gt == nil || day > *d.Gt) && (d.Gte == nil || day >= *d.Gte) &&
			(d.Lt == nil || day < *d.Lt) && (d.Lte == nil || day <= *d.Lte)
	}
	return check(store.FieldQuality, f.Quality) && check(store.FieldFreshness, f.Freshness) &&
		check(store.FieldDepth, f.Depth) && check(store.FieldClarity, f.Clarity) &&
		check(store.FieldViewCount, f.ViewCount) && check(store.FieldReadingTime, f.ReadingTime) &&
		check(store.FieldParagraphs, f.Paragraphs) && checkDate(store.FieldLastReviewed, f.LastReviewed) &&
		checkDate(store.FieldPublishedAt, f.PublishedAt) && checkDate(store.FieldUpdated, f.Updated)
}

func matchesTexts(p *content.Post, f *store.Filter) bool {
	check := func(text string, t *store.TextFilter) bool {
		return t == nil || (t.Eq == nil || text == *t.Eq) &&
			(t.Prefix == nil || strings.HasPrefix(text, *t.Prefix)) &&
			(t.Contains == nil || strings.Contains(text, *t.Contains))
	}
	if s := f.Slug; s != nil && s.In != nil && !slices.ContainsFunc(s.In, func(slug string) bool { return content.NormalSlug(slug) == p.Slug }) {
		return false
	}
	if s := f.Slug; s != nil && (s.Eq != nil && p.Slug != content.NormalSlug(*s.Eq) ||
		s.Prefix != nil && !strings.HasPrefix(p.Slug, content.NormalSlug(*s.Prefix))) {
		return false
	}
	if t := f.Title; t != nil && (t.Eq != nil && content.Identity(p.Title) != content.Identity(*t.Eq) ||
		t.Prefix != nil && !beginsTitle(p.Title, *t.Prefix) || t.Contains != nil && !strings.Contains(plain(p.Title), plain(*t.Contains))) {
		return false
	}
	if r := f.Reference; r != nil && *r != (store.TextFilter{}) && p.Meta.Reference == "" {
		return false
	}
	return check(p.Meta.Reference, f.Reference)
}

func matchesFlags(p *content.Post, f *store.Filter) bool {
	check := func(has bool, want *bool) bool { return want == nil || has == *want }
	flags := p.Meta.Flags
	return check(flags.AIGeneratedStyle, f.AIGeneratedStyle) && check(flags.HasImages, f.HasImages) &&
		check(flags.ImageHeavy, f.ImageHeavy) && check(flags.NeedsHumanReview, f.NeedsHumanReview)
}

// At gives the post that stood at an address before; nil where a view sees none.
func (m *Model) At(v store.View, address string) (found *content.Post) {
	normal, ok := content.NormalAddress(address)
	if !ok {
		return nil
	}
	front := 0
	for _, p := range m.Visible(v) {
		i := slices.Index(p.Meta.Addresses(), normal)
		if i >= 0 && (found == nil || i < front || i == front && p.Slug < found.Slug) {
			found, front = p, i
		}
	}
	return found
}
