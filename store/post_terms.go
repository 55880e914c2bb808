package store

import "alphanode/content"

// term is a name of some kind as one post spells it.
type term struct {
	kind Kind
	name string
	typ  string // of an entity
}

// identity is what makes two spellings the same term of a kind. The name
// stands before the type, so that the identities of one name lie together.
func (t term) identity() string {
	if t.kind == KindEntity {
		return content.Identity(t.name) + "\x00" + content.Identity(t.typ)
	}
	return content.Identity(t.name)
}

// slug is the term's slug where no other term has the same.
func (t term) slug() string {
	if t.kind == KindEntity {
		return content.Entity{Name: t.name, Type: t.typ}.Slug()
	}
	return content.Slugify(t.name)
}

// publicIdentity is the identity as the contract words it, from which distinct
// slugs are made.
func (t term) publicIdentity() string {
	if t.kind == KindEntity {
		return content.Entity{Name: t.name, Type: t.typ}.Identity()
	}
	return content.Identity(t.name)
}

// termsOf gives the terms of a post, spelled as the post spells them, a name
// given twice twice. Tools, entities and stack come first and in that order.
func termsOf(p *content.Post) []term {
	m := &p.Meta
	terms := make([]term, 0, len(m.Tools)+len(m.Entities)+len(m.Stack)+5)
	for _, name := range m.Tools {
		terms = append(terms, term{kind: KindTool, name: name})
	}
	for _, e := range m.Entities {
		terms = append(terms, term{kind: KindEntity, name: e.Name, typ: e.Type})
	}
	for _, name := range m.Stack {
		terms = append(terms, term{kind: KindStack, name: name})
	}
	one := func(kind Kind, name string) {
		if name != "" {
			terms = append(terms, term{kind: kind, name: name})
		}
	}
	one(KindDifficulty, m.Difficulty)
	one(KindCodeLanguage, m.CodeLanguage)
	if m.Revision != nil {
		one(KindStatus, m.Revision.Status)
	}
	if m.Payload != nil {
		one(KindScenario, m.Payload.Scenario)
	}
	one(KindTopic, m.Topic)
	return terms
}
