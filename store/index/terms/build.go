package terms

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"alphanode/content"
	"alphanode/store"
	"alphanode/store/file"
	"alphanode/store/index/facts"
	"alphanode/store/sets"
	"alphanode/text"
)

// Build writes every term, how it is found and who has it, and makes the lists of
// terms and the columns that posts are counted by.
func Build(g *facts.Gathered, c *file.Columns, out *file.Writer) error {
	records := termRecords(g.Terms)
	for id, rec := range records {
		if err := out.Put(file.BucketTerms, file.OrdinalKey(uint32(id)), rec.append(nil)); err != nil {
			return err
		}
	}
	for id, stats := range g.Terms {
		bitmap, err := stats.Posts.Marshal()
		if err != nil {
			return err
		}
		if err := out.Put(file.BucketPostings, file.OrdinalKey(uint32(id)), bitmap); err != nil {
			return err
		}
	}
	if err := writeTermKeys(records, out); err != nil {
		return err
	}
	names := collatedNames(records)
	listTerms(records, names, c)
	listBeginnings(records, c)
	buildValues(g, records, names, c)
	return nil
}

// writeTermKeys writes how a term is found: by its identity, and by the slug that a
// view sees it under. A key is made when it is written, as it repeats the name.
func writeTermKeys(records []*termRecord, out *file.Writer) error {
	write := func(bucket string, ids []store.TermID, text func(*termRecord) string, key func(*termRecord) []byte) error {
		slices.SortFunc(ids, func(x, y store.TermID) int {
			return cmp.Or(cmp.Compare(records[x].Kind, records[y].Kind), cmp.Compare(text(records[x]), text(records[y])))
		})
		for _, id := range ids {
			if err := out.Put(bucket, key(records[id]), file.OrdinalValue(uint32(id))); err != nil {
				return err
			}
		}
		return nil
	}
	all := make([]store.TermID, len(records))
	for id := range records {
		all[id] = store.TermID(id)
	}
	err := write(file.BucketTermIDs, all, func(t *termRecord) string { return t.Identity },
		func(t *termRecord) []byte { return IDKey(t.Kind, t.Identity) })
	if err != nil {
		return err
	}
	for _, v := range []store.View{store.Preview, store.Public} { // in the order of their names
		err := write(file.BucketTermSlugs, seenTerms(records, v), func(t *termRecord) string { return t.views[v].Slug },
			func(t *termRecord) []byte { return termSlugKey(v, t.Kind, t.views[v].Slug) })
		if err != nil {
			return err
		}
	}
	return nil
}

// seenTerms gives the terms that a view sees.
func seenTerms(records []*termRecord, v store.View) (ids []store.TermID) {
	for id, rec := range records {
		if rec.views[v].posts > 0 {
			ids = append(ids, store.TermID(id))
		}
	}
	return ids
}

func termRecords(terms []*facts.TermStats) []*termRecord {
	records := make([]*termRecord, len(terms))
	for id, stats := range terms {
		rec, slug := &termRecord{Kind: stats.Sample.Kind, Identity: stats.Identity}, stats.Sample.Slug()
		for v := range rec.views {
			if n := stats.Count(store.View(v)); n > 0 {
				s := stats.Spelled(store.View(v))
				rec.views[v] = termView{posts: uint32(n), Slug: slug, Name: s.Name, Typ: s.Typ}
			}
		}
		records[id] = rec
	}
	for _, v := range []store.View{store.Public, store.Preview} {
		setApart(terms, records, v)
	}
	return records
}

