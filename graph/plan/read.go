package plan

import (
	"alphanode/graph/model"
	"alphanode/store"
)

// readPosts are the posts that an execution has read. Those that were read whole
// are not read again, however many lists they stand in.
type readPosts struct {
	arena []byte        // holds their JSON
	lists [][]store.Raw // read whole, and not in byRef yet
	byRef map[store.Ref]*store.Raw
}

func (r *readPosts) emptied() readPosts {
	clear(r.lists)
	return readPosts{arena: r.arena[:0], lists: r.lists[:0]}
}

// storedPost is a post that was read, and the terms that were read with it.
type storedPost struct {
	row   *store.Raw // nil where no post is shown
	days  store.Days // where they are shown
	terms *model.ShownTerms
}

// readPosts reads posts with the terms that are shown, as [model.Need.Read] does.
func (x *execution) readPosts(n model.Need, refs []store.Ref) ([]storedPost, error) {
	posts := make([]storedPost, len(refs))
	if !n.Posts || len(refs) == 0 {
		return posts, nil
	}
	if err := x.readRows(refs, n.Part, posts); err != nil {
		return nil, err
	}
	terms := &model.ShownTerms{Need: n}
	for _, p := range posts {
		terms.Add(p.row.Tools, p.row.Entities)
	}
	if err := terms.Read(x.ctx, x.reads); err != nil {
		return nil, err
	}
	for i := range posts {
		posts[i].terms = terms
	}
	if n.Days {
		days, err := x.reads.Days(x.ctx, refs)
		if err != nil {
			return nil, err
		}
		for i := range posts {
			posts[i].days = days[i]
		}
	}
	return posts, nil
}

// readRows reads the rows of posts.
func (x *execution) readRows(refs []store.Ref, part store.Part, into []storedPost) error {
	missing := refs
	if part == store.Whole && x.posts.index() {
		missing = nil
		for i, ref := range refs {
			if into[i].row = x.posts.byRef[ref]; into[i].row == nil {
				missing = append(missing, ref)
			}
		}
		if len(missing) == 0 {
			return nil
		}
	}
	if cap(x.posts.arena) > maxKept { // else each new one would be twice as large
		x.posts.arena = nil
	}
	rows, arena, err := x.reads.Raw(x.ctx, missing, part, x.posts.arena)
	if err != nil {
		return err
	}
	x.posts.arena = arena
	next := 0
	for i := range into {
		if into[i].row == nil {
			into[i].row = &rows[next]
			next++
		}
	}
	x.countRead(rows)
	if part == store.Whole {
		x.posts.lists = append(x.posts.lists, rows)
	}
	return nil
}

// countRead counts the bytes of posts that were read: they are held until the
// answer is made, and so have a bound as it has. One post alone is never over it.
func (x *execution) countRead(rows []store.Raw) {
	b := &x.bound
	for i := range rows {
		n := len(rows[i].JSON)
		if b.read += n; b.alone == 0 {
			b.alone = n
		}
	}
	if b.read-b.alone > 2*b.most {
		panic(stopped{tooLarge(b.most)})
	}
}

// index puts what was read whole into byRef. It reports whether there is any.
func (r *readPosts) index() bool {
	for _, rows := range r.lists {
		if r.byRef == nil {
			r.byRef = map[store.Ref]*store.Raw{}
		}
		for i := range rows {
			if rows[i].Ref != store.NoRef {
				r.byRef[rows[i].Ref] = &rows[i]
			}
		}
	}
	clear(r.lists)
	r.lists = r.lists[:0]
	return r.byRef != nil
}