// setApart gives terms that a view would see under the same slug slugs of their own,
// all but the one that keeps it. One made so can meet another's: by chance, by design of
// whoever named them, or as `a:b` + `c` and `a` + `b:c` are worded alike. So it goes on,
// each round with another text to hash, until none do.
func setApart(terms []*facts.TermStats, records []*termRecord, v store.View) {
	ids, made := seenTerms(records, v), map[store.TermID]bool{} // whose slug was made here
	bySlug := func(x, y store.TermID) int {
		return cmp.Or(cmp.Compare(records[x].Kind, records[y].Kind), cmp.Compare(records[x].views[v].Slug, records[y].views[v].Slug))
	}
	for round := 0; ; round++ {
		slices.SortFunc(ids, bySlug)
		done := true
		for rest := ids; len(rest) > 0; {
			same := 1 // terms
			for same < len(rest) && bySlug(rest[0], rest[same]) == 0 {
				same++
			}
			alike := rest[:same]
			rest = rest[same:]
			address := records[alike[0]].views[v].Slug != ""
			kept := keeper(terms, alike, made)
			for _, id := range alike {
				if address && id == kept {
					continue
				}
				identity := terms[id].Sample.PublicIdentity()
				if round > 0 {
					identity = strconv.Itoa(round) + "\x00" + records[id].Identity
				}
				view := &records[id].views[v]
				view.Slug, made[id] = content.DistinctSlug(view.Slug, identity), true
				done = false
			}
		}
		if done {
			return
		}
	}
}

// keeper is the term that keeps a slug which several have, so that who comes with an odd
// name takes no address away: one whose own slug it is before those for whom it was made,
// then one that reads like it, then the shortest, in bytes, then the first.
func keeper(terms []*facts.TermStats, ids []store.TermID, made map[store.TermID]bool) store.TermID {
	if len(ids) == 1 {
		return ids[0]
	}
	type claim struct {
		id             store.TermID
		oddness        int
		name, identity string
	}
	claims := make([]claim, len(ids))
	for i, id := range ids {
		t := terms[id].Sample
		claims[i] = claim{id: id, name: t.PublicIdentity(), identity: terms[id].Identity}
		if made[id] {
			claims[i].oddness = 2
		}
		if !t.ReadsLikeItsSlug() {
			claims[i].oddness++
		}
	}
	return slices.MinFunc(claims, func(a, b claim) int {
		return cmp.Or(cmp.Compare(a.oddness, b.oddness), cmp.Compare(len(a.name), len(b.name)),
			cmp.Compare(a.name, b.name), cmp.Compare(a.identity, b.identity))
	}).id
}

// collatedNames gives the name of each term with its place in the order of names.
func collatedNames(records []*termRecord) []text.Collated {
	collator, names := text.NewCollator(), make([]text.Collated, len(records))
	for id, rec := range records {
		names[id] = collator.Of(rec.nameKey())
	}
	return names
}

// listTerms lists the terms of each view and kind, and the entities of
// each type, in each order.
func listTerms(records []*termRecord, names []text.Collated, c *file.Columns) {
	type listKey struct {
		view store.View
		kind store.Kind
		typ  string
	}
	keys := map[listKey][]store.TermID{}
	for id, rec := range records {
		for v := range rec.views {
			if rec.views[v].posts == 0 {
				continue
			}
			key := listKey{view: store.View(v), kind: rec.Kind}
			keys[key] = append(keys[key], store.TermID(id))
			if _, typ, ok := strings.Cut(rec.Identity, "\x00"); ok && typ != "" {
				key.typ = typ
				keys[key] = append(keys[key], store.TermID(id))
			}
		}
	}
	for key, ids := range keys {
		for _, order := range []store.TermOrder{{}, {Desc: true}, {ByPostCount: true}, {ByPostCount: true, Desc: true}} {
			at := func(id store.TermID) standing {
				seen := &records[id].views[key.view]
				if order.ByPostCount {
					return standing{posts: int64(seen.posts), slug: seen.Slug}
				}
				return standing{name: names[id], slug: seen.Slug}
			}
			slices.SortFunc(ids, func(x, y store.TermID) int { return at(x).compare(at(y), order) })
			numbers := make([]uint32, len(ids))
			for i, id := range ids {
				numbers[i] = uint32(id)
			}
			c.Put(termColumn(key.view, key.kind, key.typ, order), sets.Encode32(numbers))
		}
	}
}
